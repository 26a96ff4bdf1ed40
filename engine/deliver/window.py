"""The window that has the focus as a target: a paste with its key, or typing, by what this desktop has."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from engine.deliver.clipboard_content import Content
from engine.deliver.clipboard_mechanism import Selection
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.lending import ClipboardLender
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.deliver.window_ways import WindowWays
from engine.errors import DeliveryError

TYPED_MOST = 300
"""Characters that are typed rather than pasted to spare what cannot be put back: three seconds."""

TITLE_MOST = 40
"""Characters of a window's title that are shown."""

_OURS = "utter itself has the focus: click into the window that is to have the text."

_MISSED = "The text before this one was not taken."


class FocusedWindow(Target):
    """The window that has the focus when a text is there."""

    def __init__(self, _what: str, around: Surroundings) -> None:
        """Look at nothing yet."""
        self._around = around
        self._ways = WindowWays(around.environ)
        self._lender = ClipboardLender(around)
        self._one_by_one = asyncio.Lock()

    @property
    def name(self) -> str:
        """The word window, with the program that reaches it."""
        backend = self._ways.first()
        return f"window ({backend.name})" if backend else "window"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why no window can be reached, as the ways that fit this desktop have it; None when one can."""
        return None if self._ways.first() is not None else self._ways.why_none()

    async def prepare(self) -> None:
        """Make the next paste quick."""
        backend = self._ways.first()
        if backend is not None and self._pastes(backend):
            await self._lender.prepare()

    async def close(self) -> None:
        """Give back the clipboard, if it is lent. Safe to call twice."""
        await self._lender.close()

    async def deliver(self, text: str) -> Outcome:
        """Paste or type `text`; "delivered" only if the window's program has fetched it."""
        text = for_terminal(text)
        if not text:
            return self._failed("There is no text to paste.")
        backend = self._ways.first()
        if backend is None:
            return self._failed(self._ways.why_none())
        async with self._one_by_one:
            try:
                missed = self._lender.late and not await self._lender.wait_for_late(
                    await self._focused(backend)
                )
                await self._lender.begin()
                outcome = await self._deliver(text, backend)
                return _with(outcome, _MISSED) if missed else outcome
            except DeliveryError as error:
                return self._failed(str(error))
            finally:
                self._lender.end()

    async def _deliver(self, text: str, backend: WindowBackend) -> Outcome:
        window = await self._focused(backend)
        shapes = self._around.shapes
        shape = shapes.window if window.is_terminal is False else shapes.terminal
        outcome = await self._hand_over(shape.lines(text), backend, window)
        if not shape.enter:
            return outcome
        try:
            await self._enter(outcome, backend, window)
        except DeliveryError as error:
            # The text is there all the same: nobody should paste it a second time.
            return _with(outcome, f"Enter was not pressed: {error}")
        return outcome

    async def _enter(self, outcome: Outcome, backend: WindowBackend, window: Window) -> None:
        if self._lender.late:
            raise DeliveryError("the text is not there yet.")
        if self._lender.lent and outcome.status is not Delivery.DELIVERED:
            await self._lender.settled()  # else it may come before the text
        await self._press(backend, window, "enter")

    async def _hand_over(self, pieces: list[str], backend: WindowBackend, window: Window) -> Outcome:
        if not self._pastes(backend, pieces):
            return await self._type(pieces, backend, window)
        selections: list[Selection] = ["clipboard"]
        if window.pastes_primary and self._lender.has_primary:
            selections.append("primary")
        earlier = await self._lender.look(*selections)
        lost = self._what_is_lost(earlier)
        if lost and backend.can_type and self._may_type(pieces):
            return await self._type(pieces, backend, window)
        outcome = await self._paste(pieces, backend, window, selections)
        return _with(outcome, lost)

    async def _paste(
        self, pieces: list[str], backend: WindowBackend, window: Window, selections: list[Selection]
    ) -> Outcome:
        """Paste each piece once the one before has been fetched, or has had its time."""
        key: Key = "terminal-paste" if window.is_terminal else "paste"
        if window.is_terminal is None and "primary" in selections:
            key = "paste-anywhere"
        confirmed = True
        for at, piece in enumerate(pieces):
            if self._lender.late:
                raise DeliveryError(f"{_called(window)} took only a part of the text, up to line {at}.")
            if at:
                if self._lender.lent:
                    await self._lender.settled()
                await self._press(backend, window, "shift-enter")
            if piece:
                await self._lender.put(piece, window, *selections)
                await self._press(backend, window, key)
                confirmed = (await self._lender.taken(piece)).confirmed and confirmed
        if self._lender.late:
            why = (
                f"{_called(window)} has not taken the text yet; until it does, for a minute at most, it is "
                "on the clipboard: put the cursor into a field that takes it, or set delivery.window to type."
            )
            return Outcome(Delivery.SENT, self.name, why)
        return Outcome(Delivery.DELIVERED if confirmed else Delivery.SENT, self.name)

    async def _type(self, pieces: list[str], backend: WindowBackend, window: Window) -> Outcome:
        """Type the pieces; no backend can confirm what becomes of keys."""
        for at, piece in enumerate(pieces):
            if at:
                await self._press(backend, window, "shift-enter")
            if piece:
                await self._require_focus(backend, window)
                # The tab key completes words in a shell, and leaves the field in a form.
                await backend.type(piece.replace("\t", " "))
        return Outcome(Delivery.SENT, self.name)

    async def _press(self, backend: WindowBackend, window: Window, key: Key) -> None:
        await self._require_focus(backend, window)
        await backend.press(key)

    async def _require_focus(self, backend: WindowBackend, window: Window) -> None:
        """See that the window still has the focus: the clipboard's programs take their time.

        Raises:
            DeliveryError: Another has it, or none.
        """
        now = await self._focused(backend)
        # The title is a program's to change at any time.
        if replace(now, title="") != replace(window, title=""):
            raise DeliveryError(
                "Another window got the focus before the text was there.",
                "Leave the focus where the text is wanted.",
            )

    async def _focused(self, backend: WindowBackend) -> Window:
        if self._around.has_focus():
            raise DeliveryError(_OURS)
        window = await backend.focused()
        if window.is_ours:
            raise DeliveryError(_OURS)
        return window

    def _pastes(self, backend: WindowBackend, pieces: Sequence[str] = ()) -> bool:
        """Whether texts are pasted here; where no clipboard can be had they are typed, unless told.

        A line end that is typed is the enter key, and may submit.
        """
        chosen = self._around.window
        if chosen == "auto":
            types_well = backend.types and not any(_has_keys(piece) for piece in pieces)
            return not types_well and self._lender.why_not() is None
        return chosen == "paste"

    def _may_type(self, pieces: list[str]) -> bool:
        """Whether typing does for a paste: keys that the keyboard has, and none that does something."""
        text = "".join(pieces)
        return (
            self._around.window == "auto"
            and len(text) <= TYPED_MOST
            and text.isascii()
            and not _has_keys(text)
        )

    def _what_is_lost(self, earlier: Content) -> str:
        """Say what cannot be put back on the clipboard after a paste; empty where nothing is lost."""
        if not self._around.restore or earlier.kind in ("text", "nothing"):
            return ""
        if earlier.kind == "other":
            return f"The clipboard held {earlier.what}, which could not be put back."
        return "What the clipboard held could not be read, and so not be put back."

    def _failed(self, why: str) -> Outcome:
        return Outcome(Delivery.FAILED, self.name, why)


def _has_keys(text: str) -> bool:
    """Whether a text has characters that are keys of their own when typed, and do more than write."""
    return "\n" in text or "\t" in text


def _with(outcome: Outcome, remark: str) -> Outcome:
    return replace(outcome, detail=f"{outcome.detail} {remark}".strip())


def _called(window: Window) -> str:
    title = for_terminal(window.title).replace("\n", " ")[:TITLE_MOST]
    return f'The window "{title}"' if title else "The window that has the focus"
