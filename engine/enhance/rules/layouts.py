"""Sets an edited text out in lines, as its writing mode asks: bullets, or a commit message; pure.

Each layout leaves a text alone that has it already.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from engine.speech.capitals import capitalised

SUBJECT_CHARACTERS = 72
"""Length of a commit message's first line, by convention; git shows no more of it."""

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]|\n+")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(])(?:[A-Za-z]|[A-Za-z]\.[A-Za-z]|Mr|Mrs|Ms|Dr|Prof|St|vs|No|etc|e\.g|i\.e|\d{1,2})\.\s+$"
)
"""A full stop that ends no sentence."""

_CLAUSE_END = re.compile(
    r"[;:] | (?:–|-) |,? (?=(?:because|so that|since|when|which|while|after|before|but|until|where|as) )"
)
_ITEM = re.compile(r"(?:- |\d{1,2}\. )")


def sentences(text: str) -> Iterator[str]:
    """Cut `text` behind its sentence ends; the pieces joined are the text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]


def bullets(text: str) -> str:
    """`text` with a bullet for each sentence, numbered items kept; a single sentence has no full stop."""
    lines = [point for line in text.split("\n") if line.strip() for point in _points(line.strip())]
    return "\n".join(lines)


def commit_message(text: str) -> str:
    """`text` with its first sentence as the subject, a blank line, and the rest as the body."""
    first, _, rest = text.partition("\n")
    pieces = list(_whole_sentences(first))
    if not pieces:
        return text
    subject, body = pieces[0].strip(), "".join(pieces[1:]).strip()
    if len(subject) > SUBJECT_CHARACTERS:
        subject, more = _broken(subject)
        body = f"{more} {body}".strip()
    subject = _unstopped(subject)
    body = "\n".join(part for part in (body, rest.strip("\n")) if part)
    return f"{subject}\n\n{body}" if body else subject


def _points(line: str) -> Iterator[str]:
    """The bullets of one line."""
    if _ITEM.match(line):
        mark, _, item = line.partition(" ")
        yield f"{mark} {item if len(list(_whole_sentences(item))) > 1 else _unstopped(item)}"
        return
    for sentence in _whole_sentences(line):
        yield f"- {_unstopped(sentence.strip())}"


def _whole_sentences(text: str) -> Iterator[str]:
    """Cut `text` behind its sentence ends, but not behind abbreviations."""
    kept = ""
    for piece in sentences(text):
        kept += piece
        if not _ABBREVIATION.search(kept):
            yield kept
            kept = ""
    if kept:
        yield kept


def _unstopped(sentence: str) -> str:
    """A sentence without its full stop; three dots and abbreviations keep theirs."""
    if not sentence.endswith(".") or sentence.endswith("..") or _ABBREVIATION.search(f"{sentence} "):
        return sentence
    return sentence[:-1]


def _broken(subject: str) -> tuple[str, str]:
    """A long subject cut where the last clause ends that fits; whole where none does."""
    cuts = [
        match
        for match in _CLAUSE_END.finditer(subject)
        if SUBJECT_CHARACTERS // 3 <= match.start() <= SUBJECT_CHARACTERS
    ]
    if not cuts:
        return subject, ""
    first, space, rest = subject[cuts[-1].end() :].lstrip().partition(" ")
    return subject[: cuts[-1].start()], f"{capitalised(first)}{space}{rest}"
