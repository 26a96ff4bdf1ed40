"""Edits the phrases of a dictation one by one while the next ones are spoken and recognised.

A language model takes seconds for a minute of speech. In modes whose phrases stand for themselves they are
given to it as they become firm, so that at stop only the last one is left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from functools import partial
from time import perf_counter
from typing import TypeAlias

from engine.editing import Editor
from engine.enhance.diff import word_diff
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.writing_mode import WritingMode
from engine.speech.cleanup import readable

SHORTEST = 8
"""Words that a piece has at least: with less, a model sees too little of the sentence to edit it well."""

Plan: TypeAlias = Callable[[Draft], Job]
"""Says who edits a piece; asked anew for each, for a server may go in the meantime."""

Show: TypeAlias = Callable[[int, str, str, float | None], None]
"""Told of a dictation's number, its words so far, their edited text so far, and how long the first words of
that took."""


class PhraseEdits:
    """The edited pieces of one dictation, in one writing mode.

    Attributes:
        mode: The writing mode.
        first_at: `time.perf_counter()` of the first edited word; None before it.
    """

    def __init__(self, number: int, mode: WritingMode, editor: Editor, show: Show) -> None:
        """Edit nothing yet.

        Args:
            number: Of the dictation.
            mode: The writing mode.
            editor: Edits each piece.
            show: Told of the text as it grows.
        """
        self.mode = mode
        self.first_at: float | None = None
        self._number = number
        self._editor = editor
        self._show = show
        self._firm = Draft("")
        self._pieces: list[Edited] = []
        self._covered = 0
        self._plan: Plan | None = None
        self._working: asyncio.Task[None] | None = None

    def follow(self, firm: Draft, plan: Plan) -> None:
        """Take the firm words so far, which only grow, and edit what is new. Returns at once."""
        self._firm, self._plan = firm, plan
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
            self._working.add_done_callback(_log_defect)

    async def take(self, draft: Draft) -> tuple[list[Edited], Draft]:
        """The edited pieces, now that all words are final, and the words that are left to edit.

        Waits for a piece that is being edited.
        """
        self._plan = None  # what is not begun is left to whoever asks
        if self._working is not None:
            await asyncio.wait({self._working})
        covered = self._covered
        whole_words = draft.text[covered : covered + 1].isspace() or covered == len(draft.text)
        if not (whole_words and draft.text[:covered] == self._firm.text[:covered]):
            return [], draft  # it was decoded again as a whole, and reads otherwise now
        begin = covered + (covered < len(draft.text))
        return self._pieces, draft.part(begin, len(draft.text))

    def cancel(self) -> asyncio.Task[None] | None:
        """Edit nothing more; gives the task that ends with that."""
        self._plan = None
        if self._working is not None:
            self._working.cancel()
        return self._working

    async def _work(self) -> None:
        """Edit pieces until what is firm is covered, or too little is left."""
        while self._plan is not None:
            firm = self._firm
            piece = firm.part(self._covered + (self._covered > 0), len(firm.text))
            if len(piece.text.split(None, SHORTEST)) < SHORTEST:
                return
            job = self._plan(piece)
            if job.enhancer is None or job.enhancer.instant:
                return
            grow = partial(self.grow, firm.text, [edited.text for edited in self._pieces])
            self._pieces.append(await self._editor.edit(job, grow))
            self._covered = len(firm.text)

    def grow(self, words: str, before: list[str], text: str, first_ms: float | None) -> None:
        """Show a piece that grows behind those before it.

        Args:
            words: As recognised so far.
            before: The texts of the pieces before.
            text: What there is of the piece.
            first_ms: How long its first words took.
        """
        if self.first_at is None:
            self.first_at = perf_counter()
        self._show(self._number, words, joined([*before, text], self.mode), first_ms)


def _log_defect(working: asyncio.Task[None]) -> None:
    """A piece that could not be edited is edited with the rest; why must not go unseen."""
    if not working.cancelled() and (error := working.exception()):
        logging.getLogger(__name__).error("phrases in advance", exc_info=error)


def joined(texts: Iterable[str], mode: WritingMode) -> str:
    """The texts of pieces as one: bullets a line each, sentences in a row."""
    lines = mode.layout == "bullets" and not mode.join_lines
    return ("\n" if lines else " ").join(text for text in texts if text)


def combined(
    pieces: list[Edited], draft: Draft, mode: WritingMode, first_ms: float, total_ms: float
) -> Edited:
    """The pieces of a whole dictation as one edit. Takes a while for long texts: not for the event loop.

    Args:
        pieces: At least one, in order.
        draft: All the words as recognised.
        mode: The writing mode.
        first_ms: What the user waited for its first words; 0 where they were there before the stop.
        total_ms: What the user waited for it.
    """
    text = joined([piece.text for piece in pieces], mode)
    remarks = [piece.remark for piece in pieces if piece.remark]
    named = next((piece for piece in pieces if not piece.remark), pieces[-1])
    remark = remarks[0] if remarks else ""
    if remarks and len(pieces) > 1:
        remark = f"{len(remarks)} of {len(pieces)} pieces: {remark}"
    return Edited(
        text,
        readable(draft),
        word_diff(draft.text, text),
        named.enhancer,
        named.model,
        mode.name,
        all(piece.accepted for piece in pieces),
        remark,
        first_ms,
        total_ms,
        pieces[-1].server_ms,
    )
