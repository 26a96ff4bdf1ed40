"""What goes wrong with a source, a disk or a detector, and what the recorder makes of it."""

from __future__ import annotations

import asyncio
import threading
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.audio.facts import Cut, Heard, SourceLost, Troubled
from engine.audio.format import FRAME, AudioFormat, RawBlock, Samples
from engine.audio.sources import AudioSink
from engine.audio.validate import TRUST_AFTER, Checked, Validator
from engine.errors import AudioError, RecognitionError
from tests.engine.audio.scripted import Bench, ByLevel, ScriptedSource, ramp

LOUD = np.full(FRAME, 0.5, np.float32)
QUIET = np.full(FRAME, 0.001, np.float32)


async def test_a_lost_source_cuts_and_keeps_what_there_is(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, ramp(3))
    assert source.sink is not None
    source.sink.lost("The scripted microphone was unplugged.")
    cut = await bench.cut()
    await bench.until(lambda: bool(bench.of(SourceLost)))
    assert (cut.frames, cut.reason) == (3, "lost")
    assert bench.of(SourceLost)[0].why == "The scripted microphone was unplugged."
    bench.facts.clear()
    bench.recorder.begin(tmp_path)
    assert (await bench.cut()) == Cut(0, "lost", None)
    await bench.recorder.disarm()


async def test_a_dead_callback_does_not_hang_a_recording(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.silence_watch.SILENT_S", 0.1)
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, np.tile(LOUD, 3))
    bench.recorder.finish(0.35, 0.35)
    assert (await bench.cut()).reason == "lost"
    await bench.until(lambda: bool(bench.of(SourceLost)))
    assert "delivered no sound" in bench.of(SourceLost)[0].why
    await bench.recorder.disarm()


async def test_sound_in_another_form_than_announced_is_given_up() -> None:
    bench, source = Bench(), ScriptedSource(channels=2)
    await bench.recorder.arm(source)
    source.push(ramp(2))
    await bench.until(lambda: bool(bench.of(SourceLost)))
    assert "another form" in bench.of(SourceLost)[0].why
    await bench.recorder.disarm()


async def test_broken_samples_become_silence_and_are_told_once() -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    sound = np.tile(LOUD, 4)
    sound[[10, 700, 1500]] = np.nan, np.inf, -np.inf
    await bench.hear(source, sound)
    await bench.hear(source, sound)
    await bench.recorder.disarm()
    assert [trouble.kind for trouble in bench.of(Troubled)] == ["not-finite"]
    assert max(c.peak for heard in bench.of(Heard) for c in heard.columns) == 0.5


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("share", [0.0, 0.05, 1.0])
async def test_no_broken_sample_reaches_the_detector_or_the_recogniser(
    tmp_path: Path, share: float, channels: int
) -> None:
    heard: list[Samples] = []

    class Listening(ByLevel):
        def probability(self, frame: Samples) -> float:
            heard.append(frame.copy())
            return super().probability(frame)

    bench, source = Bench(preroll_s=0, voice=Listening()), ScriptedSource(channels=channels)
    bench.recorder.set_checked_share(share)
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    sound = np.repeat(np.tile(LOUD, 100)[:, None], channels, axis=1)
    await bench.hear(source, sound)
    assert not bench.of(Troubled)
    sound[FRAME * 40 : FRAME * 41, 0] = np.nan
    sound[FRAME * 60 + 7, 0] = -np.inf
    sound[FRAME * 70 + 9, 0] = 1.0
    await bench.hear(source, sound)
    bench.recorder.abandon()
    await bench.cut()
    await bench.recorder.disarm()
    assert np.isfinite(np.concatenate(heard)).all()
    assert np.isfinite(bench.recorded()).all()
    assert [trouble.kind for trouble in bench.of(Troubled)] == ["not-finite"]
    columns = [column for fact in bench.of(Heard) for column in fact.columns]
    assert all(np.isfinite((column.peak, column.rms)).all() for column in columns)
    assert [at for at, column in enumerate(columns) if column.clipped] == [170]


