"""Sets words out as an e-mail: the greeting on its own line, paragraphs at long pauses, the closing; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.rules.joints import FUNCTION, beginning, ends_sentence, is_set_off, key_at, says
from engine.speech.capitals import capitalised
from engine.speech.sentences import SENTENCE_PAUSE_S, break_between, is_abbreviation
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

PARAGRAPH_S = 1.8
"""Silence at the end of a sentence that begins a paragraph, in seconds: three times that of a phrase."""

_GREETINGS = (
    ("good", "morning"),
    ("good", "afternoon"),
    ("good", "evening"),
    *((word,) for word in ("hi", "hello", "hey", "dear")),
)
_TITLES = vocabulary(
    "mr mrs ms dr prof mister miss professor doctor all team everyone everybody both sir madam"
)
_NO_NAMES = vocabulary("morning afternoon evening all team everyone everybody both and or there guys folks")
"""Words of a greeting that are no names."""

_LONGEST_NAME = 3
_LONGEST_GREETED = 6
"""Words that may be greeted: two people, say."""

_BODY = FUNCTION | vocabulary(
    "thanks thank please could would can i'm i'd i've i'll we're we've we'll it's here's hope just as "
    "sorry following regarding attached after before yesterday today tomorrow let's good great happy"
)
"""Words with which the first sentence begins, where nothing is heard between it and a name."""

_CLOSINGS = (
    *(("kind", "regards"), ("best", "regards"), ("warm", "regards"), ("many", "thanks"), ("best", "wishes")),
    *(("yours", "sincerely"), ("yours", "truly"), ("yours", "faithfully"), ("all", "the", "best")),
    *(("thank", "you"), ("regards",), ("cheers",), ("thanks",), ("sincerely",), ("best",)),
)


def email(words: Sequence[Token]) -> list[Token]:
    """The tokens with the line breaks of an e-mail."""
    out = list(words)
    body = _greeting_end(out)
    if body:
        _end_line(out, body, "\n\n")
        for at in range(1, body):
            if out[at].key not in _NO_NAMES:
                out[at] = out[at].with_core(capitalised(out[at].core))
    for at in range(max(body, 1), len(out)):
        if out[at].pause >= PARAGRAPH_S and break_between(out[at - 1], out[at]) == ".":
            out[at] = out[at]._replace(gap="\n\n")
    closing = _closing(out, body)
    if closing is not None:
        begin, name = closing
        if begin:
            first = beginning(out[begin])
            out[begin] = first._replace(gap="\n\n", pause=max(first.pause, SENTENCE_PAUSE_S))
        if name < len(out):
            _end_line(out, name, "\n")
            out[name:] = [word.with_core(capitalised(word.core)) for word in out[name:]]
        out[-1] = out[-1]._replace(tail=out[-1].tail.removesuffix("."))
    return out


def without_last_stop(text: str) -> str:
    """`text` without the full stop behind a closing or the name under it."""
    *above, line = text.split("\n")
    closing = _is_closing(line) or (
        bool(above) and _is_closing(above[-1]) and len(line.split()) <= _LONGEST_NAME
    )
    return text.removesuffix(".") if above and closing else text


def _is_closing(line: str) -> bool:
    return tuple(line.lower().rstrip(".,").split()) in _CLOSINGS


def _greeting_end(words: Sequence[Token]) -> int:
    """Where the greeting ends; 0 where there is none, or nothing behind it."""
    length = next((len(greeting) for greeting in _GREETINGS if says(words, 0, greeting)), 0)
    if not length:
        return 0
    for at in range(length, min(length + _LONGEST_GREETED, len(words))):
        title = is_abbreviation(words[at - 1])
        if at > length and words[at].key in ("and", "or") and not is_set_off(words, at):
            continue
        if (is_set_off(words, at) and not title) or (
            at > length and words[at].key in _BODY and words[at - 1].key not in ("dear",)
        ):
            return at
        if words[at].key in _BODY - _TITLES:
            return at if at > length else 0
    return 0


def _closing(words: Sequence[Token], body: int) -> tuple[int, int] | None:
    """Where the closing begins, and where the name under it does."""
    for begin in range(max(len(words) - _LONGEST_NAME - 3, body, 1), len(words)):
        for closing in _CLOSINGS:
            name = begin + len(closing)
            if says(words, begin, closing) and len(words) - name <= _LONGEST_NAME:
                alone = name == len(words)
                named = all(
                    word.key not in _BODY and key_at(words, at - 1) not in _BODY - {"thanks", "best", "you"}
                    for at, word in enumerate(words[name:], name)
                )
                if named and (ends_sentence(words, begin) or (not words[begin].written and not alone)):
                    return begin, name
    return None


def _end_line(words: list[Token], at: int, gap: str) -> None:
    """Begin a line before a word; the one above ends with a comma unless it has a mark."""
    before = words[at - 1]
    if before.tail in ("", ".") and not is_abbreviation(before):
        words[at - 1] = before._replace(tail=",")
    words[at] = words[at]._replace(gap=gap, pause=0.0).with_core(capitalised(words[at].core))
