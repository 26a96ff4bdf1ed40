"""Larger file blocks: 1024 to 16384 samples at a time, in decoding a file and in recognising it."""

from __future__ import annotations

import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np

from engine import file_recognition
from engine.audio.codec import AudioFile, decode
from engine.audio.format import FRAME, RawBlock, Samples
from engine.audio.ingest import Ingest
from engine.audio.sample import sample_path
from engine.file_recognition import FileRecognition
from engine.metrics import StageClock
from engine.settings.schema import Settings
from engine.speech.silero import StreamingVoice
from engine.speech.sphinx import Sphinx
from tests.bench.ideas.pairs import Side, paired, rounds_of
from tests.bench.ideas.table import DECODE_US_PER_S, Row, timed_row
from tests.support.interface_child import settings as shipped_settings

SIZES = (1024, 2048, 4096, 8192, 16384)
"""Frames at a time."""

FILE_S, RATE = 20, 48_000
DECODE_ROUNDS, RECOGNIZE_ROUNDS = 11, 5

REASONS = (
    "Larger file blocks: decoding takes the codec's own blocks as they come, and joining them first costs"
    " a copy against fewer steps; a file is recognised in blocks of 16384, for progress and not for "
    "speed: the decoder takes the same time. Live sound comes in blocks of 32 ms, where larger ones would"
    " be later words.",
)


def write_file(path: Path) -> None:
    """Noise, two channels of 16 bits."""
    sound = np.random.default_rng(1).normal(0, 3000, (FILE_S * RATE, 2)).astype("<i2")
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(sound.tobytes())


def joined(blocks: Iterator[RawBlock], size: int) -> Iterator[RawBlock]:
    """The codec's blocks in pieces of `size` frames; the last one is shorter."""
    waiting: list[RawBlock] = []
    count = 0
    for block in blocks:
        waiting.append(block)
        count += len(block)
        if count >= size:
            whole = np.concatenate(waiting) if len(waiting) > 1 else block
            cut = count - count % size
            yield from (whole[at : at + size] for at in range(0, cut, size))
            waiting, count = [whole[cut:]], count - cut
    if count:
        yield np.concatenate(waiting)


def decode_in(path: Path, size: int) -> Samples:
    """What `engine.audio.codec.decode` does, in blocks of `size` frames."""
    with AudioFile(path) as audio:
        ingest = Ingest(audio.format, checked_share=0.0)
        parts = [ingest.push(block).samples.copy() for block in joined(audio.blocks(), size)]
        parts.append(ingest.flush().samples.copy())
    samples: Samples = np.concatenate(parts).reshape(-1)[: FILE_S * 16_000]
    return np.clip(samples, -1.0, 1.0, out=samples)


def decode_rows(path: Path) -> list[Row]:
    """Decoding a file in blocks of each size, against the codec's own; the whole is its recognition too."""
    sides = [Side(lambda: decode(path))]
    sides += [Side(lambda size=size: decode_in(path, size)) for size in SIZES]
    own = decode(path)
    if any(np.abs(decode_in(path, size) - own).max() > 1e-6 for size in SIZES):
        raise RuntimeError("the sound depends on the blocks")
    times = rounds_of(sides, 1, DECODE_ROUNDS)
    return [
        timed_row(
            f"file blocks of {size}",
            "codec.decode, 48 kHz x 2",
            paired(times[0], taken),
            "not kept",
            "file",
            FILE_S * DECODE_US_PER_S,
        )
        for size, taken in zip(SIZES, times[1:], strict=True)
    ]


def recognizing(recognizer: Sphinx, voice: StreamingVoice, settings: Settings) -> Callable[[], object]:
    """Recognising the sample recording as a file."""
    samples = decode(sample_path())

    def work() -> object:
        voice.reset()
        recognizer.forget_speaker()
        clock = StageClock()
        recognition = FileRecognition(recognizer, voice, settings, "bench", clock, lambda _: None)
        return recognition.recognize(samples, lambda _: None, lambda: False)

    return work


def recognition_rows() -> list[Row]:
    """Recognising a file in larger blocks, against the smallest; today's is the largest."""
    recognizer, voice = Sphinx(), StreamingVoice()
    recognizer.load()
    voice.load()
    work = recognizing(recognizer, voice, shipped_settings())
    sides = [
        Side(work, lambda size=size: patch.object(file_recognition, "BLOCK_FRAMES", size // FRAME))
        for size in SIZES
    ]
    times = rounds_of(sides, 1, RECOGNIZE_ROUNDS)
    recognizer.unload()
    return [
        timed_row(
            f"file blocks of {size}",
            "FileRecognition, 6.5 s",
            pair := paired(times[0], taken),
            "kept" if size == file_recognition.BLOCK_FRAMES * FRAME else "not kept",
            "file",
            pair.without,
        )
        for size, taken in zip(SIZES[1:], times[1:], strict=True)
    ]


def rows() -> list[Row]:
    """All of this group."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.wav"
        write_file(path)
        return [*decode_rows(path), *recognition_rows()]
