"""One cell of the waveform from top to bottom, and what of the waveform is painted again."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from textual.geometry import Region

from engine.events import LevelColumn, Levels
from tests.tui.conftest import Stage, publish
from tui.panels.columns import MIRROR_ROWS, column, runs
from tui.panels.level_history import Cell, Kept

QUIET = LevelColumn(0.0, 0.0, 0.0, False, False)


def glyphs(peak: float, rows: int, kept: Kept = Kept.RECORDED) -> str:
    return "".join(glyph for glyph, _ in column(Cell(peak, True, False, kept), rows))


@pytest.mark.parametrize(
    ("peak", "rows", "wanted"),
    [
        (1.0, 3, "███"),
        (0.0, 3, "  ▁"),
        (0.25, 2, " █"),
        (1.0, 4, "████"),
        (0.0, 4, " ▁▇ "),
        (1.0, 5, "████ "),
    ],
)
def test_a_column_grows_from_its_base(peak: float, rows: int, wanted: str):
    assert glyphs(peak, rows) == wanted


def test_the_lower_half_of_a_mirrored_column_is_reversed():
    names = [name for _, name in column(Cell(0.0, True, True, Kept.RECORDED), MIRROR_ROWS)]
    assert names == ["", "clipped", "-clipped", ""]


def test_what_is_not_recorded_is_shaded_and_what_is_not_kept_is_blank():
    assert glyphs(1.0, 2, Kept.PREROLL) == "░░"
    assert glyphs(0.0, 2, Kept.PASSING) == " ░"
    assert [glyph for glyph, _ in column(None, 3)] == [" "] * 3


async def test_only_rows_that_changed_are_painted_again(
    stage: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch
):
    app = stage()
    async with app.run_test(size=(160, 48)) as pilot:
        waveform = app.workstation.waveform
        await publish(pilot, Levels((QUIET,) * 100))
        painted: list[int] = []

        def note(*regions: Region) -> None:
            painted.extend(y for region in regions for y in region.line_range)

        monkeypatch.setattr(waveform, "refresh", note)
        for _ in range(10):
            waveform.add(Levels((QUIET,)))
        assert painted == []
        waveform.add(Levels((LevelColumn(0.001, 0.5, 0.0, False, True),) * 2))
        last = waveform.size.height - 1
        assert painted == [last // 2 - 1, last // 2, last]


def test_what_looks_the_same_is_one_run():
    cells = [(" ", ""), ("▄", "voice"), (" ", ""), ("█", "voice"), ("▃", "-voice"), ("█", "voice"), (" ", "")]
    assert runs(cells) == [(" ▄ █", "voice"), ("▃ ", "-voice"), (" ", "")]
    assert runs([]) == []
