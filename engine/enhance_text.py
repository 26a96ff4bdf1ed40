"""Edits texts that nobody speaks just now: from a pipe, or from a file that was transcribed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine.editing import Editor
from engine.enhance.edited import Edited, Job
from engine.enhance.enhancer import Draft
from engine.enhance.writing_mode import WritingMode
from engine.enhancers import TIDY, USABLE, Enhancers
from engine.events import Event
from engine.metrics import StageClock
from engine.piecewise import PiecewiseEditor
from engine.preferences import Preferences
from engine.settings.schema import Settings


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
        self._editor = PiecewiseEditor(Editor())

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
        return await self._editor.edit(job, clock=clock, progress=progress)

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


def _unheard(_event: Event) -> None:
    """Nobody listens: what there is to say stands in each edit."""
