"""Tells where a decode of a window ended before its sound did; pure.

Whisper's decoder has room for 224 tokens of text in a window, and 30 s of speech can need more: 20 a
second in scripts that are spelt in bytes. faster-whisper seeks on from the last doubled time stamp,
and where there is none it leaves out the rest of the window. A batch of windows never seeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.speech.hallucination import Decoded
from engine.speech.open_phrase import quietest_frame
from engine.speech.recognizer import Word
from engine.speech.whisper_options import WINDOW_TOKENS

OWN_LIMIT = WINDOW_TOKENS // 2
"""New tokens after which the decoder stops where no limit is given to it."""

TIME_STEP_S = 0.02
"""Seconds from one time stamp token to the next."""

LEAST_REST_S = 0.5
"""Rest of a window, in seconds, under which nothing more is looked for: the padding behind its last
word, and the inaccuracy of time stamps."""

FAR_S = 5.0
"""Rest, in seconds, behind a text that the model itself took for the whole, from which it is not
believed: a window ends where speech ends. Judgement: time stamps are often a second or two early,
and what then is decoded again stands in the text twice."""

CUT_REACH = 0.1
"""Share of a window around its middle in which the quietest frame is looked for, to cut it there."""


@dataclass(frozen=True, slots=True)
class Result:
    """What the decoder gave for a window of a batch.

    Attributes:
        segments: With seconds from the window's start.
        resume_s: Seconds from the window's start, from which it must be decoded on; None where
            nothing is left. What the segments say of the sound behind is not its whole.
    """

    segments: list[Decoded]
    resume_s: float | None = None


def ran_out(tokens: Sequence[int], limit: int | None) -> bool:
    """Whether a text ended for want of room.

    Args:
        tokens: Of the text, time stamps included.
        limit: `max_new_tokens` for the decode. Where one is given it is more than speech needs, and
            a text that reaches it is a loop.
    """
    return limit is None and len(tokens) >= OWN_LIMIT


def resume_at(
    tokens: Sequence[int], first_time: int, length_s: float, limit: int | None = None
) -> float | None:
    """Where a window must be decoded on, in seconds from its start; None where it is done.

    That is from the last time stamp with text before it, or from the start, if the tokens ran out
    behind it, or it is doubled, which says that more follows, or it lies far before the end.

    Args:
        tokens: As the decoder gave them for the window.
        first_time: The token of time stamp 0.
        length_s: Length of the window's sound, in seconds.
        limit: `max_new_tokens` for the decode.
    """
    if all(token >= first_time for token in tokens):
        return None  # it heard nothing at all: that is no end
    last = max((index for index, token in enumerate(tokens) if token >= first_time), default=0)
    has_text_before = any(token < first_time for token in tokens[:last])
    last_s = (tokens[last] - first_time) * TIME_STEP_S if has_text_before else 0.0
    rest_s = length_s - last_s
    if rest_s < LEAST_REST_S:
        return None
    if ran_out(tokens, limit) or min(tokens[-2:]) >= first_time:
        return last_s
    return last_s if tokens[-1] >= first_time and rest_s >= FAR_S else None


def halves(samples: Samples) -> tuple[Samples, Samples]:
    """Cut sound at its quietest frame near the middle.

    Args:
        samples: Mono float32 at 16 kHz, shape [n].
    """
    length_s = len(samples) / SAMPLE_RATE
    near = quietest_frame(samples, (0.5 - CUT_REACH) * length_s, (0.5 + CUT_REACH) * length_s)
    return samples[: near * FRAME], samples[near * FRAME :]


def moved(segments: Sequence[Decoded], by_s: float) -> list[Decoded]:
    """Segments with all their times later by so many seconds."""
    return [
        replace(
            one,
            start_s=one.start_s + by_s,
            end_s=one.end_s + by_s,
            words=tuple(Word(word.text, word.start_s + by_s, word.end_s + by_s) for word in one.words),
        )
        for one in segments
    ]
