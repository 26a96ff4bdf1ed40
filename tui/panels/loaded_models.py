"""The models in memory as the performance panel shows them: a line each, or all in brief; pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from engine.models.loaded import LoadedModel
from tui.panels.amounts import MINUTE, ago, size, span
from tui.panels.figures import fit, pair
from tui.panels.model_words import leaving, uses
from tui.panels.plain import one_line

NAME_CELLS = 20
"""Cells of the longest name in a line; a longer one is cut."""

COLUMNS = (7, 16, 13, 20, 18, 15)
"""Cells of what follows the name: memory, place, uses, last use, leaving, loading."""


def lines(models: Sequence[LoadedModel], now: float, width: int) -> list[Content]:
    """One line of `width` cells for each model: what it takes, where it runs, how it is used.

    Args:
        models: The models in memory.
        now: The time, in seconds since the epoch.
        width: Cells there are.
    """
    longest = min(NAME_CELLS, max((len(_name(model)) for model in models), default=0))
    return [_line(model, now, width, longest) for model in models]


def brief(models: Sequence[LoadedModel], now: float) -> list[Content]:
    """The first model with the time until it leaves, and what all others take."""
    if not models:
        return [pair("models", "none")]
    first, *others = models
    shown = [pair(_name(first), size(first.memory_bytes) if first.state == "ready" else f"{first.state}…")]
    if first.unload_at is not None and not first.in_use and first.state == "ready":
        shown.append(pair("unloads in", span(max(MINUTE, first.unload_at - now))))
    if others:
        shown.append(pair(f"{len(others)} more", size(sum(model.memory_bytes for model in others))))
    return shown


def together(models: Sequence[LoadedModel]) -> Content:
    """What all models take together, where each has its line elsewhere."""
    taken = size(sum(model.memory_bytes for model in models))
    return pair("models", f"{len(models)} · {taken}" if models else "none")


def _line(model: LoadedModel, now: float, width: int, longest: int) -> Content:
    name = Content(_name(model)).truncate(longest, ellipsis=True, pad=True)
    if model.state != "ready":
        parts = [f"{model.state}…", one_line(model.runs_on)]
    else:
        parts = [
            f"{size(model.memory_bytes):>{COLUMNS[0]}}",
            one_line(model.runs_on),
            uses(model.uses),
            f"last {ago(model.last_used, now)}" if model.uses else "",
            leaving(model, now),
            f"loaded in {model.load_s:.1f} s",
        ]
    cells = [Content(f"{part:<{room}}") for part, room in zip(parts, COLUMNS, strict=False)]
    return fit([name.stylize("$text-primary"), *cells], width)[0]


def _name(model: LoadedModel) -> str:
    return one_line(model.name)
