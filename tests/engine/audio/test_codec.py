"""Every format in, one form out; and a plain sentence for every file that cannot be used."""

import struct
import wave
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from engine.audio import codec
from engine.audio.format import SAMPLE_RATE, AudioFormat
from engine.audio.sample import sample_path
from engine.errors import AudioError

TONE_HZ = 440


def tone(rate: int, seconds: float = 1.0, level: float = 0.5) -> NDArray[np.float32]:
    return (level * np.sin(2 * np.pi * TONE_HZ * np.arange(int(rate * seconds)) / rate)).astype(np.float32)


def encode(
    path: Path, encoder: str, sample_format: str, rate: int, layout: str = "mono", seconds: float = 1.0
) -> Path:
    """Write a tone on every channel with FFmpeg's own encoder."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(encoder, rate=rate)
        assert isinstance(stream, av.AudioStream)
        stream.layout = layout
        stream.format = sample_format
        channels = stream.layout.nb_channels
        frame = av.AudioFrame.from_ndarray(np.tile(tone(rate, seconds), (channels, 1)), "fltp", layout)
        frame.sample_rate = rate
        resampler = av.AudioResampler(sample_format, layout, rate, frame_size=stream.frame_size or None)
        for fitted in [*resampler.resample(frame), *resampler.resample(None)]:
            out.mux(stream.encode(fitted))
        out.mux(stream.encode(None))
    return path


def write_float_wav(path: Path, samples: NDArray[np.float32], rate: int = SAMPLE_RATE) -> Path:
    data = samples.astype("<f4").tobytes()
    fmt = struct.pack("<HHIIHH", 3, 1, rate, rate * 4, 4, 32)
    body = b"WAVEfmt " + struct.pack("<I", len(fmt)) + fmt + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


def assert_is_tone(samples: NDArray[np.float32], seconds: float, level: float) -> None:
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert len(samples) / SAMPLE_RATE == pytest.approx(seconds, abs=0.12)
    middle = samples[4000:12000]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle))))
    assert spectrum.argmax() * SAMPLE_RATE / len(middle) == pytest.approx(TONE_HZ, abs=4)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(level / np.sqrt(2), rel=0.08)


@pytest.mark.parametrize(
    ("name", "encoder", "sample_format", "rate", "layout"),
    [
        ("a.wav", "pcm_s16le", "s16", 16_000, "mono"),
        ("b.wav", "pcm_s16le", "s16", 44_100, "stereo"),
        ("c.wav", "pcm_u8", "u8", 11_025, "mono"),
        ("d.wav", "pcm_s24le", "s32", 48_000, "stereo"),
        ("e.wav", "pcm_f64le", "dbl", 22_050, "mono"),
        ("f.wav", "pcm_f32le", "flt", 8_000, "5.1"),
        ("g.wav", "pcm_s16le", "s16", 96_000, "2.1"),
        ("h.flac", "flac", "s16", 12_345, "mono"),
        ("i.mp3", "libmp3lame", "fltp", 44_100, "stereo"),
        ("j.m4a", "aac", "fltp", 48_000, "stereo"),
        ("k.opus", "libopus", "s16", 48_000, "mono"),
        ("l.m4a", "alac", "s16p", 44_100, "stereo"),
        ("m.mkv", "ac3", "fltp", 48_000, "5.1"),
        ("n.webm", "libopus", "flt", 48_000, "stereo"),
        ("o.aiff", "pcm_s16be", "s16", 32_000, "mono"),
        ("p.aac", "aac", "fltp", 24_000, "mono"),
    ],
)
def test_every_format_becomes_mono_float_at_16_khz(
    tmp_path: Path, name: str, encoder: str, sample_format: str, rate: int, layout: str
) -> None:
    path = encode(tmp_path / name, encoder, sample_format, rate, layout)
    assert_is_tone(codec.decode(path), seconds=1.0, level=0.5)


@pytest.mark.parametrize(
    ("encoder", "sample_format", "rate", "layout", "expected"),
    [
        ("pcm_s16le", "s16", 44_100, "stereo", AudioFormat(44_100, 2, "int16")),
        ("pcm_u8", "u8", 8_000, "mono", AudioFormat(8_000, 1, "int16")),
        ("pcm_s24le", "s32", 48_000, "mono", AudioFormat(48_000, 1, "float32")),
        ("pcm_f32le", "flt", 16_000, "2.1", AudioFormat(16_000, 3, "float32")),
    ],
)
def test_blocks_come_in_the_form_of_the_file(
    tmp_path: Path, encoder: str, sample_format: str, rate: int, layout: str, expected: AudioFormat
) -> None:
    path = encode(tmp_path / "a.wav", encoder, sample_format, rate, layout)
    with codec.AudioFile(path) as audio:
        assert audio.format == expected
        blocks = list(audio.blocks())
        assert audio.progress == pytest.approx(1.0, abs=0.01)
    assert all(block.dtype == expected.dtype and block.shape[1] == expected.channels for block in blocks)
    assert sum(len(block) for block in blocks) == rate
    full = 1.0 if expected.dtype == "float32" else 32768
    assert np.abs(np.concatenate(blocks)).max() == pytest.approx(0.5 * full, rel=0.02)


def test_a_stream_that_changes_its_rate_and_channels_keeps_its_first_format(tmp_path: Path) -> None:
    first = encode(tmp_path / "a.aac", "aac", "fltp", 48_000, "mono").read_bytes()
    second = encode(tmp_path / "b.aac", "aac", "fltp", 24_000, "stereo").read_bytes()
    path = tmp_path / "both.aac"
    path.write_bytes(first + second + first)
    with codec.AudioFile(path) as audio:
        assert audio.format == AudioFormat(48_000, 1, "float32")
        blocks = list(audio.blocks())
    assert {block.shape[1] for block in blocks} == {1}
    assert sum(len(block) for block in blocks) / 48_000 == pytest.approx(3.0, abs=0.25)


def test_what_is_no_number_becomes_silence_and_what_is_too_loud_full_scale(tmp_path: Path) -> None:
    samples = np.array([0.25, np.nan, -0.25, np.inf, -np.inf, 3.0], np.float32)
    decoded = codec.decode(write_float_wav(tmp_path / "a.wav", np.tile(samples, 100)))
    assert decoded[:6].tolist() == [0.25, 0.0, -0.25, 0.0, 0.0, 1.0]
    resampled = codec.decode(write_float_wav(tmp_path / "b.wav", np.tile(samples, 100), rate=44_100))
    assert np.isfinite(resampled).all()


def test_channels_are_averaged_so_that_nothing_clips(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as out:
        out.setnchannels(2)
        out.setsampwidth(2)
        out.setframerate(SAMPLE_RATE)
        out.writeframes(np.tile(np.array([[32767, 32767], [16384, 0]], "<i2"), (800, 1)).tobytes())
    decoded = codec.decode(path)
    assert decoded[:2] == pytest.approx([1.0, 0.25], abs=1e-4)


def test_a_truncated_file_gives_what_is_there(tmp_path: Path) -> None:
    whole = sample_path().read_bytes()
    cut = tmp_path / "cut.flac"
    cut.write_bytes(whole[: len(whole) // 2])
    part, complete = codec.decode(cut), codec.decode(sample_path())
    assert 0.3 * len(complete) < len(part) < 0.7 * len(complete)
    assert np.array_equal(part[:30_000], complete[:30_000])


def test_a_damaged_middle_does_not_cost_the_rest(tmp_path: Path) -> None:
    data = bytearray(encode(tmp_path / "a.mp3", "libmp3lame", "fltp", 16_000, seconds=4.0).read_bytes())
    data[len(data) // 2 : len(data) // 2 + 400] = bytes(400)
    path = tmp_path / "b.mp3"
    path.write_bytes(data)
    assert len(codec.decode(path)) > 3.5 * SAMPLE_RATE


def test_a_wav_whose_header_was_never_finished_is_read_to_its_end(tmp_path: Path) -> None:
    path = encode(tmp_path / "a.wav", "pcm_s16le", "s16", 16_000)
    data = bytearray(path.read_bytes())
    size_at = data.index(b"data") + 4
    data[4:8] = data[size_at : size_at + 4] = b"\0\0\0\0"
    path.write_bytes(data)
    assert len(codec.decode(path)) == SAMPLE_RATE


def make_video_without_sound(path: Path) -> Path:
    with av.open(str(path), "w") as out:
        stream = out.add_stream("mpeg4", rate=10)
        assert isinstance(stream, av.VideoStream)
        stream.width = stream.height = 64
        stream.pix_fmt = "yuv420p"
        for _ in range(3):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        out.mux(stream.encode(None))
    return path


def make_wav_without_samples(path: Path) -> Path:
    return write_float_wav(path, np.zeros(0, np.float32))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder / "missing.wav", "does not exist"),
        (lambda folder: folder, "is a folder"),
        (lambda folder: write(folder / "a.wav", b""), "is empty"),
        (
            lambda folder: write(folder / "a.wav", b"just words, no sound\n" * 50),
            "not audio that FFmpeg can read",
        ),
        (lambda folder: write(folder / "a.lrc", b"[00:01.00] a song text\n" * 9), "no sound in it"),
        (lambda folder: make_video_without_sound(folder / "a.mp4"), "no sound in it"),
        (lambda folder: make_wav_without_samples(folder / "a.wav"), "no sound that can be decoded"),
        (lambda folder: write(folder / "a.flac", sample_path().read_bytes()[:300]), "a.flac"),
        (lambda folder: write(folder / "http:a.wav", b"x" * 999), "not audio that FFmpeg can read"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_fault(
    tmp_path: Path, make: Callable[[Path], Path], says: str
) -> None:
    path = make(tmp_path)
    with pytest.raises(AudioError) as caught:
        codec.decode(path)
    assert str(path) in caught.value.what
    assert says in caught.value.what
    assert caught.value.remedy


def test_a_playlist_cannot_make_the_program_open_anything_else(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.m3u8",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    )
    with pytest.raises(AudioError, match=r"a\.m3u8"):
        codec.decode(path)


def test_ffmpeg_prints_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    data = bytearray(sample_path().read_bytes())
    data[20_000:20_400] = bytes(400)
    codec.decode(write(tmp_path / "a.flac", bytes(data)))
    with pytest.raises(AudioError):
        codec.decode(write(tmp_path / "b.wav", bytes(data[5_000:])))
    assert capfd.readouterr() == ("", "")


def test_progress_rises_to_one_and_what_it_raises_ends_the_decoding() -> None:
    seen: list[float] = []
    codec.decode(sample_path(), seen.append)
    assert len(seen) > 5
    assert seen == sorted(seen)
    assert seen[-1] == 1.0

    class CancelledError(Exception):
        pass

    def cancel(_: float) -> None:
        raise CancelledError

    with pytest.raises(CancelledError):
        codec.decode(sample_path(), cancel)
