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
from tui.panels.columns import Row, column, runs
from tui.panels.level_history import FLOOR_DB, LevelHistory, decibels, share

HOT, FULL = -12.0, -3.0
"""Levels in dBFS from which speech is loud, and from which it is about to clip."""

METER_CELLS = 40
"""Width of a meter that stands alone, words and figures included."""


class Waveform(Widget):
    """Scrolling columns of 64 ms over a level meter; one row where there is no room for both.

    Scrolling draws every cell anew. Where the link to the terminal is slow there is the meter alone.
    """

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

    def __init__(self, preroll_s: float, *, meter_only: bool = False) -> None:
        """Show the last `preroll_s` seconds as kept while nothing is recorded."""
        super().__init__(id="waveform")
        self.history = LevelHistory(preroll_s)
        self._meter_only = meter_only
        self._message = ""
        self._rows: list[Row] = []
        self._styles: dict[str, Style] = {}

    def add(self, levels: Levels) -> None:
        """Draw new frames as soon as they complete a cell; while recording the meter follows each."""
        if self.history.add(levels.columns, levels.speaking) or self._message:
            self._message = ""
            self._redraw()
        elif levels.columns[-1].recorded and len(self._rows) > 1:
            self._show([*self._rows[:-1], self._foot(self.size.width)])

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
        """Draw everything, and repaint the rows that differ from what is shown."""
        width, height = self.size
        if not width or not height:
            return
        self._show(self._draw(width, height))

    def _show(self, rows: list[Row]) -> None:
        """Show other rows, and repaint those that differ: neighbours as one region, for each costs."""
        shown, self._rows = self._rows, rows
        differs = [len(shown) != len(rows) or shown[y] != row for y, row in enumerate(rows)]
        y = 0
        for differing, run in groupby(differs):
            height = len(list(run))
            if differing:
                self.refresh(Region(0, y, self.size.width, height))
            y += height

    def on_resize(self) -> None:
        """Draw for another size."""
        self._redraw()

    def render_line(self, y: int) -> Strip:
        """Give row `y` its colours: the meter is the last one, the waveform what lies above it."""
        row = self._rows[y] if y < len(self._rows) else []
        segments = [Segment(text, self._style(name)) for text, name in row]
        # Every glyph takes one cell.
        cells = sum(len(text) for text, _ in row)
        return Strip(segments, cells).adjust_cell_length(self.size.width, self._style(""))

    def _style(self, name: str) -> Style:
        """The style of a run, looked up once for each theme."""
        if name not in self._styles:
            self._styles[name] = self._look_up(name)
        return self._styles[name]

    def _look_up(self, name: str) -> Style:
        if not name:
            return self.rich_style
        style = self.get_component_rich_style(f"waveform--{name.removeprefix('-')}")
        return Style(color=style.bgcolor, bgcolor=style.color) if name.startswith("-") else style

    def notify_style_update(self) -> None:
        """Look all styles up again."""
        super().notify_style_update()
        self._styles.clear()

    def _draw(self, width: int, height: int) -> list[Row]:
        """All rows, from the top."""
        if self._meter_only:
            return [
                [(self._message[:width], "label")] if self._message else self._foot(min(width, METER_CELLS))
            ]
        if height == 1:
            figures = self._figures()
            return [[*self._wave(_beside(figures, width), 1)[0], (" ", ""), *figures]]
        rows = self._wave(width, height - 1)
        if self._message:
            rows[(height - 1) // 2] = [(self._message[:width], "label")]
        return [*rows, self._foot(width)]

    def _foot(self, width: int) -> Row:
        """The row of the meter and what it says in words."""
        figures = self._figures()
        return [*self._meter(_beside(figures, width)), (" ", ""), *figures]

    def _wave(self, width: int, height: int) -> list[Row]:
        """The rows of the waveform itself."""
        columns = [column(cell, height) for cell in self.history.shown(width)]
        return [runs(row) for row in zip(*columns, strict=True)] or [[] for _ in range(height)]

    def _figures(self) -> Row:
        """Level, voice and clipping in words, of constant width."""
        history = self.history
        level = decibels(history.figure)
        figure = " −∞" if level <= FLOOR_DB else f"−{-level:2.0f}" if level < -0.5 else "  0"
        voice = ("voice", "voice") if history.speaking else ("     ", "label")
        return [(f"{figure:>3} dBFS ", "label"), ("CLIP ", "clipped") if history.clipped else voice]

    def _meter(self, room: int) -> Row:
        """The level as a bar of `room` cells with the held peak."""
        filled = round(share(self.history.rms) * room)
        held = min(room - 1, round(share(self.history.held_peak) * room))
        hot = round((1 - HOT / FLOOR_DB) * room)
        bar = [
            ("━" * min(filled, hot), "voice"),
            ("━" * (filled - hot), "hot"),
            ("─" * (room - filled), "track"),
        ]
        return _with_mark(bar, held, self._peak_style()) if held > 0 else [run for run in bar if run[0]]

    def _peak_style(self) -> str:
        level = decibels(self.history.held_peak)
        return "clipped" if level >= FULL else "hot" if level >= HOT else "voice"


def _beside(figures: Row, width: int) -> int:
    """Cells that figures and a blank leave of a row."""
    return max(0, width - sum(len(text) for text, _ in figures) - 1)


def _with_mark(row: Row, at: int, style: str) -> Row:
    """A row with a mark in the place of its character `at`."""
    marked, begin = Row(), 0
    for text, name in row:
        cut = at - begin
        begin += len(text)
        if 0 <= cut < len(text):
            marked.extend([(text[:cut], name), ("│", style), (text[cut + 1 :], name)])
        else:
            marked.append((text, name))
    return [run for run in marked if run[0]]
