"""What an idea is worth in the whole: one row each, and the table of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from engine.audio.format import FRAME_S
from tests.bench.ideas.pairs import Pair

WIDTH = 118
"""Columns of the table at the most."""

LEAST_SHARE = 0.01
"""Share of the whole that it must save to be worth code of its own."""

BLOCK_US = FRAME_S * 1e6
"""Microseconds of a block: what passes until the next one comes."""

STOP_US = 60_000.0
"""Stop to text with PocketSphinx in microseconds: the middle of `RESULTS.md`."""

DECODE_US_PER_S = 140_000.0
"""Microseconds that PocketSphinx decodes a second of sound: its real-time factor in `RESULTS.md`."""

PHRASE_S, PHRASE_WORDS = 4.0, 10
"""A phrase of dictated speech: its seconds with the pause behind it, and its words."""


@dataclass(frozen=True)
class Row:
    """One line of the table.

    Attributes:
        idea: What it is called, with its parameter.
        where: The place in this engine.
        pair: What was measured, in `unit`.
        share: Share of the whole that the idea saves; negative where it costs.
        whole: What the whole is.
        today: Whether the engine does it.
        unit: Of the pair.
        bargain: Whether another row has the price of what this one saves: neither decides alone.
    """

    idea: str
    where: str
    pair: Pair
    share: float
    whole: str
    today: Literal["kept", "not kept"]
    unit: str = "us"
    bargain: bool = False

    @property
    def verdict(self) -> str:
        """What the numbers say about what the engine does; capitals where the two disagree."""
        matters = abs(self.share) >= LEAST_SHARE
        if self.pair.is_faster:
            found = "pays" if matters else "gains little"
        elif self.pair.is_slower:
            found = "costs" if matters else "costs little"
        else:
            found = "no clear gain"
        disagrees = (self.today, found) in (("kept", "costs"), ("not kept", "pays"))
        text = f"{self.today}, {found}"
        return text.upper() if disagrees and not self.bargain else text


def timed_row(
    idea: str,
    where: str,
    pair: Pair,
    today: Literal["kept", "not kept"],
    whole: str = "block",
    whole_us: float = BLOCK_US,
    times: float = 1.0,
) -> Row:
    """A row whose pair is in microseconds, and happens `times` times in a whole of `whole_us`."""
    return Row(idea, where, pair, pair.saved * times / whole_us, whole, today)


def heading() -> str:
    """What stands above the lines."""
    names = f"{'idea':21}{'where':26}{'without':>9}{'with':>9}{'ratio':>12}"
    return f"{names}  {'of the whole':16}verdict"


def line(row: Row) -> str:
    """One row of the table.

    Raises:
        ValueError: It is too long to be read in a terminal.
    """
    pair = row.pair
    ratio = f"{pair.ratio:.2f} ±{pair.spread:.2f}"
    figures = f"{amount(pair.without, row.unit):>9}{amount(pair.using, row.unit):>9}{ratio:>12}"
    share = f"{row.share:+.{0 if abs(row.share) >= 1 else 3}%} {row.whole}"
    text = f"{row.idea:21}{row.where:26}{figures}  {share:16}{row.verdict}"
    if len(text) > WIDTH:
        raise ValueError(f"a line of {len(text)} columns: {text}")
    return text


def amount(value: float, unit: str) -> str:
    """A measured value with three figures; microseconds become milliseconds and seconds."""
    if unit == "us":
        for scale, name in ((1e6, "s"), (1e3, "ms")):
            if value >= scale:
                return f"{value / scale:.3g} {name}"
    return f"{value:.3g} {unit}"


def reasons(texts: Iterable[str]) -> Iterator[str]:
    """Reasons as paragraphs that are no wider than the table."""
    for text in texts:
        shown = "  "
        for word in text.split():
            if len(shown) + len(word) >= WIDTH:
                yield shown.rstrip()
                shown = "    "
            shown += word + " "
        yield shown.rstrip()
