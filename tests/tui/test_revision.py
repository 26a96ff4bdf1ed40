"""A text that was decoded again: which words are new, also once it was edited, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.enhance.diff import word_diff
from engine.events import DictationFinished, RecordingStarted, Revised, TranscriptChanged
from tests.tui.conftest import Stage, publish, shown
from tui.panels.revision import carried, count, revised

MakeStage = Callable[..., Stage]
HEARD = "the report is do on friday and it goes to twenty three people"
BETTER = "the report is due on friday and it goes to twenty three good people"
FINAL = "The report is due on Friday and it goes to 23 good people."

TEXTS = st.lists(st.sampled_from(["one", "two", "three", "four", "Five,"]), max_size=12).map(" ".join)


def cut(text: str, spans: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[begin:end] for begin, end in spans]


def test_new_words_are_found_and_counted():
    changes = word_diff(HEARD, BETTER)
    assert count(changes) == 2
    assert cut(BETTER, revised(BETTER, changes)) == ["due", "good"]


def test_new_words_are_found_again_in_the_edited_text():
    spans = revised(BETTER, word_diff(HEARD, BETTER))
    assert cut(FINAL, carried(BETTER, spans, FINAL)) == ["due", "good"]


def test_a_rewritten_run_is_new_if_a_word_of_it_was():
    old = "we need twenty three people"
    spans = revised(old, word_diff("we need twenty free people", old))
    assert cut(old, spans) == ["three"]
    assert cut("We need 23 people.", carried(old, spans, "We need 23 people.")) == ["23"]


@given(TEXTS, TEXTS, TEXTS)
def test_stretches_are_whole_words_in_order(before: str, after: str, final: str):
    changes = word_diff(before, after)
    spans = revised(after, changes)
    for text, found in ((after, spans), (final, carried(after, spans, final))):
        edges = [edge for span in found for edge in span]
        assert edges == sorted(set(edges))
        assert all(text[begin:end] == text[begin:end].strip() != "" for begin, end in found)
    assert bool(spans) <= bool(count(changes))
    assert carried(after, spans, after) == spans


@pytest.mark.parametrize("size", [(40, 8), (80, 24), (160, 48)])
async def test_the_new_text_takes_the_place_of_the_old_and_its_new_words_are_marked(
    stage: MakeStage, size: tuple[int, int]
):
    app = stage()
    async with app.run_test(size=size) as pilot:
        transcript = app.workstation.transcript
        await publish(pilot, RecordingStarted(1, 1.0), TranscriptChanged(1, HEARD, ""))
        before = transcript.region
        await publish(pilot, Revised(1, HEARD, BETTER, word_diff(HEARD, BETTER)))
        assert transcript.text == BETTER
        assert [transcript.text[mark.begin : mark.end] for mark in transcript._marks] == ["due", "good"]
        await publish(pilot, DictationFinished(1, BETTER, FINAL))
        assert transcript.text == FINAL
        assert [transcript.text[mark.begin : mark.end] for mark in transcript._marks] == ["due", "good"]
        underlined = [
            segment.text
            for y in range(transcript.size.height)
            for segment in transcript.render_line(y)
            if segment.style and segment.style.underline
        ]
        assert underlined == ["due", "good"]
        assert transcript.region == before
        assert ("revised: 2 words" in shown(app)) == (size[0] >= 60)
        await publish(pilot, RecordingStarted(2, 1.0))
        assert "revised" not in shown(app)


async def test_a_revision_of_an_earlier_dictation_is_shown_without_a_mark(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 1.0), TranscriptChanged(1, HEARD, ""))
        await publish(pilot, RecordingStarted(2, 1.0), TranscriptChanged(2, "next words", ""))
        await publish(pilot, Revised(1, HEARD, BETTER, word_diff(HEARD, BETTER)))
        assert app.workstation.transcript.text == f"{BETTER}\nnext words"
        assert "revised" not in shown(app)


async def test_a_revision_that_comes_too_late_changes_nothing(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RecordingStarted(1, 1.0), DictationFinished(1, HEARD, HEARD))
        await publish(pilot, Revised(1, HEARD, BETTER, word_diff(HEARD, BETTER)))
        assert app.workstation.transcript.text == HEARD
        assert "revised" not in shown(app)
