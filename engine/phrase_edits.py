"""Edits the phrases of a dictation one by one while the next ones are spoken and recognised.

A language model takes seconds for a minute of speech. In modes whose phrases stand for themselves they are
given to it as they become firm, so that at stop only the last one is left.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from time import perf_counter
from typing import TypeAlias

from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.text_pieces import put_together
from engine.enhance.writing_mode import WritingMode
from engine.piecewise import PiecewiseEditor

SHORTEST = 8
"""Words that a piece has at least: with less, a model sees too little of the sentence to edit it well."""

PHRASE_GAP = " "
"""What parts the phrases of a dictation."""

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

    def __init__(self, number: int, mode: WritingMode, editor: PiecewiseEditor, show: Show) -> None:
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
        so_far = put_together([*before, text], [PHRASE_GAP] * (len(before) + 1), self.mode)
        self._show(self._number, words, so_far, first_ms)


def _log_defect(working: asyncio.Task[None]) -> None:
    """A piece that could not be edited is edited with the rest; why must not go unseen."""
    if not working.cancelled() and (error := working.exception()):
        logging.getLogger(__name__).error("phrases in advance", exc_info=error)
