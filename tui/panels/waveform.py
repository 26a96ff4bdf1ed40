"""The sound as it is heard: scrolling columns, level, voice, clipping and pre-roll."""

from __future__ import annotations

from itertools import groupby
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from engine.events import Levels
from tui.panels.level_history import FLOOR_DB, Cell, Kept, LevelHistory, decibels, share

BLOCKS = " ▁▂▃▄▅▆▇█"
"""Lower eighths of a cell."""

SHADE = "░"
"""The pre-roll's texture, so that it differs from the recording without colour."""

NOTHING = (" ", "quiet")
"""What is drawn where no sound is kept, and the name of its style."""

HOT, FULL = -12.0, -3.0
"""Levels in dBFS from which speech is loud, and from which it is about to clip."""

MIRROR_ROWS = 4
"""From this height on the waveform is mirrored at its middle."""


class Waveform(Widget):
    """Scrolling columns of 64 ms over a level meter; one row where there is no room for both."""

    ALLOW_SELECT = False
    BORDER_TITLE = "waveform"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "waveform--voice",
        "waveform--quiet",
        "waveform--preroll",
        "waveform--clipped",
        "waveform--track",
        "waveform--hot",
        "waveform--label",
    }
    DEFAULT_CSS = """
    Waveform {
        height: 4;
        .waveform--voice { color: $primary; }
        .waveform--quiet { color: $primary-muted; }
        .waveform--preroll { color: $text-muted; }
        .waveform--clipped { color: $text-error; text-style: bold; }
        .waveform--track { color: $border-blurred; }
        .waveform--hot { color: $warning; }
        .waveform--label { color: $text-muted; }
    }
    """

    def __init__(self, preroll_s: float) -> None:
        """Show the last `preroll_s` seconds as kept while nothing is recorded."""
        super().__init__(id="waveform")
        self.history = LevelHistory(preroll_s)
        self._message = ""
        self._cells: list[Cell | None] = []

    def add(self, levels: Levels) -> None:
        """Draw new frames."""
        self._message = ""
        scrolled = self.history.add(levels.columns, levels.speaking)
        if scrolled or self.size.height == 1:
            self._redraw()
        else:
            self.refresh(Region(0, self.size.height - 1, self.size.width, 1))

    def begin_recording(self, preroll_s: float) -> None:
        """Show that the last `preroll_s` seconds are part of the recording."""
        self.history.begin_recording(preroll_s)
        self._redraw()

    def silence(self, message: str) -> None:
        """Forget the sound of a former source; `message` says what is there instead of sound."""
        self.history.clear()
        self._message = message
        self._redraw()

    def _redraw(self) -> None:
        """Repaint everything, from cells that are looked up once for all rows."""
        self._cells.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row `y`: the meter is the last one, the waveform what lies above it."""
        width, rows = self.size
        if rows == 1:
            label = self._figures()
            room = max(0, width - sum(len(segment.text) for segment in label) - 1)
            return self._pad([*self._row(0, 1, room), Segment(" ", self.rich_style), *label])
        if y == rows - 1:
            return self._pad(self._meter(width))
        if self._message and y == (rows - 1) // 2:
            return self._pad([Segment(self._message[:width], self._style("label"))])
        return self._pad(self._row(y, rows - 1, width))

    def _pad(self, segments: list[Segment]) -> Strip:
        return Strip(segments).adjust_cell_length(self.size.width, self.rich_style)

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(f"waveform--{name}")

    def _row(self, y: int, rows: int, width: int) -> list[Segment]:
        """Row `y` of a waveform that is `rows` high."""
        if len(self._cells) != width:
            self._cells = self.history.shown(width)
        drawn = [self._cell(cell, y, rows) for cell in self._cells]
        return [
            Segment("".join(glyph for glyph, _ in run), self._block_style(key))
            for key, run in ((key, list(group)) for key, group in groupby(drawn, lambda pair: pair[1]))
        ]

    def _cell(self, cell: Cell | None, y: int, rows: int) -> tuple[str, str]:
        """The glyph of one cell in row `y`, and the name of its style; "-" in front reverses it."""
        if cell is None:
            return NOTHING
        fill, below = _fill(cell.height, y, rows)
        if cell.kept is not Kept.RECORDED:
            return (SHADE if fill >= (1 if _is_base(y, rows) else 4) else " "), "preroll"
        name = "clipped" if cell.clipped else "voice" if cell.voice else "quiet"
        if below and 0 < fill < 8:
            return BLOCKS[8 - fill], f"-{name}"
        return BLOCKS[fill], name

    def _block_style(self, name: str) -> Style:
        style = self._style(name.removeprefix("-"))
        if name.startswith("-"):
            return Style(color=style.bgcolor, bgcolor=style.color)
        return style

    def _figures(self) -> list[Segment]:
        """Level, voice and clipping in words, of constant width."""
        history = self.history
        level = decibels(history.figure)
        figure = " −∞" if level <= FLOOR_DB else f"−{-level:2.0f}" if level < -0.5 else "  0"
        voice = ("voice", "voice") if history.speaking else ("     ", "label")
        state = ("CLIP ", "clipped") if history.clipped else voice
        return [
            Segment(f"{figure:>3} dBFS ", self._style("label")),
            Segment(state[0], self._style(state[1])),
        ]

    def _meter(self, width: int) -> list[Segment]:
        """The level as a bar with the held peak, then the figures."""
        figures = self._figures()
        room = max(0, width - sum(len(segment.text) for segment in figures) - 1)
        filled = round(share(self.history.rms) * room)
        held = min(room - 1, round(share(self.history.held_peak) * room))
        hot = round((1 - HOT / FLOOR_DB) * room)
        names = []
        for x in range(room):
            if x == held and held > 0:
                names.append("peak")
            elif x < filled:
                names.append("hot" if x >= hot else "voice")
            else:
                names.append("track")
        segments = [
            Segment({"track": "─", "peak": "│"}.get(name, "━") * len(list(run)), self._meter_style(name))
            for name, run in groupby(names)
        ]
        return [*segments, Segment(" ", self.rich_style), *figures]

    def _meter_style(self, name: str) -> Style:
        if name != "peak":
            return self._style(name)
        level = decibels(self.history.held_peak)
        return self._style("clipped" if level >= FULL else "hot" if level >= HOT else "voice")


def _is_base(y: int, rows: int) -> bool:
    """Whether row `y` is one from which columns grow."""
    return y in (rows // 2 - 1, rows // 2) if rows >= MIRROR_ROWS else y == rows - 1


def _fill(level: float, y: int, rows: int) -> tuple[int, bool]:
    """How many eighths of row `y` a level between 0 and 1 fills, and whether from above.

    A waveform of `MIRROR_ROWS` or more grows from its middle line both ways, a lower one from its
    bottom. Sound of any level leaves a trace.
    """
    if rows < MIRROR_ROWS:
        eighths = max(1, round(level * rows * 8))
        return max(0, min(8, eighths - (rows - 1 - y) * 8)), False
    half = rows // 2
    if y >= 2 * half:
        return 0, False
    eighths = max(1, round(level * half * 8))
    if y < half:
        return max(0, min(8, eighths - (half - 1 - y) * 8)), False
    return max(0, min(8, eighths - (y - half) * 8)), True
