"""Edits texts that are finished once more: by hand, in another mode, or after their words went out."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from functools import partial

from engine.deliveries import Deliveries
from engine.enhance.edited import Edited, Job
from engine.enhance.review import Review
from engine.events import EnhancementGrew, Event, Notice
from engine.finished import DeliveryPolicy, enhanced
from engine.piecewise import PiecewiseEditor
from engine.texts import Text, Texts

EDIT = "edit"
"""Topic of a notice that an edit by hand came to nothing; the next edit makes it void."""


class SecondEdits:
    """One edit at a time for each text; a newer one takes the place of an older one that still runs."""

    def __init__(
        self, editor: PiecewiseEditor, texts: Texts, deliveries: Deliveries, publish: Callable[[Event], None]
    ) -> None:
        """Edit nothing yet.

        Args:
            editor: Edits.
            texts: Keeps what comes of it.
            deliveries: Takes that to the target.
            publish: Told of every step.
        """
        self._editor = editor
        self._texts = texts
        self._deliveries = deliveries
        self._publish = publish
        self._running: dict[int, asyncio.Task[None] | None] = {}

    async def edit(self, text: Text, job: Job, policy: DeliveryPolicy) -> None:
        """Edit a text by hand, and deliver what comes of it as `policy` says.

        Where the enhancer fails, or the guard refuses its answer, the text stays as it was; in another mode
        than before it is the stand-in's, for then that is more than there was.
        """
        grow = partial(self.grew, text.number, job.draft.text)
        taken = policy != "raw" or (text.edited.enhancer != "off" and any(text.review.taken))
        waits = policy == "accept"
        edit = partial(self._editor.edit, job, grow)
        used = await self.propose(text, job, edit, taken=taken, waits=waits)
        if used and taken and not waits:
            self._deliveries.deliver_standing(text)

    async def propose(
        self,
        text: Text,
        job: Job,
        edit: Callable[[], Awaitable[Edited]],
        *,
        taken: bool = False,
        waits: bool = False,
    ) -> bool:
        """Edit a text that stands already.

        Args:
            text: The text.
            job: Who edits it.
            edit: Does it.
            taken: Whether the changes are in the text that stands from now on.
            waits: Whether they are delivered only when the user accepts them.

        Returns:
            Whether the edit took the place of the one before.
        """
        before = self._running.get(text.number)
        if before is not None:
            before.cancel()
        self._running[text.number] = asyncio.current_task()
        decisions = text.decisions
        try:
            edited = await edit()
        finally:
            if self._running.get(text.number) is asyncio.current_task():
                del self._running[text.number]
        if text.decisions != decisions:  # the user decided on it meanwhile
            self._texts.tell(text)
            return False
        asked = job.enhancer is not None and edited.enhancer == job.enhancer.name
        used = edited.accepted and (asked or job.mode.name != text.edited.mode)
        if not used:
            what = f"{edited.trouble or 'Nothing was changed'}; the text stays as it was."
            self._publish(Notice("warning", what, topic=EDIT))
            self._publish(enhanced(text.number, job.draft, replace(text.edited, remark=what)))
            self._texts.tell(text)
            return False
        self._publish(enhanced(text.number, job.draft, edited))
        text.edited = edited
        text.review = Review.of(edited.changes, edited.plain, taken=taken)
        text.waits = waits
        text.decisions += 1
        self._texts.put(text)
        return True

    def grew(self, number: int, raw: str, text: str, first_ms: float | None = None) -> None:
        """Say what there is of the edit of a dictation's words; see `EnhancementGrew`."""
        self._publish(EnhancementGrew(number, raw, text, first_ms))
