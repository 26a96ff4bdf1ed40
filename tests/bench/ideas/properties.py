"""Cached properties: values that are worked out again although they never change."""

from __future__ import annotations

import tomllib
from bisect import bisect_left, bisect_right
from functools import cached_property
from itertools import accumulate

from engine import paths
from engine.audio.format import SAMPLE_RATE
from engine.settings.schema import PerformanceSettings, Settings
from engine.speech.recognizer import Segment, Word
from engine.speech.spans import Span, Window
from tests.bench.ideas.pairs import Side, compare
from tests.bench.ideas.table import DECODE_US_PER_S, PHRASE_S, Row, timed_row

CALLS = 30

SETTINGS_A_PHRASE = 20
"""Times that the performance mode is asked for in a phrase at the most: its opening and each partial."""

REASONS = (
    "Cached properties: values that are asked for often (quiet_s, written, trusted) change with every "
    "frame, and cannot be cached; those that stay are asked for some times in seconds. A frozen dataclass"
    " with slots has no room for a cache either.",
)


class CachedSettings(Settings):
    """Looks the performance mode up once."""

    @cached_property
    def performance(self) -> PerformanceSettings:
        rows = {"quality": self.quality, "balanced": self.balanced, "speed": self.speed}
        return rows[self.recognition.performance]


class CachedWindow(Window):
    """Adds its spans up once."""

    @cached_property
    def _ends(self) -> list[int]:
        return list(accumulate(span.length for span in self.spans))

    def _start(self, time_s: float) -> float:
        return self._time(time_s, bisect_right(self._ends, round(time_s * SAMPLE_RATE)))

    def _end(self, time_s: float) -> float:
        return self._time(time_s, bisect_left(self._ends, round(time_s * SAMPLE_RATE)))

    def _time(self, time_s: float, index: int) -> float:
        index = min(index, len(self.spans) - 1)
        before = self._ends[index - 1] if index else 0
        span = self.spans[index]
        return min(span.start + time_s * SAMPLE_RATE - before, span.stop) / SAMPLE_RATE


def settings_row() -> Row:
    """The performance mode in force, as often as a phrase asks for it."""
    table = tomllib.loads(paths.shipped("config.toml").read_text())
    plain, cached = Settings.model_validate(table), CachedSettings.model_validate(table)

    def phrase(settings: Settings) -> None:
        for _ in range(SETTINGS_A_PHRASE):
            _ = settings.performance

    pair = compare(Side(lambda: phrase(plain)), Side(lambda: phrase(cached)), 10 * CALLS)
    return timed_row(
        "cached properties", "Settings.performance", pair, "not kept", "decode", PHRASE_S * DECODE_US_PER_S
    )


def window_row() -> Row:
    """Placing the words of a file's window of 30 s, eight phrases and 80 words."""
    spans = tuple(Span(at * 100_000, at * 100_000 + 60_000) for at in range(8))
    words = tuple(Word("word", at * 0.37, at * 0.37 + 0.3) for at in range(80))
    segment = Segment("words", 0.0, 29.9, words)
    if Window(spans).placed(segment) != CachedWindow(spans).placed(segment):
        raise RuntimeError("the two ways place words differently")
    # A window of its own each time: it is used once, so the first look pays.
    pair = compare(
        Side(lambda: Window(spans).placed(segment)), Side(lambda: CachedWindow(spans).placed(segment)), CALLS
    )
    return timed_row(
        "cached properties", "Window, file's 30 s", pair, "not kept", "decode", 30 * DECODE_US_PER_S
    )


def rows() -> list[Row]:
    """All of this group."""
    return [settings_row(), window_row()]
