"""What the waveform remembers of the sound; pure."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from engine.audio.format import FRAME_S
from engine.events import LevelColumn

FRAMES_PER_CELL = 2
"""Frames behind one cell of the waveform: 64 ms, which scrolls calmly and shows syllables."""

CLIP_SHOWN_S = 2.0
"""How long a clipping mark stays visible, in seconds."""

PEAK_HELD_S = 1.5
"""How long the meter holds a peak, in seconds."""

FIGURE_S = 0.25
"""How long a figure stays before the next: faster ones cannot be read."""

FLOOR_DB = -60.0
"""Level that is drawn as nothing, in dBFS."""

CALM_FIGURE_S = 1.0
"""The same while it is calm: then nothing should move."""

HUSH = 0.02
"""Peak, 1 being full scale, under which sound that is no speech is a room's noise: -34 dBFS."""

CELLS = 1024
"""Cells that are remembered: more than a minute, wider than any terminal."""


class Kept(Enum):
    """What becomes of the sound behind a cell."""

    PASSING = 0
    """Heard, and not part of a recording unless one starts soon."""

    PREROLL = 1
    """From before the key, and part of a recording."""

    RECORDED = 2
    """Recorded."""


@dataclass(slots=True)
class Cell:
    """One column of the waveform: the loudest of its frames."""

    peak: float
    voice: bool
    clipped: bool
    kept: Kept

    @property
    def height(self) -> float:
        """How high it is drawn, 0 to 1: the peak's square root, which shows quiet speech too.

        The noise of a room in which nobody speaks and nothing is recorded is flat.
        """
        if self.peak < HUSH and not self.voice and self.kept is not Kept.RECORDED:
            return 0.0
        return math.sqrt(min(1.0, max(0.0, self.peak)))


def is_calm(columns: Iterable[LevelColumn], speaking: bool) -> bool:
    """Whether frames are the noise of a room in which nobody speaks and nothing is recorded."""
    return not speaking and all(column.peak < HUSH and not column.recorded for column in columns)


def decibels(magnitude: float) -> float:
    """A magnitude, 1 being full scale, in dBFS; not under `FLOOR_DB`."""
    return max(FLOOR_DB, 20 * math.log10(magnitude)) if magnitude > 1e-9 else FLOOR_DB


def share(magnitude: float) -> float:
    """Where a magnitude lies between `FLOOR_DB` (0) and full scale (1), even in decibels."""
    return min(1.0, 1 - decibels(magnitude) / FLOOR_DB)


class LevelHistory:
    """Folds frames into cells and keeps what the meter shows. Time is counted in frames."""

    def __init__(self, preroll_s: float) -> None:
        """Remember nothing yet; while idle the last `preroll_s` seconds count as kept."""
        self.preroll_cells = _cells(preroll_s)
        self.clear()

    def clear(self) -> None:
        """Forget everything: another source is open."""
        self.cells: deque[Cell] = deque(maxlen=CELLS)
        self.rms = 0.0
        self.held_peak = 0.0
        self.figure = 0.0
        self.speaking = False
        self._pending: Cell | None = None
        self._pending_frames = 0
        self._clip_frames = 0
        self._held_frames = 0
        self._figure_peak = 0.0
        self._figure_frames = 0

    @property
    def clipped(self) -> bool:
        """Whether the sound clipped within the last `CLIP_SHOWN_S` seconds."""
        return self._clip_frames > 0

    def add(self, columns: tuple[LevelColumn, ...], speaking: bool) -> bool:
        """Take new frames, oldest first. Returns whether they completed a cell."""
        self.speaking = speaking
        calm = is_calm(columns, speaking)
        completed = False
        for column in columns:
            self._meter(column, calm)
            completed |= self._fold(column, speaking)
        return completed

    def begin_recording(self, preroll_s: float) -> None:
        """Mark the pre-roll as kept, and forget the sound before it."""
        remaining = _cells(preroll_s)
        for cell in reversed(self.cells):
            if cell.kept is Kept.RECORDED:
                continue
            cell.kept = Kept.PREROLL if remaining > 0 else Kept.PASSING
            remaining -= 1

    def shown(self, width: int) -> list[Cell | None]:
        """The last `width` cells, oldest first; None where nothing is, or nothing is kept."""
        cells: list[Cell | None] = []
        passing = 0
        for cell in reversed(self.cells):
            if len(cells) == width:
                break
            if cell.kept is Kept.PASSING:
                passing += 1
                cells.append(cell if passing <= self.preroll_cells else None)
            else:
                passing = self.preroll_cells
                cells.append(cell)
        cells.extend([None] * (width - len(cells)))
        return cells[::-1]

    def _fold(self, column: LevelColumn, speaking: bool) -> bool:
        """Put a frame into the open cell; returns whether that completed it."""
        kept = Kept.RECORDED if column.recorded else Kept.PASSING
        cell = self._pending
        if cell is None:
            self._pending = Cell(column.peak, speaking, column.clipped, kept)
            self._pending_frames = 1
        else:
            cell.peak = max(cell.peak, column.peak)
            cell.voice |= speaking
            cell.clipped |= column.clipped
            cell.kept = max(cell.kept, kept, key=lambda one: one.value)
            self._pending_frames += 1
        if self._pending is not None and self._pending_frames >= FRAMES_PER_CELL:
            self.cells.append(self._pending)
            self._pending = None
            return True
        return False

    def _meter(self, column: LevelColumn, calm: bool) -> None:
        self._clip_frames = round(CLIP_SHOWN_S / FRAME_S) if column.clipped else self._clip_frames - 1
        self._figure_peak = max(self._figure_peak, column.peak)
        self._figure_frames += 1
        renewed = self._figure_frames >= round((CALM_FIGURE_S if calm else FIGURE_S) / FRAME_S)
        if renewed:
            self.figure, self._figure_peak, self._figure_frames = self._figure_peak, 0.0, 0
        follows = renewed or not calm
        if follows:
            self.rms = column.rms
        self._held_frames -= 1
        if (follows and column.peak >= self.held_peak) or self._held_frames <= 0:
            self.held_peak = column.peak
            self._held_frames = round(PEAK_HELD_S / FRAME_S)


def _cells(seconds: float) -> int:
    return round(seconds / (FRAMES_PER_CELL * FRAME_S))
