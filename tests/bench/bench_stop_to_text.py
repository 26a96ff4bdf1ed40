"""From stop to the delivered text, against decoding the same sound at once with the same decoder.

    python -m tests.bench.bench_stop_to_text [SECONDS...]

A dictation of each length is played in real time into a real session with PocketSphinx, and
stopped when its last word has been spoken. "at once" feeds the same sound whole to the same
recogniser, in a process of its own as well, and waits for the words: what a tool does that begins
after the stop.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from engine.audio.codec import decode
from engine.audio.file import FileSource
from engine.audio.format import SAMPLE_RATE, Samples
from engine.events import Delivered, Measured, RecognizerChanged, RecordingStarted
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from tests.support.dictating import driving
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, VOICES, Voices, word_errors

LENGTHS_S = (3.0, 13.0, 60.0)
GAP_S = 0.9
"""Silence between sentences, as of somebody who thinks."""

HALF_A_SENTENCE_S = 1.5


def speech(voices: Voices, seconds: float) -> tuple[Samples, str]:
    """Sentences in turns of two voices, about `seconds` long, and their words."""
    gap = np.zeros(round(GAP_S * SAMPLE_RATE), np.float32)
    pieces: list[Samples] = []
    said: list[str] = []
    while sum(map(len, pieces)) < (seconds - HALF_A_SENTENCE_S) * SAMPLE_RATE:
        index = len(said)
        spoken = voices.speak(SENTENCES[index % len(SENTENCES)], VOICES[index % len(VOICES)])
        pieces += [gap] * bool(pieces) + [spoken.samples()]
        said.append(spoken.text)
    return np.concatenate(pieces), " ".join(said)


def at_once(samples: Samples) -> tuple[float, str]:
    """Milliseconds to recognise `samples` whole, and the words."""
    recognizer = RecognizerProcess("pocketsphinx", {})
    recognizer.load()
    try:
        began = time.perf_counter()
        utterance = recognizer.open(Context())
        utterance.feed(samples)
        words = utterance.finish().text
        return (time.perf_counter() - began) * 1e3, words
    finally:
        recognizer.unload()


async def live(path: Path, duration_s: float) -> tuple[float, dict[str, float], str]:
    """Stop-to-text of a live dictation in milliseconds, its stages, and the raw words."""
    async with driving(FileSource(path), recognition__recognizer="pocketsphinx") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(RecordingStarted)
        await asyncio.sleep(duration_s)
        driver.session.stop_recording()
        await driver.wait_for(Delivered)
        figures = driver.all(Measured)[-1].performance
        while figures.stop_to_text_ms is None:
            await asyncio.sleep(0.05)
            figures = driver.all(Measured)[-1].performance
        return figures.stop_to_text_ms, figures.stages_ms, driver.session.raw_text


def main(lengths: list[float]) -> None:
    """Print a row for each length."""
    print("   speech  stop→text    at once   ratio  WER live  at once  stages in ms")
    with tempfile.TemporaryDirectory() as folder:
        voices = Voices(Path(folder))
        for seconds in lengths:
            samples, said = speech(voices, seconds)
            path = Path(folder) / f"{seconds}.wav"
            write_wav(path, samples)
            samples = decode(path, None)
            whole_ms, whole_words = at_once(samples)
            live_ms, stages, live_words = asyncio.run(live(path, len(samples) / SAMPLE_RATE))
            spent = ", ".join(f"{name} {ms:.1f}" for name, ms in stages.items())
            print(
                f"{len(samples) / SAMPLE_RATE:8.1f}s {live_ms:8.0f}ms {whole_ms:8.0f}ms"
                f" {whole_ms / live_ms:6.1f}x  {word_errors(said, live_words):7.1%}"
                f"  {word_errors(said, whole_words):7.1%}  {spent}",
                flush=True,
            )


if __name__ == "__main__":
    main([float(value) for value in sys.argv[1:]] or list(LENGTHS_S))
