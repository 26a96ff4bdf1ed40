"""Where the shorter encoder context fails, the plain one takes its place and that is told."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from engine.speech import whisper as whisper_module
from engine.speech.effort import Effort
from engine.speech.recognizer import Context
from engine.speech.whisper import Whisper
from engine.speech.whisper_context import shortened
from tests.support import random_whisper
from tests.support.random_whisper import noise

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FLOOR = Effort(2, (0.0,), "floor", "floor")
FULL = Effort(2, (0.0,), "full", "full")


# CTranslate2 itself refuses these: it wants as many bands as the model has.
def broken(model: WhisperModel, frames: int) -> WhisperModel:
    view = shortened(model, frames)
    view.encode = lambda features: model.encode(features[:40, :frames])
    return view


def test_an_encoder_that_fails_with_fewer_frames_gives_way_to_the_full_context(
    unguarded: Whisper, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tried: list[int] = []

    def failing(model: WhisperModel, frames: int) -> WhisperModel:
        tried.append(frames)
        return broken(model, frames)

    monkeypatch.setattr(whisper_module, "shortened", failing)
    sound = noise(3.0, seed=6)
    plain = unguarded.open(Context(effort=FULL))
    plain.feed(sound)
    expected = plain.partial()
    utterance = unguarded.open(Context(effort=FLOOR))
    utterance.feed(sound)
    with caplog.at_level(logging.WARNING):
        partial = utterance.partial()
        again = utterance.partial()
        transcript = utterance.finish()
    assert partial.text == again.text == expected.text
    assert transcript.segments == plain.finish().segments
    assert "Invalid input features shape" in partial.fallback
    assert partial.fallback.endswith(".")
    assert partial.fallback == again.fallback == transcript.fallback
    assert tried == [1000], "not tried twice in one utterance"
    assert len(caplog.records) == 1
    other = unguarded.open(Context(effort=FLOOR))
    other.feed(sound)
    assert other.partial().fallback
    assert len(tried) == 2, "but in the next"


def test_whatever_fails_in_the_shorter_context_gives_way(
    unguarded: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unforeseen(samples: int) -> int:
        raise ZeroDivisionError("of all things")

    monkeypatch.setattr(whisper_module, "context_frames", unforeseen)
    utterance = unguarded.open(Context(effort=FLOOR))
    utterance.feed(noise(2.0))
    transcript = utterance.finish()
    assert transcript.text
    assert "of all things" in transcript.fallback


def test_a_fallback_is_not_told_where_the_full_context_was_wanted(
    unguarded: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whisper_module, "shortened", broken)
    utterance = unguarded.open(Context(effort=Effort(1, (0.0,), "full", "floor")))
    utterance.feed(noise(2.0))
    assert utterance.partial().fallback
    assert utterance.finish().fallback == ""


def test_temperature_fallback_works_in_the_shorter_context() -> None:
    """Guarded random weights are poor at any temperature; the last resort is still an answer."""
    recognizer = Whisper(str(random_whisper.shared()), device="cpu", threads=1)
    recognizer.load()
    utterance = recognizer.open(Context(effort=Effort(2, (0.0, 0.4), "floor", "floor")))
    utterance.feed(noise(3.0))
    assert not utterance.finish().fallback
    assert recognizer._row.family == "base"
    recognizer.unload()
