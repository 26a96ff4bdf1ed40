"""Lazy and insertion sort of segments: what order costs where it is there already."""

from __future__ import annotations

import random
from bisect import insort
from collections.abc import Iterable
from operator import attrgetter

from engine.metrics import SITTING, Sitting
from engine.speech.recognizer import Segment
from engine.speech.words import Words
from tests.bench.ideas.pairs import Side, paired, rounds_of
from tests.bench.ideas.table import DECODE_US_PER_S, PHRASE_S, PHRASE_WORDS, STOP_US, Row, timed_row

DICTATION_S = 300.0
"""The longest dictation of the stop-to-text bench: 75 phrases."""

CALLS = 40

REASONS = (
    "Lazy or insertion sort: segments come in order from one thread, so they are appended and nothing "
    "sorts them; each report needs a tuple of its own, which nobody may change, whatever the order was.",
    "Sitting sorts its times when the figures are asked for, once a dictation: a list that is kept in "
    "order beside the queue would save what nobody can feel.",
)

_start = attrgetter("start_s")


class OrderedSitting(Sitting):
    """Keeps the times in order beside the queue."""

    def __init__(self) -> None:
        super().__init__()
        self._ordered: list[float] = []

    def add(self, stop_to_text_ms: float) -> None:
        if len(self._times) == SITTING:
            self._ordered.remove(self._times[0])
        super().add(stop_to_text_ms)
        insort(self._ordered, stop_to_text_ms)

    def percentile(self, share: float) -> float | None:
        rank = max(1, -int(-share * len(self._ordered) // 1))
        return self._ordered[rank - 1] if self._ordered else None


def phrases(seconds: float) -> list[Segment]:
    """The segments of a dictation, one a phrase, in order."""
    chance = random.Random(1)
    return [
        Segment(
            " ".join(chance.choices(["report", "friday", "the", "is", "due"], k=PHRASE_WORDS)),
            at * PHRASE_S,
            at * PHRASE_S + 3.2,
        )
        for at in range(int(seconds / PHRASE_S))
    ]


def appended(found: Iterable[Segment]) -> Words:
    """What `StreamingTranscriber` does."""
    words = Words()
    for segment in found:
        words = Words((*words.segments, segment), expected=())
    return words


def inserted(found: Iterable[Segment]) -> Words:
    """Insertion sort: each segment is put where its time belongs."""
    words, ordered = Words(), list[Segment]()
    for segment in found:
        insort(ordered, segment, key=_start)
        words = Words(tuple(ordered), expected=())
    return words


def sorted_late(found: Iterable[Segment]) -> Words:
    """Lazy sort: segments are collected as they come, and put in order whenever somebody looks."""
    words, collected = Words(), list[Segment]()
    for segment in found:
        collected.append(segment)
        collected.sort(key=_start)
        words = Words(tuple(collected), expected=())
    return words


def sort_rows() -> list[Row]:
    """A dictation's phrases, reported one by one."""
    found = phrases(DICTATION_S)
    ways = (appended, inserted, sorted_late)
    if len({way(found) for way in ways}) != 1:
        raise RuntimeError("the ways give different words")
    times = rounds_of([Side(lambda way=way: way(found)) for way in ways], CALLS)
    whole_us = DICTATION_S * DECODE_US_PER_S
    names = ("insertion sort", "lazy sort")
    return [
        timed_row(name, "Words, 75 phrases", paired(times[0], taken), "not kept", "decode", whole_us)
        for name, taken in zip(names, times[1:], strict=True)
    ]


def sitting_row() -> Row:
    """One more dictation in a long sitting: its time is added, and two percentiles are asked for."""
    chance = random.Random(2)
    sides: list[Sitting] = [Sitting(), OrderedSitting()]
    for _ in range(SITTING):
        took = chance.gauss(60, 10)
        for sitting in sides:
            sitting.add(took)
    if sides[0].percentile(0.95) != sides[1].percentile(0.95):
        raise RuntimeError("the two ways disagree about a percentile")

    def finish(sitting: Sitting) -> None:
        sitting.add(chance.gauss(60, 10))
        sitting.percentile(0.5)
        sitting.percentile(0.95)

    times = rounds_of([Side(lambda one=one: finish(one)) for one in sides], CALLS)
    pair = paired(times[0], times[1])
    return timed_row("insertion sort", "Sitting, 1000 dictations", pair, "not kept", "stop", STOP_US)


def rows() -> list[Row]:
    """All of this group."""
    return [*sort_rows(), sitting_row()]
