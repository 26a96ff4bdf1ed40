"""What a second decision does to a text that was handed over, and what is remembered of where it went."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.deliver.target import Delivery
from engine.events import Delivered, Notice
from tests.support.dictating import Collected
from tests.support.places import decide, places, spoken


@pytest.fixture(autouse=True)
def no_multiplexer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let OSC 52 go out as it is, and no pane be offered but those of a test."""
    for name in ("TMUX", "STY", "KITTY_LISTEN_ON", "WEZTERM_PANE"):
        monkeypatch.delenv(name, raising=False)


async def test_a_decision_copies_what_cannot_be_taken_back_and_names_the_place(tmp_path: Path):
    it = places(f"file:{tmp_path}/notes.md")
    text = spoken()
    await it.deliveries.deliver(text)
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    assert (tmp_path / "notes.md").read_text() == "one three\n"
    assert it.copied() == ["one two"]
    assert it.delivered.left_at == f"file {tmp_path}/notes.md"
    await it.deliveries.deliver(text)
    assert (tmp_path / "notes.md").read_text() == "one three\none two\n"
    assert it.delivered.left_at == ""


async def test_a_decision_on_a_copied_text_copies_it_again_without_a_word():
    it = places()
    text = spoken()
    await it.deliveries.deliver(text)
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    assert it.copied() == ["one three", "one two"]
    assert it.delivered.left_at == ""


async def test_a_text_that_did_not_arrive_is_on_the_clipboard_and_goes_to_the_next_target(tmp_path: Path):
    it = places(f"file:{tmp_path}/missing/notes.md")
    text = spoken()
    assert await it.deliveries.deliver(text), "it can be pasted from somewhere"
    assert it.delivered.outcome.status is Delivery.FAILED
    assert it.delivered.outcome.kept == "terminal (OSC 52)"
    assert it.copied() == ["one three"]
    await it.choice.choose(f"file:{tmp_path}/notes.md")
    assert await it.deliveries.deliver(text)
    assert (tmp_path / "notes.md").read_text() == "one three\n"


async def test_what_a_fallback_took_is_said_to_be_there_and_is_not_added_to_it_again(tmp_path: Path):
    it = places(f"file:{tmp_path}/missing/notes.md", fallback=[f"file:{tmp_path}/spare.md"])
    text = spoken()
    assert await it.deliveries.deliver(text)
    assert it.delivered.outcome.spec == f"file:{tmp_path}/spare.md"
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    assert (tmp_path / "spare.md").read_text() == "one three\n"
    assert it.delivered.left_at == f"file {tmp_path}/spare.md"
    assert it.copied() == ["one two"]


async def test_a_dictation_that_goes_out_again_keeps_its_number_and_says_so(tmp_path: Path):
    it = places(f"file:{tmp_path}/missing/notes.md")
    text = spoken()
    await it.deliveries.deliver(text)
    await it.choice.choose(f"file:{tmp_path}/notes.md")
    for _ in range(2):
        await it.deliveries.deliver(text)
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    await it.deliveries.copy("any")
    told = [event for event in it.events if isinstance(event, Delivered)]
    assert [event.dictation for event in told] == [7, 7, 7, 7, 0]
    assert [event.again for event in told] == [False, False, True, True, False]


async def test_nothing_is_added_twice_after_a_change_of_place_and_back(tmp_path: Path):
    here, there = f"file:{tmp_path}/here.md", f"file:{tmp_path}/there.md"
    it, text = places(here), spoken()
    await it.deliveries.deliver(text)
    await it.choice.choose(there)
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    await it.choice.choose(here)
    decide(text, text.review.accept())
    await it.deliveries.deliver_standing(text)
    assert (tmp_path / "here.md").read_text() == "one three\n"
    assert (tmp_path / "there.md").read_text() == "one two\n"
    assert it.delivered.left_at == f"file {tmp_path}/here.md"
    assert it.copied() == ["one three"]


async def test_what_failed_meanwhile_is_no_reason_to_add_it_twice(tmp_path: Path):
    folder = tmp_path / "notes"
    folder.mkdir()
    it, text = places(f"file:{folder}/notes.md"), spoken()
    await it.deliveries.deliver(text)
    folder.rename(tmp_path / "away")
    await it.deliveries.deliver_again(text)
    assert it.delivered.outcome.kept == "terminal (OSC 52)"
    (tmp_path / "away").rename(folder)
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    assert (folder / "notes.md").read_text() == "one three\n"
    assert it.delivered.left_at == f"file {folder}/notes.md"


async def test_a_decision_that_changes_nothing_is_not_added_once_more(tmp_path: Path):
    it, text = places(f"file:{tmp_path}/notes.md"), spoken()
    await it.deliveries.deliver(text)
    decide(text, text.review.accept())
    outcome = await it.deliveries.deliver_standing(text)
    assert outcome is not None
    assert outcome.spec == f"file:{tmp_path}/notes.md"
    assert it.copied() == []
    told = it.events[-1]
    assert isinstance(told, Notice)
    assert told.message == f"As it stands, the text is there already: file {tmp_path}/notes.md."


async def test_a_decision_made_before_the_first_turn_goes_out_once(tmp_path: Path):
    it, text = places(f"file:{tmp_path}/notes.md"), spoken()
    first = it.deliveries.deliver_again(text)
    decide(text, text.review.reject())
    decision = it.deliveries.deliver_standing(text)
    assert (await first).spec == f"file:{tmp_path}/notes.md"
    assert await decision is None
    assert (tmp_path / "notes.md").read_text() == "one two\n"
    assert it.copied() == []


async def test_of_decisions_in_one_moment_the_last_alone_is_delivered():
    it, text = places(), spoken()
    await it.deliveries.deliver(text)
    decided = []
    for _ in range(3):
        decide(text, text.review.toggle(0))
        decided.append(it.deliveries.deliver_standing(text))
    outcomes = [await one for one in decided]
    assert outcomes[:2] == [None, None]
    assert it.copied() == ["one three", "one two"]


async def test_where_texts_go_is_looked_at_anew_after_each(tmp_path: Path):
    """A pane may be called otherwise then, or be gone."""
    it = places(f"file:{tmp_path}/notes/notes.md", fallback=[])
    await it.choice.choose(f"file:{tmp_path}/notes/notes.md")
    assert it.told.problem
    (tmp_path / "notes").mkdir()
    await it.deliveries.deliver(spoken())
    assert it.told.problem == ""


async def test_a_place_is_called_as_it_was_when_the_text_went_there():
    """The last pane may be another one by then."""
    it, text = places("tmux:last"), spoken()
    pane = Collected()
    pane.name, pane.replaces = "tmux %0", False
    it.router._targets["tmux:last"] = pane
    await it.deliveries.deliver(text)
    pane.name = "tmux %2"
    decide(text, text.review.accept())
    outcome = await it.deliveries.deliver_standing(text)
    assert outcome is not None
    assert outcome.target == "tmux %0"
    decide(text, text.review.reject())
    await it.deliveries.deliver_standing(text)
    assert it.delivered.left_at == "tmux %0"
    assert pane.texts == ["one three"]
