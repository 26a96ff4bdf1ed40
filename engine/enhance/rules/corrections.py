"""Takes back what speakers corrected: "on monday no make that tuesday" → "on tuesday"; pure.

What was wrong goes only where it is of the same kind as what was put in its place, stands in a phrase
of the same shape, or where the speaker said to scratch it.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.rules.correction_words import (
    ANNOUNCING,
    CERTAIN_KINDS,
    CHOICES,
    CLEAR,
    COUNTED_BY_ARTICLE,
    LONGEST_MARKER,
    PLAIN_MARKERS,
    PREPOSITIONS,
    VERBS,
    announcements,
    kind_of,
    marker_at,
)
from engine.enhance.rules.fillers import HESITATIONS
from engine.enhance.rules.joints import DETERMINERS, FUNCTION, ends_sentence, in_place_of, is_set_off, key_at
from engine.speech.tokens import Token

_LONGEST_PHRASE = 3
"""Words that a phrase may have that is said anew, its first one included."""

_LONGEST_SHAPE = 6
"""The same, where it also ends with the same word."""

_LONGEST_RUN = 6
"""Words that a corrected number may have."""

_LONGEST_SCRATCHED = 60
"""Words of a sentence that is scratched."""


def corrections(words: list[Token]) -> list[Token]:
    """The tokens without what was corrected, and without the words that said so."""
    text = list(words)
    out: list[Token] = []
    done = 0
    for at in announcements(words):
        if at < done:
            continue
        out += text[done:at]
        done = at
        after = _corrected(out, text, at) if out else None
        if after is not None:
            done = after
    return out + text[done:]


def _corrected(out: list[Token], text: list[Token], at: int) -> int | None:
    """Carry out the correction that is announced at a place.

    Args:
        out: The words before it, from which what was wrong is taken off.
        text: All words; the first of those that are right takes the place of the first wrong one.
        at: Where the announcement may begin.

    Returns:
        Where to go on, or None where nothing is corrected.
    """
    longest = min(2 * LONGEST_MARKER, len(text) - at)
    said = next((length for length in range(longest) if text[at + length].key not in ANNOUNCING), longest)
    for length in range(said, 0, -1):
        marker = marker_at(text, at, length)
        if marker is None:
            continue
        start = at + length
        while key_at(text, start) in HESITATIONS:
            start += 1
        correction = _Correction(out, text, at, start, marker)
        after = correction.carry_out()
        if after is not None:
            return after
    return None


class _Correction:
    """One announcement, with what was said before and after it."""

    def __init__(
        self, out: list[Token], text: list[Token], at: int, start: int, marker: tuple[str, ...]
    ) -> None:
        self._out = out
        self._text = text
        self._at = at
        self._start = start
        self._marker = marker
        self._end = len(out)
        while self._end and out[self._end - 1].key in HESITATIONS:
            self._end -= 1

    def carry_out(self) -> int | None:
        """Take off what was wrong; where to go on, or None if nothing was."""
        out, text, start, end = self._out, self._text, self._start, self._end
        if not end or any(char in "?!" for char in out[end - 1].tail):
            return None
        if start < len(text) and (self._marker in CLEAR or not ends_sentence(text, self._at)):
            begin = self._said_again()
            if begin is None and not self._is_subject():
                begin = self._same_kind()
            if begin is not None:
                return self._replace(begin)
        return self._scratch()

    def _replace(self, begin: int) -> int:
        """Put the words that follow in place of those from `begin`; a noun behind a number stays."""
        out, text, start, end = self._out, self._text, self._start, self._end
        after = _run_end(text, start)
        right = in_place_of(text[start], out[begin])
        noun = out[end - 1]
        counted = kind_of(text[start].key) == "number" and kind_of(noun.key) != "number"
        if counted and (is_set_off(text, after) or key_at(text, after) in FUNCTION):
            out[begin:] = [right, *text[start + 1 : after], noun._replace(tail=text[after - 1].tail)]
            out[-2] = out[-2]._replace(tail="")
            return after
        del out[begin:]
        text[start] = right
        return start

    def _said_again(self) -> int | None:
        """Where the phrase begins that is said anew from its first word on: "to john no to mary"."""
        out, end = self._out, self._end
        first = self._text[self._start].key
        if kind_of(first) == "number":
            return None
        for begin in range(end - 2, max(end - _LONGEST_SHAPE, 0) - 1, -1):
            if out[begin].tail or out[begin + 1].lead:
                return None
            if out[begin].key == first:
                meant = begin and out[begin - 1].key in ("yes", "no")
                return begin if not meant and self._has_shape(begin) else None
        return None

    def _has_shape(self, begin: int) -> bool:
        """Whether what follows has the shape of the words from a place on, which begin as it does."""
        out, text, start, end = self._out, self._text, self._start, self._end
        first, length = text[start].key, end - begin
        if first in FUNCTION and key_at(text, start + length - 1) == out[-1].key:
            return True
        second = text[start + 1] if start + 1 < len(text) else None
        if second is None or length > _LONGEST_PHRASE:
            return False
        if first in PREPOSITIONS:
            return True
        kind = kind_of(second.key)
        if kind is not None and length == 2 and kind == kind_of(out[end - 1].key):
            return True
        if self._marker not in CLEAR or first not in FUNCTION:
            return False
        if first in DETERMINERS:
            return key_at(text, start + length) not in VERBS
        return second.key == out[begin + 1].key

    def _same_kind(self) -> int | None:
        """Where the words begin that are of the same kind as those that follow."""
        out, text, start, end = self._out, self._text, self._start, self._end
        kind = kind_of(text[start].key)
        if kind is None:
            return end - 1 if self._are_names() else None
        if (self._marker[-1], text[start].key) == ("no", "one"):
            return None
        plain = self._marker in PLAIN_MARKERS and kind not in CERTAIN_KINDS
        if plain and not (is_set_off(text, self._at) and is_set_off(text, start)):
            return None
        last = end - 1
        behind = kind_of(out[last].key)
        if last and (
            (kind == "number" and behind != "number") or (kind == "month" and behind in ("rank", "number"))
        ):
            last -= 1
            if out[last].tail:
                return None
        if kind_of(out[last].key) != kind:
            return None
        begin = last
        while kind == "number" and begin and last - begin < _LONGEST_RUN:
            before = out[begin - 1]
            if kind_of(before.key) != "number" or before.tail:
                break
            begin -= 1
        if out[begin].key in COUNTED_BY_ARTICLE and text[start].key not in COUNTED_BY_ARTICLE:
            articled = begin - (key_at(out, begin - 1) == "a")
            begin = articled - (articled < begin and key_at(out, articled - 1) == "half")
        return None if begin and out[begin - 1].key in CHOICES else begin

    def _is_subject(self) -> bool:
        """Whether what follows begins a clause of its own: "on thursday no wait friday is better"."""
        after = _run_end(self._text, self._start)
        if ends_sentence(self._text, self._at):
            return not is_set_off(self._text, after)
        return key_at(self._text, after) in VERBS and not ends_sentence(self._out, self._end - 1)

    def _are_names(self) -> bool:
        """Whether one word with a capital that no sentence gave it stands for another."""
        out, text, start, end = self._out, self._text, self._start, self._end
        return (
            self._marker in CLEAR
            and end > 1
            and not ends_sentence(out, end - 1)
            and not ends_sentence(text, self._at)
            and not ends_sentence(text, start)
            and all(
                name.core[:1].isupper() and name.key not in FUNCTION for name in (out[end - 1], text[start])
            )
        )

    def _scratch(self) -> int | None:
        """Take off the sentence before "scratch that", where these words are no part of another."""
        out, text, start, end = self._out, self._text, self._start, self._end
        if self._marker[-2:] != ("scratch", "that"):
            return None
        begin = end - 1
        while begin and end - begin < _LONGEST_SCRATCHED and not ends_sentence(out, begin):
            begin -= 1
        anew = start < len(text) and text[start].key == out[begin].key
        if not anew and not (is_set_off(text, self._at) and is_set_off(text, start)):
            return None
        gone = out[begin]
        del out[begin:]
        if start < len(text):
            text[start] = in_place_of(text[start], gone)
        return start


def _run_end(text: Sequence[Token], start: int) -> int:
    """Where the number ends that begins at a place; behind one word where there is none."""
    end = start + 1
    while kind_of(text[start].key) == "number" and kind_of(key_at(text, end)) == "number":
        if text[end - 1].tail:
            break
        end += 1
    return end
