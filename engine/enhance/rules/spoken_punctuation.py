"""Writes punctuation that was spoken by its name: "comma", "question mark", "new paragraph"; pure.

The names of signs are words as well ("a period of time", "comma separated"). A name is a command only
where a sign could stand and the words around it leave no other reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from engine.enhance.rules.joints import (
    DETERMINERS,
    FUNCTION,
    Phrases,
    beginning,
    ends_sentence,
    is_joined,
    is_set_off,
    key_at,
    marked,
    merged,
    says,
)
from engine.enhance.rules.sign_words import (
    ADJECTIVE_ENDINGS,
    BREAKS,
    CONTINUES,
    JOINING,
    KEYS,
    LEADING,
    MARKS,
    MENTIONS,
    MODIFIERS,
    NOT_AFTER,
    PREPOSITIONS,
    PRONOUNS_TOO,
    SUBJECTS,
)
from engine.enhance.rules.spoken_pairs import spoken_pairs
from engine.speech.sentences import written_break
from engine.speech.tokens import Token

PARAGRAPH_WORDS = 4
"""Words from which on what stands before "new paragraph" is a sentence, and not a greeting."""

_ENDS = ".?!"
_SIGNS = Phrases((*MARKS, *BREAKS, *((name,) for name in (*JOINING, "dash"))))


def spoken_punctuation(words: list[Token]) -> list[Token]:
    """The tokens with spoken signs written: marks behind words, brackets, hyphens, line breaks."""
    words = spoken_pairs(words)
    places = _SIGNS.places(words)
    return _Writer(words).written(places) if places else words


class _Writer:
    """Goes through the words, and keeps those that are no commands."""

    def __init__(self, words: Sequence[Token]) -> None:
        self._words = words
        self._out: list[Token] = []
        self._gap = ""
        self._starts = False

    def written(self, places: Sequence[int]) -> list[Token]:
        """All tokens, the commands at these places carried out."""
        done = 0
        for at in places:
            if at < done:
                continue
            self._keep_all(self._words[done:at])
            used = self._command(at)
            if not used:
                self._keep(self._words[at])
            done = at + (used or 1)
        self._keep_all(self._words[done:])
        return self._out

    def _keep_all(self, words: Sequence[Token]) -> None:
        if words:
            self._keep(words[0])
            self._out += words[1:]

    def _keep(self, word: Token) -> None:
        if self._gap:
            word = word._replace(gap=self._gap, pause=0.0)
        if self._gap or self._starts:
            word = beginning(word)
        self._gap, self._starts = "", False
        self._out.append(word)

    def _command(self, at: int) -> int:
        """Carry out the command at a place; how many words it took, 0 for none."""
        words = self._words
        if not self._out:
            return 0
        for phrase, gap in BREAKS.items():
            if says(words, at, phrase) and self._breaks(at, len(phrase)):
                self._break(gap)
                return len(phrase)
        for phrase, mark in MARKS.items():
            if says(words, at, phrase) and self._is_mark(at, phrase):
                return len(phrase) if self._mark(mark) else 0
        return self._dash(at) if words[at].key == "dash" else self._join(at)

    def _break(self, gap: str) -> None:
        last = self._out[-1]
        line = self._out[-PARAGRAPH_WORDS:]
        sentence = len(line) == PARAGRAPH_WORDS and not any("\n" in word.gap for word in line[1:])
        if gap == "\n\n" and not last.tail and sentence:
            self._out[-1] = last._replace(tail=".")
        self._gap = "\n\n" if self._gap else gap

    def _breaks(self, at: int, length: int) -> bool:
        """Whether the name of a line break at a place is a command."""
        words, end = self._words, at + length
        if is_set_off(words, at) and is_set_off(words, end):
            return True
        before = words[at - 1].key
        numbered = before == "one" and at > 1 and words[at - 2].key not in FUNCTION | NOT_AFTER
        if (before in DETERMINERS | NOT_AFTER | LEADING and not numbered) or words[at].key == "next":
            return False
        after = words[end] if end < len(words) else None
        return (
            after is None or after.asks or (after.key not in CONTINUES and after.key not in MODIFIERS["new"])
        )

    def _is_mark(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Whether the name of a mark at a place is a command."""
        words, end = self._words, at + len(phrase)
        before = words[at - 1]
        after = words[end] if end < len(words) else None
        ends = after is None or is_set_off(words, end)
        if (
            self._gap
            or before.key in NOT_AFTER
            or (not ends and before.key in (LEADING if phrase == ("period",) else PREPOSITIONS))
            or (before.key in DETERMINERS and not self._is_pronoun(at, phrase))
            or self._is_noun(at, phrase)
        ):
            return False
        written = before.written
        if written and phrase == ("period",) and words[at - 1].tail and ends_sentence(words, end):
            return self._dictates_signs
        if is_set_off(words, at) and ends:
            return True
        if phrase == ("colon",) and ends:
            return False
        return after is None or ends or after.asks or after.key not in CONTINUES

    def _is_noun(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Whether a name has an adjective before it, or another mark behind it: "a difficult period"."""
        words, before = self._words, self._words[at - 1].key
        if is_set_off(words, at):
            return False
        if before in MODIFIERS.get(phrase[0], ()):
            return True
        if phrase != ("period",):
            return False
        described = key_at(words, at - 2) in DETERMINERS and before.endswith(ADJECTIVE_ENDINGS)
        return described or any(says(words, at + 1, mark) for mark in MARKS)

    def _is_pronoun(self, at: int, phrase: tuple[str, ...]) -> bool:
        """Whether the determiner before a name ends a clause: "i know that comma but"."""
        alone = self._words[at - 1].key in PRONOUNS_TOO and phrase not in (("period",), ("colon",))
        return alone and key_at(self._words, at - 2) not in NOT_AFTER | MENTIONS

    @cached_property
    def _dictates_signs(self) -> bool:
        """Whether commas are dictated as well: "it is over, period" is an idiom."""
        return any(word.key == "comma" and is_set_off(self._words, at) for at, word in enumerate(self._words))

    def _mark(self, mark: str) -> bool:
        last = self._out[-1]
        if written_break(last) == "." and mark in (",", ";", ":"):
            mark = last.tail[-1]
        self._out[-1] = marked(last, mark)
        self._starts = mark in _ENDS
        return True

    def _dash(self, at: int) -> int:
        """A dash between words, or the two of a command line option."""
        words = self._words
        if says(words, at, ("dash", "dash")) and at + 2 < len(words) and is_joined(words, at + 2):
            self._keep(merged(words[at], words[at + 2], f"--{words[at + 2].core}"))
            return 3
        before, after = words[at - 1].key, key_at(words, at + 1)
        if len(after) == 1 and after not in ("a", "i") and is_joined(words, at + 1):
            if words[at - 1].key in KEYS and is_joined(words, at):
                self._out[-1] = merged(self._out[-1], words[at + 1], f"{self._out[-1].core}-{after}")
            else:
                self._keep(merged(words[at], words[at + 1], f"-{after}"))
            return 2
        if (
            after
            and self._out[-1].core.startswith("--")
            and is_joined(words, at)
            and is_joined(words, at + 1)
        ):
            self._out[-1] = merged(self._out[-1], words[at + 1], f"{self._out[-1].core}-{words[at + 1].core}")
            return 2
        if not after or before in DETERMINERS | NOT_AFTER | LEADING | SUBJECTS or after in MODIFIERS["dash"]:
            return 0
        last = self._out[-1]
        if last.tail not in ("", ","):
            return 0
        self._out[-1] = last._replace(tail="")
        self._keep(merged(words[at], words[at], "–")._replace(tail=""))
        return 1

    def _join(self, at: int) -> int:
        """A sign inside a word: "well hyphen known", "and slash or"."""
        words = self._words
        sign = JOINING.get(words[at].key)
        last = self._out[-1]
        if (
            sign is None
            or at + 1 >= len(words)
            or last.tail
            or not (is_joined(words, at) and is_joined(words, at + 1))
        ):
            return 0
        following = words[at + 1]
        if sign == "/" and (last.key, following.key) != ("and", "or"):
            return 0
        chained = key_at(words, at + 2) == words[at].key or sign in last.core
        if (
            sign != "/"
            and not chained
            and (last.key in DETERMINERS | NOT_AFTER | LEADING or following.key in CONTINUES)
        ):
            return 0
        if not (last.core and following.core):
            return 0
        self._out[-1] = merged(last, following, f"{last.core}{sign}{following.core}")
        return 2
