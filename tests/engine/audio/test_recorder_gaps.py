"""What is missing in a recording whose sound is captured elsewhere: told, and of no recording but its own."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from engine.audio.facts import Began, Cut, Troubled
from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.audio.sources import AudioSink
from tests.engine.audio.linked import late, linked, recording
from tests.engine.audio.scripted import Bench, ScriptedSource, ramp

SECONDS = SAMPLE_RATE / FRAME
"""Frames in a second."""


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each recording was asked for an hour ago."""
    monkeypatch.setattr("engine.audio.take.perf_counter", lambda: time.perf_counter() + 3600)


def sink_of(source: ScriptedSource) -> AudioSink:
    assert source.sink is not None
    return source.sink


def silence(seconds: int) -> Samples:
    """What stands for lost sound."""
    return np.zeros(seconds * SAMPLE_RATE, np.float32)


def told(bench: Bench) -> list[str]:
    """How much each recording lacks, in the words that say so."""
    missing = [trouble for trouble in bench.of(Troubled) if trouble.kind == "missing"]
    return [trouble.message.partition(" of what was said")[0] for trouble in missing]


@pytest.mark.usefixtures("long_ago")
async def test_what_did_not_come_inside_a_recording_is_told_at_its_end(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        sink_of(source).missed(120.2)
        await bench.hear(source, ramp(5, 5 * FRAME))
        sink_of(source).missed(49.5)
        await bench.hear(source, ramp(5, 10 * FRAME))
        assert not bench.of(Troubled)
        bench.recorder.finish(0, 0.35)
        await bench.cut()
        facts = [fact for fact in bench.facts if isinstance(fact, Troubled | Cut)]
        assert isinstance(facts[0], Troubled)
        assert facts[0].message == (
            "170 s of what was said are missing in this dictation: "
            "they did not come from scripted microphone."
        )
        assert [type(fact) for fact in facts] == [Troubled, Cut]


@pytest.mark.usefixtures("long_ago")
async def test_what_did_not_come_outside_a_recording_is_not_told_of_it(tmp_path: Path) -> None:
    bench, source = Bench(preroll_s=0), linked()
    await bench.recorder.arm(source)
    sink_of(source).missed(100)
    await bench.hear(source, ramp(5))
    bench.recorder.begin(tmp_path)
    sink_of(source).missed(0.1)
    await bench.hear(source, ramp(5, 5 * FRAME))
    sink_of(source).missed(100)
    bench.recorder.finish(0, 0.35)
    await bench.cut()
    assert not bench.of(Troubled)
    await bench.recorder.disarm()


@pytest.mark.usefixtures("long_ago")
async def test_of_a_gap_in_which_the_key_was_pressed_the_rest_is_told(tmp_path: Path) -> None:
    async with recording(tmp_path, behind_frames=round(5 * SECONDS)) as (bench, source):
        sink_of(source).missed(20)
        await bench.hear(source, silence(2)[: 62 * FRAME])
        late(source, 0)  # it began 5 s ago, and has ended
        await bench.hear(source, ramp(1))
        source.push(ramp(50, FRAME))
        await bench.until(lambda: bool(bench.of(Began)))
        bench.recorder.finish(0, 0.35)
        await bench.cut()
        assert told(bench) == ["15 s"]


@pytest.mark.usefixtures("long_ago")
async def test_of_a_gap_in_which_a_recording_ended_the_beginning_is_told(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        late(source, round(2 * SECONDS))
        bench.recorder.finish(0.35, 0.35)
        sink_of(source).missed(40)
        source.push(silence(2))
        source.push(ramp(50, 5 * FRAME))
        await bench.cut()
        assert told(bench) == ["2 s"]


@pytest.mark.usefixtures("long_ago")
async def test_of_a_gap_around_a_recording_as_much_is_told_as_the_key_was_held(tmp_path: Path) -> None:
    async with recording(tmp_path, behind_frames=round(5 * SECONDS)) as (bench, source):
        late(source, round(8 * SECONDS))
        bench.recorder.finish(0, 0.35)
        sink_of(source).missed(40)
        await bench.hear(source, silence(2)[: 62 * FRAME])
        late(source, 0)
        await bench.hear(source, ramp(1))
        source.push(ramp(50, FRAME))
        await bench.cut()
        assert told(bench) == ["3 s"]


@pytest.mark.usefixtures("long_ago")
async def test_a_gap_that_had_come_when_a_recording_ended_lies_in_it_whole(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        sink_of(source).missed(40)
        source.push(silence(2)[: 62 * FRAME])
        late(source, 1)
        bench.recorder.finish(0, 0.35)
        source.push(ramp(50, 5 * FRAME))
        await bench.cut()
        assert told(bench) == ["40 s"]


@pytest.mark.usefixtures("long_ago")
async def test_of_a_gap_behind_the_end_no_more_than_the_tail_is_told(tmp_path: Path) -> None:
    loud = np.full(5 * FRAME, 0.5, np.float32)
    async with recording(tmp_path, heard=loud) as (bench, source):
        bench.recorder.finish(0.5, 0.35)
        sink_of(source).missed(40)
        source.push(silence(2))
        await bench.cut()
        assert told(bench) == ["0.5 s"]


async def test_no_more_is_told_than_time_has_gone_by_since_the_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.command_queue.perf_counter", lambda: 100.0)
    monkeypatch.setattr("engine.audio.take.perf_counter", lambda: 107.0)
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        # The microphone was away long before; its machine was not, and nothing was on its way.
        sink_of(source).missed(3600)
        await bench.hear(source, ramp(5, 5 * FRAME))
        bench.recorder.finish(0, 0.35)
        await bench.cut()
        assert told(bench) == ["7 s"]


@pytest.mark.usefixtures("long_ago")
async def test_what_is_missing_in_a_recording_that_is_cancelled_is_not_told(tmp_path: Path) -> None:
    async with recording(tmp_path, heard=ramp(5)) as (bench, source):
        sink_of(source).missed(40)
        await bench.hear(source, ramp(5, 5 * FRAME))
        bench.recorder.abandon()
        assert (await bench.cut()).reason == "abandoned"
        assert not bench.of(Troubled)


@pytest.mark.usefixtures("long_ago")
async def test_a_recording_without_any_sound_lacks_none(tmp_path: Path) -> None:
    async with recording(tmp_path) as (bench, source):
        sink_of(source).missed(40)
        source.push(ramp(1)[: FRAME // 2])
        bench.recorder.begin(tmp_path)
        assert (await bench.cut()).frames == 0
        assert not told(bench)
