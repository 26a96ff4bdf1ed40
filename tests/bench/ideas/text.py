"""Compiled and fused patterns, batch clean-up, string interning: the way of the words into sentences."""

from __future__ import annotations

import json
import re
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from unittest.mock import patch

from engine.deliver import sanitize
from engine.deliver.sanitize import for_terminal
from engine.enhance.enhancer import Draft
from engine.speech import agreement as agreement_room
from engine.speech import tokens as tokens_room
from engine.speech import wire
from engine.speech.agreement import Agreement
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.live_text import LiveText
from engine.speech.recognizer import Segment, Transcript, Word
from engine.speech.tokens import PUNCTUATION
from tests.bench.ideas.pairs import Pair, Side, compare
from tests.bench.ideas.segments import phrases
from tests.bench.ideas.table import DECODE_US_PER_S, STOP_US, Row, timed_row

DICTATION_S, HOUR_S = 60.0, 3600.0
CALLS = 10

PROCESS_BYTES = 89e6
"""What the workstation takes in memory, as its own panel shows it, without the recogniser."""

LONG_WORDS = 40
"""Words of a phrase that is long enough to be cut by agreement: 12 s."""

REASONS = (
    "Compiled patterns: kept; a pattern by its text is looked up in re's own cache at each call. Fused: "
    "words are cut by one pattern where split and strip would need three passes; sanitising runs once, on"
    " the final text.",
    "Batch clean-up: the text on the screen must grow with each phrase, so LiveText cleans a phrase when "
    "it is firm; the batch would save processor time while one speaks, and add its whole to stop to text.",
    "String interning: keys are looked up, never compared in long runs, and words live as long as one "
    "dictation: interning costs a call for each and frees memory that nobody misses.",
)


class ByText:
    """A pattern that is handed to `re` as text each time, as if nobody had compiled it."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._text = pattern.pattern

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        return re.finditer(self._text, text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        return re.fullmatch(self._text, text)

    def search(self, text: str) -> re.Match[str] | None:
        return re.search(self._text, text)

    def sub(self, by: str, text: str) -> str:
        return re.sub(self._text, by, text)

    def split(self, text: str) -> list[str]:
        return re.split(self._text, text)


def uncompiled() -> AbstractContextManager[object]:
    """The room that cuts words, with its patterns as text."""
    names = ("_WORD", "_GLUED_COMMA", "_NOT_PROSE")
    return patch.multiple(tokens_room, **{name: ByText(getattr(tokens_room, name)) for name in names})


_BLACK = re.compile(r"[^ \t\r\n\f\v]+")


def cut_in_passes(draft: Draft) -> Iterator[tuple[str, str, str, str, float]]:
    """`engine.speech.tokens._cut` with a pass for the words, one for their leads, one for their tails.

    For text without commas inside words, which the bench's is.
    """
    pauses = iter(draft.pauses)
    pause = next(pauses, None)
    end = 0
    for match in _BLACK.finditer(draft.text):
        begin, previous_end = match.start(), end
        end = match.end()
        silence = 0.0
        while pause is not None and pause.offset < end:
            silence = max(silence, pause.seconds)
            pause = next(pauses, None)
        space = draft.text[previous_end:begin]
        gap = (" " if space == " " else tokens_room._gap(space)) if previous_end else ""
        word = match.group()
        rest = word.lstrip(PUNCTUATION)
        core = rest.rstrip(PUNCTUATION)
        yield word[: len(word) - len(rest)], core, rest[len(core) :], gap, silence


def agreement_row() -> Row:
    """Comparing two decodes of a long phrase, whose every word is stripped by a pattern."""
    words = [Word(f"word{at},", at * 0.3, at * 0.3 + 0.2) for at in range(LONG_WORDS)]

    def push() -> None:
        agreement = Agreement()
        agreement.push(words, LONG_WORDS * 0.3)
        agreement.push(words, LONG_WORDS * 0.3)

    by_text = ByText(agreement_room._NOT_WORD)
    without = Side(push, lambda: patch.object(agreement_room, "_NOT_WORD", by_text))
    pair = compare(without, Side(push), 10 * CALLS)
    partial_us = LONG_WORDS * 0.3 * DECODE_US_PER_S
    return timed_row("compiled patterns", "Agreement, 40 words", pair, "kept", "decode", partial_us)


def in_passes() -> AbstractContextManager[object]:
    """The room that cuts words, with passes instead of one pattern."""
    return patch.object(tokens_room, "_cut", cut_in_passes)


_ANYTHING = re.compile(
    "|".join(
        getattr(sanitize, name).pattern
        for name in ("_SURROGATE", "_LINE_ENDS", "_SEQUENCES", "_REMOVED", "_ROWS")
    )
)


def sanitized_fused(text: str) -> str:
    """`for_terminal` behind one pattern that says whether there is anything to do."""
    return for_terminal(text) if _ANYTHING.search(text) else text


def interning() -> AbstractContextManager[object]:
    """The room that cuts words, with each key kept once in the interpreter."""
    key_of = tokens_room.key_of
    return patch.object(tokens_room, "key_of", lambda core: sys.intern(key_of(core)))


def at_stop(draft: Draft, idea: str, where: str, without: Side, using: Side, *, kept: bool) -> Row:
    """What a finished dictation's clean-up costs both ways."""
    with without.change():
        plain = readable(draft)
    with using.change():
        if readable(draft) != plain:
            raise RuntimeError(f"{idea} changes the text")
    pair = compare(without, using, CALLS)
    return timed_row(idea, where, pair, "kept" if kept else "not kept", "stop", STOP_US)


