"""Lends the clipboard to a paste, and gives it back: the manners of a program that pastes.

What was there before comes back when it was text and nobody changed it meanwhile. When it does, is
known on X11, where the owner of a selection is asked by whoever pastes it; elsewhere a delay that fits
the text's length has to do.
"""

from __future__ import annotations

import asyncio
import contextlib

from engine.deliver.clipboard_content import UNKNOWN, Content, read_clipboard
from engine.deliver.clipboard_holder import CopyingHolder, Holder, OwnedHolder, Taken, choose_holder
from engine.deliver.clipboard_mechanism import Selection, find_mechanism, why_no_mechanism
from engine.deliver.inject.window_backend import Window
from engine.deliver.surroundings import Surroundings
from engine.errors import DeliveryError


class ClipboardLender:
    """The clipboard between two pastes: what it held, and the way back."""

    def __init__(self, around: Surroundings, holder: Holder | None = None) -> None:
        """Find the way; nothing is run."""
        self._around = around
        self._mechanism = find_mechanism(around.environ)
        self._holder = holder or choose_holder(around)
        self._earlier: dict[Selection, Content] = {}
        self._returning: asyncio.Task[None] | None = None

    def why_not(self) -> str | None:
        """Say why nothing can be pasted here; None when it can."""
        owned = isinstance(self._holder, OwnedHolder)
        return None if owned or self._mechanism else why_no_mechanism(self._around.environ)

    async def prepare(self) -> None:
        """Make the next paste quick."""
        await self._holder.prepare()

    async def look(self, *selections: Selection) -> Content:
        """Note what the selections hold, before a text is put there; gives what the first holds.

        What is lent already counts as what it was before, unless somebody has changed it since.
        """
        await self._stop_returning()
        for selection in selections:
            lent = selection in self._earlier and await self._holder.unchanged(selection)
            if not lent and self._around.restore:
                self._earlier[selection] = await read_clipboard(
                    self._mechanism, self._around.environ, selection
                )
        return self._earlier.get(selections[0], UNKNOWN)

    async def put(self, text: str, window: Window, *selections: Selection) -> None:
        """Put a text there for a paste.

        Raises:
            DeliveryError: It is not there; says why.
        """
        try:
            await self._hold(text, window, *selections)
        except DeliveryError:
            if self._mechanism is None or isinstance(self._holder, CopyingHolder):
                raise
            # Without libxcb, or where X refuses: what everybody else does works still.
            await self._holder.close()
            self._holder = CopyingHolder(self._around)
            await self._hold(text, window, *selections)

    async def _hold(self, text: str, window: Window, *selections: Selection) -> None:
        for selection in selections:
            await self._holder.hold(selection, text, window)

    async def taken(self, text: str) -> Taken:
        """Wait until it has been pasted, as far as that can be known."""
        return await self._holder.taken(text)

    async def settled(self) -> None:
        """Wait until another text may be put there."""
        await self._holder.settled()

    def give_back_later(self) -> None:
        """Give back what was there, as soon as the paste is over."""
        self._returning = asyncio.create_task(self._give_back(wait=True))

    async def give_back(self) -> None:
        """Give back what was there, now."""
        await self._stop_returning()
        await self._give_back(wait=False)

    async def close(self) -> None:
        """Give back what is still lent, when its paste is over. Safe to call twice."""
        if self._returning is not None:
            await self._returning
            self._returning = None
        elif self._earlier:  # a delivery was cancelled
            await self._give_back(wait=True)
        await self._holder.close()

    async def _give_back(self, *, wait: bool) -> None:
        if wait:
            await self._holder.settled()
        for selection, content in list(self._earlier.items()):
            if content.kind == "text" and content.text:
                await self._holder.give_back(selection, content.text)
            self._earlier.pop(selection, None)

    async def _stop_returning(self) -> None:
        task, self._returning = self._returning, None
        if task is not None:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
