"""Takes off what a model wraps around a text that is right: quotes, a code fence, one line before it; pure.

Mending beats refusing, and lets nothing bad through: what remains is judged like any answer. A
wrapper that the speaker's own text has is none.
"""

from __future__ import annotations

import re

from engine.enhance.guard.patterns import PREAMBLE
from engine.enhance.guard.text import read

_FENCED = re.compile(r"\A[ \t]{0,8}(```|~~~)[^\n`]*\n(.*?)\n?[ \t]{0,8}\1[ \t]{0,8}\Z", re.S)
_PAIRS = {'"': '"', "“": "”", "„": "“", "«": "»", "'": "'", "‘": "’", "`": "`", "「": "」", "**": "**"}
_BLANK_LINE_AT_END = re.compile(r"\n[ \t]{0,8}\[[^\W\d_][^\]\n\d]{1,40}\][ \t]{0,8}\Z")
_ROUNDS = 3
"""Wrappers within each other: a line before a fence around quotes."""


def cleaned(answer: str, raw: str) -> str:
    """The answer without what stands around it; itself where nothing does.

    Args:
        answer: What the model wrote.
        raw: What was spoken.
    """
    text = answer.strip()
    for _ in range(_ROUNDS):
        bare = _without_blank(_unquoted(_unfenced(_without_preamble(text, raw), raw), raw), raw).strip()
        if bare == text:
            break
        text = bare
    return text


def wrapped(answer: str, raw: str) -> str:
    """Say what is wrapped around an answer, in a sentence; empty where nothing is."""
    if _unfenced(answer, raw) != answer:
        return "The answer puts the text in a code block."
    if _unquoted(answer.strip(), raw) != answer.strip():
        return "The answer puts the text in quotation marks."
    return ""


def _unfenced(text: str, raw: str) -> str:
    match = _FENCED.match(text)
    return match[2] if match and match[1] not in raw else text


def _unquoted(text: str, raw: str) -> str:
    for opening, closing in _PAIRS.items():
        if len(text) > 2 * len(opening) and text.startswith(opening) and text.endswith(closing):
            inner = text[len(opening) : -len(closing)]
            spoken = raw.strip()
            if (
                opening in inner
                or closing in inner
                or (spoken[:1] == opening[:1] and spoken[-1:] == closing[-1:])
            ):
                continue
            return inner
    return text


def _without_preamble(text: str, raw: str) -> str:
    """Without a first line that speaks of the text and ends in a colon."""
    match = PREAMBLE.opening.match(text)
    if not match:
        return text
    line, colon, rest = text.partition(":")
    if not colon or not rest.strip() or "\n" in line or len(line) > 100 or "." in line:
        return text
    if _keys(line) in _keys(raw):
        return text
    return rest.lstrip(" *_").strip()


def _without_blank(text: str, raw: str) -> str:
    """Without a last line that is a blank to fill in, such as "[Your Name]"."""
    return text if "[" in raw else _BLANK_LINE_AT_END.sub("", text)


def _keys(text: str) -> str:
    return " ".join(word.key for word in read(text, "en").words)
