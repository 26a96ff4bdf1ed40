"""The main screen as a whole: what it says of every event, and at every size."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from engine.audio.sources import SourceInfo
from engine.deliver.target import Delivery, Outcome
from engine.events import (
    Delivered,
    LevelColumn,
    Levels,
    Measured,
    Notice,
    RecognizerChanged,
    RecordingStarted,
    SettingChanged,
    SourceChanged,
    StateChanged,
    TranscriptChanged,
)
from engine.metrics import Performance
from engine.models.loaded import LoadedModel
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, shown, words
from tui.performance_modes import MEANINGS

MakeStage = Callable[..., Stage]
FRAME = LevelColumn(0.4, 0.1, 0.9, False, True)
PREROLL = LevelColumn(0.2, 0.05, 0.9, False, False)
RECORDING = StateChanged(DictationState.RECORDING, DictationState.ARMING)
FIGURES = Performance(
    stop_to_text_ms=84,
    p50_ms=91,
    p95_ms=140,
    real_time_factor=0.08,
    stages_ms={"capture": 2, "recognition": 70, "cleanup": 0.4, "enhancement": 9, "delivery": 3},
    models=(LoadedModel("base.en", "ready", "cpu int8", memory_bytes=155_000_000, load_s=1.4),),
    process_bytes=320_000_000,
)


async def test_time_runs_with_the_frames_that_are_recorded(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(
            pilot, StateChanged(DictationState.ARMING, DictationState.READY), Levels((PREROLL,) * 90)
        )
        assert "waiting for sound" in shown(app)
        assert "00:0" not in shown(app)
        await publish(pilot, RECORDING, Levels((FRAME,) * 90))
        assert "● 00:02 recording" in shown(app)
        await publish(pilot, StateChanged(DictationState.FINISHING, DictationState.RECORDING))
        assert "finishing" in shown(app)


async def test_the_screen_carries_the_state_as_a_class(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RECORDING)
        assert app.workstation.has_class("-recording")
        assert "space stop" in shown(app)
        await publish(pilot, StateChanged(DictationState.READY, DictationState.RECORDING))
        assert not app.workstation.has_class("-recording")
        assert "space record" in shown(app)


async def test_the_header_names_what_is_at_work(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(120, 30)) as pilot:
        await publish(
            pilot,
            RecognizerChanged("whisper", "base.en", "loading"),
            SourceChanged(SourceInfo("Built-in [Audio]", "microphone")),
            SettingChanged("enhancement.mode", "verbatim"),
            SettingChanged("audio.auto_stop", True),
        )
        assert "verbatim · balanced · base.en loading… · auto-stop · Built-in [Audio]" in shown(app)
        await publish(
            pilot,
            RecognizerChanged("whisper", "base.en", "ready"),
            SettingChanged("enhancement.enabled", False),
            SettingChanged("audio.auto_stop", False),
        )
        assert "enhancement off · balanced · base.en · Built-in [Audio]" in shown(app)


@pytest.mark.parametrize(("mode", "meaning"), MEANINGS.items())
@pytest.mark.parametrize("width", [80, 100, 160])
async def test_a_performance_mode_stands_in_the_header_and_says_what_it_means(
    stage: MakeStage, mode: str, meaning: str, width: int
):
    app = stage()
    async with app.run_test(size=(width, 30)) as pilot:
        await pilot.pause()
        before = app.workstation.transcript.region
        await publish(pilot, SettingChanged("recognition.performance", mode))
        assert f"clean · {mode}" in screen_lines(app)[0]
        assert meaning in shown(app)
        assert app.workstation.transcript.region == before


@pytest.mark.parametrize(
    ("status", "target", "wanted"),
    [
        (Delivery.DELIVERED, "clipboard", ("copied → clipboard", "Copied to the clipboard.")),
        (Delivery.SENT, "terminal (OSC 52)", ("sent → terminal (OSC 52)", "Sent to the terminal (OSC 52).")),
        (Delivery.FAILED, "clipboard", ("✕ not delivered", "The text did not reach the clipboard. xclip")),
    ],
)
async def test_a_delivery_says_what_is_known(
    stage: MakeStage, status: Delivery, target: str, wanted: tuple[str, str]
):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, Delivered(1, Outcome(status, target, "xclip is not there.")))
        for part in wanted:
            assert part in words(app)


async def test_the_next_target_is_shown_from_the_start_and_while_recording(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        app.workstation.aim("terminal (OSC 52)")
        await pilot.pause()
        assert "→ terminal (OSC 52)" in screen_lines(app)[0]
        await publish(pilot, Delivered(1, Outcome(Delivery.DELIVERED, "clipboard")))
        assert screen_lines(app)[0].rstrip().endswith(" copied → clipboard")
        await publish(pilot, RecordingStarted(2, 1.5))
        assert screen_lines(app)[0].rstrip().endswith(" → terminal (OSC 52)")


async def test_a_target_with_little_room_is_cut_and_with_none_leaves_it_to_the_mode(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(40, 8)) as pilot:
        await publish(pilot, StateChanged(DictationState.READY, DictationState.STARTING))
        await publish(pilot, Delivered(1, Outcome(Delivery.SENT, "terminal (through tmux), far away")))
        assert screen_lines(app)[0].rstrip() == " ○ ready   clean   sent → terminal (th…"
        await pilot.resize_terminal(36, 8)
        await pilot.pause()
        assert screen_lines(app)[0].rstrip() == " ○ ready   clean · balanced"


async def test_the_preroll_has_another_texture_than_the_recording(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Levels((PREROLL,) * 40, True))
        assert "░" in shown(app)
        await publish(pilot, RecordingStarted(1, 0.64), RECORDING, Levels((FRAME,) * 20, True))
        row = screen_lines(app)[3]
        assert row.count("░") == 10
        assert row.rstrip(" │").endswith("█" * 10)


async def test_level_voice_and_clipping_are_written_out(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, Levels((FRAME,) * 16, True))
        assert "− 8 dBFS voice" in shown(app)
        await publish(pilot, Levels((replace(FRAME, peak=1.0, clipped=True),) * 16, True))
        assert "  0 dBFS CLIP" in shown(app)


async def test_a_tall_waveform_is_mirrored(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 48)) as pilot:
        await publish(pilot, RECORDING, Levels((replace(FRAME, peak=1.0),) * 40, True))
        waveform = app.workstation.waveform
        rows = [waveform.render_line(y).text for y in range(waveform.size.height - 1)]
        assert all(row.endswith("█" * 20) for row in rows)
        await publish(pilot, Levels((replace(FRAME, peak=0.02),) * 40, True))
        rows = [waveform.render_line(y).text for y in range(waveform.size.height - 1)]
        middle = len(rows) // 2
        assert rows[0][-20:].strip() == rows[-1][-20:].strip() == ""
        assert rows[middle - 1][-20:].strip()
        assert rows[middle][-20:].strip()


@pytest.mark.parametrize("width", [20, 40, 59, 60, 80, 99, 100, 160, 250])
async def test_nothing_overlaps_or_is_cut_at_any_size(stage: MakeStage, width: int):
    app = stage()
    async with app.run_test(size=(width, 24)) as pilot:
        await publish(
            pilot,
            RECORDING,
            Levels((FRAME,) * 20, True),
            TranscriptChanged(1, "every word of it", "last"),
            Measured(FIGURES),
        )
        for height in (6, 8, 13, 14, 23, 24, 35, 36, 60):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            regions = [widget.region for widget in app.screen.children if widget.display]
            assert sum(region.height for region in regions) == height
            assert all(region.width == width for region in regions)
            lines = screen_lines(app)
            assert "●" in lines[0]
            assert "last" in " ".join(lines)
            assert any(block in " ".join(lines) for block in "▅▆█")


async def test_side_by_side_from_a_hundred_columns(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.pause()
        transcript, diff = app.workstation.transcript, app.workstation.diff
        assert transcript.region.y == diff.region.y
        await pilot.resize_terminal(99, 30)
        await pilot.pause()
        assert transcript.region.x == diff.region.x


async def test_without_colour_only_greys_are_drawn(stage: MakeStage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, RECORDING, Levels((FRAME,) * 20, True), Notice("error", "It failed."))
        colors = {
            color.get_truecolor()
            for strip in app.screen._compositor.render_strips()
            for segment in strip.apply_filter(app._filters[-1], app.screen.background_colors[1])
            if segment.style
            for color in (segment.style.color, segment.style.bgcolor)
            if color is not None
        }
        assert colors
        assert all(red == green == blue for red, green, blue in colors)
