"""How one cell of the waveform is drawn, from its top row to its last; pure."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from tui.panels.level_history import Cell, Kept

BLOCKS = " ▁▂▃▄▅▆▇█"
"""Lower eighths of a cell."""

SHADE = "░"
"""The pre-roll's texture, so that it differs from the recording without colour."""

BLANK = (" ", "")
"""What is drawn where there is nothing: of one style, so that runs of it are seen to be equal."""

MIRROR_ROWS = 4
"""From this height on the waveform is mirrored at its middle."""

Row = list[tuple[str, str]]
"""One row as runs of text, each with the name of its style."""

Column = tuple[tuple[str, str], ...]
"""For each row the glyph and the name of its style; "-" in front of the name reverses it."""


def column(cell: Cell | None, rows: int) -> Column:
    """Draw a cell `rows` high; None is a place where no sound is kept."""
    if cell is None:
        return _nothing(rows)
    span = rows // 2 if rows >= MIRROR_ROWS else rows
    # Sound of any level leaves a trace.
    eighths = max(1, round(cell.height * span * 8))
    if cell.kept is not Kept.RECORDED:
        return _column(eighths, "preroll", rows)
    return _column(eighths, "clipped" if cell.clipped else "voice" if cell.voice else "quiet", rows)


def runs(cells: Iterable[tuple[str, str]]) -> Row:
    """Join the cells of a row into runs of one style: as few as look the same, for each costs.

    A blank looks the same in every style that is not reversed, and a full block as a reversed blank.
    """
    row, text, style = Row(), "", ""
    for glyph, name in cells:
        if name == style or (glyph == " " and not style.startswith("-")):
            text += glyph
        elif glyph == "█" and style == f"-{name}":
            text += " "
        elif not style and not name.startswith("-"):
            text, style = text + glyph, name
        else:
            if text:
                row.append((text, style))
            text, style = glyph, name
    return [*row, (text, style)] if text else row


@lru_cache
def _nothing(rows: int) -> Column:
    return (BLANK,) * rows


@lru_cache(maxsize=4096)
def _column(eighths: int, name: str, rows: int) -> Column:
    """Draw `eighths` of a row: there are few different ones, and thousands are drawn a second."""
    return tuple(_glyph(eighths, name, y, rows) for y in range(rows))


def _glyph(eighths: int, name: str, y: int, rows: int) -> tuple[str, str]:
    fill, below = _fill(eighths, y, rows)
    if name == "preroll":
        return (SHADE, name) if fill >= (1 if _is_base(y, rows) else 4) else BLANK
    if fill == 0:
        return BLANK
    return (BLOCKS[8 - fill], f"-{name}") if below and fill < 8 else (BLOCKS[fill], name)


def _is_base(y: int, rows: int) -> bool:
    """Whether row `y` is one from which columns grow."""
    return y in (rows // 2 - 1, rows // 2) if rows >= MIRROR_ROWS else y == rows - 1


def _fill(eighths: int, y: int, rows: int) -> tuple[int, bool]:
    """How many eighths of row `y` are filled, and whether from above.

    A waveform of `MIRROR_ROWS` or more grows from its middle line both ways, a lower one from its
    bottom.
    """
    if rows < MIRROR_ROWS:
        return max(0, min(8, eighths - (rows - 1 - y) * 8)), False
    half = rows // 2
    if y >= 2 * half:
        return 0, False
    if y < half:
        return max(0, min(8, eighths - (half - 1 - y) * 8)), False
    return max(0, min(8, eighths - (y - half) * 8)), True
