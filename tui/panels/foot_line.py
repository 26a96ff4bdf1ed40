"""The last line of a screen with a list: the keys that do something there; pure."""

from __future__ import annotations

from collections.abc import Iterable

from textual.content import Content

from tui.panels.figures import fit


def foot_line(keys: Iterable[tuple[str, str]], width: int, *, closing: str = "closes") -> Content:
    """As many keys with their words as fit on a line of `width` cells, and always what closes the screen.

    Args:
        keys: Keys and what each does, the most important first.
        width: Cells of the line.
        closing: What escape does.
    """
    last = _key("esc", closing)
    line, _ = fit([_key(key, label) for key, label in keys], max(1, width - last.cell_length - 2))
    return Content.assemble(line, "  " if line.cell_length else "", last)


def _key(key: str, label: str) -> Content:
    return Content.assemble((key, "bold $primary"), f" {label}")
