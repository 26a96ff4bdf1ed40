"""What is the same for all targets: no text goes nowhere, and where one fails others are tried."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import registry
from engine.deliver.router import Router
from engine.deliver.target import Delivery, Outcome
from tests.support.shipped_settings import shipped_settings


@pytest.mark.parametrize("text", ["", " \n", "\x1b\x07", "\u200b"])
@pytest.mark.parametrize("spec", ["stdout", "clipboard", "tmux:last", "kitty:1", "command:cat", "file:~/new"])
async def test_a_text_without_anything_in_it_is_handed_to_nobody(spec: str, text: str, home: Path) -> None:
    router = Router(shipped_settings())
    outcome = await router.deliver(text, spec)
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, "There is no text in it.")
    assert (outcome.kept, outcome.spec) == ("", "")
    assert not (home / "new").exists()


class Place:
    """Gives one outcome after the other, and knows how often it was tried."""

    name = "place"

    def __init__(self, *outcomes: Outcome) -> None:
        self.tried = 0
        self._outcomes = outcomes

    async def deliver(self, _text: str) -> Outcome:
        self.tried += 1
        return self._outcomes[self.tried - 1]


def router(monkeypatch: pytest.MonkeyPatch, **places: Place) -> Router:
    """A router to these places, by their kind, which tries the clipboard and then standard output."""
    monkeypatch.setattr(registry, "build_target", lambda kind, *_: places[kind])
    shipped = shipped_settings()
    delivery = shipped.delivery.model_copy(update={"fallback": ["clipboard", "stdout"]})
    return Router(shipped.model_copy(update={"delivery": delivery}))


async def test_a_place_that_failed_is_not_its_own_fallback(monkeypatch: pytest.MonkeyPatch) -> None:
    clipboard = Place(
        Outcome(Delivery.FAILED, "clipboard", "It is busy."), Outcome(Delivery.SENT, "clipboard")
    )
    stdout = Place(Outcome(Delivery.DELIVERED, "standard output"))
    outcome = await router(monkeypatch, clipboard=clipboard, stdout=stdout).deliver("text", "clipboard")
    assert (clipboard.tried, stdout.tried) == (1, 1)
    assert (outcome.status, outcome.kept, outcome.spec) == (Delivery.DELIVERED, "", "stdout")


async def test_why_a_text_went_elsewhere_is_told_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    failed = Outcome(Delivery.FAILED, "clipboard", "It is busy.")
    later = Outcome(Delivery.SENT, "standard output", "It is printed when utter ends.", standing=True)
    routed = router(monkeypatch, clipboard=Place(failed), stdout=Place(later))
    outcome = await routed.deliver("text", "clipboard")
    assert outcome.detail == "It did not reach: clipboard. It is busy. It is printed when utter ends."
    assert not outcome.standing
