"""Has long texts edited piece by piece, so that none is too long for a language model.

A server gives a model only so much to read, and a small model that is given pages leaves out what it
likes. In modes whose phrases stand for themselves a long text is therefore cut, and its pieces are edited
one after another; to whoever asks it is one edit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from time import perf_counter

from engine.background import in_thread_if_long
from engine.editing import Editor, Grow, unseen
from engine.enhance.edited import Edited, Job
from engine.enhance.edited_pieces import combined
from engine.enhance.text_pieces import Piece, cut, put_together
from engine.metrics import StageClock

MOST_FAILURES = 2
"""Pieces in a row that the server may fail; then the rest of the text is not held up by it any more."""


class PiecewiseEditor:
    """Edits texts of any length, several at a time if it must; any of them can be stopped."""

    def __init__(self, editor: Editor) -> None:
        """Edit nothing yet; `editor` edits each piece."""
        self._editor = editor
        self._running: list[_Pieces] = []

    def stop(self) -> bool:
        """Stop the edit that began last, keeping what is useful of it. False if none runs."""
        if self._editor.stop():
            return True
        if self._running:  # between two of its pieces, or while the guard judges one
            self._running[-1].stopped = True
        return bool(self._running)

    def close(self) -> bool:
        """Stop all edits, and ask no model any more: what is still to be edited is left to the stand-in.

        Returns:
            Whether there was something to stop.
        """
        return self._editor.close() or bool(self._running)

    async def edit(
        self,
        job: Job,
        grow: Grow = unseen,
        clock: StageClock | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Edited:
        """Edit one text. Cancelling ends the request to a server as well.

        A short text, and one that a mode needs as a whole, is edited as it is. Of a text that the user
        stops the pieces that are edited are kept, and the stand-in edits the rest.

        Args:
            job: The text, and who edits it.
            grow: Told of the text as it comes, on the event loop.
            clock: Told how long cleanup and enhancement took.
            progress: Told, after each piece, of the share that is done, 0 to 1.
        """
        if job.enhancer is None or job.enhancer.instant or not job.mode.by_phrase:
            return await self._editor.edit(job, grow, clock)
        began = perf_counter()
        cuts = await in_thread_if_long(job.draft.text, cut, job.draft)
        if len(cuts) < 2:
            return await self._editor.edit(job, grow, clock)
        pieces = _Pieces(job, cuts, self._editor, grow)
        self._running.append(pieces)
        try:
            await pieces.edit(clock or StageClock(), progress)
        finally:
            self._running.remove(pieces)
        return await asyncio.to_thread(
            combined,
            pieces.done,
            [piece.gap for piece in cuts],
            job.draft,
            job.mode,
            first_ms=pieces.first_ms,
            total_ms=(perf_counter() - began) * 1e3,
            server_ms=sum(piece.server_ms for piece in pieces.done),
        )


class _Pieces:
    """The pieces of one text.

    Attributes:
        done: Those that are edited, in order.
        stopped: Whether the user has stopped it.
        first_ms: How long the first words of the text took; None before.
    """

    def __init__(self, job: Job, cuts: Sequence[Piece], editor: Editor, grow: Grow) -> None:
        self.done: list[Edited] = []
        self.stopped = False
        self.first_ms: float | None = None
        self._job = job
        self._cuts = cuts
        self._editor = editor
        self._grow = grow
        self._failures = 0
        self._began = perf_counter()

    async def edit(self, clock: StageClock, progress: Callable[[float], None]) -> None:
        """Edit one after another; the stand-in goes on where the server keeps failing."""
        for piece in self._cuts:
            before = [edited.text for edited in self.done]
            edited = await self._editor.edit(self._of(piece), partial(self._grew, before), clock)
            if edited.enhancer == self._job.stand_in.name:
                self._failures += 1
            else:
                self._failures = 0
            self.stopped = self.stopped or edited.stopped
            self.done.append(replace(edited, stopped=self.stopped))
            self._show([one.text for one in self.done])
            progress(len(self.done) / len(self._cuts))

    def _of(self, piece: Piece) -> Job:
        """Who edits a piece: as for the text, while that goes well and is wanted."""
        job = replace(self._job, draft=piece.draft)
        if not self.stopped and self._failures < MOST_FAILURES:
            return job
        stand_in = job.stand_in
        why = f"Stopped; {stand_in.name} edited the text." if self.stopped else self.done[-1].remark
        return replace(job, enhancer=stand_in, model="", remark=why)

    def _grew(self, before: Sequence[str], text: str, _first_ms: float | None) -> None:
        self._show([*before, text])

    def _show(self, texts: Sequence[str]) -> None:
        """Tell of the text so far."""
        if self.first_ms is None:
            self.first_ms = (perf_counter() - self._began) * 1e3
        gaps = [piece.gap for piece in self._cuts[: len(texts)]]
        self._grow(put_together(texts, gaps, self._job.mode), self.first_ms)
