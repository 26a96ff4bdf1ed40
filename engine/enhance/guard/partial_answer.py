"""What is useful of a stopped answer: its whole sentences, then the rest of the text; pure.

The end of the last whole sentence is looked for among the words of the text. It is taken only where the
guard finds that the sentences are what was spoken up to there; else nothing certain can be said.
"""

from __future__ import annotations

import re

from engine.enhance.guard.judge import judge
from engine.enhance.guard.word_stems import unaccented
from engine.enhance.writing_mode import WritingMode

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]{0,3}(?=\s)|[。！？]|\n")
_WORD = re.compile(r"\S+")
_NOT_LETTERS = re.compile(r"[^\w']|_")

_CANDIDATES = 6
"""Places of the same word that are tried; more mean that the word says nothing."""

_SPREAD = 1.6
"""How many times as many words a dictation may have as its edit, fillers and false starts included."""


def completed(raw: str, partial: str, mode: WritingMode, *, language: str = "en") -> str | None:
    """The whole sentences of a stopped answer, and behind them the rest of the text.

    Args:
        raw: The text as recognised, readable.
        partial: What had come of the answer.
        mode: The writing mode. In one that rewrites or translates no place in the answer is a place
            in the text, and there is nothing to say.
        language: ISO 639-1 code of the text's language.

    Returns:
        The text; None where it is not certain which words the sentences stand for.
    """
    head = _whole_sentences(partial)
    if mode.fidelity not in ("exact", "close") or not head:
        return None
    words = list(_WORD.finditer(raw))
    count = len(head.split())
    last, *before = (_key(word) for word in reversed(head.split()))
    # A word that is said over and over does not tell where one is.
    if before[:1] == [last]:
        return None
    ends = [word.end() for word in words if _key(word.group()) == last]
    index = {word.end(): at + 1 for at, word in enumerate(words)}
    near = [end for end in ends if count / _SPREAD <= index[end] <= count * _SPREAD + 4]
    for end in sorted(near, key=lambda end: abs(index[end] - count))[:_CANDIDATES]:
        if judge(raw[:end], head, mode, language=language).accepted:
            text = _joined(head, raw[end:].lstrip())
            if judge(raw, text, mode, language=language).accepted:
                return text
    return None


def _whole_sentences(partial: str) -> str:
    """The answer up to the end of its last whole sentence; what stands at its very end may go on."""
    text = partial.lstrip()
    end = max((match.end() for match in _SENTENCE_END.finditer(text)), default=0)
    return text[:end].rstrip()


def _key(word: str) -> str:
    return unaccented(_NOT_LETTERS.sub("", word.lower().replace("’", "'")))


def _joined(head: str, tail: str) -> str:
    """Both, with a capital where the second begins a sentence by that."""
    if not tail:
        return head
    space = "" if head[-1] in "。！？" else " "
    return head + space + tail[0].upper() + tail[1:]
