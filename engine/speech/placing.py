"""Puts the words of an utterance where they belong in its recording; pure."""

from __future__ import annotations

from dataclasses import replace

from engine.speech.recognizer import Segment, Transcript


def placed(transcript: Transcript, at_s: float) -> tuple[Segment, ...]:
    """The segments of an utterance that began at `at_s`, with the recording's times."""
    return tuple(_moved(segment, at_s) for segment in transcript.segments if segment.text)


def characters(segments: tuple[Segment, ...]) -> int:
    """Characters without white space: not every script parts its words."""
    return sum(len("".join(segment.text.split())) for segment in segments)


def _moved(segment: Segment, by_s: float) -> Segment:
    words = tuple(
        replace(word, start_s=word.start_s + by_s, end_s=word.end_s + by_s) for word in segment.words
    )
    return replace(segment, start_s=segment.start_s + by_s, end_s=segment.end_s + by_s, words=words)
