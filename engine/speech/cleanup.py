"""Makes readable sentences of recognised words without changing a word; pure, in linear time.

This is what people see while they speak, and what they get in verbatim mode or with enhancement
off. Text that arrives written (Whisper's, with capitals and punctuation) is nearly left alone;
all-lower-case text (PocketSphinx's) gets its sentences from the pauses.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from engine.enhance.enhancer import Draft
from engine.speech.capitals import capitalised, cased, is_common, starts_plainly
from engine.speech.openings import is_question
from engine.speech.sentences import break_between, pause_mark, written_break
from engine.speech.tokens import CLOSERS, Token, tokens

_ENDED = ".?!…。！？;:—–-"
"""Characters after which a text needs no full stop."""


def readable(draft: Draft) -> str:
    """The words of `draft` as sentences, final full stop included.

    Args:
        draft: Recognised words with their pauses. The pronoun I, names and questions are rules of
            English, and no other language's.

    Returns:
        The text; empty for a draft without words. Line breaks are kept, other white space is
        single spaces.
    """
    english = draft.language == "en"
    return compose(tokens(draft, english), english)


def compose(words: Sequence[Token], english: bool = True) -> str:
    """Write tokens out as text: spaces, capitals, and sentence ends at the pauses.

    Args:
        words: The tokens, in order.
        english: Whether the rules of English apply, beyond spacing and sentence ends.
    """
    composer = Composer(english)
    for token, following in zip_longest(words, words[1:]):
        composer.add(token, following)
    composer.end()
    return composer.take()


class Composer:
    """Writes tokens out one by one; what it has written it never changes.

    Attributes:
        english: Whether the rules of English apply to what comes next.
    """

    def __init__(self, english: bool) -> None:
        """Begin a text; `english` as in `compose`."""
        self.english = english
        self._pieces: list[str] = []
        self._sentence: list[str] = []
        self._previous: Token | None = None
        self._common = True

    @property
    def previous(self) -> Token | None:
        """The token that was written last."""
        return self._previous

    def add(self, token: Token, following: Token | None) -> None:
        """Write the next token; `following` is the one after it in the same breath, or None."""
        previous = self._previous
        lead, core, tail, key, gap, pause, written, _, letter = token
        begins = previous is None
        if previous is not None:
            if pause or lead or gap != " " or previous.tail:
                self._pieces.append(_between(previous, token, self._sentence, self.english))
                begins = _begins(previous, token)
            elif not (letter and previous.letter):
                # Within a phrase nothing but a space is possible between plain words.
                self._pieces.append(" ")
            if begins:
                self._sentence = []
        common = is_common(key) and not letter
        if previous is None or not (written or (common and self._common and not begins)):
            core = _word(token, previous, following, begins, self.english)
        self._pieces.append(f"{lead}{core}{tail}" if lead or tail else core)
        self._sentence.append(key)
        self._previous = token
        self._common = common

    def append_mark(self, mark: str) -> None:
        """Write a mark behind the last word, which has none."""
        if self._previous is not None:
            self._pieces.append(mark)
            self._previous = self._previous._replace(tail=mark)

    def end(self) -> None:
        """End the last sentence, unless its last word was cut off."""
        last = self._previous
        if last is not None and (last.key != "a" or last.letter):
            _end(self._pieces, self._sentence, self.english)

    def take(self) -> str:
        """What was written since it was last taken."""
        text = "".join(self._pieces)
        self._pieces.clear()
        return text


def _between(previous: Token, token: Token, sentence: Sequence[str], english: bool) -> str:
    """The mark and the white space between two words."""
    mark = "" if previous.tail or token.lead else pause_mark(previous, token)
    if mark == "." and english and is_question(sentence):
        mark = "?"
    return mark + (token.gap or " ")


def _begins(previous: Token, token: Token) -> bool:
    """Whether `token` begins a sentence."""
    return break_between(previous, token) in (".", "\n") or (
        bool(previous.tail) and written_break(previous) == "" and pause_mark(previous, token) == "."
    )


def _word(token: Token, previous: Token | None, following: Token | None, begins: bool, english: bool) -> str:
    """The word with its capitals; in written text only the very first word may lack one."""
    core = token.core if token.written or not english else cased(token, previous, following)
    return capitalised(core) if begins and starts_plainly(token) else core


def _end(pieces: list[str], sentence: Sequence[str], english: bool) -> None:
    """End the last sentence, where its script and its last word take a full stop."""
    last = pieces[-1].removesuffix(",")
    word = last.rstrip(CLOSERS)
    if not word or word[-1] in _ENDED or not _takes_full_stop(word):
        return
    pieces[-1] = last + ("?" if english and is_question(sentence) else ".")


def _takes_full_stop(word: str) -> bool:
    """Not after an address, which people copy, nor in a script with other marks or none."""
    if "://" in word or "@" in word or word.startswith(("www.", "/", "~/", "./")):
        return False
    code = ord(word[-1])
    return word[-1] in "%°€" or (word[-1].isalnum() and (code < 0x590 or 0x1E00 <= code < 0x2000))
