"""What the screen shows of an edit that is made, decided on, waits, or is of an earlier text."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.enhance.diff import joined, word_diff
from engine.enhance.enhancer_status import EnhancerStatus
from engine.events import (
    DictationFailed,
    DictationFinished,
    Enhanced,
    EnhancementGrew,
    EnhancerChanged,
    Event,
    RecordingStarted,
    Reviewed,
    TranscriptChanged,
)
from tests.tui.conftest import Stage, publish, screen_lines, shown, words
from tui.panels import diff as diff_module
from tui.panels.diff import Diff

MakeStage = Callable[..., Stage]
RAW = "um we need to send it on friday"
TEXT = "We must send it on Friday now."
CHANGES = word_diff(RAW, TEXT)
COUNT = sum(change.kind != "equal" for change in CHANGES)
OLLAMA = EnhancerStatus("ollama", "127.0.0.1:11434", "qwen2.5:3b")


def edited(number: int = 1, **more: object) -> Enhanced:
    made = Enhanced(number, RAW, TEXT, CHANGES, "ollama", "", "qwen2.5:3b", "email", 412.0, 2140.0)
    return replace(made, **more)


def reviewed(number: int = 1, *left: int, **more: object) -> Reviewed:
    taken = tuple(index not in left for index in range(COUNT))
    decisions = iter(taken)
    text = joined(
        change.after if change.kind == "equal" or next(decisions) else change.before for change in CHANGES
    )
    made = Reviewed(number, RAW, text, CHANGES, taken, enhancer="ollama", mode="email")
    return replace(made, **more)


def said(number: int) -> tuple[Event, ...]:
    return RecordingStarted(number, 0.5), TranscriptChanged(number, RAW, "")


def titles(app: Stage) -> tuple[str, str]:
    """Title and lower frame of the panel."""
    return str(app.workstation.diff.border_title), str(app.workstation.diff.border_subtitle)


async def test_first_words_are_timed_and_changes_seen_while_the_answer_comes(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, EnhancerChanged(OLLAMA), *said(1), EnhancementGrew(1, RAW, "We", 412.0))
        assert "enhancement · ollama · first words 0.4 s · streaming…" in shown(app)
        assert app.workstation.diff.text == "We▌"
        await publish(pilot, EnhancementGrew(1, RAW, "We must send it on Fri", 412.0))
        assert app.workstation.diff.text == "-um- +W+e -need to-→+must+ send it on Fri▌"
        await publish(pilot, edited(), reviewed())
        assert app.workstation.diff.text == "-um- +W+e -need to-→+must+ send it on +F+riday +now.+"


async def test_the_title_says_who_made_it_how_and_what_is_left(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(190, 48)) as pilot:
        await publish(pilot, *said(1), edited(), reviewed(1, 2))
        assert titles(app)[0] == "enhancement · ollama qwen2.5:3b · email · 4 of 5 changes · 2.1 s"
        await publish(pilot, reviewed(1))
        assert titles(app)[0] == ("enhancement · ollama qwen2.5:3b · email · 3 changes · 2 touch-ups · 2.1 s")
        await pilot.resize_terminal(60, 24)
        await pilot.pause()
        assert "enhancement · ollama qwen2.5:3b · 3 changes · 2.1 s" in shown(app)
        await publish(pilot, reviewed(1, 2, 3))
        assert "enhancement · ollama · 3 of 5 changes · 2.1 s" in words(app)


async def test_a_change_that_is_left_is_told_from_one_that_is_taken(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), edited(), reviewed(1, 0, 2))
        assert app.workstation.diff.text == ("(-um-) +W+e (-need to-→+must+) send it on +F+riday +now.+")
        assert app.workstation.transcript.text == "um We need to send it on Friday now."
        await publish(pilot, reviewed(1, *range(COUNT)))
        assert app.workstation.transcript.text == RAW
        assert titles(app)[0].endswith("· raw · 2.1 s")
        assert titles(app)[1] == "a takes all · j picks a change"
        assert screen_lines(app)[-1].startswith(" a accept  space record")


async def test_what_waits_names_the_keys_and_puts_them_first_in_the_key_bar(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), edited(), reviewed(waits=True))
        assert titles(app)[1] == "a accepts · r raw · j picks a change"
        assert screen_lines(app)[-1].startswith(" a accept  r raw  space record")
        await publish(pilot, DictationFinished(1, RAW, TEXT), reviewed())
        assert titles(app)[1] == "j picks a change · r raw"
        assert screen_lines(app)[-1].startswith(" space record")
        await pilot.resize_terminal(40, 8)
        await publish(pilot, reviewed(waits=True))
        assert screen_lines(app)[-1].rstrip() == " a accept  r raw  space record  ? help"
        await publish(pilot, reviewed())
        assert screen_lines(app)[-1].rstrip() == " space record  esc cancel  y copy  ?"


def step(app: Stage, by: int, times: int = 1) -> list[int | None]:
    seen = []
    for _ in range(times):
        app.workstation.diff.step(by)
        seen.append(app.workstation.diff.current)
    return seen


async def test_the_cursor_goes_from_change_to_change_and_around(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        assert step(app, 1) == [None]
        await publish(pilot, *said(1), edited(), reviewed())
        assert step(app, 1, COUNT + 1) == [*range(COUNT), 0]
        assert step(app, -1, 3) == [4, 3, 2]
        diff = app.workstation.diff
        assert diff.text == "-um- +W+e ▸need to-→+must+ send it on +F+riday +now.+"
        assert titles(app)[1] == f"x leaves it · change 3 of {COUNT}"
        reverse = [segment.text for segment in diff.render_line(0) if segment.style and segment.style.reverse]
        assert reverse == ["▸need to-→+must+"]
        await publish(pilot, reviewed(1, 2))
        assert diff.current == 2
        assert diff.text == "-um- +W+e ▸(-need to-→+must+) send it on +F+riday +now.+"
        assert titles(app)[1] == f"x takes it · change 3 of {COUNT}"
        await publish(pilot, edited(2), reviewed(2))
        assert diff.current is None


@pytest.mark.parametrize("size", [(80, 24), (160, 48), (60, 24)])
async def test_the_current_change_is_scrolled_into_view(stage: MakeStage, size: tuple[int, int]):
    app = stage()
    raw = " ".join(f"word{number} um same same same" for number in range(150))
    changes = word_diff(raw, raw.replace("um ", ""))
    async with app.run_test(size=size) as pilot:
        await publish(pilot, replace(edited(), changes=changes))
        await publish(pilot, replace(reviewed(), changes=changes, taken=(True,) * 150))
        for by, times in ((1, 1), (1, 70), (-1, 30), (-1, 60)):
            step(app, by, times)
            await pilot.pause()
            assert "▸um-" in shown(app)


async def test_there_is_no_cursor_in_a_text_that_is_being_made(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), edited(), reviewed())
        step(app, 1)
        await publish(pilot, EnhancementGrew(1, RAW, "We", 10.0))
        assert app.workstation.diff.current is None
        assert not app.workstation.diff.step(1)
        assert "streaming…" in shown(app)
        await publish(pilot, edited(text="We", changes=word_diff(RAW, "We")))
        assert app.workstation.diff.current is None


async def test_an_earlier_text_says_which_it_is_and_stands_out(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        for number in (1, 2, 3):
            await publish(pilot, *said(number), edited(number), reviewed(number, place=number, count=number))
            await publish(pilot, DictationFinished(number, RAW, TEXT))
        await publish(pilot, reviewed(1, place=1, count=3))
        assert titles(app)[0].startswith("enhancement · 1 of 3 · ollama")
        assert "transcript · 1 of 3" in shown(app)
        assert "previous" not in titles(app)[0]
        assert not app.workstation.diff.has_class("-previous")
        assert [mark.name for mark in app.workstation.transcript._marks] == ["chosen", "earlier", "earlier"]
        await publish(pilot, replace(edited(4), enhancer="tidy"), reviewed(4, shown=False))
        assert "1 of 3" in titles(app)[0]
        await publish(pilot, reviewed(4, place=4, count=4))
        assert " of " not in titles(app)[0]
        assert {mark.name for mark in app.workstation.transcript._marks} == {"earlier"}


async def test_how_the_oldest_texts_were_made_is_forgotten_but_not_what_is_shown(
    stage: MakeStage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(diff_module, "REMEMBERED", 2)
    app = stage()
    async with app.run_test(size=(190, 48)) as pilot:
        await publish(pilot, edited(1), reviewed(1), edited(2), reviewed(1, place=1, count=2))
        for number in (3, 4):
            await publish(pilot, edited(number), reviewed(number, shown=False))
        assert titles(app)[0].startswith("enhancement · 1 of 2 · ollama qwen2.5:3b · email")
        await publish(pilot, reviewed(1, place=1, count=4))
        assert titles(app)[0].startswith("enhancement · 1 of 4 · ollama · email")
        assert len(app.workstation.diff._edits) == 2


async def test_a_text_that_failed_can_be_edited_later(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        failed = DictationFailed(1, "delivery", "No.", "", None, RAW)
        await publish(pilot, *said(1), edited(), reviewed(), failed, EnhancementGrew(1, RAW, "late", 9.0))
        assert "late" not in app.workstation.diff.text
        await publish(pilot, reviewed(), EnhancementGrew(1, RAW, "We must", 9.0))
        assert "streaming…" in titles(app)[0]


async def test_a_text_that_went_out_raw_is_enhanced_behind_that(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), DictationFinished(1, RAW, RAW))
        await publish(pilot, EnhancementGrew(1, RAW, "We must", 9.0))
        assert "streaming…" in titles(app)[0]
        left = range(COUNT)
        await publish(pilot, edited(), reviewed(1, *left))
        assert app.workstation.transcript.text == RAW
        await publish(pilot, reviewed())
        assert app.workstation.transcript.text == TEXT


async def test_a_remark_is_one_sentence_under_the_words(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        why = "Nothing answers at box:1\x1b[2J;\ntidy edited the text."
        await publish(pilot, *said(1), edited(remark=why), reviewed(remark=why))
        assert app.workstation.diff.text.endswith("\nNothing answers at box:1; tidy edited the text.")
        assert app.workstation.diff._marks[-1].name == "remark"
        assert titles(app)[1] == "E asks the model · j picks a change · r raw"


async def test_names_of_models_are_made_safe(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), edited(model="[b]m\x1b[2J"), reviewed(), EnhancerChanged(OLLAMA))
        assert "ollama [b]m" in words(app)


async def test_a_long_edit_is_drawn_once_for_each_decision(stage: MakeStage, monkeypatch: pytest.MonkeyPatch):
    app = stage()
    drawn: list[int] = []
    draw = Diff._draw

    def counted(self: Diff) -> None:
        drawn.append(1)
        draw(self)

    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, *said(1), edited(), reviewed())
        monkeypatch.setattr(Diff, "_draw", counted)
        await publish(pilot, reviewed(1, 2))
        assert len(drawn) == 1
