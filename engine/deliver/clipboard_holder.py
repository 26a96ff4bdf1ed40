"""Ways to have a text on the clipboard for the time of a paste, and to know when that is over."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from typing import Protocol

from engine.deliver.clipboard import SystemClipboard
from engine.deliver.clipboard_content import read_clipboard
from engine.deliver.clipboard_mechanism import Selection, find_mechanism
from engine.deliver.inject.window_backend import Window
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.deliver.x_selection import XSelection
from engine.deliver.x_transfers import LATE_S, QUIET_S
from engine.errors import DeliveryError

DELAYS = ((1_000, 0.1), (10_000, 0.5))
"""Characters of a text at most, and the seconds that a paste of it may take where nobody tells."""

LONGEST_DELAY_S = 1.0
"""The same for longer texts."""

FETCH_S = 2.0
"""How long a program may take to ask for a text after its paste key: a busy one takes its time."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What is known about a paste.

    Attributes:
        confirmed: Whether the program has fetched the text.
        late: Whether it is known that nobody has yet: the program is busy, or takes no text.
    """

    confirmed: bool = False
    late: bool = False


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

    async def arrived(self) -> None:
        """Wait until a text that was late has been fetched, or is given up, or somebody copied another."""

    async def leave(self, selection: Selection, text: str) -> None:
        """Have a text put back when the late one has been fetched, without us: we are about to end."""

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
        await self._owner.prepare()

    async def hold(self, selection: Selection, text: str, window: Window) -> None:
        """Own the selection."""
        await self._owner.hold(selection, text, window.handle)

    async def unchanged(self, selection: Selection) -> bool:
        """Whether we still own it."""
        return self._owner.holds(selection)

    async def taken(self, _text: str) -> Taken:
        """Wait until the window's program has asked. Another may have asked in its place."""
        confirmed = await self._owner.wait_for_fetch(FETCH_S)
        return Taken(confirmed, late=not confirmed and not self._owner.asked)

    async def settled(self) -> None:
        """Wait until nobody asks any more."""
        await self._owner.wait_for_quiet(QUIET_S, LONGEST_DELAY_S)

    async def arrived(self) -> None:
        """Wait until anybody has asked: after so long, a hand may have done the paste anew."""
        await self._owner.wait_for_anybody(LATE_S)

    async def leave(self, selection: Selection, text: str) -> None:
        """Tell the owner, which outlives us."""
        await self._owner.leave(selection, text)

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

    async def arrived(self) -> None:
        """Wait for nothing: that a text is late is not known here."""

    async def leave(self, selection: Selection, text: str) -> None:
        """Copy it back after the delay that fits the text, for the same reason."""
        await self.settled()
        await self.give_back(selection, text)

    async def give_back(self, selection: Selection, text: str) -> None:
        """Copy it back."""
        if await self.unchanged(selection):
            await self._ways[selection].copy(text)

    async def close(self) -> None:
        """End the children that wait for a text."""
        for way in self._ways.values():
            await way.close()


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
