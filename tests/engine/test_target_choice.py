"""Where texts go: chosen live and by writing mode, handed over, and what a second decision does to that."""

from __future__ import annotations

import asyncio
import base64
import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from engine.deliver import file
from engine.deliver.file import File
from engine.deliver.router import Router
from engine.deliver.target import Delivery
from engine.deliveries import Deliveries
from engine.enhance.diff import Change
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.errors import DeliveryError
from engine.events import Delivered, Event, TargetChanged
from engine.preferences import Preferences
from engine.settings.schema import Settings
from engine.target_choice import TargetChoice
from engine.texts import Text
from tests.support.shipped_settings import shipped_settings


@dataclass
class Desk:
    """Real targets behind the choice, and all that is reported.

    Attributes:
        written: What went to the terminal.
        remembered: What the next run begins with.
    """

    settings: Settings
    events: list[Event] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    remembered: dict[str, str | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.preferences = Preferences(self.settings, self.events.append, self.remembered.__setitem__)
        self.router = Router(self.settings, writer=self.written.append)
        self.choice = TargetChoice(self.preferences, self.router, self.events.append)
        self.deliveries = Deliveries(self.router, self.choice, self.events.append)

    @property
    def told(self) -> TargetChanged:
        """Where the next text goes, as it was said last."""
        return [event for event in self.events if isinstance(event, TargetChanged)][-1]

    @property
    def delivered(self) -> Delivered:
        return [event for event in self.events if isinstance(event, Delivered)][-1]

    def copied(self) -> list[str]:
        payloads = (re.search(r"\x1b\]52;[a-z]*;([^\x07\x1b]*)", sequence) for sequence in self.written)
        return [base64.b64decode(payload[1]).decode() for payload in payloads if payload]


def desk(target: str = "clipboard", fallback: Sequence[str] = ("clipboard",), **own: str) -> Desk:
    """A desk whose texts go to `target`, and those in some writing modes elsewhere."""
    shipped = shipped_settings()
    changed = {"clipboard": "osc52", "target": target, "fallback": list(fallback)}
    delivery = shipped.delivery.model_copy(update=changed)
    modes = {
        name: mode.model_copy(update={"target": own.get(name, "")}) for name, mode in shipped.modes.items()
    }
    return Desk(shipped.model_copy(update={"delivery": delivery, "modes": modes}))


@pytest.fixture(autouse=True)
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OSC 52 go out as it is, and no pane be offered but those of a test."""
    for name in ("TMUX", "STY", "KITTY_LISTEN_ON", "WEZTERM_PANE"):
        monkeypatch.delenv(name, raising=False)


def spoken(words: str = "one two", mode: str = "clean") -> Text:
    """A text of which one change is taken."""
    changes = (Change("equal", "one ", "one "), Change("replace", "two", "three"))
    edited = Edited("one three", words, changes, "tidy", mode=mode)
    return Text(7, Draft(words), "base.en", edited, Review.of(changes, words, taken=True))


async def test_a_place_is_remembered_and_the_number_of_a_pane_is_not():
    it = desk()
    await it.choice.choose("tmux:%3")
    assert it.choice.spec == "tmux:%3"
    assert it.told == TargetChanged("tmux:%3", "tmux %3", it.told.problem)
    assert it.remembered == {}
    await it.choice.choose("tmux:last")
    assert it.remembered == {"delivery.target": "tmux:last"}


async def test_what_is_no_destination_changes_nothing():
    it = desk()
    with pytest.raises(DeliveryError, match="no place for a text"):
        await it.choice.choose("fiel:x")
    assert (it.choice.spec, it.events) == ("clipboard", [])


async def test_a_mode_with_a_target_of_its_own_keeps_it_when_another_is_chosen_for_the_rest(tmp_path: Path):
    it = desk(notes=f"file:{tmp_path}/notes.md")
    assert it.choice.mode == ""
    await it.choice.choose("stdout")
    it.preferences.change("enhancement.mode", "notes")
    it.choice.tell()
    assert it.told.spec == f"file:{tmp_path}/notes.md"
    assert it.told.mode == it.choice.mode == "notes"
    await it.choice.choose("clipboard")
    assert (it.choice.of("notes"), it.choice.of("clean")) == ("clipboard", "stdout")
    assert it.remembered["delivery.target"] == "stdout"


def test_the_same_is_told_once():
    it = desk()
    it.choice.tell()
    it.choice.tell()
    assert len(it.events) == 1


def test_what_is_in_force_is_offered_wherever_it_is_and_the_clipboard_is_called_so(tmp_path: Path):
    it = desk(f"file:{tmp_path}/notes.md")
    offered = {offer.spec: offer for offer in it.choice.places()}
    assert list(offered) == [f"file:{tmp_path}/notes.md", "clipboard", "window", "stdout"]
    assert (offered["clipboard"].name, offered["clipboard"].detail) == ("clipboard", "terminal (OSC 52)")


async def test_a_text_goes_to_the_target_of_its_mode(tmp_path: Path):
    it = desk(notes=f"file:{tmp_path}/notes.md")
    assert await it.deliveries.deliver(spoken(mode="notes"))
    assert (tmp_path / "notes.md").read_text() == "one three\n"
    assert it.delivered.outcome.status is Delivery.DELIVERED
    assert it.written == []


async def test_a_decision_copies_what_cannot_be_taken_back_and_names_the_place(tmp_path: Path):
    it = desk(f"file:{tmp_path}/notes.md")
    text = spoken()
    await it.deliveries.deliver(text)
    text.review = text.review.reject()
    await it.deliveries.deliver_standing(text)
    assert (tmp_path / "notes.md").read_text() == "one three\n"
    assert it.copied() == ["one two"]
    assert it.delivered.left_at == f"file {tmp_path}/notes.md"
    await it.deliveries.deliver(text)
    assert (tmp_path / "notes.md").read_text() == "one three\none two\n"
    assert it.delivered.left_at == ""


async def test_a_decision_on_a_copied_text_copies_it_again_without_a_word():
    it = desk()
    text = spoken()
    await it.deliveries.deliver(text)
    text.review = text.review.reject()
    await it.deliveries.deliver_standing(text)
    assert it.copied() == ["one three", "one two"]
    assert it.delivered.left_at == ""


async def test_a_text_that_did_not_arrive_is_on_the_clipboard_and_goes_to_the_next_target(tmp_path: Path):
    it = desk(f"file:{tmp_path}/missing/notes.md")
    text = spoken()
    assert await it.deliveries.deliver(text), "it can be pasted from somewhere"
    assert it.delivered.outcome.status is Delivery.FAILED
    assert it.delivered.outcome.kept == "terminal (OSC 52)"
    assert it.copied() == ["one three"]
    await it.choice.choose(f"file:{tmp_path}/notes.md")
    assert await it.deliveries.deliver(text)
    assert (tmp_path / "notes.md").read_text() == "one three\n"


async def test_a_folder_that_is_gone_holds_up_neither_a_choice_nor_a_text(monkeypatch: pytest.MonkeyPatch):
    answer = threading.Event()
    monkeypatch.setattr(File, "can_deliver", lambda _: "It is gone." if answer.wait(60) else None)
    monkeypatch.setattr(file, "TIME_OUT_S", 0.05)
    it = desk()
    try:
        await it.choice.choose("file:/net/notes.md")
        assert it.told == TargetChanged("file:/net/notes.md", "file /net/notes.md")
        assert "file:/net/notes.md" in [offer.spec for offer in await it.choice.offers()]
        async with asyncio.timeout(30):
            outcome = await it.deliveries.deliver(spoken())
            await it.deliveries.copy("the next")
        assert outcome.status is Delivery.FAILED
        assert outcome.kept == "terminal (OSC 52)"
        assert it.copied() == ["one three", "the next"]
    finally:
        answer.set()
    async with asyncio.timeout(20):
        while not it.told.problem:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert it.told.problem == "It is gone."
    assert it.choice.places()[0].reason == "It is gone."


async def test_what_a_fallback_took_is_said_to_be_there_and_is_not_added_to_it_again(tmp_path: Path):
    it = desk(f"file:{tmp_path}/missing/notes.md", fallback=[f"file:{tmp_path}/spare.md"])
    text = spoken()
    assert await it.deliveries.deliver(text)
    assert it.delivered.outcome.spec == text.went_to == f"file:{tmp_path}/spare.md"
    text.review = text.review.reject()
    await it.deliveries.deliver_standing(text)
    assert (tmp_path / "spare.md").read_text() == "one three\n"
    assert it.delivered.left_at == f"file {tmp_path}/spare.md"
    assert it.copied() == ["one two"]


async def test_a_dictation_that_goes_out_again_keeps_its_number_and_says_so(tmp_path: Path):
    it = desk(f"file:{tmp_path}/missing/notes.md")
    text = spoken()
    await it.deliveries.deliver(text)
    await it.choice.choose(f"file:{tmp_path}/notes.md")
    for _ in range(2):
        await it.deliveries.deliver(text)
    await it.deliveries.deliver_standing(text)
    await it.deliveries.copy("any")
    told = [event for event in it.events if isinstance(event, Delivered)]
    assert [event.dictation for event in told] == [7, 7, 7, 7, 0]
    assert [event.again for event in told] == [False, False, True, True, False]
