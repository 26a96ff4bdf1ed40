"""The pre-buffered recorder with real threads and a scripted source."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.audio.facts import Began, Cut, Heard, Recorded, SourceEnded
from engine.audio.format import FRAME, AudioFormat, Samples
from engine.audio.take import ENOUGH_QUIET
from tests.engine.audio.scripted import Bench, ScriptedSource, ramp

LOUD = np.full(FRAME, 0.5, np.float32)
QUIET = np.full(FRAME, 0.001, np.float32)


async def test_what_was_said_before_the_key_is_in_the_recording(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0.32), ScriptedSource()
    assert await bench.recorder.arm(source) == AudioFormat(16000, 1, "float32")
    await bench.hear(source, ramp(25))
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(5, 25 * FRAME))
    bench.recorder.abandon()
    cut = await bench.cut()
    np.testing.assert_array_equal(bench.recorded(), ramp(15, 15 * FRAME))
    assert bench.of(Began) == [Began(10)]
    assert (cut.frames, cut.reason) == (15, "abandoned")
    assert source.started == 1
    await bench.recorder.disarm()
    assert source.closed == 1


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    block=st.integers(1, 5000),
    before=st.integers(0, 9000),
    during=st.integers(1, 9000),
    preroll=st.integers(0, 12),
)
def test_nothing_is_lost_or_doubled_at_the_seam(
    tmp_path: Path, block: int, before: int, during: int, preroll: int
) -> None:
    async def run() -> None:
        bench, source = Bench(preroll_s=preroll * 0.032), ScriptedSource()
        await bench.recorder.arm(source)
        stream = (np.arange(before + during) * 2.0**-20).astype(np.float32)
        source.push(stream[:before], block)
        bench.recorder.begin(tmp_path)
        source.push(stream[before:], block)
        await bench.recorder.disarm()
        began = before // FRAME
        kept = min(preroll, began)
        padded = np.concatenate((stream, np.zeros(-len(stream) % FRAME, np.float32)))
        np.testing.assert_array_equal(bench.recorded(), padded[(began - kept) * FRAME :])
        assert bench.of(Began) == [Began(kept)]
        cut = bench.of(Cut)[0]
        assert cut.frames * FRAME == len(bench.recorded())
        assert cut.spool is not None
        cut.spool.discard()

    asyncio.run(run())


async def test_tail_is_recorded_after_speech(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, np.tile(LOUD, 10))
    bench.recorder.finish(0.35, 0.35)
    source.push(np.tile(LOUD, 40))
    cut = await bench.cut()
    assert (cut.frames, cut.reason) == (10 + 11, "finished")
    await bench.recorder.disarm()


async def test_tail_is_skipped_when_it_is_quiet_already(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, np.concatenate([np.tile(LOUD, 5), np.tile(QUIET, 11)]))
    bench.recorder.finish(0.35, 0.35)
    assert (await bench.cut()).frames == 16
    await bench.recorder.disarm()


async def test_tail_ends_after_a_moment_of_quiet(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, np.concatenate([np.tile(LOUD, 5), np.tile(QUIET, 3)]))
    bench.recorder.finish(0.35, 0.35)
    await bench.hear(source, np.tile(QUIET, 20))
    assert (await bench.cut()).frames == 5 + ENOUGH_QUIET
    await bench.recorder.disarm()


async def test_stop_before_the_first_frame_keeps_the_preroll(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0.32), ScriptedSource()
    await bench.recorder.arm(source)
    await bench.hear(source, ramp(20))
    bench.recorder.begin(tmp_path)
    bench.recorder.finish(0, 0.35)
    await bench.hear(source, ramp(3, 20 * FRAME))
    await bench.cut()
    np.testing.assert_array_equal(bench.recorded(), ramp(11, 10 * FRAME))
    await bench.recorder.disarm()


async def test_the_next_preroll_never_repeats_the_last_recording(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0.32), ScriptedSource()
    await bench.recorder.arm(source)
    await bench.hear(source, ramp(20))
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(10, 20 * FRAME))
    bench.recorder.abandon()
    await bench.hear(source, ramp(4, 30 * FRAME))
    bench.facts.clear()
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(2, 34 * FRAME))
    bench.recorder.abandon()
    await bench.cut()
    assert bench.of(Began) == [Began(4)]
    np.testing.assert_array_equal(bench.recorded(), ramp(6, 30 * FRAME))
    await bench.recorder.disarm()


async def test_a_second_begin_cuts_the_first(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(3))
    bench.recorder.finish(3, 0.0)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(2, 3 * FRAME))
    await bench.recorder.disarm()
    assert [(cut.frames, cut.reason) for cut in bench.of(Cut)] == [(3, "finished"), (2, "disarmed")]


async def test_columns_tell_what_is_recorded_and_clipped(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource(dtype="int16")
    await bench.recorder.arm(source)
    sound = np.full(FRAME * 4, 1000, np.int16)
    sound[FRAME * 2 + 5] = 32767
    await bench.hear(source, sound)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, sound[:FRAME])
    await bench.recorder.disarm()
    columns = [column for heard in bench.of(Heard) for column in heard.columns]
    assert [column.clipped for column in columns] == [False, False, True, False, False]
    assert [column.recorded for column in columns] == [False] * 4 + [True]
    assert columns[0].peak == columns[0].voice == pytest.approx(1000 / 32768)


@pytest.mark.parametrize(("rate", "channels", "dtype"), [(48000, 2, "int16"), (44100, 1, "float32")])
async def test_other_device_formats_end_at_16_khz(
    rate: int, channels: int, dtype: str, tmp_path: Path
) -> None:
    bench = Bench()
    source = ScriptedSource(rate, channels, "int16" if dtype == "int16" else "float32")
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    tone = 0.4 * np.sin(2 * np.pi * 440 * np.arange(rate * 2) / rate)
    raw = (tone * 32767).astype(np.int16) if dtype == "int16" else tone.astype(np.float32)
    source.push(np.repeat(raw[:, None], channels, axis=1))
    await bench.recorder.disarm()
    samples = bench.recorded()
    assert abs(len(samples) - 32000) < FRAME
    expected = 0.4 * np.sin(2 * np.pi * 440 * np.arange(len(samples)) / 16000)
    inner = slice(500, 31000)
    assert np.abs(samples[inner] - expected[inner]).max() < 1e-3


async def test_the_end_of_a_file_is_recorded_to_its_last_sample(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource(kind="file")
    await bench.recorder.arm(source)
    sound = ramp(3)[: FRAME * 2 + 100] + np.float32(0.1)

    def play() -> None:
        source.push(sound)
        assert source.sink is not None
        source.sink.ended()

    source.on_start = play
    bench.recorder.begin(tmp_path)
    await bench.until(lambda: bool(bench.of(SourceEnded)))
    bench.recorder.finish(0.35, 0.35)
    assert (await bench.cut()).frames == 3
    np.testing.assert_array_equal(bench.recorded()[: len(sound)], sound)
    assert not bench.recorded()[len(sound) :].any()
    await bench.recorder.disarm()


async def test_ten_minutes_lose_nothing_and_grow_nothing(tmp_path: Path) -> None:
    """Ten minutes at 16 kHz, as fast as they are taken in; the facts are counted, not kept."""
    import psutil

    part: Samples = np.random.default_rng(3).normal(0, 0.05, 250 * FRAME).astype(np.float32)
    bench, source = Bench(preroll_s=1.5), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    frames = 0
    resident = 0
    for index in range(75):
        await bench.hear(source, part, 1600)
        frames += sum(len(recorded.voice) for recorded in bench.of(Recorded))
        bench.facts.clear()
        if index == 10:
            resident = psutil.Process().memory_info().rss
    grown = psutil.Process().memory_info().rss - resident
    assert bench.recorder.lost_frames == 0
    await bench.recorder.disarm()
    assert frames == 75 * 250
    assert grown < 4_000_000
    spool = bench.of(Cut)[0].spool
    assert spool is not None
    assert spool.path.stat().st_size == 75 * len(part) * 2
    spool.discard()


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=st.integers(0, 6000), block=st.integers(1, 5000), tail=st.integers(0, 12))
def test_the_cut_falls_where_the_key_and_the_tail_say(
    tmp_path: Path, before: int, block: int, tail: int
) -> None:
    async def run() -> None:
        bench, source = Bench(preroll_s=0), ScriptedSource()
        await bench.recorder.arm(source)
        bench.recorder.begin(tmp_path)
        source.push(np.full(before, 0.5, np.float32), block)
        bench.recorder.finish(tail * 0.032, 0.35)
        source.push(np.full(FRAME * 14, 0.5, np.float32), block)
        cut = await bench.cut()
        await bench.recorder.disarm()
        complete = before // FRAME
        assert cut.frames == complete + max(tail, 0 if complete else 1)
        assert len(bench.recorded()) == cut.frames * FRAME
        assert cut.spool is not None
        cut.spool.discard()

    asyncio.run(run())


async def test_what_was_recorded_is_nobodys_to_change(tmp_path: Path) -> None:
    """Receivers keep slices of it; the memory that frames come in is used again."""
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    await bench.hear(source, ramp(3))
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(3, start=3 * FRAME))
    await bench.recorder.disarm()
    assert not any(part.samples.flags.writeable for part in bench.of(Recorded))
    np.testing.assert_array_equal(bench.recorded(), ramp(6))
