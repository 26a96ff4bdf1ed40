"""Replaces what the user says by what the user wants written: `[replacements]`; pure, in linear time.

The written form is the user's own and is taken letter for letter: while the rules edit what is around
it, a private character stands in its place.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from engine.enhance.enhancer import Draft
from engine.enhance.rules.joints import beginning, ends_sentence, is_joined, merged
from engine.speech.sentences import break_between, written_break
from engine.speech.tokens import Token, tokens

_FIRST_PRIVATE = 0xF0000
"""Unicode's private planes: characters with no meaning but what two sides agree on."""

_PRIVATE = re.compile("[\U000f0000-\U0010fffd]")
_STAND_IN = re.compile("([\U000f0000-\U0010fffd])(?:x|\\1)")
_ADDRESS = re.compile(r"\S*(?:@|://)\S*|www\.\S*|[~.]?/\S*")


class Replacements:
    """The user's replacements; immutable, made once."""

    def __init__(self, table: Mapping[str, str]) -> None:
        """Prepare.

        Args:
            table: What is said → what is written instead; an empty text takes the words out.
        """
        self._written = tuple(table.values())
        rows: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        for place, (spoken, written) in enumerate(table.items()):
            phrase = tuple(word.key for word in tokens(Draft(spoken)) if word.key)
            if phrase:
                rows.setdefault(phrase[0], []).append((phrase, _stand_in(place, written)))
        self._rows = {first: sorted(row, key=lambda each: -len(each[0])) for first, row in rows.items()}

    def apply_to(self, text: str) -> bool:
        """Whether they can be applied: not where `text` has private characters of somebody else's."""
        return bool(self._rows) and not _PRIVATE.search(text)

    def hidden(self, words: list[Token]) -> list[Token]:
        """The tokens with a stand-in for each of the user's phrases, the longest that is said."""
        if self._rows.keys().isdisjoint([word.key for word in words]):
            return words
        text = list(words)
        out: list[Token] = []
        at = 0
        while at < len(text):
            found = self._at(text, at)
            if found is None:
                out.append(text[at])
                at += 1
                continue
            length, stand_in = found
            first, last = text[at], text[at + length - 1]
            at += length
            if stand_in:
                if at == len(text) and last.tail in ("", ".") and ends_sentence([*out[-1:], first], 1):
                    # A last sentence that is all the user's ends as the user wrote it.
                    last, stand_in = last._replace(tail=""), stand_in[0] * 2
                out.append(merged(first, last, stand_in))
            else:
                _leave(out, first, last, text, at)
        return out

    def shown(self, text: str) -> str:
        """`text` with what the user wrote in place of the stand-ins."""
        return _STAND_IN.sub(self._meant, text)

    def _at(self, words: Sequence[Token], at: int) -> tuple[int, str] | None:
        """How many words the longest phrase at a place has, and what stands for it."""
        for phrase, stand_in in self._rows.get(words[at].key, ()):
            end = at + len(phrase)
            if (
                end <= len(words)
                and all(words[at + place].key == key for place, key in enumerate(phrase))
                and all(
                    is_joined(words, place) and not break_between(words[place - 1], words[place])
                    for place in range(at + 1, end)
                )
            ):
                return len(phrase), stand_in
        return None

    def _meant(self, match: re.Match[str]) -> str:
        place = ord(match.group(1)) - _FIRST_PRIVATE
        return self._written[place] if place < len(self._written) else match.group()


def _stand_in(place: int, written: str) -> str:
    """What stands for a written form; ends in a letter where a full stop may follow the form.

    None may follow an address, nor a form of several lines: a signature is no sentence.
    """
    if not written:
        return ""
    private = chr(_FIRST_PRIVATE + place)
    takes_stop = written[-1].isalnum() and "\n" not in written and not _ADDRESS.fullmatch(written.split()[-1])
    return private + ("x" if takes_stop else private)


def _leave(out: list[Token], first: Token, last: Token, text: list[Token], at: int) -> None:
    """Let go of words that have no written form.

    The full stop behind them goes to the word before; the word after them takes their place.
    """
    begins = ends_sentence([*out[-1:], first], 1)
    if out and written_break(last) == "." and written_break(out[-1]) != ".":
        out[-1] = out[-1]._replace(tail=out[-1].tail.removesuffix(",") + last.tail)
        begins = True
    if at < len(text):
        following = text[at]
        gap = max(first.gap, following.gap, key=lambda each: each.count("\n")) if out else ""
        pause = max(first.pause, following.pause)
        following = following._replace(gap=gap, pause=pause, lead=first.lead + following.lead)
        text[at] = beginning(following) if begins else following
