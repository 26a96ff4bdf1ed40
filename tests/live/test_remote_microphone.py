"""A microphone here, a terminal there: what is said on one side is typed on the other, through a real sshd.

The laptop runs `utter mic --to` with a microphone of a real audio server. Over there utter runs in a pane of
a real tmux, has no microphone, and its text goes to the pane beside it.
"""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from tests.support.panes import Panes, tmux_panes
from tests.support.sound_files import write_wav
from tests.support.ssh_server import SshServer, ssh_server
from tests.support.terminal import panel
from tests.support.utter_mic import OVER_THERE, utter_mic
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import GAP, SENTENCES, VOICES, Voices, word_errors

SAID = SENTENCES[:4]
MOST_ERRORS = 0.15
PATIENCE_S = 30.0

EARLY_S, KEPT_S = 0.8, 10.0
"""Seconds by which the first word comes before the key, and which are kept from before it: pressing it takes
as long as the machine is slow."""

SPEECH_BEFORE_S, AWAY_S = 2.0, 5.5
"""Seconds of speech before the link breaks, and until it can be made again: far more words than may be wrong
are said meanwhile."""


@pytest.fixture
def there(tmp_path: Path) -> Path:
    """The home of the machine over there."""
    home = tmp_path / "there"
    (home / "run").mkdir(parents=True, mode=0o700)
    return home


@pytest.fixture
def server(tmp_path: Path, there: Path) -> Iterator[SshServer]:
    environment = {"HOME": str(there), "XDG_RUNTIME_DIR": str(there / "run")}
    with ssh_server(tmp_path / "ssh", environment) as running:
        yield running


@pytest.fixture
def tmux(there: Path) -> Iterator[Panes]:
    with tmux_panes(there) as opened:
        yield opened


def until(holds: Callable[[], bool], what: Callable[[], str]) -> None:
    """Wait until a condition holds; `what` is shown where it does not."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


def in_turns(voices: Voices, path: Path) -> Path:
    """One WAV of the sentences, by two voices in turn, with a pause behind each."""
    spoken = [voices.speak(text, VOICES[at % 2]).samples() for at, text in enumerate(SAID)]
    return write_wav(path, np.concatenate([part for one in spoken for part in (one, GAP)]))


@pytest.mark.timeout(180)
def test_speech_on_one_side_is_on_the_other_sides_screen_and_in_its_pane(
    server: SshServer,
    there: Path,
    tmux: Panes,
    virtual_microphone: VirtualMicrophone,
    voices: Voices,
    tmp_path: Path,
) -> None:
    speech = in_turns(voices, tmp_path / "talk.wav")
    pane, typed = tmux.raw()
    settings = there / "settings.toml"
    settings.write_text(f"[audio]\npreroll_s = {KEPT_S}\n")
    utter = tmux.start(
        f"export XDG_RUNTIME_DIR={shlex.quote(str(there / 'run'))}; "
        f"{OVER_THERE} --config {shlex.quote(str(settings))} --source remote --to tmux:{pane}; sleep 100"
    )

    def screen() -> str:
        return tmux.screen(utter)

    def is_typed_as_shown() -> bool:
        return word_errors(panel(screen(), "transcript"), typed.read_bytes().decode(errors="ignore")) == 0

    with utter_mic(server) as laptop:
        until(lambda: "ready" in screen(), screen)
        laptop.wait_for("Connected")
        saying = virtual_microphone.start_saying(speech)
        time.sleep(EARLY_S)
        tmux.run("send-keys", "-t", utter, "Space")
        until(lambda: "●" in screen(), screen)
        until(lambda: "quarterly" in screen().lower(), screen)
        time.sleep(SPEECH_BEFORE_S)
        with server.away():
            laptop.wait_for("kept and sent later")
            time.sleep(AWAY_S)
        laptop.wait_for("Connected", 2)
        assert saying.wait(timeout=60) == 0
        tmux.run("send-keys", "-t", utter, "Space")
        until(lambda: typed.read_bytes() != b"" and is_typed_as_shown(), screen)
        text = typed.read_bytes().decode()
        assert laptop.interrupt() == 130
    said = " ".join(SAID).replace("twenty three", "23")
    assert word_errors(said, text) <= MOST_ERRORS, text
    assert text.startswith("The quarterly report"), "the word spoken before the key is missing"
    assert "Traceback" not in laptop.told
