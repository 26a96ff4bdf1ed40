"""The arithmetic behind the table of ideas, and that the ways it compares do the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import count

import numpy as np
import pytest

from engine.enhance.enhancer import Draft, Pause
from engine.speech.cleanup import readable
from tests.bench.ideas.audio_path import ScratchRing
from tests.bench.ideas.file_blocks import joined
from tests.bench.ideas.pairs import Pair, Side, paired, rounds_of
from tests.bench.ideas.segments import OrderedSitting
from tests.bench.ideas.table import WIDTH, Row, line, timed_row
from tests.bench.ideas.text import in_passes, sanitized_fused, uncompiled

HALF = Pair(200.0, 100.0, 0.5, 0.02)
DOUBLE = Pair(100.0, 200.0, 2.0, 0.02)
NEARLY = Pair(100.0, 95.0, 0.95, 0.01)
NOISY = Pair(200.0, 100.0, 0.85, 0.1)


def row(pair: Pair, *, kept: bool, share: float) -> Row:
    return Row("an idea", "a place", pair, share, "stop", "kept" if kept else "not kept")


@pytest.mark.parametrize(
    ("found", "verdict"),
    [
        (row(HALF, kept=True, share=0.02), "kept, pays"),
        (row(HALF, kept=False, share=0.02), "NOT KEPT, PAYS"),
        (row(HALF, kept=False, share=0.002), "not kept, gains little"),
        (row(DOUBLE, kept=True, share=-0.02), "KEPT, COSTS"),
        (row(DOUBLE, kept=False, share=-0.002), "not kept, costs little"),
        (row(NEARLY, kept=True, share=0.5), "kept, no clear gain"),
        (row(NOISY, kept=True, share=0.5), "kept, no clear gain"),
        (replace(row(HALF, kept=False, share=0.02), bargain=True), "not kept, pays"),
    ],
)
def test_a_verdict_follows_from_the_numbers(found: Row, verdict: str) -> None:
    assert found.verdict == verdict


def test_a_share_counts_how_often_the_saving_happens() -> None:
    found = timed_row("an idea", "a place", HALF, "kept", "stop", 1000.0, times=3)
    assert found.share == pytest.approx(0.3)


def test_a_line_that_no_terminal_shows_is_refused() -> None:
    found = row(HALF, kept=True, share=0.02)
    assert len(line(found)) <= WIDTH
    with pytest.raises(ValueError, match="columns"):
        line(replace(found, where="a place" * 12))


def test_sides_take_turns_and_calls_are_divided_out() -> None:
    """A clock that ticks once a look, and a work that ticks on by itself, tell what was counted."""
    ticks = count()
    order: list[str] = []

    def work(name: str, steps: int) -> None:
        order.append(name)
        for _ in range(steps):
            next(ticks)

    sides = [Side(lambda: work("a", 1)), Side(lambda: work("b", 4))]
    times = rounds_of(sides, 10, 2, clock=lambda: float(next(ticks)))
    assert times == pytest.approx(np.array([[1.1e6] * 2, [4.1e6] * 2]))
    assert order == ["a", "b", *"b" * 10, *"a" * 10, *"a" * 10, *"b" * 10]
    assert paired(times[0], times[1]).ratio == pytest.approx(4.1 / 1.1)


TEXTS = ("hello, 'world' (and) more...", "— what?", '"Yes," she said.\nNo', "a\u202eb\x1b[31m\r\nc\ud800")


@pytest.mark.parametrize("text", TEXTS)
def test_other_ways_with_patterns_give_the_same_text(text: str) -> None:
    from engine.deliver.sanitize import for_terminal

    draft = Draft(text, (Pause(text.find(" ") + 1, 0.8),))
    plain = readable(draft)
    with uncompiled():
        assert readable(draft) == plain
    with in_passes():
        assert readable(draft) == plain
    assert sanitized_fused(text) == for_terminal(text)


def test_blocks_are_joined_without_loss() -> None:
    sound = np.arange(10_000).reshape(-1, 1)
    blocks = list(joined(iter(np.array_split(sound, 37)), 1024))
    assert [len(block) for block in blocks] == [1024] * 9 + [784]
    assert np.array_equal(np.concatenate(blocks), sound)


def test_a_ring_with_scratch_gives_what_was_written_across_its_end() -> None:
    ring = ScratchRing(10, None, np.int64)
    for start in range(0, 70, 7):
        ring.write(np.arange(start, start + 7))
        assert ring.read().tolist() == list(range(start, start + 7))


def test_an_ordered_sitting_keeps_the_percentiles_when_old_times_go() -> None:
    from engine.metrics import SITTING, Sitting

    plain, ordered = Sitting(), OrderedSitting()
    for at in range(SITTING + 500):
        for sitting in (plain, ordered):
            sitting.add(float(at * 7919 % 1009))
    for share in (0.0, 0.5, 0.95, 1.0):
        assert ordered.percentile(share) == plain.percentile(share)
