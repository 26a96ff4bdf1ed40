"""Speech made fluent: takes out fillers, stutters and restarts; pure, in linear time.

Words are pushed on a stack one by one, and what has become superfluous at its top is taken off at
once. Each word is pushed and taken off at most once, and nothing that could be taken out remains:
doing it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from engine.enhance.rules.fillers import HESITATIONS, PARENTHESES
from engine.enhance.rules.joints import AUDIBLE_S
from engine.enhance.rules.repeats import is_cut_off, is_restart, is_stutter, unglued
from engine.enhance.rules.switches import ALL, Rules
from engine.speech.capitals import capitalised, starts_plainly
from engine.speech.sentences import break_between, hesitates, written_break
from engine.speech.tokens import Token

_PHRASE_ENDS = frozenset(phrase[-1] for phrase in PARENTHESES)

_LOOK_BACK = 5
"""Words before one that decide with it whether anything goes."""

_PLAIN_TAILS = frozenset({"", ",", ".", "...", "…", ";"})
"""Punctuation behind a filler that can go with it; anything else means more than that."""


def fluent(words: Iterable[Token], on: Rules = ALL) -> list[Token]:
    """The tokens without fillers, stutters and restarts, each pause still at its place.

    Args:
        words: The tokens as spoken.
        on: Which of `fillers` and `stutters` apply.
    """
    said = list(words)
    speech = _Speech(on)
    done = 0
    for at in _places(said):
        if at < done:
            continue
        speech.keep(said[done:at])
        done = at
        # What went changes what the next words stand beside: they are looked at one by one.
        alike = 0
        while done < len(said) and alike < _LOOK_BACK:
            alike = alike + 1 if speech.push(said[done]) else 0
            done += 1
    speech.keep(said[done:])
    return speech.end()


def _places(said: Sequence[Token]) -> list[int]:
    """Where something may go as far as the words near there tell: hardly any word comes into question."""
    keys = [token.key for token in said]
    near = zip(range(len(keys)), keys, ["", *keys], ["", "", *keys], ["", "", "", *keys], strict=False)
    return [
        at
        for at, key, before, second, third in near
        if key in HESITATIONS
        or before in _PHRASE_ENDS
        or key.startswith(before)
        or before[-1:] == "-"
        or (second == key and third == before)
        or "-" in key
    ]


class _Speech:
    """The words kept so far, and what the fillers dropped behind them leave to the next word."""

    def __init__(self, on: Rules) -> None:
        self._on = on
        self._kept: list[Token] = []
        self._left: list[Token] = []
        self._capital = False

    def keep(self, words: Sequence[Token]) -> None:
        """Add words behind which nothing was left, and with which nothing can go."""
        self._kept += words

    def push(self, spoken: Token) -> bool:
        """Add the next word as it was spoken; whether it stays so, and nothing went."""
        kept = self._kept
        length = len(kept)
        token = spoken
        if self._on.fillers:
            if _is_hesitation(token):
                self._leave(token)
                return False
            token = self._inherit(token) if self._left else token
            while kept and kept[-1].key in _PHRASE_ENDS and self._drop_parenthesis(token):
                token = self._inherit(token)
        if self._on.stutters:
            kept.append(unglued(token) if "-" in token.core else token)
            while self._may_repeat() and self._drop_repetition():
                pass
        else:
            kept.append(token)
        return len(kept) == length + 1 and kept[-1] is spoken

    def _may_repeat(self) -> bool:
        """A quick look whether the words at the top can be a repetition: they hardly ever are."""
        kept = self._kept
        if len(kept) < 2:
            return False
        first, second = kept[-2].key, kept[-1].key
        return (
            second.startswith(first)
            or first.endswith("-")
            or (len(kept) > 3 and kept[-4].key == first and kept[-3].key == second)
        )

    def end(self) -> list[Token]:
        """Hear that no word follows; the words that are kept."""
        while self._on.fillers and self._drop_parenthesis(None):
            pass
        return self._kept

    def _leave(self, filler: Token) -> None:
        """Drop a filler; its full stop goes to the word before, the rest to the word after."""
        before = self._kept[-1] if self._kept else None
        if not self._left:
            self._capital = False
        if before is None or break_between(before, filler) in (".", "\n"):
            self._capital = self._capital or (filler.written and filler.core[0].isupper())
        self._left.append(filler)
        if before is not None and written_break(filler) == "." and written_break(before) != ".":
            self._kept[-1] = before._replace(tail=before.tail.removesuffix(",").removesuffix(".") + ".")
            self._capital = True

    def _inherit(self, token: Token) -> Token:
        """`token` with the pause, the line break and the capital of the fillers before it."""
        before = self._kept[-1] if self._kept else None
        if before is not None and before.tail == "," and hesitates(before, token):
            self._kept[-1] = before._replace(tail="")
        heard = (*self._left, token)
        gap = "" if before is None else max((each.gap for each in heard), key=lambda each: each.count("\n"))
        pause = max(AUDIBLE_S, *(each.pause for each in heard))
        token = token._replace(gap=gap, pause=pause)
        self._left.clear()
        return token.with_core(capitalised(token.core)) if self._capital and starts_plainly(token) else token

    def _drop_parenthesis(self, following: Token | None) -> bool:
        """Drop a phrase such as "you know" from the top, if it is set off from what is around it."""
        for phrase, not_before in PARENTHESES.items():
            words = tuple(self._kept[-len(phrase) :])
            if tuple(word.key for word in words) != phrase:
                continue
            if following is not None and following.key in not_before:
                return False
            before = self._kept[-len(phrase) - 1] if len(self._kept) > len(phrase) else None
            if not _is_set_off(before, words, following):
                return False
            del self._kept[-len(phrase) :]
            if before is not None and before.tail == ",":
                self._kept[-1] = before._replace(tail="")
            for word in words:
                self._leave(word)
            return True
        return False

    def _drop_repetition(self) -> bool:
        """Drop what the word at the top repeats, or the word itself; whether anything went."""
        kept = self._kept
        first, second = kept[-2:]
        before = kept[-3] if len(kept) > 2 else None
        if is_cut_off(first, second) or (first.key != second.key and is_stutter(first, second, before)):
            core = capitalised(second.core) if first.core[0].isupper() else second.core
            kept[-2:] = [second._replace(core=core, lead=first.lead, gap=first.gap, pause=first.pause)]
            return True
        if is_stutter(first, second, before):
            kept[-2:] = [first._replace(tail=second.tail, asks=second.asks)]
            return True
        if before is None or len(kept) < 4:
            return False
        pair = (kept[-4], before)
        if not is_restart(pair, (first, second), kept[-5] if len(kept) > 4 else None):
            return False
        kept[-4:] = [pair[0], before._replace(tail=second.tail, asks=second.asks)]
        return True


def _is_hesitation(token: Token) -> bool:
    return (
        token.key in HESITATIONS
        and token.core[1:].islower()
        and not token.lead
        and token.tail in _PLAIN_TAILS
    )


def _is_set_off(before: Token | None, words: Sequence[Token], following: Token | None) -> bool:
    """Whether a filler phrase has a pause or a comma on either side, and is not all of a sentence."""
    first, last = words[0], words[-1]
    if first.lead or last.tail not in _PLAIN_TAILS:
        return False
    if first is not last and break_between(first, last):
        return False
    left = "." if before is None else _heard_break(before, first)
    right = "." if following is None else _heard_break(last, following)
    if first.key == "like":
        return left == "," and right != ""
    return left != "" and right != "" and "," in (left, right)


def _heard_break(previous: Token, following: Token) -> str:
    """`break_between`, where in unpunctuated text any audible pause counts as a comma."""
    audible = not previous.written and following.pause >= AUDIBLE_S
    return break_between(previous, following) or ("," if audible else "")
