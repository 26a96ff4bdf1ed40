"""A file as a microphone: silence, the file from the key press on, its end, silence; in real time."""

import threading
import time
from pathlib import Path

import numpy as np
import pytest

from engine.audio import codec
from engine.audio.file import AHEAD_S, FileSource, Prefetch
from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, AudioFormat, RawBlock
from engine.audio.sample import sample_path
from engine.errors import AudioError

PATIENCE_S = 30


class Listener:
    """A sink that keeps everything, with the number of blocks at each end."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.ends: list[int] = []
        self.why = ""
        self.changed = threading.Condition()

    def block(self, samples: RawBlock) -> None:
        with self.changed:
            self.blocks.append(samples.copy())
            self.changed.notify_all()

    def overflow(self) -> None:
        raise AssertionError("a file cannot overflow")

    def missed(self, seconds: float) -> None:
        raise AssertionError("a file has everything")

    def ended(self) -> None:
        with self.changed:
            self.ends.append(len(self.blocks))
            self.changed.notify_all()

    def lost(self, why: str) -> None:
        with self.changed:
            self.why = why
            self.changed.notify_all()

    def wait_for_blocks(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.blocks) >= count, PATIENCE_S)

    def wait_for_ends(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.ends) >= count, PATIENCE_S)

    def sound(self) -> RawBlock:
        return np.concatenate(self.blocks)


def heard_file(sound: RawBlock, path: Path) -> bool:
    """Whether `sound` holds the file, whole and unbroken, between nothing but silence."""
    with codec.AudioFile(path) as audio:
        whole = np.concatenate(list(audio.blocks()))
    filled = np.flatnonzero(sound.any(axis=1))
    first = filled[0] - np.flatnonzero(whole.any(axis=1))[0]
    return (
        np.array_equal(sound[first : first + len(whole)], whole)
        and not sound[:first].any()
        and not sound[first + len(whole) :].any()
    )


def write_wav(path: Path, rate: int, channels: int, frames: int) -> Path:
    import wave

    with wave.open(str(path), "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.arange(1, frames * channels + 1).astype("<i2").tobytes())
    return path


def test_it_is_silent_until_recording_starts_then_plays_once_then_is_silent() -> None:
    source, sink = FileSource(sample_path(), speed=100), Listener()
    assert source.open(sink) == AudioFormat(SAMPLE_RATE, 1, "int16")
    sink.wait_for_blocks(10)
    assert not sink.sound().any()
    source.recording_started()
    sink.wait_for_ends(1)
    sink.wait_for_blocks(sink.ends[0] + 20)
    source.close()
    assert {len(block) for block in sink.blocks} == {FRAME}
    assert heard_file(sink.sound(), sample_path())
    assert not np.concatenate(sink.blocks[sink.ends[0] :]).any()
    assert len(sink.ends) == 1


def test_a_second_recording_plays_it_from_its_start_even_in_mid_play() -> None:
    source, sink = FileSource(sample_path(), speed=100), Listener()
    source.open(sink)
    source.recording_started()
    sink.wait_for_ends(1)
    source.recording_started()
    sink.wait_for_blocks(sink.ends[0] + 60)
    source.recording_started()
    sink.wait_for_ends(2)
    source.close()
    seconds = codec.decode(sample_path()).size / SAMPLE_RATE
    last_play = np.concatenate(sink.blocks[sink.ends[1] - int(np.ceil(seconds / FRAME_S)) : sink.ends[1]])
    assert heard_file(last_play, sample_path())


@pytest.mark.parametrize(
    ("rate", "channels", "frames"), [(44_100, 2, 10_007), (8_000, 1, 100), (48_000, 3, 1536)]
)
def test_it_comes_in_the_form_of_the_file_with_its_end_filled_up(
    tmp_path: Path, rate: int, channels: int, frames: int
) -> None:
    path = write_wav(tmp_path / "a.wav", rate, channels, frames)
    source, sink = FileSource(path, speed=50), Listener()
    assert source.open(sink) == AudioFormat(rate, channels, "int16")
    source.recording_started()
    sink.wait_for_ends(1)
    source.close()
    assert {block.shape for block in sink.blocks} == {(round(rate * FRAME_S), channels)}
    assert heard_file(sink.sound(), path)


def test_it_keeps_real_time_without_drift() -> None:
    source, sink = FileSource(sample_path()), Listener()
    source.open(sink)
    began = time.monotonic()
    source.recording_started()
    sink.wait_for_blocks(40)
    elapsed = time.monotonic() - began
    source.close()
    # Never ahead of the clock; how late a busy machine may be is not for a unit test to say.
    assert elapsed >= 39 * FRAME_S


def test_a_long_file_is_not_held_whole(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "long.wav", SAMPLE_RATE, 1, 120 * SAMPLE_RATE)
    reader = Prefetch(path)
    first = reader.next()
    assert first is not None
    assert reader._queue.maxsize * reader.frames <= AHEAD_S * SAMPLE_RATE
    reader.close()
    assert not reader._thread.is_alive()


def test_closing_is_final_and_can_be_repeated_and_undone() -> None:
    source, sink = FileSource(sample_path(), speed=20), Listener()
    source.close()
    source.open(sink)
    sink.wait_for_blocks(2)
    source.close()
    source.close()
    count = len(sink.blocks)
    source.recording_started()
    assert len(sink.blocks) == count
    source.open(sink)
    sink.wait_for_blocks(count + 2)
    source.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("file ")]


def test_a_file_that_vanished_is_a_lost_source_with_a_reason(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "a.wav", SAMPLE_RATE, 1, 2000)
    source, sink = FileSource(path, speed=20), Listener()
    source.open(sink)
    source.recording_started()
    sink.wait_for_ends(1)
    path.unlink()
    source.recording_started()
    with sink.changed:
        assert sink.changed.wait_for(lambda: sink.why, PATIENCE_S)
    assert "a.wav does not exist" in sink.why
    source.close()


def test_what_cannot_be_played_is_said_when_it_is_opened(tmp_path: Path) -> None:
    with pytest.raises(AudioError, match=r"no\.wav does not exist"):
        FileSource(tmp_path / "no.wav").open(Listener())


def test_it_describes_itself_more_exactly_once_open(tmp_path: Path) -> None:
    path = write_wav(tmp_path / "talk.wav", 44_100, 2, 2000)
    source = FileSource(path)
    assert (source.describe().name, source.describe().kind) == ("talk.wav", "file")
    source.open(Listener())
    assert source.describe().detail == "44.1 kHz, 2 channels"
    source.close()
