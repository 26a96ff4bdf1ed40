"""Edits the phrases of a dictation one by one while the next ones are spoken and recognised.

A language model takes seconds for a minute of speech. In modes whose phrases stand for themselves they are
given to it as they become firm, so that at stop only the last one is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from engine.editing import Editor
from engine.enhance.diff import word_diff
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.writing_mode import WritingMode
from engine.speech.cleanup import readable

SHORTEST = 8
"""Words that a piece has at least: with less, a model sees too little of the sentence to edit it well."""

Plan = Callable[[Draft], Job]
"""Says who edits a piece; asked anew for each, for a server may go in the meantime."""


class PhraseEdits:
    """The edited pieces of the dictation that is being spoken; of one at a time."""

    def __init__(self, editor: Editor, show: Callable[[int, str, str, float | None], None]) -> None:
        """Prepare.

        Args:
            editor: Edits each piece.
            show: Told of a dictation's number, its words so far, their edited text so far, and how long
                the first words of that took.
        """
        self._editor = editor
        self._show = show
        self._number = 0
        self._firm = Draft("")
        self._mode: WritingMode | None = None
        self._pieces: list[Edited] = []
        self._covered = 0
        self._working: asyncio.Task[None] | None = None
        self._plan: Plan | None = None

    def follow(self, number: int, firm: Draft, mode: WritingMode, plan: Plan) -> None:
        """Take the firm words of dictation `number`, which only grow; edits what is new. Returns at once.

        What was edited in another mode is thrown away.
        """
        if (number, mode) != (self._number, self._mode) or not firm.text.startswith(self._firm.text):
            self._begin_anew(number, mode)
        self._firm, self._plan = firm, plan
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())

    async def take(self, number: int, draft: Draft, mode: WritingMode) -> tuple[list[Edited], Draft]:
        """The edited pieces of a dictation whose words are final, and those that are left to edit.

        Waits for a piece that is being edited.
        """
        if (number, mode) != (self._number, self._mode):
            return [], draft
        self._plan = None  # what is not begun is left to whoever asks
        if self._working is not None:
            await asyncio.wait({self._working})
        pieces, covered = self._pieces, self._covered
        whole_words = draft.text[covered : covered + 1].isspace() or covered == len(draft.text)
        if not (whole_words and draft.text[:covered] == self._firm.text[:covered]):
            return [], draft  # it was decoded again as a whole, and reads otherwise now
        begin = covered + (covered < len(draft.text))
        return pieces, draft.part(begin, len(draft.text))

    def forget(self, number: int) -> None:
        """Edit nothing more for a dictation that was given up."""
        if number == self._number:
            self._begin_anew(0, None)

    async def close(self) -> None:
        """End what is being edited."""
        working = self._working
        self._begin_anew(0, None)
        if working is not None:
            await asyncio.wait({working})

    def _begin_anew(self, number: int, mode: WritingMode | None) -> None:
        self._number, self._mode, self._plan = number, mode, None
        self._firm, self._pieces, self._covered = Draft(""), [], 0
        if self._working is not None:
            self._working.cancel()
            self._working = None

    async def _work(self) -> None:
        """Edit pieces until what is firm is covered, or too little is left."""
        pieces = self._pieces
        while self._plan is not None:
            firm = self._firm
            begin = self._covered + (self._covered > 0)
            piece = firm.part(begin, len(firm.text))
            if len(piece.text.split(None, SHORTEST)) < SHORTEST:
                return
            job = self._plan(piece)
            if job.enhancer is None or job.enhancer.instant:
                return
            before = [edited.text for edited in pieces]
            grow = partial(self.grow, self._number, firm.text, before, job.mode)
            edited = await self._editor.edit(job, grow)
            pieces.append(edited)
            self._covered = len(firm.text)

    def grow(
        self, number: int, words: str, before: list[str], mode: WritingMode, text: str, first_ms: float | None
    ) -> None:
        """Show a piece that grows behind those before it.

        Args:
            number: Of the dictation.
            words: As recognised so far.
            before: The texts of the pieces before.
            mode: The writing mode.
            text: What there is of the piece.
            first_ms: How long its first words took.
        """
        self._show(number, words, joined([*before, text], mode), first_ms)


def joined(texts: Iterable[str], mode: WritingMode) -> str:
    """The texts of pieces as one: bullets a line each, sentences in a row."""
    lines = mode.layout == "bullets" and not mode.join_lines
    return ("\n" if lines else " ").join(text for text in texts if text)


def combined(pieces: list[Edited], draft: Draft, mode: WritingMode, total_ms: float) -> Edited:
    """The pieces of a whole dictation as one edit. Takes a while for long texts: not for the event loop.

    Args:
        pieces: At least one, in order.
        draft: All the words as recognised.
        mode: The writing mode.
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
        pieces[-1].first_ms,
        total_ms,
        pieces[-1].server_ms,
    )
