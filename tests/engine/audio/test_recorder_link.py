"""A recorder whose sound is captured elsewhere: it comes later than the key, in pieces, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.audio.facts import Began, Cut, SourceLost, Troubled
from engine.audio.format import FRAME
from tests.engine.audio.linked import late, linked, recording
from tests.engine.audio.scripted import Bench, ramp

LOUD = np.full(FRAME, 0.5, np.float32)


async def test_the_stop_waits_for_the_sound_of_its_moment(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, 100)
        bench.recorder.finish(0, 0.35)
        await bench.hear(source, ramp(60, 5 * FRAME))
        assert not bench.of(Cut)
        source.push(ramp(80, 65 * FRAME))
        assert (await bench.cut()).frames == 105
        np.testing.assert_array_equal(bench.recorded(), ramp(105))


async def test_a_recording_begins_with_the_sound_of_its_moment(tmp_path: Path) -> None:
    async with recording(tmp_path, behind_frames=100, preroll_s=0.064) as (bench, source):
        await bench.hear(source, ramp(90))
        assert not bench.of(Began)
        source.push(ramp(20, 90 * FRAME))
        await bench.until(lambda: len(bench.recorded()) == 12 * FRAME)
        np.testing.assert_array_equal(bench.recorded(), ramp(12, 98 * FRAME))


async def test_the_next_recording_begins_behind_the_end_of_one_that_waits(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, 100)
        bench.recorder.finish(0, 0.35)
        late(source, 150)
        bench.recorder.begin(tmp_path)
        source.push(ramp(200, 5 * FRAME), 4000)
        await bench.until(lambda: len(bench.of(Began)) == 2 and bench.heard() == 205)
    first, second = bench.of(Cut)
    assert (first.frames, second.frames) == (105, 50)


async def test_a_cancelled_recording_that_has_not_begun_leaves_the_one_before_whole(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, 100)
        bench.recorder.finish(0, 0.35)
        bench.recorder.begin(tmp_path)
        bench.recorder.abandon()
        source.push(ramp(200, 5 * FRAME))
        await bench.until(lambda: len(bench.of(Cut)) == 2)
        assert [(cut.frames, cut.reason) for cut in bench.of(Cut)] == [(105, "finished"), (0, "abandoned")]


async def test_a_recording_that_waits_is_cancelled_at_once(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, 1000, "broken")
        bench.recorder.finish(0.35, 0.35)
        bench.recorder.abandon()
        cut = await bench.cut()
        assert (cut.frames, cut.reason) == (5, "abandoned")


async def test_a_recording_that_waits_is_ended_with_what_has_come_once(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        assert not bench.recorder.wait_no_longer()
        late(source, 1000, "broken")
        bench.recorder.finish(0.35, 0.35)
        assert bench.recorder.wait_no_longer()
        assert not bench.recorder.wait_no_longer()
        cut = await bench.cut()
        assert (cut.frames, cut.reason) == (5, "finished")
        assert "desk is waited for no longer" in bench.of(Troubled)[-1].message


async def test_silence_ends_a_recording_where_it_was_heard(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0), linked(1000)
    await bench.recorder.arm(source)
    late(source, 0)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(5))
    late(source, 1000)
    bench.recorder.finish(0, 0.35, at_once=True)
    assert (await bench.cut()).frames == 5
    await bench.recorder.disarm()


async def test_a_silent_link_neither_loses_the_source_nor_the_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.silence_watch.SILENT_S", 0.01)
    monkeypatch.setattr("engine.audio.silence_watch.SECOND_LOOK_S", 0.01)
    monkeypatch.setattr("engine.audio.silence_watch.FIRST_BLOCK_S", 0.01)
    monkeypatch.setattr("engine.audio.link_troubles.PATIENCE_S", 0.2)
    async with recording(tmp_path, heard=np.tile(LOUD, 5)) as (bench, source):
        late(source, 2000, "broken")
        bench.recorder.finish(0.35, 0.35)
        assert (await bench.cut()).frames == 5
        told = [trouble.message for trouble in bench.of(Troubled)]
        assert "64 s of sound are still on their way from desk" in told[0]
        assert "did not come within 0.2 s" in told[1]
        assert not bench.of(SourceLost)


async def test_of_a_sender_that_left_nothing_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.silence_watch.SILENT_S", 0.05)
    async with recording(tmp_path, heard=np.tile(LOUD, 5)) as (bench, _):
        bench.recorder.finish(0.35, 0.35)
        assert (await bench.cut()).reason == "finished"
        assert not bench.of(Troubled)


async def test_what_comes_from_another_sender_is_not_taken_for_what_was_waited_for(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0), linked(100_000, "broken")
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(5))
    assert not bench.of(Began)
    late(source, 0)
    await bench.hear(source, ramp(5, 5 * FRAME))
    source.push(ramp(5, 10 * FRAME))
    await bench.until(lambda: bool(bench.of(Began)))
    await bench.recorder.disarm()


async def test_a_lost_source_ends_what_waits(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, 1000)
        bench.recorder.finish(0, 0.35)
        bench.recorder.begin(tmp_path)
        assert source.sink is not None
        source.sink.lost("It is gone.")
        await bench.until(lambda: len(bench.of(Cut)) == 2)
        assert [cut.frames for cut in bench.of(Cut)] == [5, 0]
