"""One model in words: as a row of a list, and in detail; pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from engine.models.amounts import lasting
from engine.models.catalog import MODELS, repository_of
from engine.models.loaded import LoadedModel
from engine.models.progress import Progress
from engine.models.shelf_model import ShelfModel
from tui.panels.amounts import ago, bar, share, size, until
from tui.panels.plain import homely, one_line
from tui.panels.shelved import is_fetched

MARKS = {"used": "●", "loaded": "○", "disk": "✓", "fetched": "↓", "": " "}
"""What stands in front of a row."""

STYLES = {"used": "$text-success", "loaded": "$text-primary", "fetched": "$text-warning"}
"""The marks' colours; those that are not named have the text's."""

LOADED = {"loading": "loading…", "ready": "loaded", "unloading": "unloading…"}
"""What is said of a model on its way in and out of memory."""

LEGEND = "● in use  ○ loaded  ✓ on disk  ↓ being fetched  D at every start"

WIDE_ROW = 58
"""Cells from which a row says more than a name and its size."""

SIZE_CELLS, LANGUAGE_CELLS, SPEED_CELLS = 8, 13, 10

BAR_CELLS = 40

JOINT = " · "

STALLED = "nothing comes at the moment…"
"""What is said of a download while no bytes arrive."""


def place(model: ShelfModel) -> str:
    """Where a model is, as a key of `MARKS`: of several the one that matters most."""
    if model.chosen:
        return "used"
    if model.loaded is not None:
        return "loaded"
    if is_fetched(model):
        return "fetched"
    return "disk" if model.on_disk else ""


def row(model: ShelfModel, width: int, *, bare: bool = False) -> Content:
    """A row of the list, `width` cells wide; `bare` without colours, for the one under the cursor."""
    where = place(model)
    mark = (MARKS[where], "" if bare else STYLES.get(where, ""))
    default = "D" if model.default else " "
    taken = _on_disk(model)
    if width < WIDE_ROW:
        name = cell(one_line(model.name), _name_cells(width))
        return Content.assemble(mark, default, " ", name, " ", f"{taken:>{SIZE_CELLS}}")
    rest = f" {taken:>{SIZE_CELLS}} {_in_memory(model):>{SIZE_CELLS}}  "
    languages = cell(one_line(model.languages), LANGUAGE_CELLS)
    speed = cell(one_line(model.speed), SPEED_CELLS)
    name = cell(one_line(model.name), _name_cells(width))
    style = "" if bare or model.on_disk or model.chosen else "$text-muted"
    return Content.assemble(mark, default, " ", (name + rest, style), (languages, style), " ", (speed, style))


def heading(width: int) -> Content:
    """What stands above the rows."""
    if width < WIDE_ROW:
        return Content(f"   {'model':<{_name_cells(width)}} {'on disk':>{SIZE_CELLS}}")
    sizes = f" {'on disk':>{SIZE_CELLS}} {'memory':>{SIZE_CELLS}}  "
    return Content(f"   {'model':<{_name_cells(width)}}{sizes}{'languages':<{LANGUAGE_CELLS}} speed")


def details(
    model: ShelfModel, now: float, width: int, *, then_used: bool = False, told: str = ""
) -> list[Content]:
    """All that is known of a model, the most important first.

    Args:
        model: The model.
        now: The time, in seconds since the epoch.
        width: Cells of a line: facts go to the next one as a whole.
        then_used: Whether it is to be used as soon as it is fetched.
        told: What is said of it elsewhere on the screen, and need not be said twice.
    """
    state = JOINT.join(_states(model, then_used=then_used))
    lines = [Content.assemble((one_line(model.name), "bold"), f"{JOINT}{state}")]
    if model.download is not None and model.download.state not in ("done", "cancelled"):
        lines += _progress(model.download, told)
    if model.loaded is not None and model.loaded.state == "ready":
        lines += _loaded(model.loaded, now, width)
    else:
        lines += _in_lines(_wanted(model), width)
    if model.path is not None:
        lines.append(Content.assemble((one_line(homely(str(model.path))), "$text-muted")))
    return lines


def _states(model: ShelfModel, *, then_used: bool) -> list[str]:
    states = []
    if is_fetched(model):
        states.append("being fetched, then used" if then_used else "being fetched")
    elif not model.on_disk:
        states.append("not on this machine")
    if model.chosen:
        states.append("in use")
    if model.loaded is not None:
        states.append(LOADED[model.loaded.state])
    elif model.on_disk and not model.chosen:
        states.append("on disk")
    if model.default:
        states.append("used at every start")
    states += [f"the same as {name}" for name in _other_names(model.name)]
    return states


def _other_names(name: str) -> list[str]:
    """Other names that the table has for the same model."""
    repository = repository_of(name)
    return [row.name for row in MODELS.values() if row.repository == repository and row.name != name]


def _progress(progress: Progress, told: str) -> list[Content]:
    """A download: bar, bytes, rate and time left, and what hinders it."""
    remark = one_line(progress.remark)
    if progress.state == "failed" and remark and remark in told:
        return []
    if progress.state == "failed":
        return [Content.assemble(("✕ ", "bold $text-error"), remark or "It could not be fetched.")]
    if progress.state == "asking":
        return [Content(remark or "asking what there is to fetch…")]
    total = progress.total_bytes
    done, rest = bar(progress.done_bytes / total if total else 0.0, BAR_CELLS)
    parts = [f"{size(progress.done_bytes)} of {size(total)}" if total else size(progress.done_bytes)]
    if progress.state == "checking":
        parts.append("checking…")
    elif progress.bytes_per_s > 0:
        parts.append(f"{size(progress.bytes_per_s)}/s")
        parts += [f"{lasting(progress.left_s)} left"] if progress.left_s is not None else []
    elif progress.state == "downloading" and not remark:
        parts.append(STALLED)
    shares = share(progress.done_bytes, total)
    lines = [
        Content.assemble((done, "$primary"), (rest, "$text-muted"), f" {shares}"),
        Content(JOINT.join(parts)),
    ]
    if remark:
        lines.append(Content.assemble(("! ", "bold $text-warning"), remark))
    return lines


def _loaded(loaded: LoadedModel, now: float, width: int) -> list[Content]:
    """What it takes and how it is used."""
    what = "graphics memory" if loaded.place == "cuda" else "memory"
    first = [f"{size(loaded.memory_bytes)} of {what}"] if loaded.memory_bytes else []
    first += [f"runs on {one_line(loaded.runs_on)}"] if loaded.runs_on else []
    first += [f"loaded in {loaded.load_s:.1f} s"] if loaded.load_s else []
    second = [uses(loaded.uses)]
    second += [f"last {ago(loaded.last_used, now)}"] if loaded.uses else []
    second.append(leaving(loaded, now))
    return [*_in_lines(first, width), *_in_lines(second, width)]


def uses(count: int) -> str:
    """How often a model was used."""
    return "not used yet" if not count else f"used {'once' if count == 1 else f'{count} times'}"


def leaving(loaded: LoadedModel, now: float) -> str:
    """When a model leaves memory by itself."""
    if loaded.in_use:
        return "in a dictation now"
    return "stays in memory" if loaded.unload_at is None else f"unloads {until(loaded.unload_at, now)}"


def _wanted(model: ShelfModel) -> list[str]:
    """What it will take to use a model that is not in memory."""
    parts = []
    if not model.on_disk and not is_fetched(model) and model.download_bytes:
        parts.append(f"about {size(model.download_bytes)} to fetch")
        parts += [f"{size(model.kept_bytes)} of it are here already"] if model.kept_bytes else []
    elif model.on_disk and model.download_bytes:
        parts.append(f"{size(model.download_bytes)} on disk")
    if model.memory_bytes:
        parts.append(f"about {size(model.memory_bytes)} of memory once loaded")
    return parts


def _in_lines(facts: Sequence[str], width: int) -> list[Content]:
    """Facts beside each other in as few lines of `width` cells as hold them; none is broken."""
    lines: list[str] = []
    for fact in facts:
        if lines and len(lines[-1]) + len(JOINT) + len(fact) <= width:
            lines[-1] += JOINT + fact
        else:
            lines.append(fact)
    return [Content(line) for line in lines]


def _on_disk(model: ShelfModel) -> str:
    """Its size on disk; an estimate has a sign in front; how much is there while it is fetched."""
    if is_fetched(model) and model.download is not None:
        return share(model.download.done_bytes, model.download.total_bytes)
    sign = "" if model.on_disk or not model.download_bytes else "~"
    return sign + size(model.download_bytes)


def _in_memory(model: ShelfModel) -> str:
    """What it takes in memory: measured once it is loaded, else an estimate with a sign in front."""
    loaded = model.loaded
    if loaded is not None and loaded.state == "ready" and loaded.memory_bytes:
        return size(loaded.memory_bytes)
    return f"~{size(model.memory_bytes)}" if model.memory_bytes else "–"


def _name_cells(width: int) -> int:
    """What is left for the name in a row of `width` cells."""
    others = SIZE_CELLS + 4 if width < WIDE_ROW else 2 * SIZE_CELLS + LANGUAGE_CELLS + SPEED_CELLS + 8
    return max(1, width - others)


def cell(text: str, cells: int) -> str:
    """A text in exactly so many cells."""
    return Content(text).truncate(cells, ellipsis=True, pad=True).plain