def live_texts(found: list[Segment]) -> Callable[[], object]:
    """The text of a dictation, phrase by phrase."""

    def work() -> None:
        live = LiveText()
        for segment in found:
            live.add([segment], "en")

    return work


def batch_rows(found: list[Segment]) -> list[Row]:
    """Phrase by phrase against all at once: processor time of the whole, and what is left at stop."""
    batch = Side(lambda: readable(draft_of(found, "en")))
    whole = compare(Side(live_texts(found)), batch, CALLS)
    last, before = [found[-1]], LiveText()
    before.add(found[:-1], "en")
    composer, text = before._composer, before.text
    kept_previous, kept_heard = composer.previous, before._heard_until

    def add_last() -> None:
        composer._previous, before._heard_until, before.text = kept_previous, kept_heard, text
        before.add(last, "en")

    left = compare(Side(add_last), batch, CALLS)
    dictation_us = DICTATION_S * 1e6
    return [
        timed_row("batch clean-up", "LiveText, 60 s, in all", whole, "not kept", "core", dictation_us),
        timed_row("batch clean-up", "LiveText, left at stop", left, "not kept", "stop", STOP_US),
    ]


def retained(change: Callable[[str], str]) -> float:
    """Bytes of the words of an hour as they come from a recogniser's process."""
    found = [
        Segment(one.text, one.start_s, one.end_s, tuple(Word(word, 0.5, 0.7) for word in one.text.split()))
        for one in phrases(HOUR_S)
    ]
    data = json.dumps(wire.transcript_to_json(Transcript(tuple(found))))
    del found
    tracemalloc.start()
    try:
        words = [
            Word(change(entry["text"]), entry["start_s"], entry["end_s"])
            for segment in json.loads(data)["segments"]
            for entry in segment["words"]
        ]
        taken = tracemalloc.get_traced_memory()[0]
        return taken if words else 0.0
    finally:
        tracemalloc.stop()


def memory_row() -> Row:
    """The memory of an hour's words; the whole is the workstation's."""
    plain, interned = retained(str), retained(sys.intern)
    pair = Pair(plain / 1e6, interned / 1e6, interned / plain, 0.0)
    return Row(
        "string interning",
        "Word.text, memory of 1 h",
        pair,
        pair.saved * 1e6 / PROCESS_BYTES,
        "memory",
        "not kept",
        "MB",
    )


def rows() -> list[Row]:
    """All of this group."""
    found = phrases(DICTATION_S)
    draft = draft_of(found, "en")
    clean = Side(lambda: readable(draft))
    final = readable(draft)
    fused = compare(Side(lambda: for_terminal(final)), Side(lambda: sanitized_fused(final)), 10 * CALLS)
    return [
        at_stop(draft, "compiled patterns", "cleanup, 60 s", Side(clean.work, uncompiled), clean, kept=True),
        agreement_row(),
        at_stop(draft, "fused patterns", "cleanup, 60 s", Side(clean.work, in_passes), clean, kept=True),
        timed_row("fused patterns", "for_terminal, 60 s", fused, "not kept", "stop", STOP_US),
        *batch_rows(found),
        at_stop(
            draft, "string interning", "keys of tokens, 60 s", clean, Side(clean.work, interning), kept=False
        ),
        memory_row(),
    ]
