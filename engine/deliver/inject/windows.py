"""Windows of Windows, through `SendInput` of its own library."""

from __future__ import annotations

import asyncio
import ctypes
import sys
from collections.abc import Mapping
from typing import Protocol

from engine.deliver.inject.key_input import Input, Stroke, batch, of_keys, of_text
from engine.deliver.inject.terminal_windows import WINDOW_CLASSES, is_terminal
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.errors import DeliveryError


class User32(Protocol):
    """What is needed of user32.dll and kernel32.dll."""

    def send(self, events: ctypes.Array[Input]) -> int:
        """Insert events into the input of the desktop, in one call of `SendInput`.

        Returns:
            How many were taken.
        """

    def foreground(self) -> tuple[int, str, str]:
        """Give the handle (0: there is none), the title and the class of the window in front."""

    def console(self) -> int:
        """Give the handle of the console's window that shows us; 0 where there is none."""


class SendInput(WindowBackend):
    """`SendInput`: any Unicode, in one batch of events for any length."""

    def __init__(self, environ: Mapping[str, str], user32: User32 | None = None) -> None:
        """Take this environment; nothing is called.

        Args:
            environ: The environment to look in.
            user32: What calls Windows; None loads it where this is Windows.
        """
        self._environ = environ
        self._user32 = user32

    @property
    def name(self) -> str:
        """As people know it."""
        return "SendInput"

    @property
    def types(self) -> bool:
        """All characters go in one batch, and the clipboard is left alone."""
        return True

    @property
    def can_type(self) -> bool:
        """It can, all at once."""
        return True

    def why_not(self) -> str | None:
        """Say that this is another system or another machine."""
        if self._user32 is None and sys.platform != "win32":
            return "This is not Windows."
        if self._environ.get("SSH_CONNECTION"):
            return "The windows of this machine are not where you are (over SSH); use the clipboard."
        return None

    async def focused(self) -> Window:
        """Look at the window in front; ours is known where it is a console of the old sort."""
        system = self._system()
        handle, title, window_class = system.foreground()
        if not handle:
            raise DeliveryError("No window has the focus.", "Click into the one that the text is for.")
        ours = handle == system.console()
        return Window(title, is_terminal(window_class, WINDOW_CLASSES), ours, handle=handle)

    async def press(self, *keys: Key) -> None:
        """Press keys in one batch."""
        await self._send(of_keys(*keys))

    async def type(self, text: str) -> None:
        """Type `text` in one batch."""
        await self._send(of_text(text))

    async def _send(self, strokes: list[Stroke]) -> None:
        if not strokes:
            return
        system = self._system()
        taken = await asyncio.to_thread(lambda: system.send(batch(strokes)))
        if taken < len(strokes):
            raise DeliveryError(
                f"Windows took {taken} of {len(strokes)} key events: the window in front may belong to a "
                "program with more rights than utter, or another program blocks input.",
                "Start utter with the same rights (as administrator), or paste the text by hand.",
            )

    def _system(self) -> User32:
        if self._user32 is None:
            self._user32 = _load()
        return self._user32


if sys.platform == "win32":
    MOST = 512
    """Characters of a title that are read; a class has 256 at most."""

    class _Libraries(User32):
        """The libraries themselves."""

        def __init__(self) -> None:
            self._user32 = ctypes.WinDLL("user32", use_last_error=True)
            self._kernel32 = ctypes.WinDLL("kernel32")
            # A handle has the width of an address; ctypes takes every result for an int of 32 bits.
            for function in (self._user32.GetForegroundWindow, self._kernel32.GetConsoleWindow):
                function.restype = ctypes.c_void_p
            for function in (self._user32.GetWindowTextW, self._user32.GetClassNameW):
                function.argtypes = (ctypes.c_void_p, ctypes.c_wchar_p, ctypes.c_int)
            self._user32.SendInput.argtypes = (ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
            self._user32.SendInput.restype = ctypes.c_uint

        def send(self, events: ctypes.Array[Input]) -> int:
            return int(self._user32.SendInput(len(events), events, ctypes.sizeof(Input)))

        def foreground(self) -> tuple[int, str, str]:
            handle = self._user32.GetForegroundWindow()
            title, window_class = ctypes.create_unicode_buffer(MOST), ctypes.create_unicode_buffer(MOST)
            self._user32.GetWindowTextW(handle, title, MOST)
            self._user32.GetClassNameW(handle, window_class, MOST)
            return handle or 0, title.value, window_class.value

        def console(self) -> int:
            return self._kernel32.GetConsoleWindow() or 0

    def _load() -> User32:
        return _Libraries()

else:

    def _load() -> User32:
        raise DeliveryError("This is not Windows.")
