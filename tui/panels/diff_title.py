"""What stands on the frame of the comparison, in the room there is; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from engine.enhance.touchups import Tally
from tui.panels.plain import one_line

NAME = "enhancement"
"""What the panel is called."""

JOINT = " · "

SHORTEST_MS = 100.0
"""The shortest time that is worth telling."""


@dataclass(frozen=True, slots=True)
class Edit:
    """How an enhanced text was made.

    Attributes:
        enhancer: Name of the enhancer.
        model: The language model that was asked; empty where there was none.
        mode: Name of the writing mode.
        total_ms: How long it took, in milliseconds.
    """

    enhancer: str
    model: str = ""
    mode: str = ""
    total_ms: float = 0.0


def finished(
    edit: Edit,
    found: Tally,
    taken: Sequence[bool],
    room: int,
    *,
    place: str = "",
    previous: bool = False,
) -> str:
    """The title of a finished comparison.

    Args:
        edit: How the text was made.
        found: How many places differ.
        taken: For each change that is no "equal" whether it is in the text.
        room: Cells there are; what matters least is left out first.
        place: Which of several texts it is, such as "2 of 5"; empty for the newest.
        previous: Whether another dictation has begun since.
    """
    name, model = one_line(edit.enhancer), one_line(edit.model)
    counts, rest = _counts(found, taken)
    parts: list[tuple[str, int]] = [
        (NAME, 0),
        (place, 1),
        (f"{name} {model}".strip(), 6),
        (name if model else "", -6),
        (one_line(edit.mode), 8),
        (counts, 2),
        (rest, 7),
        ("raw" if taken and not any(taken) else "", 3),
        (seconds(edit.total_ms) if edit.total_ms >= SHORTEST_MS else "", 5),
        ("previous dictation" if previous else "", 4),
    ]
    return _fitted(parts, room)


def summary(found: Tally, taken: Sequence[bool]) -> str:
    """A finished comparison in a few words, for a screen that has no room to show it.

    Args:
        found: How many places differ.
        taken: For each change that is no "equal" whether it is in the text.
    """
    counts = _counts(found, taken)[0]
    return f"{counts}{JOINT}raw" if taken and not any(taken) else counts


def growing(enhancer: str, first_ms: float | None, room: int) -> str:
    """The title of a text that is being made.

    Args:
        enhancer: Who makes it, where that is known.
        first_ms: How long its first words took; None where they were not waited for.
        room: Cells there are.
    """
    if first_ms is None:
        return _fitted([(NAME, 0), ("writing", 1)], room)
    first = f"first words {seconds(first_ms)}"
    return _fitted([(NAME, 0), (one_line(enhancer), 2), (first, 1), ("streaming…", 3)], room)


def seconds(milliseconds: float) -> str:
    """A time as people read it, in tenths of a second."""
    return f"{milliseconds / 1000:.1f} s"


def _counts(found: Tally, taken: Sequence[bool]) -> tuple[str, str]:
    """How many changes there are, and what matters less: how many words were but touched up.

    Where some are left out, how many of all are in the text, touch-ups included: as the cursor counts them.
    """
    if any(taken) and not all(taken):
        return f"{sum(taken)} of {_counted(len(taken), 'change')}", ""
    touched = _counted(found.touch_ups, "touch-up") if found.touch_ups else ""
    if not found.changes:
        return touched or "no changes", ""
    return _counted(found.changes, "change"), touched


def _counted(number: int, name: str) -> str:
    return f"{number} {name}{'' if number == 1 else 's'}"


def _fitted(parts: Iterable[tuple[str, int]], room: int) -> str:
    """Join what fits; the highest rank goes first.

    A negative rank stands in where its positive one is gone.
    """
    named = [(text, rank) for text, rank in parts if text]
    gone = {rank for _, rank in named if rank < 0}
    for rank in [0, *sorted({rank for _, rank in named if rank > 0}, reverse=True)]:
        if rank:
            gone = (gone | {rank}) - {-rank}
        title = JOINT.join(text for text, its in named if its not in gone)
        if cell_len(title) <= room:
            return title
    return NAME
