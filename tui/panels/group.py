"""Panels that are drawn apart from all others."""

from __future__ import annotations

from textual.containers import Container


class Group(Container):
    """Panels under each other that cover it wholly.

    Where one of them changes, Textual draws every line of all widgets whose container reaches there:
    the panels of another group are spared that.
    """

    BLANK = True
    DEFAULT_CSS = """
    Group { height: auto; }
    """