async def test_the_share_of_full_checks_can_be_changed_while_sound_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    full: list[int] = []
    check_all = Validator._check_all

    def counted(self: Validator, block: RawBlock) -> Checked:
        full.append(len(block))
        return check_all(self, block)

    monkeypatch.setattr(Validator, "_check_all", counted)
    bench, source = Bench(), ScriptedSource()
    sound = np.tile(LOUD, 40)

    async def checked() -> int:
        """Full checks of blocks that come and are taken in one by one."""
        full.clear()
        for at in range(0, len(sound), FRAME):
            await bench.hear(source, sound[at : at + FRAME], block=FRAME)
        return len(full)

    bench.recorder.set_checked_share(0.0)
    await bench.recorder.arm(source)
    assert await checked() == -(-TRUST_AFTER // FRAME)
    assert await checked() == 0
    await asyncio.to_thread(bench.recorder.set_checked_share, 1.0)
    assert await checked() == 40
    bench.recorder.set_checked_share(0.25)
    assert await checked() == 10
    await bench.recorder.disarm()


async def test_a_muted_microphone_is_told_while_recording(tmp_path: Path) -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    await bench.hear(source, np.zeros(FRAME * 100, np.float32))
    assert not bench.of(Troubled)
    bench.recorder.begin(tmp_path)
    await bench.hear(source, np.zeros(FRAME * 10, np.float32))
    await bench.recorder.disarm()
    assert [trouble.kind for trouble in bench.of(Troubled)] == ["silent"]


@pytest.mark.parametrize("rate", [16000, 48000])
async def test_a_microphone_that_sounded_once_is_not_taken_for_muted(tmp_path: Path, rate: int) -> None:
    bench, source = Bench(), ScriptedSource(rate)
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    silence = np.zeros(rate * 5, np.float32)
    silence[rate : rate + 100] = 1e-3
    source.push(silence)
    await bench.until(lambda: bench.heard() >= 155)
    await bench.recorder.disarm()
    assert not bench.of(Troubled)


async def test_overflows_are_counted_and_told_once() -> None:
    bench, source = Bench(), ScriptedSource()
    await bench.recorder.arm(source)
    assert source.sink is not None
    source.sink.overflow()
    source.sink.overflow()
    await bench.hear(source, ramp(1))
    assert bench.recorder.overflows == 2
    await bench.recorder.disarm()
    assert [trouble.kind for trouble in bench.of(Troubled)] == ["overflow"]


async def test_without_its_model_speech_is_told_by_level() -> None:
    class Missing(ByLevel):
        def load(self) -> None:
            raise RecognitionError("The model is missing.", "Install it.")

    bench, source = Bench(voice=Missing()), ScriptedSource()
    await bench.recorder.arm(source)
    await bench.hear(source, np.tile(QUIET, 30))
    await bench.hear(source, np.tile(LOUD, 3))
    await bench.recorder.disarm()
    await bench.recorder.arm(ScriptedSource())
    await bench.recorder.disarm()
    assert bench.of(Troubled) == [Troubled("voice", "The model is missing.", "Install it.")]
    columns = [column for heard in bench.of(Heard) for column in heard.columns]
    assert columns[10].voice < 0.1
    assert columns[-1].voice > 0.9


async def test_a_source_that_does_not_open_leaves_nothing_armed(tmp_path: Path) -> None:
    bench, working, broken = Bench(), ScriptedSource(), ScriptedSource(broken=True)
    await bench.recorder.arm(working)
    with pytest.raises(AudioError, match="in use"):
        await bench.recorder.arm(broken)
    assert working.closed == broken.closed == 1
    with pytest.raises(RuntimeError, match="no source is armed"):
        bench.recorder.begin(tmp_path)
    await bench.recorder.disarm()


async def test_a_full_disk_does_not_stop_the_dictation(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    bench, source = Bench(preroll_s=0), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(blocked / "recordings")
    await bench.hear(source, ramp(50))
    await bench.recorder.disarm()
    cut = bench.of(Cut)[0]
    assert cut.frames == 50
    assert cut.spool is not None
    assert [trouble.kind for trouble in bench.of(Troubled)] == ["spool"]
    cut.spool.to_wav(tmp_path / "saved.wav")
    with wave.open(str(tmp_path / "saved.wav")) as file:
        assert file.getnframes() == 50 * FRAME


async def test_a_cancelled_arm_leaves_nothing_open(tmp_path: Path) -> None:
    opening, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    class Slow(ScriptedSource):
        def open(self, sink: AudioSink) -> AudioFormat:
            loop.call_soon_threadsafe(opening.set)
            go_on.wait(20)
            return super().open(sink)

    bench, source = Bench(), Slow()
    arming = asyncio.create_task(bench.recorder.arm(source))
    await opening.wait()
    arming.cancel()
    loop.call_soon(go_on.set)
    with pytest.raises(asyncio.CancelledError):
        await arming
    assert source.closed == 1
    with pytest.raises(RuntimeError, match="no source is armed"):
        bench.recorder.begin(tmp_path)


async def test_a_detector_that_fails_gives_the_source_up_and_says_so(tmp_path: Path) -> None:
    class Failing(ByLevel):
        def probability(self, frame: Samples) -> float:
            raise ArithmeticError("the detector is out of its mind")

    bench, source = Bench(voice=Failing()), ScriptedSource()
    await bench.recorder.arm(source)
    bench.recorder.begin(tmp_path)
    source.push(ramp(1))
    assert (await bench.cut()).reason == "lost"
    await bench.until(lambda: bool(bench.of(SourceLost)))
    assert "out of its mind" in bench.of(SourceLost)[0].why
    await bench.recorder.disarm()
