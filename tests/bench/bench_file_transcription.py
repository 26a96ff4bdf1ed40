"""A whole file: utter against faster-whisper itself, one by one and batched, on the same decode options.

    python -m tests.bench.bench_file_transcription [SECONDS...]

Random weights of the base model's size (int8, 2 threads) that never stop by themselves, so that
every window costs what its cap of 3 tokens a second of sound allows; one temperature, no guards,
the same beam, time stamps on. Each side reads the same WAV of flite's two voices with pauses. The
sides take turns, and the best of their rounds counts, since other work only ever adds time.

The words are noise: that two sides agree says that they saw the same windows, not that either is
right. Where the windows lie elsewhere, as they do here, the noise is another.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from engine.audio.format import SAMPLE_RATE
from engine.models.decoding import TABLE
from engine.registry import RECOGNIZERS
from engine.settings.load import load
from engine.speech.whisper import Whisper
from engine.speech.whisper_options import token_limit
from engine.transcribe import FileTranscriber
from tests.support.random_whisper import build
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, VOICES, Voices, word_errors

LENGTHS_S = (60.0, 300.0)
ROUNDS = 2
THREADS = 2
TOKENS_PER_S = 3.0
PAUSES_S = (0.4, 0.9, 1.6)
BEAM_SIZE = TABLE["base"].beam_size
START_TOKENS = 3
"""Of a multilingual model's prompt: start, language, task."""

Side = Callable[[Path], str]


class Capped(Whisper):
    """utter's recogniser with the cap, and without the guards that noise would not pass."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, tokens_per_s=TOKENS_PER_S, guards=False)


def talk(voices: Voices, seconds: float, path: Path) -> Path:
    """Sentences in turns of the voices, with pauses of several lengths, `seconds` long."""
    pieces: list[np.ndarray] = []
    count = 0
    while sum(map(len, pieces)) < seconds * SAMPLE_RATE:
        spoken = voices.speak(SENTENCES[count % len(SENTENCES)], VOICES[count % len(VOICES)])
        pause = np.zeros(round(PAUSES_S[count % len(PAUSES_S)] * SAMPLE_RATE), np.float32)
        pieces += [spoken.samples(), pause]
        count += 1
    return write_wav(path, np.concatenate(pieces)[: round(seconds * SAMPLE_RATE)])


def sides(model: Path) -> dict[str, Side]:
    """Everything loaded and warm, by name."""
    from faster_whisper import BatchedInferencePipeline, WhisperModel

    _cap_workers(model.parent)
    overrides = {
        "recognition.recognizer": "whisper",
        "recognition.model": str(model),
        "recognition.device": "cpu",
        "recognition.threads": THREADS,
        "balanced.temperatures": [0.0],
        "balanced.beam_size": BEAM_SIZE,
        "enhancement.enabled": False,
    }
    transcriber = FileTranscriber(load(None, overrides).settings, print)
    whisper = WhisperModel(
        str(model), device="cpu", compute_type="int8", cpu_threads=THREADS, local_files_only=True
    )
    batched = BatchedInferencePipeline(whisper)
    options: dict[str, Any] = {
        "language": "en",
        "beam_size": BEAM_SIZE,
        "temperature": 0.0,
        "no_speech_threshold": None,
        "log_prob_threshold": None,
        "compression_ratio_threshold": None,
        "condition_on_previous_text": False,
        "without_timestamps": False,
        "max_new_tokens": token_limit(round(30 * TOKENS_PER_S), START_TOKENS),
    }

    def ours(path: Path) -> str:
        return asyncio.run(transcriber.transcribe(path, lambda share: None)).raw

    def plain(path: Path) -> str:
        return " ".join(segment.text.strip() for segment in whisper.transcribe(str(path), **options)[0])

    def pipeline(path: Path) -> str:
        return " ".join(segment.text.strip() for segment in batched.transcribe(str(path), **options)[0])

    return {"utter": ours, "plain": plain, "batched": pipeline}


def _cap_workers(folder: Path) -> None:
    """Put `Capped` into the place of Whisper, here and in the processes that are started from now on."""
    RECOGNIZERS["whisper"] = "tests.bench.bench_file_transcription:Capped"
    row = f"RECOGNIZERS['whisper'] = {RECOGNIZERS['whisper']!r}"
    (folder / "sitecustomize.py").write_text(f"from engine.registry import RECOGNIZERS\n{row}\n")
    os.environ["PYTHONPATH"] = os.pathsep.join([str(folder), str(Path(__file__).parents[2])])


def main(lengths: list[float]) -> None:
    """Print a row for each length."""
    print(f"base geometry, int8, {THREADS} threads, beam {BEAM_SIZE}; best of {ROUNDS}")
    names = ("utter", "plain", "batched")
    print(f"{'sound':>8}" + "".join(f"{name:>12}{'words':>7}" for name in names), end="")
    print("   plain/utter  batched/utter  WER to plain  to batched")
    with tempfile.TemporaryDirectory() as folder:
        voices = Voices(Path(folder))
        run = sides(build(Path(folder) / "base", "base", endless=True))
        warm = talk(voices, 3.0, Path(folder) / "warm.wav")
        for side in run.values():
            side(warm)
        for seconds in lengths:
            path = talk(voices, seconds, Path(folder) / f"{seconds}.wav")
            best = dict.fromkeys(run, float("inf"))
            texts: dict[str, str] = {}
            for _ in range(ROUNDS):
                for name, side in run.items():
                    began = time.perf_counter()
                    texts[name] = side(path)
                    best[name] = min(best[name], (time.perf_counter() - began) * 1e3)
            row = "".join(f"{best[name]:10.0f}ms{len(texts[name].split()):7}" for name in names)
            ratios = f"{best['plain'] / best['utter']:12.2f}x{best['batched'] / best['utter']:14.2f}x"
            agreement = [word_errors(texts[name], texts["utter"]) for name in ("plain", "batched")]
            print(f"{seconds:7.0f}s{row}{ratios}{agreement[0]:14.1%}{agreement[1]:12.1%}", flush=True)


if __name__ == "__main__":
    main([float(value) for value in sys.argv[1:]] or list(LENGTHS_S))
