"""What is said of the link to a microphone elsewhere: nothing is promised that nobody keeps."""

from __future__ import annotations

import pytest

from engine.audio.sources import LinkState
from engine.events import LinkChanged
from tui.link_words import sentence


@pytest.mark.parametrize(
    ("state", "sender", "said"),
    [
        ("waiting", "", "No sound comes from another machine."),
        ("waiting", "y.sock", "No sound comes from y.sock."),
        ("connected", "y.sock", "Sound comes from y.sock."),
        ("broken", "desk", "The link to desk broke. What is kept there meanwhile comes when it is back."),
    ],
)
def test_each_state_has_its_sentence(state: LinkState, sender: str, said: str) -> None:
    assert sentence(LinkChanged(state, sender, None, 0.0, 0.0)) == said
