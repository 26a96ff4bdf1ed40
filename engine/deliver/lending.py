"""Lends the clipboard to a paste, and gives it back: the manners of a program that pastes.

What was there before comes back when it was text and nobody changed it meanwhile. When it does, is
known on X11, where the owner of a selection is asked by whoever pastes it; elsewhere a delay that fits
the text's length has to do. Until it has come back no other utter pastes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from engine.deliver.clipboard_content import UNKNOWN, Content, read_clipboard
from engine.deliver.clipboard_holder import CopyingHolder, Holder, OwnedHolder, Taken, choose_holder
from engine.deliver.clipboard_mechanism import Selection, find_mechanism, why_no_mechanism
from engine.deliver.inject.window_backend import Window
from engine.deliver.surroundings import Surroundings
from engine.deliver.window_turn import WindowTurn
from engine.errors import DeliveryError

AGAIN_S = 3.0
"""How long the next text for a window waits for one that is late there."""


class ClipboardLender:
    """The clipboard between two pastes: what it held, and the way back."""

    def __init__(self, around: Surroundings, holder: Holder | None = None) -> None:
        """Find the way; nothing is run."""
        self._around = around
        self._mechanism = find_mechanism(around.environ)
        self._holder = holder or choose_holder(around)
        self._turn = WindowTurn()
        self._earlier: dict[Selection, Content] = {}
        self._copied: dict[Selection, int] = {}
        self._lent = self._late = self._giving_back = False
        self._window = 0
        self._returning: asyncio.Task[None] | None = None

    def why_not(self) -> str | None:
        """Say why nothing can be pasted here; None when it can."""
        owned = isinstance(self._holder, OwnedHolder)
        return None if owned or self._mechanism else why_no_mechanism(self._around.environ)

    @property
    def has_primary(self) -> bool:
        """Whether there is a primary selection to lend."""
        owned = isinstance(self._holder, OwnedHolder)
        return owned or (self._mechanism is not None and self._mechanism.has_primary)

    @property
    def lent(self) -> bool:
        """Whether a text of ours was put there, and what was there before is not back yet."""
        return self._lent

    @property
    def late(self) -> bool:
        """Whether the last text waits to be fetched: nothing may be pressed behind it."""
        return self._late

    async def prepare(self) -> None:
        """Make the next paste quick."""
        await self._holder.prepare()

    async def begin(self) -> None:
        """Wait until no other text is on its way into a window; call it first, and `end` last.

        Raises:
            DeliveryError: Another program's has been for too long.
        """
        await self._stop_returning()
        self._late = False
        await self._turn.take()

    async def wait_for_late(self, window: Window) -> bool:
        """Give a late text some more time before the next; gives whether it has been taken.

        Only if the next is for the same window: its program would paste the next in the place of the late
        one. Another window has the focus because the late text's took none.
        """
        if self._returning is not None and self._late and window.handle == self._window:
            await asyncio.wait({self._returning}, timeout=AGAIN_S)
        return not self._late

    def end(self) -> None:
        """Give back what was there, as soon as the paste is over, and then our turn."""
        if self._returning is not None:
            return
        if self._lent:
            self._returning = asyncio.create_task(self._return())
        else:
            self._earlier.clear()
            self._turn.release()

    async def look(self, *selections: Selection) -> Content:
        """Note what the selections hold, before a text is put there; gives what the first holds.

        What is lent already counts as what it was before, unless somebody has changed it since.
        """
        for selection in selections:
            lent = selection in self._earlier and await self._is_ours(selection)
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
        self._lent, self._window = True, window.handle
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
            self._copied[selection] = self._around.copies.count(selection)
            await self._holder.hold(selection, text, window)

    async def taken(self, text: str) -> Taken:
        """Wait until it has been pasted, as far as that can be known."""
        self._late = True  # also for whoever is cancelled here: the key was pressed
        taken = await self._holder.taken(text)
        self._late = taken.late
        return taken

    async def settled(self) -> None:
        """Wait until another text may be put there."""
        await self._holder.settled()

    async def close(self) -> None:
        """Give back what is still lent, when its paste is over. Safe to call twice.

        A late text is not waited for: where its fetching can be seen, what was there comes back without us.
        """
        if self._late and self._returning is not None:
            await self._stop_returning()
            await self._give_back(self._holder.leave)
            self._given_back()
        self.end()
        if self._returning is not None:
            await asyncio.wait({self._returning})
            self._returning = None
        await self._holder.close()

    async def _return(self) -> None:
        if self._late:
            await self._holder.arrived()
        await self._holder.settled()
        self._giving_back = True
        try:
            await self._give_back(self._holder.give_back)
        finally:
            self._giving_back = False
            self._given_back()

    async def _give_back(self, way: Callable[[Selection, str], Awaitable[None]]) -> None:
        # Whoever copies for the user waits, or has been: then it is the user's, even if it is the same text.
        async with self._around.copies.alone:
            for selection, content in self._earlier.items():
                if content.text and self._is_uncopied(selection):
                    await way(selection, content.text)

    def _given_back(self) -> None:
        self._earlier.clear()
        self._lent = self._late = False
        self._turn.release()

    async def _is_ours(self, selection: Selection) -> bool:
        return self._is_uncopied(selection) and await self._holder.unchanged(selection)

    def _is_uncopied(self, selection: Selection) -> bool:
        return self._copied.get(selection) == self._around.copies.count(selection)

    async def _stop_returning(self) -> None:
        """End the delay before the way back; a way back that has begun goes to its end."""
        task, self._returning = self._returning, None
        if task is None:
            return
        if not self._giving_back:
            task.cancel()
        await asyncio.wait({task})
