"""Where texts go: chosen live and by writing mode."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

import pytest

from engine.deliver import file
from engine.deliver.file import File
from engine.deliver.target import Delivery
from engine.errors import DeliveryError
from engine.events import TargetChanged
from tests.support.places import places, spoken


@pytest.fixture(autouse=True)
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OSC 52 go out as it is, and no pane be offered but those of a test."""
    for name in ("TMUX", "STY", "KITTY_LISTEN_ON", "WEZTERM_PANE"):
        monkeypatch.delenv(name, raising=False)


async def test_a_place_is_remembered_and_the_number_of_a_pane_is_not():
    it = places()
    await it.choice.choose("tmux:%3")
    assert it.choice.spec == "tmux:%3"
    assert it.told == TargetChanged("tmux:%3", "tmux %3", it.told.problem)
    assert it.remembered == {}
    await it.choice.choose("tmux:last")
    assert it.remembered == {"delivery.target": "tmux:last"}


async def test_what_is_no_destination_changes_nothing():
    it = places()
    with pytest.raises(DeliveryError, match="no place for a text"):
        await it.choice.choose("fiel:x")
    assert (it.choice.spec, it.events) == ("clipboard", [])


async def test_a_mode_with_a_target_of_its_own_keeps_it_when_another_is_chosen_for_the_rest(tmp_path: Path):
    it = places(notes=f"file:{tmp_path}/notes.md")
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
    it = places()
    it.choice.tell()
    it.choice.tell()
    assert len(it.events) == 1


def test_what_is_in_force_is_offered_wherever_it_is_and_the_clipboard_is_called_so(tmp_path: Path):
    it = places(f"file:{tmp_path}/notes.md")
    offered = {offer.spec: offer for offer in it.choice.places()}
    assert list(offered) == [f"file:{tmp_path}/notes.md", "clipboard", "window", "stdout"]
    assert (offered["clipboard"].name, offered["clipboard"].detail) == ("clipboard", "terminal (OSC 52)")


async def test_a_text_goes_to_the_target_of_its_mode(tmp_path: Path):
    it = places(notes=f"file:{tmp_path}/notes.md")
    assert await it.deliveries.deliver(spoken(mode="notes"))
    assert (tmp_path / "notes.md").read_text() == "one three\n"
    assert it.delivered.outcome.status is Delivery.DELIVERED
    assert it.written == []


async def test_a_folder_that_is_gone_holds_up_neither_a_choice_nor_a_text(monkeypatch: pytest.MonkeyPatch):
    answer = threading.Event()
    monkeypatch.setattr(File, "can_deliver", lambda _: "It is gone." if answer.wait(60) else None)
    monkeypatch.setattr(file, "TIME_OUT_S", 0.05)
    it = places()
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
