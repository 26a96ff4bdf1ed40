"""The tables of `utter models list`, at most 80 columns wide as long as names are not too long."""

from __future__ import annotations

import time
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.models.loaded_file import LoadedBy
    from engine.models.shelf_model import ShelfModel
    from engine.settings.schema import RecognitionSettings

USED, LOADED, HERE = "●", "○", "✓"
"""Marks of a model: in use by the settings, in the memory of a running utter, on disk."""

LEGEND = f"{USED} in use  {LOADED} loaded  {HERE} on disk; `utter models pull NAME` fetches another"

TYPES = {
    "cpu": ("int8", "float32"),
    "cuda": ("int8_float16", "float16", "float32"),
}
"""Kinds of arithmetic with a column of their own, by device; others take what one of these takes."""

WIDTH = 80
"""Columns of the narrowest usual terminal: a name for which they are too few has a line of its own."""

NAME_CELLS = 24
"""No name gets more room than that beside the other columns."""


def models_table(
    rows: Sequence[ShelfModel], used: str, loaded: Sequence[LoadedBy], settings: RecognitionSettings
) -> str:
    """All models, one a line.

    Args:
        rows: The models.
        used: Name of the one in use.
        loaded: What running programs have in memory.
        settings: For which arithmetic the memory is told.
    """
    from engine.models.amounts import amount

    in_memory = {model.name for one in loaded for model in one.models}
    lines = [("", "model", "on disk", "memory", "languages", "speed", "where")]
    first = _first_names(rows)
    for row in rows:
        mark = USED if row.name == used else LOADED if row.name in in_memory else HERE if row.on_disk else ""
        memory = amount(row.memory_bytes)
        lines.append(
            (mark, row.name, amount(row.download_bytes), memory, row.languages, row.speed, _where(row, first))
        )
    kind = "" if settings.compute_type == "auto" else f" with {settings.compute_type}"
    notes = f"memory is about what it takes once loaded{kind}; --all-types shows more"
    return "\n".join([*_aligned(lines, right=(2, 3)), "", LEGEND, notes])


def types_table(rows: Sequence[ShelfModel]) -> str:
    """The memory of each model for each kind of arithmetic."""
    from engine.models.amounts import amount

    heads = [kind for kinds in TYPES.values() for kind in kinds]
    lines = [("", "model", *heads)]
    for row in rows:
        needed = memory_by_type(row)
        cells = [amount(needed[device][kind]) if needed else "" for device in TYPES for kind in TYPES[device]]
        lines.append(("", row.name, *cells))
    note = "memory, about: the first two on a CPU, the other three on a graphics card"
    return "\n".join([*_aligned(lines, right=range(2, 7)), "", note])


def memory_by_type(row: ShelfModel) -> dict[str, dict[str, int]]:
    """Bytes that a model takes by device and arithmetic; nothing for the built-in one: it has one."""
    from engine.models.memory import model_bytes
    from engine.models.shelf_model import BUILT_IN

    if row.name == BUILT_IN:
        return {}
    return {
        "cpu": {kind: model_bytes(row.name, kind, "cpu") for kind in TYPES["cpu"]},
        "cuda": {kind: model_bytes(row.name, kind, "cuda") for kind in TYPES["cuda"]},
    }


def loaded_table(loaded: LoadedBy, now: float | None = None) -> str:
    """What one running program has in memory.

    Args:
        loaded: What it told.
        now: Seconds since the epoch; None looks at the clock.
    """
    from engine.models.amounts import amount
    from tui.panels.amounts import ago

    moment = time.time() if now is None else now
    lines = [("", "model", "runs on", "memory", "uses", "last use", "unloads", "load")]
    for model in loaded.models:
        ready = model.state == "ready"
        lines.append(
            (
                LOADED,
                model.name,
                model.runs_on if ready else f"{model.state}…",
                amount(model.memory_bytes) if model.memory_bytes else "",
                str(model.uses) if ready else "",
                "now" if model.in_use else ago(model.last_used, moment) if model.uses else "",
                "" if model.in_use or not ready else _leaves(model.unload_at, moment),
                f"{model.load_s:.1f} s" if ready else "",
            )
        )
    title = f"In memory of the utter that runs as process {loaded.process}:"
    return "\n".join([title, *_aligned(lines, right=(3, 4, 7))])


def _leaves(moment: float | None, now: float) -> str:
    from tui.panels.amounts import until

    return "stays" if moment is None else until(moment, now)


def _first_names(rows: Sequence[ShelfModel]) -> dict[str, str]:
    """Repository → the first name in the list that means it."""
    from engine.models.catalog import repository_of

    first: dict[str, str] = {}
    for row in rows:
        first.setdefault(repository_of(row.name) or row.name, row.name)
    return first


def _where(row: ShelfModel, first: Mapping[str, str]) -> str:
    from engine.models.amounts import amount
    from engine.models.catalog import repository_of
    from engine.models.hub_cache import hub_cache
    from engine.models.shelf_model import BUILT_IN

    same = first[repository_of(row.name) or row.name]
    if same != row.name:
        return f"= {same}"
    if row.path is None:
        return f"{amount(row.kept_bytes)} of it" if row.kept_bytes else ""
    if row.name == BUILT_IN:
        return "package"
    if row.removable:
        return "utter"
    return "hub cache" if row.path.is_relative_to(hub_cache()) else "a folder"


def _aligned(lines: Sequence[Sequence[str]], right: Container[int]) -> Iterator[str]:
    """Lay cells out in columns, two cells apart; the second column holds names, which are never cut.

    Args:
        lines: Cells of each line, as many in each.
        right: Columns that stand to the right.
    """
    from engine.deliver.sanitize import for_terminal

    clean = [[for_terminal(cell).replace("\n", " ") for cell in line] for line in lines]
    widths = [max(len(line[at]) for line in clean) for at in range(len(clean[0]))]
    widths[0] = 1
    left = WIDTH - sum(widths[2:]) - 2 * len(widths[2:]) - 2
    widths[1] = min(widths[1], NAME_CELLS, max(left, len(clean[0][1])))
    for line in clean:
        if len(line[1]) > widths[1]:
            yield f"{line[0]:1} {line[1]}"
            line[0] = line[1] = ""
        cells = [
            f"{cell:>{width}}" if at in right else f"{cell:{width}}"
            for at, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        yield f"{cells[0]} {'  '.join(cells[1:])}".rstrip()
