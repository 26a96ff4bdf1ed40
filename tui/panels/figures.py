"""The figures of the performance panel, each a few words that are shown whole or not at all; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product

from textual.content import Content

from engine.metrics import STAGES
from engine.metrics import Performance as Figures
from tui.panels.amounts import per_cent, size
from tui.panels.plain import one_line

GAP = "  "
"""What parts two figures."""

LEVELS = "▁▂▃▄▅▆▇█"
"""Eighths of a row, for a bar of one cell."""


def pair(name: str, value: str) -> Content:
    """A figure behind its name."""
    return Content.assemble((f"{name} ", "$text-muted"), value)


def alarm(text: str, style: str = "$text-error") -> Content:
    """Something that should not be, told from the rest without colour by a mark in front."""
    return Content.assemble(("! ", f"bold {style}"), (text, f"bold {style}"))


def waits(figures: Figures) -> list[Content]:
    """How long it took from stop to text: the last time, and in this sitting."""
    return [
        pair("stop→text", milliseconds(figures.stop_to_text_ms)),
        pair("p50", milliseconds(figures.p50_ms).removesuffix(" ms")),
        pair("p95", milliseconds(figures.p95_ms).removesuffix(" ms")),
    ]


def first_words(figures: Figures) -> Content:
    """How long the first words took from the first sound of speech."""
    return pair("first words", milliseconds(figures.first_partial_ms))


def real_time_factor(figures: Figures, name: str = "rtf") -> Content:
    """Seconds of decoding per second of sound."""
    factor = figures.real_time_factor
    return pair(name, "–" if factor is None else f"{factor:.2f}")


def ahead(figures: Figures, name: str = "ahead", *, cost: bool = True) -> Content:
    """How many guesses that a phrase was over were right, at a pause or at the stop; what all cost."""
    tries = figures.speculation.used + figures.speculation.discarded
    if not tries:
        return pair(name, "–")
    hits = f"{figures.speculation.used} of {tries}"
    return pair(name, f"{hits} · {figures.speculation.cpu_s:.1f} s cpu" if cost else hits)


def faults(figures: Figures, retried: int) -> list[Content]:
    """What should not be: sound that was lost, phrases that took the plain way. Mostly nothing.

    Args:
        figures: The figures.
        retried: How many phrases of the last dictation had to take the plain way.
    """
    found = []
    lost = figures.overflows + figures.lost_frames
    if lost:
        found.append(alarm(f"{lost} drop{'' if lost == 1 else 's'}"))
    if retried:
        found.append(alarm(f"{retried} phrase{'' if retried == 1 else 's'} retried", "$text-warning"))
    return found


def reason(figures: Figures, retried: int) -> list[Content]:
    """Why a phrase took the plain way the last time, if one of the last dictation did."""
    why = one_line(figures.fallback_why)
    return [pair("reason", why)] if retried and why else []


def sound(figures: Figures) -> list[Content]:
    """Whether all sound arrived, and how late at the worst."""
    lossless = not figures.overflows + figures.lost_frames
    return [*([pair("drops", "0")] if lossless else []), pair("late", milliseconds(figures.late_ms))]


def screen(figures: Figures) -> Content:
    """What the event loop takes for screen and engine, in whole per cent of a core: idle, it stands still."""
    share = figures.screen_share
    return pair("ui", "–" if share is None else "<1 %" if share < 0.01 else per_cent(share))


def memory(figures: Figures) -> Content:
    """Memory of the process."""
    return pair("memory", size(figures.process_bytes))


def stages_inline(figures: Figures, width: int) -> Content:
    """Each stage with its time on one line of `width` cells, with bars to scale where they fit."""
    for unit, room in product((" ms", ""), (5, 3, 1, 0)):
        line = join(_stage(figures, name, room, unit) for name in STAGES)
        if line.cell_length <= width:
            return line
    return fit([_stage(figures, name, 0, "") for name in STAGES], width)[0]


def stage_rows(figures: Figures, room: int) -> list[Content]:
    """One line for each stage: name, bar of at most `room` cells to scale, time."""
    longest = max(figures.stages_ms.values(), default=0.0)
    rows = []
    for name in STAGES:
        spent = figures.stages_ms.get(name)
        bar = _bar(spent / longest, room) if spent and longest else ""
        title, value = (f"{name:<12}", "$text-muted"), f" {milliseconds(spent):>8}"
        rows.append(Content.assemble(title, (f"{bar:<{room}}", "$primary"), value))
    return rows


def join(parts: Iterable[Content]) -> Content:
    """All parts on one line."""
    return Content(GAP).join(parts)


def fit(parts: Sequence[Content], width: int) -> tuple[Content, list[Content]]:
    """Put on a line of `width` cells what fits, the first parts first.

    Returns:
        The line, and the parts that found no room.
    """
    taken, rest = list[Content](), list[Content]()
    for part in parts:
        fits = join([*taken, part]).cell_length <= width
        (taken if fits else rest).append(part)
    return join(taken), rest


def milliseconds(value: float | None) -> str:
    """A time as people read it."""
    if value is None:
        return "–"
    return f"{value:.0f} ms" if value < 10_000 else f"{value / 1000:.1f} s"


def _stage(figures: Figures, name: str, room: int, unit: str) -> Content:
    """A stage's name, a bar of at most `room` cells, and its time; the last one names the `unit`."""
    spent = figures.stages_ms.get(name)
    if spent is None:
        return pair(name, "–")
    share = spent / max(max(figures.stages_ms.values()), 1e-9)
    bar = LEVELS[min(7, int(share * 8))] if room == 1 else _bar(share, room) if room else ""
    time = f"{spent:.0f}{unit if name == STAGES[-1] else ''}"
    return Content.assemble((f"{name} ", "$text-muted"), (f"{bar} " if bar else "", "$primary"), time)


def _bar(share: float, room: int) -> str:
    """A bar of at most `room` cells; even the shortest time leaves half a cell."""
    full, half = divmod(max(1, round(share * room * 2)), 2)
    return "━" * full + "╸" * half
