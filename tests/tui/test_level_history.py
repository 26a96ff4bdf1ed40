from dataclasses import replace

import pytest

from engine.audio.format import FRAME_S
from engine.events import LevelColumn
from tui.panels.level_history import FLOOR_DB, Cell, Kept, LevelHistory, decibels, share

QUIET = LevelColumn(0.001, 0.0005, 0.0, False, False)
LOUD = LevelColumn(0.5, 0.2, 0.9, False, True)


def kinds(history: LevelHistory, width: int) -> list[Kept | None]:
    return [cell.kept if cell else None for cell in history.shown(width)]


def test_two_frames_make_a_cell_with_the_louder_peak():
    history = LevelHistory(1.5)
    history.add((QUIET, replace(QUIET, peak=0.3)), speaking=False)
    assert [cell.peak for cell in history.cells] == [0.3]


def test_only_the_preroll_is_shown_while_armed():
    history = LevelHistory(0.64)
    history.add((QUIET,) * 60, speaking=False)
    assert kinds(history, 15) == [None] * 5 + [Kept.PASSING] * 10


def test_recording_keeps_the_preroll_and_forgets_what_was_before_it():
    history = LevelHistory(0.64)
    history.add((QUIET,) * 60, speaking=False)
    history.begin_recording(0.32)
    history.add((LOUD,) * 4, speaking=True)
    assert kinds(history, 12) == [None] * 5 + [Kept.PREROLL] * 5 + [Kept.RECORDED] * 2


def test_a_preroll_stays_shown_however_long_the_recording():
    history = LevelHistory(0.64)
    history.add((QUIET,) * 20, speaking=False)
    history.begin_recording(0.64)
    history.add((LOUD,) * 40, speaking=True)
    assert kinds(history, 30) == [Kept.PREROLL] * 10 + [Kept.RECORDED] * 20


def test_clipping_is_marked_for_two_seconds():
    history = LevelHistory(1.5)
    history.add((replace(LOUD, clipped=True),), speaking=True)
    history.add((LOUD,) * 60, speaking=True)
    assert history.clipped
    history.add((LOUD,) * 3, speaking=True)
    assert not history.clipped


def test_the_peak_is_held_and_let_go():
    history = LevelHistory(1.5)
    history.add((replace(LOUD, peak=0.9),), speaking=True)
    history.add((QUIET,) * 40, speaking=False)
    assert history.held_peak == 0.9
    history.add((QUIET,) * 10, speaking=False)
    assert history.held_peak == QUIET.peak


def test_another_source_begins_with_nothing():
    history = LevelHistory(1.5)
    history.add((replace(LOUD, clipped=True),) * 9, speaking=True)
    history.clear()
    assert not history.cells
    assert not history.clipped
    assert history.held_peak == 0.0


def test_decibels():
    assert decibels(1.0) == 0.0
    assert round(decibels(0.5), 2) == -6.02
    assert decibels(0.0) == FLOOR_DB
    assert share(1.0) == 1.0
    assert share(0.0) == 0.0
    assert Cell(2.0, False, True, Kept.RECORDED).height == 1.0
    assert Cell(-1.0, False, False, Kept.RECORDED).height == 0.0


def test_a_rooms_noise_is_flat_until_somebody_speaks_or_it_is_recorded():
    noise = LevelColumn(0.01, 0.003, 0.1, False, False)
    history = LevelHistory(1.5)
    history.add((noise,) * 4, speaking=False)
    history.add((noise,) * 4, speaking=True)
    history.add((replace(noise, recorded=True),) * 4, speaking=False)
    heights = [cell.height for cell in history.cells]
    assert heights[:2] == [0.0, 0.0]
    assert all(height == pytest.approx(0.1) for height in heights[2:])


def test_the_meter_stands_still_while_it_is_calm_but_for_a_look_a_second():
    history = LevelHistory(1.5)
    shown = set()
    for number in range(200):
        history.add((LevelColumn(0.01 + number * 1e-5, 0.003 + number * 1e-6, 0.0, False, False),), False)
        shown.add((history.rms, history.held_peak, history.figure))
    assert 200 * FRAME_S - 1 <= len(shown) <= 2 * 200 * FRAME_S + 1
