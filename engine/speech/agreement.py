"""Local agreement: where long speech may be cut, because two decodes say the same there; pure.

Macháček, Dabre, Bojar: "Turning Whisper into Real-Time Transcription System" (2023) commit the
longest common prefix of two consecutive decodes. Here the prefix says where the words are certain,
and the sound is cut in a gap between two of them: what lies before is then decoded once more for
its final text, what lies behind begins the next phrase. So no word is ever taken from a hasty
decode, and none can be on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from engine.speech.recognizer import Word

LEAST_HEAD_S = 4.0
"""Seconds in front of a cut at the least: a shorter phrase tells a recogniser too little."""

LEAST_TAIL_S = 1.0
"""Seconds behind it at the least: the last words of a decode still change."""

NEAR_S = 0.3
"""Seconds by which two decodes may differ about when a word ends."""

LOOP = 4
"""Times that a phrase follows itself from which a decode counts as a loop: cautious, for a cut that is
not made here is made in the next gap between words."""

LONGEST_LOOP = 8
"""Words in the longest phrase that is looked for as a loop."""

_NOT_WORD = re.compile(r"[^\w]|_")
_SENTENCE_END = (".", "?", "!", "。", "？", "！")
_CLAUSE_END = (",", ";", ":", "、", "，")


class Agreement:
    """Compares the successive decodes of one growing phrase."""

    def __init__(self) -> None:
        """Begin with the first decode of a phrase."""
        self._last: tuple[Word, ...] = ()

    def push(self, words: Sequence[Word], sound_s: float) -> tuple[float, float] | None:
        """Compare a decode with the one before it.

        A decode that repeats itself agrees with nothing: a loop looks stable, and would be taken.

        Args:
            words: The decode, times in seconds from the phrase's start.
            sound_s: Length of the sound that it was made from.

        Returns:
            The gap to cut in, as the end of one word and the start of the next; None while there
            is no agreement about any.
        """
        if _loops([_key(word.text) for word in words]):
            self._last = ()
            return None
        stable = _common(self._last, words)
        self._last = tuple(words)
        gaps = [
            (before, after)
            for before, after in pairwise(stable)
            if before.end_s >= LEAST_HEAD_S and sound_s - after.start_s >= LEAST_TAIL_S
        ]
        if not gaps:
            return None
        before, after = max(gaps, key=lambda gap: (_rank(gap[0]), gap[0].end_s))
        return before.end_s, max(before.end_s, after.start_s)


def _common(last: Sequence[Word], words: Sequence[Word]) -> list[Word]:
    """The words that both decodes begin with, at about the same times."""
    common: list[Word] = []
    for earlier, word in zip(last, words, strict=False):
        if _key(earlier.text) != _key(word.text) or abs(earlier.end_s - word.end_s) > NEAR_S:
            break
        common.append(word)
    return common


def _loops(keys: Sequence[str]) -> bool:
    """Whether a phrase of some words follows itself again and again."""
    for size in range(1, LONGEST_LOOP + 1):
        run = 0
        for before, after in zip(keys, keys[size:], strict=False):
            run = run + 1 if before == after else 0
            if run >= size * (LOOP - 1):
                return True
    return False


def _rank(word: Word) -> int:
    """How good a place the end of `word` is for a cut: sentence, clause, any."""
    text = word.text.rstrip("\"'”’)]» ")
    return 2 if text.endswith(_SENTENCE_END) else 1 if text.endswith(_CLAUSE_END) else 0


def _key(text: str) -> str:
    return _NOT_WORD.sub("", text).lower()
