"""Whisper with random weights, at work in the process of the tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine.audio.format import Samples
from engine.speech.recognizer import Context, Transcript
from engine.speech.whisper import Whisper
from tests.support import random_whisper


@contextmanager
def whispering(
    folder: Path | None = None, *, compute_type: str = "auto", guards: bool = True
) -> Iterator[Whisper]:
    """A loaded recogniser on one thread of the CPU.

    Args:
        folder: Its model; None takes the one that all tests share.
        compute_type: Its arithmetic; "float32" is the same however sounds are put together.
        guards: Whether poor results are decoded again and thrown away.
    """
    model = str(folder or random_whisper.shared())
    recognizer = Whisper(model, device="cpu", compute_type=compute_type, threads=1, guards=guards)
    recognizer.load()
    try:
        yield recognizer
    finally:
        recognizer.unload()


def said(recognizer: Whisper, sound: Samples, context: Context | None = None) -> Transcript:
    """What is recognised in one utterance."""
    utterance = recognizer.open(context or Context())
    utterance.feed(sound)
    return utterance.finish()
