"""The performance panel: what it says, where, and that it is drawn no more often than it changes."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.content import Content

from engine.enhance.enhancer_status import EnhancerState, EnhancerStatus
from engine.events import EnhancerChanged, Measured, RecognizerChanged
from engine.metrics import STAGES, Performance, Speculation
from engine.models.loaded import LoadedModel
from tests.tui.conftest import Stage, publish, screen_lines, shown, words
from tests.tui.shelves import BASE
from tui.panels import figures as figures_module
from tui.panels.figures import fit, stages_inline

MakeStage = Callable[..., Stage]
FIGURES = Performance(
    stop_to_text_ms=84,
    p50_ms=91,
    p95_ms=140,
    real_time_factor=0.08,
    first_partial_ms=310,
    stages_ms={"capture": 2, "recognition": 70, "cleanup": 0.4, "enhancement": 9, "delivery": 3},
    speculation=Speculation(12, 2, 3.14),
    models=(LoadedModel("base.en", "ready", "cpu int8", memory_bytes=155_000_000, load_s=1.4),),
    process_bytes=320_000_000,
    late_ms=12.4,
    screen_share=0.043,
)
FAULTY = replace(FIGURES, overflows=2, lost_frames=1, fallbacks=2, fallback_why="no words\x1b[2J came")
SIZES = [(80, 24), (100, 30), (120, 36), (160, 48)]


def panel(app: Stage) -> list[str]:
    """The rows of the panel, its frame included."""
    region = app.workstation.performance.region
    return screen_lines(app)[region.y : region.bottom]


@pytest.mark.parametrize("size", SIZES)
async def test_figures_are_all_there(stage: MakeStage, size: tuple[int, int]):
    app = stage()
    async with app.run_test(size=size) as pilot:
        await publish(pilot, Measured(FIGURES))
        text = words(app)
        wanted = ["stop→text 84 ms", "p50 91", "p95 140", "first words 310 ms", "ahead 12 of 14", "0.08"]
        for part in [*wanted, "drops 0", "late 12 ms", "ui 4 %", "memory 320 MB", *STAGES]:
            assert part in text
        assert ("━" if size[0] > 80 else "recognition █") in text
        assert re.search(r"delivery ([━╸█▁]+ )?3 ms", text)
        assert "fallback" not in text
        assert ("3.1 s cpu" in text) == (size[0] > 80)


@pytest.mark.parametrize("size", SIZES)
async def test_what_should_not_be_is_marked_and_explained(stage: MakeStage, size: tuple[int, int]):
    app = stage()
    async with app.run_test(size=size) as pilot:
        await publish(pilot, Measured(FAULTY))
        text = words(app)
        assert "! 3 drops ! 2 phrases retried" in text
        assert ("no words came" in text) == (size[0] > 100)
        assert "drops 0" not in text
        for part in ("0.08", "base.en 155 MB", "memory 320 MB"):
            assert part in text


async def test_a_retried_phrase_is_told_of_until_a_dictation_needed_none(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        once = replace(FIGURES, fallbacks=1, fallback_why="It ended.")
        await publish(pilot, Measured(replace(FIGURES, dictations=1)), Measured(replace(once, dictations=2)))
        assert "! 1 phrase retried" in words(app)
        await publish(pilot, Measured(replace(once, dictations=2, screen_share=0.5)))
        assert "! 1 phrase retried" in words(app)
        await publish(pilot, Measured(replace(once, dictations=3)))
        assert "retried" not in words(app)
        await publish(pilot, Measured(replace(once, fallbacks=3, dictations=4)))
        assert "! 2 phrases retried" in words(app)


async def test_one_line_keeps_the_times_and_what_should_not_be(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(70, 18)) as pilot:
        await publish(pilot, Measured(FAULTY))
        (row,) = panel(app)
        assert " ".join(row.split()).startswith(
            "stop→text 84 ms p50 91 p95 140 ! 3 drops ! 2 phrases retried"
        )


async def test_nothing_is_measured_yet(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, Measured(Performance()))
        assert "stop→text – p50 – p95 – first words – ahead – rtf –" in words(app)
        assert "ui –" in words(app)


@pytest.mark.parametrize(("size", "line"), [((160, 48), True), ((100, 36), True), ((80, 24), False)])
async def test_models_in_memory_are_told_where_there_is_room(
    stage: MakeStage, size: tuple[int, int], line: bool
):
    now = time.time()
    base = replace(BASE, last_used=now - 130, unload_at=now + 1710)
    tiny = replace(base, name="me/[b]tiny\x1b[2J", uses=0, unload_at=None, memory_bytes=100_000_000)
    app = stage()
    async with app.run_test(size=size) as pilot:
        await publish(pilot, Measured(replace(FIGURES, models=(base, tiny))))
        text = words(app)
        if line:
            assert "base.en 327 MB cpu int8 used 3 times last 2 min ago" in text
            assert ("unloads in 28 min loaded in 1.4 s" in text) == (size[0] == 160)
            assert "me/[b]tiny 100 MB cpu int8 not used yet" in text
            assert "memory 320 MB models 2 · 427 MB" in text
        else:
            assert "base.en 327 MB unloads in 28 min 1 more 100 MB" in text
        assert "delivery" in text
        region, lines = app.workstation.performance.region, screen_lines(app)
        await publish(pilot, Measured(replace(FIGURES, models=(base,))))
        assert app.workstation.performance.region.height == region.height - line
        assert all(row.rstrip().endswith(("│", "╮", "╯")) for row in lines[region.y : region.bottom])


async def test_the_model_in_use_comes_first(stage: MakeStage):
    app = stage()
    other = LoadedModel("small.en", "loading", memory_bytes=838_000_000)
    used = LoadedModel("tiny.en", "loading", memory_bytes=100_000_000, also=("me/tiny",))
    async with app.run_test(size=(80, 24)) as pilot:
        figures = Measured(replace(FIGURES, models=(other, used)))
        await publish(pilot, figures, RecognizerChanged("whisper", "tiny.en", "loading"))
        assert "tiny.en loading… 1 more 838 MB" in words(app)
        await publish(pilot, RecognizerChanged("whisper", "small.en", "loading"))
        assert "small.en loading… 1 more 100 MB" in words(app)
        await publish(pilot, RecognizerChanged("whisper", "me/tiny", "loading"))
        assert "tiny.en loading… 1 more 838 MB" in words(app)


async def test_a_model_on_its_way_says_so(stage: MakeStage):
    app = stage()
    loading = LoadedModel("base.en", "loading", memory_bytes=300 << 20)
    for size in ((160, 48), (80, 24)):
        async with app.run_test(size=size) as pilot:
            await publish(pilot, Measured(replace(FIGURES, models=(loading,))))
            assert "base.en loading…" in words(app)
        app = stage()


async def test_it_is_drawn_only_when_it_reads_otherwise(stage: MakeStage, monkeypatch: pytest.MonkeyPatch):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, Measured(replace(FIGURES, screen_share=0.004)))
        performance = app.workstation.performance
        drawn: list[object] = []
        refresh = performance.refresh
        monkeypatch.setattr(performance, "refresh", lambda *a, **k: (drawn.append(a), refresh(*a, **k))[1])
        await publish(pilot, Measured(replace(FIGURES, screen_share=0.006, process_bytes=320_000_100)))
        assert not drawn
        assert "ui <1 %" in shown(app)
        await publish(pilot, Measured(FIGURES))
        assert drawn
        assert "ui 4 %" in shown(app)


TIMES = st.none() | st.floats(0, 1e6)


@settings(max_examples=200)
@given(
    st.integers(20, 200),
    st.builds(
        Performance,
        stop_to_text_ms=TIMES,
        stages_ms=st.dictionaries(st.sampled_from(STAGES), st.floats(0, 1e6)),
    ),
)
def test_a_line_is_never_wider_than_its_room_and_holds_whole_figures(width: int, taken: Performance):
    line, rest = fit(figures_module.waits(taken), width)
    assert line.cell_length <= width
    assert [part.plain for part in figures_module.waits(taken) if part not in rest] == [
        part for part in line.plain.split(figures_module.GAP) if part
    ]
    assert stages_inline(taken, width).cell_length <= width


def test_what_is_too_long_makes_room_for_what_follows():
    line, rest = fit([Content("one"), Content("a very long one"), Content("two")], 10)
    assert line.plain == "one  two"
    assert [part.plain for part in rest] == ["a very long one"]


def test_bars_are_to_scale():
    rows = figures_module.stage_rows(FIGURES, 20)
    lengths = {name: row.plain.count("━") for name, row in zip(STAGES, rows, strict=True)}
    assert lengths["recognition"] == 20
    assert lengths["enhancement"] == pytest.approx(20 * 9 / 70, abs=1)
    for room, name in product((60, 90), STAGES):
        assert name in stages_inline(FIGURES, room).plain or room == 60


OLLAMA = EnhancerStatus(
    "ollama", "box:1", "qwen2.5:3b", gpu_share=1.0, tokens_per_s=42.2, edit_s=2.14, load_s=3.0
)


async def test_the_enhancer_has_a_line_where_there_is_room_and_gives_way_first(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(160, 48)) as pilot:
        await publish(pilot, Measured(FIGURES))
        rows = len(panel(app))
        await publish(pilot, EnhancerChanged(OLLAMA))
        line = "ollama qwen2.5:3b · ready · GPU 100 % · 100 words ≈ 2.1 s · 42 tok/s"
        assert len(panel(app)) == rows + 1
        assert line in panel(app)[-2]
        seen = []
        for width in range(240, 79, -4):
            await pilot.resize_terminal(width, 30)
            await pilot.pause()
            assert "base.en 155 MB" in words(app)
            assert "memory 320 MB" in words(app)
            seen.append(next((part for part in line.split(" · ")[::-1] if part in panel(app)[-1]), ""))
        assert list(dict.fromkeys(seen)) == ["42 tok/s", "100 words ≈ 2.1 s", "GPU 100 %", "ready", ""]
        await pilot.resize_terminal(160, 48)
        await publish(pilot, EnhancerChanged(EnhancerStatus("tidy")))
        assert len(panel(app)) == rows
        assert "ollama" not in words(app)


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("asking", "ollama m · asking…"),
        ("loading", "ollama m · loading…"),
        ("unloaded", "ollama m · not in memory"),
        ("missing", "ollama m · ! model missing"),
        ("unreachable", "ollama m · ! not reachable"),
    ],
)
async def test_how_far_the_enhancer_is_stands_in_its_line(
    stage: MakeStage, state: EnhancerState, wanted: str
):
    app = stage()
    async with app.run_test(size=(160, 48)) as pilot:
        await publish(pilot, EnhancerChanged(EnhancerStatus("ollama", "box:1", "m\x1b[2J", state)))
        assert wanted in words(app)
