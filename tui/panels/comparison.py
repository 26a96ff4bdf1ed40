"""A finished comparison, and what is drawn and counted of it; pure, for long ones are made in a thread."""

from __future__ import annotations

from dataclasses import dataclass

from engine.enhance.diff import Change
from engine.enhance.touchups import Tally, tally
from tui.panels.changes_drawn import Drawing
from tui.panels.diff_title import Edit
from tui.panels.plain import one_line

LONG = 200
"""Runs of words from which a comparison takes more than about 2 ms to draw."""

NO_EDIT = Edit("")
"""What stands for the way a text was made before there is one."""


@dataclass(frozen=True, slots=True)
class View:
    """A finished comparison; under the number -1 there is none yet.

    Attributes:
        dictation: Number of the dictation.
        edit: How its text was made.
        changes: All runs of words in order, equal ones included.
        taken: For each change that is no "equal" whether it is in the text.
        remark: Why the text is not what was asked for; empty when it is.
        waits: Whether nothing is delivered before the user accepts it.
        place: Which of several texts it is, such as "2 of 5"; empty for the newest.
    """

    dictation: int = -1
    edit: Edit = NO_EDIT
    changes: tuple[Change, ...] = ()
    taken: tuple[bool, ...] = ()
    remark: str = ""
    waits: bool = False
    place: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is shown of a view.

    Attributes:
        view: Which one.
        drawing: Its changes, and under them what is to be said of it.
        found: How many places differ.
    """

    view: View
    drawing: Drawing
    found: Tally


NOTHING = Comparison(View(), Drawing(), Tally(0, 0))
"""What is shown before there is a comparison."""


def compared(view: View, last: Comparison) -> Comparison:
    """Draw and count a view.

    Args:
        view: What is to be shown.
        last: What was shown before: of the same changes nothing is counted again.
    """
    drawing = Drawing()
    decisions = iter(view.taken)
    for change in view.changes:
        drawing.add(change, taken=change.kind == "equal" or next(decisions))
    drawing.text = drawing.text.rstrip()
    drawing.write(one_line(view.remark), "remark", line=True)
    found = last.found if view.changes is last.view.changes else tally(view.changes)
    return Comparison(view, drawing, found)
