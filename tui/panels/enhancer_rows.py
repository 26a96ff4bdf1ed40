"""Who can edit: the rows of the enhancer screen, and what is known of each; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.content import Content

from engine.enhance.enhancer_status import EnhancerStatus
from engine.enhance.served_model import EDIT_WORDS, ServedModel
from tui.panels.amounts import size
from tui.panels.enhancer_words import STATES, edit_time, gpu
from tui.panels.model_words import WIDE_ROW, cell
from tui.panels.plain import one_line

LEGEND = "● edits now  ○ in memory  ✓ chosen"

MEANINGS = {"auto": "the chosen model if it is there, else tidy", "tidy": "rules, at once"}
"""What the rows are that no server lists."""

BRIEF_MEANINGS = {"auto": "model or tidy", "tidy": "rules, at once"}
"""The same for a narrow row."""

COST_ROW = 32
"""Cells from which a row says of what it tells the cost."""

BRIEF_COST_CELLS = 18
"""Cells of what an edit costs in a row that says no more than that."""

KIND_CELLS, SIZE_CELLS, PLACE_CELLS, COST_CELLS = 15, 8, 9, 14

LONGEST_NAME = 36
"""Cells of the longest name: a wider list compares no better."""

JOINT = " · "

BRIEF_S = 0.1
"""Seconds of loading that are not worth telling: the model was there."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen to edit.

    Attributes:
        name: Its name.
        kind: What is chosen with it.
        edits: Whether it edits now.
        chosen: Whether it is what the settings name.
        served: What the server says of a model; None where it does not list it.
    """

    name: str
    kind: Literal["auto", "tidy", "model"]
    edits: bool = False
    chosen: bool = False
    served: ServedModel | None = None


def choices(served: Sequence[ServedModel], enhancer: str, model: str, status: EnhancerStatus) -> list[Choice]:
    """All that can be chosen; a model that the settings name and the server does not list comes last.

    Args:
        served: The models of the server.
        enhancer: The enhancer of the settings.
        model: The model of the settings.
        status: What edits now.
    """
    tidies = status.name == "tidy"
    rows = [
        Choice("auto", "auto", chosen=enhancer == "auto"),
        Choice("tidy", "tidy", edits=tidies, chosen=enhancer == "tidy"),
    ]
    for one in served:
        edits = not tidies and one.name == status.model
        rows.append(Choice(one.name, "model", edits, enhancer != "tidy" and one.name == model, one))
    if enhancer != "tidy" and model not in [one.name for one in served]:
        rows.append(Choice(model, "model", chosen=True))
    return rows


def row(choice: Choice, width: int, *, bare: bool = False) -> Content:
    """A row of the list, `width` cells wide; `bare` without colours, for the one under the cursor."""
    in_memory = choice.served is not None and choice.served.loaded is not None
    mark = "●" if choice.edits else "○" if in_memory else " "
    style = "" if bare else "$text-success" if choice.edits else "$text-primary"
    head = ((mark, style), "✓" if choice.chosen else " ", " ")
    name = cell(one_line(choice.name), _name_cells(width))
    if choice.kind != "model":
        words = (BRIEF_MEANINGS if width < WIDE_ROW else MEANINGS)[choice.kind]
        return Content.assemble(*head, name, " ", cell(words, max(1, width - _name_cells(width) - 4)))
    if width < WIDE_ROW:
        cost = _brief_cost(choice.served) if width >= COST_ROW else _cost(choice.served)
        return Content.assemble(*head, name, " ", cell(cost, _brief_cost_cells(width)))
    cost = cell(_cost(choice.served), COST_CELLS)
    served = choice.served
    kind = one_line(f"{served.parameters} {served.quantisation}") if served else "not there"
    taken = size(served.size) if served else ""
    loaded = gpu(served.loaded.gpu_share) or "in memory" if served and served.loaded else ""
    rest = f" {cell(kind, KIND_CELLS)} {taken:>{SIZE_CELLS}}  {cell(loaded, PLACE_CELLS)} "
    muted = "" if bare or choice.edits or choice.chosen else "$text-muted"
    return Content.assemble(*head, (name + rest, muted), cost)


def heading(width: int) -> Content:
    """What stands above the rows."""
    name = cell("enhancer", _name_cells(width))
    cost = f"{EDIT_WORDS} words"
    if width < WIDE_ROW:
        return Content(f"   {name} an edit of")
    middle = f" {'model':<{KIND_CELLS}} {'size':>{SIZE_CELLS}}  {'runs on':<{PLACE_CELLS}} "
    return Content(f"   {name}{middle}{cost}")


def details(choice: Choice, status: EnhancerStatus, host: str) -> list[Content]:
    """What is to be known of a row and of the server, the most important first.

    Args:
        choice: The row under the cursor.
        status: The enhancer in force.
        host: Address of the server, for people.
    """
    name = (one_line(choice.name), "bold")
    if choice.kind != "model":
        first = Content.assemble(name, f"{JOINT}{MEANINGS[choice.kind]}")
    else:
        first = Content.assemble(name, f"{JOINT}{_edit(choice.served)}")
    server = [one_line(host) or "Ollama"]
    if status.name == "ollama":
        server += [STATES[status.state], gpu(status.gpu_share)]
        server += [f"{status.tokens_per_s:.0f} tokens/s"] if status.tokens_per_s is not None else []
        server += [f"loaded in {status.load_s:.1f} s"] if (status.load_s or 0.0) >= BRIEF_S else []
    lines = [first, Content.assemble((JOINT.join(part for part in server if part), "$text-muted"))]
    remark = one_line(status.remark)
    return [*lines, Content.assemble(("! ", "bold $text-warning"), remark)] if remark else lines


def _edit(served: ServedModel | None) -> str:
    """What an edit costs, in a sentence."""
    if served is None:
        return "the server does not have it"
    if served.edit_s is None:
        return "not measured yet: its first edit tells what it costs"
    time = edit_time(served.edit_s)
    if served.measured:
        return f"an edit of {EDIT_WORDS} words takes {time} here, as measured"
    return f"an edit of {EDIT_WORDS} words takes about {time}, guessed from another model"


def _cost(served: ServedModel | None) -> str:
    """What an edit costs, in a word or two."""
    if served is None:
        return ""
    if served.edit_s is None:
        return "not measured"
    return f"{edit_time(served.edit_s)} measured" if served.measured else f"≈ {edit_time(served.edit_s)}"


def _brief_cost(served: ServedModel | None) -> str:
    """What an edit costs, with what it is the cost of: a small window has no room for a heading."""
    if served is None or served.edit_s is None:
        return _cost(served)
    return f"{EDIT_WORDS} words {'' if served.measured else '≈ '}{edit_time(served.edit_s)}"


def _brief_cost_cells(width: int) -> int:
    """What is left for the cost in a row that says no more than that."""
    return BRIEF_COST_CELLS if width >= COST_ROW else COST_CELLS


def _name_cells(width: int) -> int:
    """What is left for the name in a row of `width` cells."""
    others = _brief_cost_cells(width) + 4
    if width >= WIDE_ROW:
        others = COST_CELLS + 4 + KIND_CELLS + SIZE_CELLS + PLACE_CELLS + 5
    return max(1, min(LONGEST_NAME, width - others))
