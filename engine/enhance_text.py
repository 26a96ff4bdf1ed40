"""Edits texts that nobody speaks just now: from a pipe, or from a file that was transcribed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import perf_counter

from engine.editing import Editor
from engine.enhance.diff import word_diff
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.text_pieces import Piece, cut, put_together
from engine.enhance.writing_mode import WritingMode
from engine.enhancers import TIDY, USABLE, Enhancers
from engine.events import Event
from engine.metrics import StageClock
from engine.preferences import Preferences
from engine.settings.schema import Settings

MOST_FAILURES = 2
"""Pieces in a row that the server may fail; then the rest of the text is not held up by it any more."""


class TextEnhancer:
    """Edits texts in the way of dictations: the same enhancers, the same guard, the same stand-in.

    Lives on one event loop. A server is looked for when a text is to be edited by it, and a model is
    loaded by the first one.
    """

    def __init__(self, settings: Settings) -> None:
        """Ask nobody yet; `settings` are the effective ones."""
        self._settings = settings
        self._preferences = Preferences(settings, _unheard, None)
        self._enhancers = Enhancers(self._preferences, _unheard)
        self._editor = Editor()

    async def enhance(
        self,
        draft: Draft,
        mode: WritingMode,
        *,
        recognized_by: str = "",
        by_hand: bool = False,
        clock: StageClock | None = None,
        progress: Callable[[float], None] = lambda share: None,
    ) -> Edited:
        """Edit one text. Cancelling ends the request to a server as well.

        In modes that work by phrase a language model is given paragraph after paragraph, and long ones in
        pieces, so that no text is too long for it.

        Args:
            draft: The text, not empty; lines and paragraphs in it are kept where the mode has them.
            mode: What is to become of it.
            recognized_by: Name of the model that recognised it.
            by_hand: Whether the user asks for just this, whatever the policy says.
            clock: Told how long cleanup and enhancement took.
            progress: Told of the share that is done, 0 to 1.
        """
        job = await self._job(draft, mode, recognized_by, by_hand)
        if job.enhancer is None or job.enhancer.instant or not mode.by_phrase:
            return await self._editor.edit(job, clock=clock)
        pieces = await asyncio.to_thread(cut, draft)
        if len(pieces) < 2:
            return await self._editor.edit(job, clock=clock)
        began = perf_counter()
        edits = await self._piecemeal(job, pieces, clock or StageClock(), progress)
        return await asyncio.to_thread(_combined, job, pieces, edits, began)

    async def has_server(self) -> bool:
        """Whether a server will be asked, which takes its time, unless the policy spares it a text."""
        enhancement = self._settings.enhancement
        wanted = enhancement.enabled and enhancement.enhancer != TIDY
        return wanted and await self._is_there()

    async def close(self) -> None:
        """Let go of the server. Safe to call twice."""
        await self._enhancers.close()

    async def _is_there(self) -> bool:
        """Whether the server seems to be there; it is looked for once."""
        server = self._enhancers.server
        if server.status.state == "asking":
            await server.probe()
        return server.status.state in USABLE

    async def _job(self, draft: Draft, mode: WritingMode, recognized_by: str, by_hand: bool) -> Job:
        """Who edits the text: as for a dictation, but that the server is looked for here and now."""
        enhancement = self._settings.enhancement
        if not (enhancement.enabled or by_hand):
            return self._enhancers.job(draft, mode, recognized_by)
        if enhancement.enhancer == TIDY or not await self._is_there():
            return self._enhancers.by_rules(draft, mode)
        job = self._enhancers.job(draft, mode, recognized_by, by_hand=by_hand)
        # Nobody watches how the server is: a text from a pipe is edited once.
        model = self._enhancers.server.link().ollama
        return replace(job, enhancer=model) if job.model else job

    async def _piecemeal(
        self, job: Job, pieces: Sequence[Piece], clock: StageClock, progress: Callable[[float], None]
    ) -> list[Edited]:
        """Edit the pieces one after another; the stand-in goes on where the server keeps failing."""
        done: list[Edited] = []
        failures = 0
        for piece in pieces:
            one = replace(job, draft=piece.draft)
            if failures >= MOST_FAILURES:
                one = replace(one, enhancer=job.stand_in, remark=done[-1].remark)
            edited = await self._editor.edit(one, clock=clock)
            failures = failures + 1 if edited.enhancer == job.stand_in.name else 0
            done.append(edited)
            progress(len(done) / len(pieces))
        return done


def _combined(job: Job, pieces: Sequence[Piece], edits: Sequence[Edited], began: float) -> Edited:
    """The edited pieces as one edit. Takes a while for long texts: not for the event loop."""
    gaps = [piece.gap for piece in pieces]
    text = put_together((edit.text for edit in edits), gaps, job.mode)
    plain = put_together((edit.plain for edit in edits), gaps, job.mode)
    remarks = [edit.remark for edit in edits if edit.remark]
    best = next((edit for edit in edits if not edit.remark), edits[0])
    return Edited(
        text,
        plain,
        word_diff(job.draft.text, text),
        best.enhancer,
        job.model,
        job.mode.name,
        all(edit.accepted for edit in edits),
        f"{len(remarks)} of {len(edits)} pieces: {remarks[0]}" if remarks else "",
        edits[0].first_ms,
        (perf_counter() - began) * 1e3,
        sum(edit.server_ms for edit in edits),
    )


def _unheard(_event: Event) -> None:
    """Nobody listens: what there is to say stands in each edit."""
