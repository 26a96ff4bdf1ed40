"""Transcript and diff as widgets: wrapping, following, selecting, marks."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.geometry import Offset
from textual.selection import Selection

from engine.enhance.diff import Change, word_diff
from engine.events import DictationFinished, Enhanced, EnhancementGrew, RecordingStarted, TranscriptChanged
from tests.tui.conftest import Stage, publish, screen_lines
from tui.panels import transcript as transcript_module
from tui.panels.diff import Diff
from tui.panels.plain import plain

MakeStage = Callable[..., Stage]
LONG = " ".join(f"word{number}" for number in range(300))
CHANGES = (
    Change("removed", "um", ""),
    Change("replaced", "the", "The"),
    Change("equal", "report is due", "report is due"),
    Change("added", "", "Friday."),
)


def test_before_the_width_is_known_a_text_is_not_broken_into_letters():
    assert Diff("press space\nto begin").lines == ["press space", "to begin"]


async def test_committed_and_partial_words_are_shown_in_order(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, TranscriptChanged(1, "The quarterly", "report is"))
        transcript = app.workstation.transcript
        assert transcript.text == "The quarterly report is"
        strip = transcript.render_line(0)
        styles = {segment.text.strip(): segment.style for segment in strip if segment.text.strip()}
        assert styles["The quarterly"].italic is not True
        assert styles["report is"].italic


async def test_firm_words_are_made_safe_once_while_others_change(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
):
    made_safe: list[str] = []

    def counted(text: str) -> str:
        made_safe.append(text)
        return plain(text)

    transcript_module._firm.cache_clear()
    monkeypatch.setattr(transcript_module, "plain", counted)
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        for partial in ("is", "is\x07 due", "is due on"):
            await publish(pilot, TranscriptChanged(1, "Firm\x1b words", partial))
        assert app.workstation.transcript.text == "Firm words is due on"
        assert made_safe.count("Firm\x1b words") == 1
        await publish(pilot, TranscriptChanged(1, "Firm\x1b words is due", "on"))
        assert app.workstation.transcript.text == "Firm words is due on"


async def test_text_is_never_markup_and_never_a_control_sequence(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, TranscriptChanged(1, "[bold]not[/bold] \x1b[31mred\x07 [", ""))
        assert any("[bold]not[/bold] red [" in line for line in screen_lines(app))


async def test_an_unchanged_line_keeps_its_strip_while_text_grows(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, TranscriptChanged(1, LONG[:200], ""))
        transcript = app.workstation.transcript
        first = transcript.render_line(0)
        await publish(pilot, TranscriptChanged(1, LONG[:240], ""))
        assert transcript.render_line(0) is first


async def test_wrapping_piece_by_piece_equals_wrapping_at_once(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.workstation.transcript
        for end in range(0, 600, 7):
            transcript.words(1, LONG[:end], LONG[end : end + 20])
        await pilot.pause()
        grown = transcript.lines
        transcript._rewrap(0)
        assert transcript.lines == grown


async def test_it_follows_the_end_until_the_user_scrolls_up(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.workstation.transcript
        await publish(pilot, TranscriptChanged(1, LONG[:900], ""))
        assert transcript.scroll_offset.y == transcript.max_scroll_y > 0
        await pilot.press("up", "up")
        await pilot.pause()
        position = transcript.scroll_offset.y
        assert position < transcript.max_scroll_y
        await publish(pilot, TranscriptChanged(1, LONG[:1200], ""))
        assert transcript.scroll_offset.y == position
        await publish(pilot, RecordingStarted(2, 1.0))
        assert transcript.scroll_offset.y == transcript.max_scroll_y


async def test_it_stays_at_the_end_when_the_window_changes(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        transcript = app.workstation.transcript
        await publish(pilot, TranscriptChanged(1, LONG, ""))
        for size in ((120, 40), (60, 20), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert transcript.scroll_offset.y == transcript.max_scroll_y
            assert "word299" in "\n".join(screen_lines(app))


async def test_a_selection_has_no_line_breaks_of_the_wrapping(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, TranscriptChanged(1, LONG[:300], ""))
        transcript = app.workstation.transcript
        assert len(transcript.lines) > 2
        selected = transcript.get_selection(Selection(Offset(4, 0), Offset(5, 2)))
        begin, end = transcript._lines[0][0] + 4, transcript._lines[2][0] + 5
        assert selected == (LONG[begin:end], "\n")
        everything = transcript.get_selection(Selection(None, None))
        assert everything is not None
        assert everything[0] == LONG[:300].strip()


async def test_the_mouse_selects(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, TranscriptChanged(1, "漢字 and words", ""))
        transcript = app.workstation.transcript
        await pilot.mouse_down(transcript, offset=(2 + 5, 1))
        await pilot.hover(transcript, offset=(2 + 7, 1))
        await pilot.mouse_up(transcript, offset=(2 + 7, 1))
        await pilot.pause()
        assert app.screen.get_selected_text() == "and"


async def test_the_final_text_takes_the_place_of_the_live_words(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot,
            TranscriptChanged(1, "um the report", "is"),
            DictationFinished(1, "um the report is", "The report is."),
            RecordingStarted(2, 1.5),
            TranscriptChanged(2, "next", ""),
        )
        assert app.workstation.transcript.text == "The report is.\nnext"


async def test_a_dictation_without_speech_leaves_nothing(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 1.5), DictationFinished(1, "", ""))
        assert app.workstation.transcript.text.startswith("Press space")


async def test_the_diff_reads_without_colour(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot, Enhanced(1, "um the report is due", "The report is due Friday.", CHANGES, "tidy")
        )
        assert app.workstation.diff.text == "-um- +T+he report is due +Friday.+"
        assert any("enhancement · tidy · 2 changes · 1 touch-up" in line for line in screen_lines(app))


async def test_touch_ups_stand_inside_the_word_and_line_breaks_are_seen(stage: MakeStage):
    app = stage()
    changes = word_diff("due friday we we met twenty three people", "Due Friday,\n\nwe met 23 people.")
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Enhanced(1, "", "", changes, "tidy"))
        diff = app.workstation.diff
        assert diff.text == "+D+ue +F+riday+,¶¶+\n\nwe -we- met -twenty three-→+23+ people+.+"
        bold = [segment.text for segment in diff.render_line(0) if segment.style and segment.style.bold]
        assert bold == ["+D+", "+F+", "+,¶¶+"]
        assert any("2 changes · 3 touch-ups" in line for line in screen_lines(app))


async def test_the_diff_streams_and_tells_why_it_is_not_what_was_asked_for(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, EnhancementGrew(1, "um the", "The"))
        assert app.workstation.diff.text == "The▌"
        equal = (Change("equal", "um the", "um the"),)
        await publish(pilot, Enhanced(1, "um the", "um the", equal, "off", "Enhancement is off."))
        assert app.workstation.diff.text == "um the\nEnhancement is off."
        assert any("off · no changes" in line for line in screen_lines(app))


@pytest.mark.parametrize("width", [30, 80, 160])
async def test_the_diff_scrolls(stage: MakeStage, width: int):
    app = stage()
    many = tuple(Change("replaced", f"old{number}", f"new{number}") for number in range(300))
    async with app.run_test(size=(width, 24)) as pilot:
        await publish(pilot, Enhanced(1, "", "", many, "tidy"))
        assert app.workstation.diff.text.endswith("+new299+")
