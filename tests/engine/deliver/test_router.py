"""What is the same for all targets: no text goes nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.deliver.router import Router
from engine.deliver.target import Delivery
from tests.support.shipped_settings import shipped_settings


@pytest.mark.parametrize("text", ["", " \n", "\x1b\x07", "\u200b"])
@pytest.mark.parametrize("spec", ["stdout", "clipboard", "tmux:last", "kitty:1", "command:cat", "file:~/new"])
async def test_a_text_without_anything_in_it_is_handed_to_nobody(spec: str, text: str, home: Path) -> None:
    router = Router(shipped_settings())
    outcome = await router.deliver(text, spec)
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, "There is no text in it.")
    assert (outcome.kept, outcome.spec) == ("", "")
    assert not (home / "new").exists()
