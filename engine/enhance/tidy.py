"""The enhancer that needs no model and no server: rules for English dictation.

It takes out what people say while they think, writes numbers as figures, and ends sentences where
pauses were heard. It removes nothing that could carry meaning, adds no word, and doing it twice is
doing it once. It edits English only; other languages are made readable.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator

from engine.enhance.enhancer import Delta, Draft
from engine.enhance.figures import figures
from engine.enhance.fluency import fluent
from engine.enhance.writing_mode import WritingMode
from engine.speech.cleanup import compose, readable
from engine.speech.tokens import tokens

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*\s+|[。！？]|\n+")

_ROUNDS = 4
"""How often the text may be edited again. Taking words out can bring others together that only then
read as a stutter. One round finds nothing to do in nearly all speech."""


class Tidy:
    """Edits by rules; satisfies `engine.enhance.enhancer.Enhancer`."""

    name = "tidy"
    instant = True

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncIterator[Delta]:
        """Edit `draft` in the manner of `mode`, a sentence at a time. Closing the iterator cancels.

        The work is done on another thread: an hour of dictation takes longer than an event loop
        may stall.
        """
        text = await asyncio.to_thread(tidy, draft, mode)
        for sentence in sentences(text):
            yield Delta(sentence)
            await asyncio.sleep(0)


def tidy(draft: Draft, mode: WritingMode) -> str:
    """The edited text of `draft`; in verbatim mode, or not in English, it is only made readable."""
    if not mode.rules or draft.language != "en":
        return readable(draft)
    text = _edited(draft)
    for _ in range(_ROUNDS):
        again = _edited(Draft(text))
        if again == text:
            break
        text = again
    return text


def _edited(draft: Draft) -> str:
    return compose(figures(fluent(tokens(draft))))


def sentences(text: str) -> Iterator[str]:
    """Cut `text` behind its sentence ends; the pieces joined are the text."""
    start = 0
    for match in _SENTENCE_END.finditer(text):
        yield text[start : match.end()]
        start = match.end()
    if start < len(text):
        yield text[start:]
