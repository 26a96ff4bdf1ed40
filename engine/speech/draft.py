"""Joins recognised segments into one text that remembers its pauses; pure."""

from __future__ import annotations

from collections.abc import Iterable

from engine.enhance.enhancer import Draft, Pause
from engine.speech.recognizer import Segment, Word

SHORTEST_PAUSE_S = 0.2
"""Silence between two words that is worth remembering, in seconds; less is articulation."""


def draft_of(segments: Iterable[Segment], language: str) -> Draft:
    """The text of `segments` with every pause between their words.

    Args:
        segments: In order, times in seconds from the recording's start. Where a segment has no
            words with times, only the pauses around it are known.
        language: ISO 639-1 code of the language of the text; empty while it is not known.
    """
    pieces: list[str] = []
    pauses: list[Pause] = []
    offset = 0
    heard_until: float | None = None
    for piece in (piece for segment in segments for piece in _pieces(segment)):
        if heard_until is not None:
            offset += 1
            silence = piece.start_s - heard_until
            if silence >= SHORTEST_PAUSE_S:
                pauses.append(Pause(offset, round(silence, 3)))
        pieces.append(piece.text)
        offset += len(piece.text)
        heard_until = piece.end_s
    return Draft(" ".join(pieces), tuple(pauses), language)


def _pieces(segment: Segment) -> Iterable[Word]:
    if segment.words:
        return segment.words
    text = " ".join(segment.text.split())
    return (Word(text, segment.start_s, segment.end_s),) if text else ()
