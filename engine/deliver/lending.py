"""Lends the clipboard to a paste, and gives it back: the manners of a program that pastes.

What was there before comes back when it was text and nobody changed it meanwhile. When it does, is
known on X11, where the owner of a selection is asked by whoever pastes it; elsewhere a delay that fits
the text's length has to do.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from dataclasses import dataclass
from typing import Protocol

from engine.deliver.clipboard import SystemClipboard
from engine.deliver.clipboard_content import UNKNOWN, Content, read_clipboard
from engine.deliver.clipboard_mechanism import Selection, find_mechanism, why_no_mechanism
from engine.deliver.inject.window_backend import Window
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.deliver.x_selection import XSelection
from engine.errors import DeliveryError

DELAYS = ((1_000, 0.1), (10_000, 0.5))
"""Characters of a text at most, and the seconds that a paste of it may take where nobody tells."""

LONGEST_DELAY_S = 1.0
"""The same for longer texts."""

FETCH_S = 2.0
"""How long a program may take to ask for a text after its paste key: a busy one takes its time."""

QUIET_S = 0.1
"""Some programs ask twice for one paste; nobody asked for so long, it is over."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known about a paste.

    Attributes:
        confirmed: Whether the program has fetched the text.
        refused: Whether it is known that nobody has.
    """

    confirmed: bool = False
    refused: bool = False


class Holder(Protocol):
    """A way to have a text on the clipboard for the time of a paste."""

    async def prepare(self) -> None:
        """Make the next `hold` quick. Never raises."""

    async def hold(self, selection: Selection, text: str, window: Window) -> None:
        """Put a text there.

        Raises:
            DeliveryError: It is not there; says why.
        """

    async def unchanged(self, selection: Selection) -> bool:
        """Whether what was put there last is still there."""

    async def taken(self, text: str) -> Taken:
        """Wait until the text has been pasted, or for as long as that may take."""

    async def settled(self) -> None:
        """Wait until what was there before may come back."""

    async def give_back(self, selection: Selection, text: str) -> None:
        """Put a text back, if nobody has changed the clipboard."""

    async def close(self) -> None:
        """End what runs. Safe to call twice."""


class OwnedHolder:
    """On X11: we own the selections ourselves."""

    def __init__(self, owner: XSelection) -> None:
        """Use that owner."""
        self._owner = owner

    async def prepare(self) -> None:
        """Start the owner."""
        with contextlib.suppress(DeliveryError):
            await self._owner.start()

    async def hold(self, selection: Selection, text: str, window: Window) -> None:
        """Own the selection."""
        await self._owner.hold(selection, text, window.handle)

    async def unchanged(self, selection: Selection) -> bool:
        """Whether we still own it."""
        return self._owner.holds(selection)

    async def taken(self, _text: str) -> Taken:
        """Wait until the window's program has asked. Another may have asked in its place."""
        confirmed = await self._owner.wait_for_fetch(FETCH_S)
        return Taken(confirmed, not confirmed and not self._owner.asked)

    async def settled(self) -> None:
        """Wait until nobody asks any more."""
        await self._owner.wait_for_quiet(QUIET_S, LONGEST_DELAY_S)

    async def give_back(self, selection: Selection, text: str) -> None:
        """Own the selection with that text, as xclip would."""
        await self._owner.back(selection, text)

    async def close(self) -> None:
        """Let the owner serve on by itself."""
        await self._owner.close()


class CopyingHolder:
    """Anywhere else: the clipboard's own program copies and reads."""

    def __init__(self, around: Surroundings) -> None:
        """Find the program."""
        self._around = around
        self._mechanism = find_mechanism(around.environ)
        self._ways: dict[Selection, SystemClipboard] = {
            "clipboard": SystemClipboard(around.environ),
            "primary": SystemClipboard(around.environ, selection="primary"),
        }
        self._held: dict[Selection, str] = {}
        self._delay_s = 0.0

    async def prepare(self) -> None:
        """Start the child that copies."""
        await self._ways["clipboard"].prepare()

    async def hold(self, selection: Selection, text: str, _window: Window) -> None:
        """Copy the text."""
        outcome = await self._ways[selection].copy(text)
        if outcome.status is Delivery.FAILED:
            raise DeliveryError(outcome.detail)
        self._held[selection] = text

    async def unchanged(self, selection: Selection) -> bool:
        """Read, and compare; how a system ends its lines is its own affair."""
        now = await read_clipboard(self._mechanism, self._around.environ, selection)
        return now.text.replace("\r\n", "\n") == self._held.get(selection)

    async def taken(self, text: str) -> Taken:
        """Wait for as long as that may take; nobody tells."""
        self._delay_s = delay_for(text)
        return Taken()

    async def settled(self) -> None:
        """Wait the delay that fits the text."""
        await asyncio.sleep(self._delay_s)

    async def give_back(self, selection: Selection, text: str) -> None:
        """Copy it back."""
        if await self.unchanged(selection):
            await self._ways[selection].copy(text)

    async def close(self) -> None:
        """End the children that wait for a text."""
        for way in self._ways.values():
            await way.close()


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


def delay_for(text: str) -> float:
    """Seconds after which a text of that length has been pasted, where nobody tells."""
    return next((delay for most, delay in DELAYS if len(text) <= most), LONGEST_DELAY_S)


def choose_holder(around: Surroundings) -> Holder:
    """Own the selections where that is possible."""
    environ = around.environ
    here = sys.platform not in ("darwin", "win32")
    if here and environ.get("DISPLAY") and not environ.get("WAYLAND_DISPLAY"):
        return OwnedHolder(XSelection(environ))
    return CopyingHolder(around)
