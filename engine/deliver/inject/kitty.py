"""Windows of the kitty terminal as targets, by its remote control."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from engine.deliver.destination import LAST
from engine.deliver.inject.controlling_terminal import tty_of
from engine.deliver.inject.kitty_socket import Command, ask
from engine.deliver.inject.remote_pane import SHIFT_ENTER, Found, RemotePane, refuse_own
from engine.deliver.offer import Offer
from engine.deliver.sanitize import for_terminal
from engine.errors import DeliveryError

CHUNK = 24_000
"""Bytes of text in one command: kitty drops a connection whose command has more than 64 KiB, and what is
sent is a third longer (measured with 0.26: 20,000 pass and 60,000 do not)."""

_TO_ALLOW = (
    "Put `allow_remote_control socket-only` and `listen_on unix:/tmp/kitty` into kitty.conf, "
    "and start kitty anew."
)


class KittyWindow(RemotePane):
    """A window within kitty; what kitty calls a window is a pane elsewhere.

    The paste is bracketed where the program in the window asked for that; kitty versions before
    `kitty @ send-text --bracketed-paste` send it plain.
    """

    program = "kitty"

    def _why_not(self) -> str | None:
        """Say why kitty cannot be commanded here."""
        return _why_not(self._environ)

    async def _find(self) -> Found:
        windows = list(_windows(await ask(self._environ["KITTY_LISTEN_ON"])))
        own = self._environ.get("KITTY_WINDOW_ID", "")
        if self._what == LAST:
            for window in windows:
                if window.id != own:
                    return self._found(window)
            raise DeliveryError("kitty has no window beside the one that utter runs in.", "Open one.")
        refuse_own(self.program, self._what, own)
        for window in windows:
            if window.id == self._what:
                return self._found(window)
        raise DeliveryError(f"kitty has no window {self._what} now.", "Choose the window again.")

    def _found(self, window: _Window) -> Found:
        # Beyond a network connection the number would be that of a process on another machine.
        is_here = self._environ["KITTY_LISTEN_ON"].startswith("unix:")
        return Found(window.id, tty_of(window.pid) if is_here and window.pid else "")

    async def _paste(self, pane: str, pieces: Sequence[bytes]) -> bool:
        commands: list[Command] = []
        for at, piece in enumerate(pieces):
            if at:
                commands.append(_send(pane, SHIFT_ENTER))
            commands += [_send(pane, chunk, bracketed="auto") for chunk in _chunks(piece)]
        await ask(self._environ["KITTY_LISTEN_ON"], *commands)
        return True

    async def _press(self, pane: str, key: bytes) -> None:
        await ask(self._environ["KITTY_LISTEN_ON"], _send(pane, key))


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List kitty's windows, the one that was active last first; none where kitty is not what shows us."""
    if not (environ.get("KITTY_LISTEN_ON") or environ.get("KITTY_WINDOW_ID")):
        return []
    reason = _why_not(environ)
    windows: list[_Window] = []
    if reason is None:
        try:
            windows = list(_windows(await ask(environ["KITTY_LISTEN_ON"])))
        except DeliveryError as error:
            reason = str(error)
    if reason is not None:
        return [Offer(f"kitty:{LAST}", "kitty", reason=reason)]
    others = [window for window in windows if window.id != environ.get("KITTY_WINDOW_ID")]
    return [
        Offer(f"kitty:{one.id}", f"kitty {one.id}", one.detail, one.tab, active=at == 0)
        for at, one in enumerate(others)
    ]


class _Window(NamedTuple):
    id: str
    detail: str
    tab: str
    pid: int


def _windows(listed: list[dict[str, Any]]) -> Iterator[_Window]:
    """All windows, those that were active last first.

    Raises:
        DeliveryError: The list is not as kitty makes it.
    """
    try:
        for desktop_window in sorted(listed, key=lambda one: not one.get("last_focused", one["is_focused"])):
            for tab in sorted(desktop_window["tabs"], key=lambda one: not one["is_focused"]):
                # The ones before the active one, the last one last.
                before = {number: at for at, number in enumerate(tab.get("active_window_history", []), 1)}
                for window in sorted(tab["windows"], key=partial(_rank, before)):
                    running = window.get("foreground_processes") or [window]
                    command = " ".join(running[-1].get("cmdline") or [])
                    detail = " · ".join(dict.fromkeys(filter(None, [window.get("title"), command])))
                    title = for_terminal(tab.get("title", ""))
                    pid = int(window.get("pid") or 0)
                    yield _Window(str(window["id"]), for_terminal(detail), title, pid)
    except (KeyError, TypeError, AttributeError):
        raise DeliveryError(
            "This version of kitty lists its windows in a way that utter does not know."
        ) from None


def _rank(before: Mapping[int, int], window: Mapping[str, Any]) -> tuple[bool, int]:
    """Sorts the active window to the front, and the others by when they were that."""
    active = window.get("is_active_window", window["is_focused"])
    return not active, -before.get(window["id"], 0)


def _why_not(environ: Mapping[str, str]) -> str | None:
    if environ.get("KITTY_LISTEN_ON"):
        return None
    if environ.get("KITTY_WINDOW_ID"):
        return f"This kitty listens to no commands (KITTY_LISTEN_ON is not set). {_TO_ALLOW}"
    return "utter does not run in kitty (KITTY_LISTEN_ON is not set)."


def _send(pane: str, data: bytes, bracketed: str = "disable") -> Command:
    encoded = base64.b64encode(data).decode("ascii")
    return Command(
        "send-text", {"match": f"id:{pane}", "data": f"base64:{encoded}", "bracketed_paste": bracketed}
    )


def _chunks(text: bytes) -> Iterator[bytes]:
    """Cut a text in front of characters, none of which has a first byte of the form 10xxxxxx."""
    start = 0
    while start < len(text):
        end = min(start + CHUNK, len(text))
        while end < len(text) and text[end] & 0xC0 == 0x80:
            end -= 1
        yield text[start:end]
        start = end
