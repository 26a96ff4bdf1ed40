"""Several dictations at once: each stays one entry, in its place."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deliver.target import Delivery, Outcome
from engine.events import (
    Delivered,
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Event,
    RecordingStarted,
    StateChanged,
    TranscriptChanged,
)
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, shown
from tui.panels import entries
from tui.panels.entries import Entries

MakeStage = Callable[..., Stage]
ENDS = ("finished", "failed", "cancelled")


def life(number: int, end: str) -> list[Event]:
    """What is reported of one dictation, from its first word to its end."""
    last: dict[str, Event] = {
        "finished": DictationFinished(number, "", f"Final {number}."),
        "failed": DictationFailed(number, "recognition", "It ended.", "", None, f"Saved {number}."),
        "cancelled": DictationCancelled(number, None),
    }
    return [
        RecordingStarted(number, 1.0),
        TranscriptChanged(number, "", f"par{number}"),
        TranscriptChanged(number, f"firm {number}", f"par{number}"),
        last[end],
    ]


def shown_at_the_end(number: int, end: str) -> str:
    return {"finished": f"Final {number}.", "failed": f"Saved {number}.", "cancelled": f"firm {number}"}[end]


@st.composite
def interleavings(draw: st.DrawFn) -> tuple[tuple[str, ...], list[Event]]:
    """The ends of two or three dictations, and all their events in an order that keeps each one's own."""
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=2, max_size=3))
    waiting = [life(number, end) for number, end in enumerate(ends, 1)]
    mixed: list[Event] = []
    while waiting:
        mixed.append(draw(st.sampled_from(waiting)).pop(0))
        waiting = [rest for rest in waiting if rest]
    return tuple(ends), mixed


def take(kept: Entries, event: Event) -> None:
    match event:
        case RecordingStarted(number, _):
            kept.begin(number)
        case TranscriptChanged(number, firm, partial):
            kept.words(number, firm, partial)
        case DictationFinished(number, _, text) | DictationFailed(number, _, _, _, _, text):
            kept.end(number, text)
        case DictationCancelled(number, _):
            kept.end(number)


@given(interleavings())
def test_any_interleaving_ends_with_one_entry_each_in_the_order_of_speaking(
    mixed: tuple[tuple[str, ...], list[Event]],
):
    ends, events = mixed
    kept = Entries()
    for event in events:
        take(kept, event)
        texts = [entry.text for entry in kept.spoken()]
        assert [text.rstrip(".")[-1] for text in texts] == sorted(text.rstrip(".")[-1] for text in texts)
    assert texts == [shown_at_the_end(number, end) for number, end in enumerate(ends, 1)]


def test_what_comes_after_the_end_is_ignored():
    kept = Entries()
    kept.words(1, "one", "more")
    kept.end(1, "One.")
    kept.words(1, "one", "late")
    kept.end(1)
    assert [entry.text for entry in kept.spoken()] == ["One."]


def test_the_oldest_entries_go_and_do_not_come_back(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(entries, "KEPT", 3)
    kept = Entries()
    for number in range(1, 6):
        kept.end(number, f"Text {number}.")
    kept.words(1, "late", "")
    assert [entry.text for entry in kept.spoken()] == ["Text 3.", "Text 4.", "Text 5."]


async def test_a_dictation_grows_above_the_one_that_is_spoken(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.workstation.transcript
        await publish(
            pilot,
            RecordingStarted(1, 1.0),
            TranscriptChanged(1, "Alpha one", "two three"),
            RecordingStarted(2, 1.0),
            TranscriptChanged(2, "", "bravo one"),
        )
        assert transcript.text == "Alpha one two three\nbravo one"
        styles = [mark.name for mark in transcript._marks]
        assert styles == ["earlier", "partial", "partial"]
        await publish(
            pilot, DictationFinished(1, "", "Alpha 1 2 3."), TranscriptChanged(2, "Bravo one", "two")
        )
        assert transcript.text == "Alpha 1 2 3.\nBravo one two"
        await publish(pilot, DictationFinished(2, "", "Bravo 1 2."))
        assert transcript.text == "Alpha 1 2 3.\nBravo 1 2."


@pytest.mark.parametrize("first", ENDS)
@pytest.mark.parametrize("second", ENDS)
async def test_the_screen_shows_each_dictation_once(stage: MakeStage, first: str, second: str):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        one, two = life(1, first), life(2, second)
        await publish(pilot, *one[:2], *two[:2], *one[2:], *two[2:])
        wanted = [shown_at_the_end(1, first), shown_at_the_end(2, second)]
        assert app.workstation.transcript.text.split("\n") == wanted


async def test_while_one_finishes_and_another_records_the_header_speaks_of_the_newer(stage: MakeStage):
    app = stage()
    state = DictationState
    async with app.run_test(size=(100, 30)) as pilot:
        app.workstation.aim("clipboard")
        await publish(
            pilot,
            RecordingStarted(1, 1.0),
            StateChanged(state.FINISHING, state.RECORDING),
            StateChanged(state.ARMING, state.FINISHING),
            StateChanged(state.RECORDING, state.ARMING),
            RecordingStarted(2, 1.0),
            Delivered(1, Outcome(Delivery.DELIVERED, "clipboard")),
        )
        head = screen_lines(app)[0]
        assert "● 00:00 recording" in head
        assert head.rstrip().endswith(" → clipboard")
        assert "copied" not in head
        assert "Copied to the clipboard." in "\n".join(screen_lines(app))
        failed = DictationFailed(1, "recognition", "It ended.", "", None)
        await publish(pilot, failed, Delivered(1, Outcome(Delivery.FAILED, "clipboard")))
        assert "✕" not in screen_lines(app)[0]
        await publish(pilot, Delivered(2, Outcome(Delivery.DELIVERED, "clipboard")))
        assert screen_lines(app)[0].rstrip().endswith(" copied → clipboard")


async def test_words_that_were_not_wanted_are_drawn_like_earlier_ones(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.workstation.transcript
        await publish(pilot, RecordingStarted(1, 0.5), TranscriptChanged(1, "Not these.", "words"))
        bright = transcript.render_line(0)._segments[0].style
        await publish(pilot, DictationCancelled(1, None))
        assert transcript.text == "Not these."
        assert transcript.render_line(0)._segments[0].style != bright
        assert "transcript · cancelled" in shown(app)
        await publish(pilot, RecordingStarted(2, 0.5))
        assert "cancelled" not in shown(app)


async def test_the_frame_says_while_the_last_dictation_is_still_being_recognised(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 0.5), TranscriptChanged(1, "One.", ""))
        assert "finishing" not in shown(app)
        await publish(pilot, RecordingStarted(2, 0.5))
        assert "transcript · finishing the last dictation" in shown(app)
        await publish(pilot, DictationFinished(1, "one", "One."))
        assert "finishing" not in shown(app)
