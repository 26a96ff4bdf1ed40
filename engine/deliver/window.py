"""The window that has the focus as a target: a paste with its key, or typing, by what this desktop has."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine import registry
from engine.deliver.clipboard_mechanism import Selection
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.lending import ClipboardLender
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

TYPED_MOST = 300
"""Characters that are typed rather than pasted to spare what cannot be put back: three seconds."""

TITLE_MOST = 40
"""Characters of a window's title that are shown."""

_OURS = "utter itself has the focus: click into the window that is to have the text."


class FocusedWindow(Target):
    """The window that has the focus when a text is there."""

    def __init__(self, _what: str, around: Surroundings) -> None:
        """Look at nothing yet."""
        self._around = around
        self._backends: dict[str, WindowBackend] = {}
        self._lender = ClipboardLender(around)

    @property
    def name(self) -> str:
        """The word window, with the program that reaches it."""
        backend = self._backend()
        return f"window ({backend.name})" if backend else "window"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why no window can be reached, as the ways that fit this desktop have it; None when one can."""
        if self._backend() is not None:
            return None
        fitting = _fitting(self._around.environ)
        if not fitting:
            return "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        reasons = [self._made(name).why_not() for name in fitting]
        return " ".join(dict.fromkeys(reason for reason in reasons if reason))

    async def prepare(self) -> None:
        """Make the next paste quick."""
        backend = self._backend()
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
        backend = self._backend()
        if backend is None:
            return self._failed(self.can_deliver() or "")
        if self._around.has_focus():
            return self._failed(_OURS)
        try:
            window = await backend.focused()
            if window.is_ours:
                return self._failed(_OURS)
            shapes = self._around.shapes
            shape = shapes.window if window.is_terminal is False else shapes.terminal
            outcome = await self._hand_over(shape.lines(text), backend, window)
            if shape.enter and outcome.status is not Delivery.FAILED:
                await backend.press("enter")
        except DeliveryError as error:
            with contextlib.suppress(DeliveryError):
                await self._lender.give_back()
            return self._failed(str(error))
        return outcome

    async def _hand_over(self, pieces: list[str], backend: WindowBackend, window: Window) -> Outcome:
        if not self._pastes(backend, pieces):
            return await self._type(pieces, backend)
        selections: list[Selection] = ["clipboard"]
        if window.pastes_primary:
            selections.append("primary")
        earlier = await self._lender.look(*selections)
        if earlier.kind == "other" and backend.can_type and self._may_type(pieces):
            return await self._type(pieces, backend)
        outcome = await self._paste(pieces, backend, window, selections)
        if earlier.kind == "other":
            lost = f"The clipboard held {earlier.what}, which could not be put back."
            outcome = replace(outcome, detail=f"{outcome.detail} {lost}".strip())
        return outcome

    async def _paste(
        self, pieces: list[str], backend: WindowBackend, window: Window, selections: list[Selection]
    ) -> Outcome:
        """Paste each piece once the one before has been fetched, or has had its time."""
        key: Key = "terminal-paste" if window.is_terminal else "paste"
        confirmed = True
        for at, piece in enumerate(pieces):
            if at:
                await backend.press("shift-enter")
            if not piece:
                continue
            await self._lender.put(piece, window, *selections)
            await backend.press(key)
            taken = await self._lender.taken(piece)
            if taken.refused:
                await self._lender.give_back()
                title = for_terminal(window.title).replace("\n", " ")[:TITLE_MOST]
                return self._failed(
                    f'The window "{title}" did not take the text: put the cursor into a field that takes '
                    "one, or set delivery.window to type."
                )
            confirmed = confirmed and taken.confirmed
            if at + 1 < len(pieces):
                await self._lender.settled()
        self._lender.give_back_later()
        return Outcome(Delivery.DELIVERED if confirmed else Delivery.SENT, self.name)

    async def _type(self, pieces: list[str], backend: WindowBackend) -> Outcome:
        """Type the pieces; no backend can confirm what becomes of keys."""
        for at, piece in enumerate(pieces):
            if at:
                await backend.press("shift-enter")
            if piece:
                await backend.type(piece)
        return Outcome(Delivery.SENT, self.name)

    def _pastes(self, backend: WindowBackend, pieces: Sequence[str] = ()) -> bool:
        """Whether texts are pasted here; where no clipboard can be had they are typed, unless told.

        A line end that is typed is the enter key, and may submit.
        """
        chosen = self._around.window
        if chosen == "auto":
            types_well = backend.types and not any("\n" in piece for piece in pieces)
            return not types_well and self._lender.why_not() is None
        return chosen == "paste"

    def _may_type(self, pieces: list[str]) -> bool:
        """Whether typing does for a paste: keys that the keyboard has, and no line end, which may submit."""
        text = "".join(pieces)
        return (
            self._around.window == "auto" and len(text) <= TYPED_MOST and text.isascii() and "\n" not in text
        )

    def _backend(self) -> WindowBackend | None:
        """The first way that works here."""
        made = (self._made(name) for name in registry.WINDOW_BACKENDS if name in _possible())
        return next((one for one in made if one.why_not() is None), None)

    def _made(self, name: str) -> WindowBackend:
        if name not in self._backends:
            self._backends[name] = registry.build_window_backend(name, self._around.environ)
        return self._backends[name]

    def _failed(self, why: str) -> Outcome:
        return Outcome(Delivery.FAILED, self.name, why)


_SYSTEMS = {"darwin": ("macos",), "win32": ("windows",)}
_UNIX = ("xdotool", "wtype", "dotool", "ydotool")


def _possible() -> tuple[str, ...]:
    """The ways that this system may have."""
    return _SYSTEMS.get(sys.platform, _UNIX)


def _fitting(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those that people would look for on this desktop."""
    if sys.platform in _SYSTEMS:
        return _SYSTEMS[sys.platform]
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        return _UNIX[1:]
    return _UNIX[:1] if environ.get("DISPLAY") else ()
