"""Sound from a pipe: usual containers, bare samples, and writers that stall, break off or send nonsense."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.audio import piped
from engine.audio.codec import decode
from engine.audio.format import SAMPLE_RATE, Samples
from engine.audio.piped import PipedSound, RawForm
from engine.audio.sample import sample_path
from engine.errors import AudioError


def unheard(said: str) -> None:
    raise AssertionError(f"it said: {said}")


@contextmanager
def pipe(write: Callable[[int], object]) -> Iterator[int]:
    """A pipe's reading end, into which a thread writes; it is closed when that has ended."""
    reading, writing = os.pipe()

    def run() -> None:
        try:
            write(writing)
        except BrokenPipeError:
            pass  # the reader had enough
        finally:
            os.close(writing)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield reading
    finally:
        os.close(reading)
        thread.join()


def sending(data: bytes) -> Callable[[int], object]:
    def write(descriptor: int) -> None:
        rest = data
        while rest:
            rest = rest[os.write(descriptor, rest) :]

    return write


def read(data: bytes, form: RawForm | None = None, tell: Callable[[str], None] = unheard) -> Samples:
    with pipe(sending(data)) as reading:
        return PipedSound(reading, form, tell)()


@pytest.fixture(scope="module")
def talk() -> Samples:
    return decode(sample_path())


@pytest.fixture(scope="module")
def encoded(talk: Samples, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], bytes]:
    """Makes the sample in a container and a codec."""
    import av

    folder = tmp_path_factory.mktemp("encoded")

    def encode(container: str, codec: str) -> bytes:
        path = folder / f"{container}.{codec}"
        with av.open(str(path), "w", format=container) as output:
            stream = output.add_stream(
                codec, rate=48_000 if codec == "libopus" else SAMPLE_RATE, layout="mono"
            )
            frame = av.AudioFrame.from_ndarray(
                (talk * 32767).astype("<i2")[None], format="s16", layout="mono"
            )
            frame.sample_rate = SAMPLE_RATE
            context = stream.codec_context
            context.open()
            fit = av.AudioResampler(context.format, "mono", context.sample_rate, context.frame_size or 4096)
            for fitted in [*fit.resample(frame), *fit.resample(None)]:
                output.mux(stream.encode(fitted))
            output.mux(stream.encode(None))
        return path.read_bytes()

    return encode


@pytest.mark.parametrize(
    ("container", "codec"),
    [
        ("wav", "pcm_s16le"),
        ("flac", "flac"),
        ("ogg", "libopus"),
        ("webm", "libopus"),
        ("mp3", "libmp3lame"),
        ("mp4", "aac"),
    ],
)
def test_every_usual_container_can_be_piped(
    encoded: Callable[[str, str], bytes], talk: Samples, container: str, codec: str
) -> None:
    samples = read(encoded(container, codec))
    assert abs(len(samples) - len(talk)) < SAMPLE_RATE // 5
    loud, heard = float(np.std(talk)), float(np.std(samples))
    assert heard == pytest.approx(loud, rel=0.1)


def test_what_is_too_long_for_memory_is_put_by_elsewhere(
    encoded: Callable[[str, str], bytes], talk: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piped, "IN_MEMORY", 1000)
    assert len(read(encoded("wav", "pcm_s16le"))) == len(talk)


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("sample", ["s16le", "f32le"])
def test_bare_samples_come_as_they_are(talk: Samples, sample: str, channels: int) -> None:
    scaled = (talk * 32768).astype("<i2") if sample == "s16le" else talk.astype("<f4")
    data = np.repeat(scaled, channels).tobytes()
    samples = read(data + b"\x01", RawForm(SAMPLE_RATE, channels, sample))  # type: ignore[arg-type]
    assert len(samples) == len(talk)
    np.testing.assert_allclose(samples, talk, atol=1e-4)


def test_bare_samples_of_another_rate_are_brought_to_ours(talk: Samples) -> None:
    samples = read(np.repeat((talk * 32768).astype("<i2"), 3).tobytes(), RawForm(48_000))
    assert len(samples) == pytest.approx(len(talk), abs=2)


def test_half_a_file_gives_what_is_in_it(encoded: Callable[[str, str], bytes], talk: Samples) -> None:
    whole = encoded("flac", "flac")
    told: list[str] = []
    samples = read(whole[: len(whole) // 2], tell=told.append)
    assert ["is cut off" in sentence for sentence in told] == [True]
    assert 0.2 * len(talk) < len(samples) < 0.8 * len(talk)


@pytest.mark.parametrize(
    ("data", "form", "said"),
    [
        (b"", None, "There is no sound on standard input: it ended at once."),
        (b"", RawForm(), "There is no sound on standard input: it ended at once."),
        (b"x", RawForm(), "ended within its first frame"),
        (b"not a sound\n" * 500, None, "standard input is not audio that FFmpeg can read, or is cut off"),
        (b"RIFF\x00\x00\x00\x00WAVE", RawForm(), "is a WAV file, no bare samples. Leave out --raw."),
        (b"#EXTM3U\n#EXTINF:6,\n/etc/hostname\n", None, "is not audio"),
    ],
)
def test_what_is_no_sound_is_told(data: bytes, form: RawForm | None, said: str) -> None:
    with pytest.raises(AudioError) as refused:
        read(data, form)
    assert said in str(refused.value)


def test_bare_stereo_samples_are_not_taken_for_a_game(talk: Samples) -> None:
    with pytest.raises(AudioError, match="say --raw"):
        read(np.repeat((talk * 32768).astype("<i2"), 2).tobytes())


def test_a_playlist_opens_no_file(tmp_path: Path) -> None:
    playlist = f"ffconcat version 1.0\nfile {sample_path()}\n"
    with pytest.raises(AudioError, match="is not audio"):
        read(playlist.encode())


def test_a_writer_that_stalls_is_waited_for_and_told_of_once(
    encoded: Callable[[str, str], bytes], talk: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(piped, "STALLED_S", 0.01)
    told: list[str] = []
    heard = threading.Event()

    def tell(said: str) -> None:
        told.append(said)
        heard.set()

    def stall(descriptor: int) -> None:
        assert heard.wait(20)
        sending(encoded("flac", "flac"))(descriptor)

    with pipe(stall) as reading:
        assert len(PipedSound(reading, None, tell)()) == len(talk)
    assert told == ["Nothing has come on standard input for 0 s; waiting for its writer."]


def test_a_descriptor_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    with pytest.raises(AudioError, match="cannot be read or put by: Is a directory"):
        PipedSound(folder, None, unheard)()
    os.close(folder)
