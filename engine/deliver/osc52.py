"""The clipboard of the terminal that shows us, wherever that runs: the escape sequence OSC 52.

It crosses SSH, and no terminal confirms it: what goes out is "sent". Within tmux, tmux itself is
asked to set the outer clipboard (`load-buffer -w`, tmux 3.2 and later), because by default it lets
no program in a pane do so; its own paste buffer has the text in any case.
"""

from __future__ import annotations

import asyncio
import base64
import os
import shutil
import sys
from collections.abc import Mapping

from engine.deliver import program
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Writer
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

MAX_BYTES = 74_994
"""Longest text, in bytes of UTF-8, that common terminals take: they drop sequences above 100,000
bytes, of which 8 are framing and the rest is base64 (hterm's osc52.sh)."""

MAX_BYTES_OF_BOTH = 74_991
"""The same with one more byte of framing, which names the primary selection too."""

SCREEN_CHUNK = 240
"""Base64 characters in one device control string for GNU screen, whose older versions keep 256."""

TIME_OUT_S = 2.0
"""How long tmux or a stopped terminal (^S) may keep us waiting."""

_TERMINALS_WITHOUT = {"": "TERM is not set", "dumb": "TERM is dumb", "linux": "the Linux console has none"}


class TerminalClipboard(Target):
    """The clipboard of the user's terminal, by OSC 52."""

    def __init__(
        self,
        writer: Writer | None = None,
        environ: Mapping[str, str] | None = None,
        *,
        tty: str = "/dev/tty",
        time_out_s: float = TIME_OUT_S,
        primary: bool = False,
    ) -> None:
        """Decide on the way; nothing is written.

        Args:
            writer: Writes to the terminal for whoever owns it; None opens `tty`.
            environ: The environment to look in and to hand to tmux; None is our own.
            tty: The terminal device.
            time_out_s: Seconds after which the terminal or tmux counts as stuck.
            primary: Whether the primary selection gets the text as well.
        """
        self._writer = writer
        self._environ = dict(os.environ if environ is None else environ)
        self._tty = tty
        self._time_out_s = time_out_s
        self._primary = primary

    @property
    def name(self) -> str:
        """The terminal, with the way to it."""
        return "terminal (through tmux)" if self._tmux else "terminal (OSC 52)"

    @property
    def replaces(self) -> bool:
        """A clipboard holds one text."""
        return True

    def can_deliver(self) -> str | None:
        """Say why no terminal can be reached, or why it has no clipboard; None when it may have."""
        if self._tmux:
            return None
        if self._writer is None and not _openable(self._tty):
            return "There is no terminal to send the clipboard sequence to."
        missing = _TERMINALS_WITHOUT.get(self._environ.get("TERM", ""))
        return f"This terminal has no clipboard: {missing}." if missing else None

    async def deliver(self, text: str) -> Outcome:
        """Send `text`; at best "sent". Too long a text fails instead of being dropped unseen."""
        text = for_terminal(text)
        if not text:
            return self._failed("There is no text to copy.")
        shown = await self._load_tmux_buffer(self._tmux, text.encode()) if self._tmux else None
        if shown is False:
            remark = "No terminal shows tmux now: paste it within tmux, by its prefix and ]."
            return Outcome(Delivery.SENT, "tmux's paste buffer", remark)
        if shown:
            standing = len(text.encode()) <= MAX_BYTES
            return Outcome(Delivery.SENT, self.name, self._tmux_remark(text), standing=standing)
        size, limit = len(text.encode()), MAX_BYTES_OF_BOTH if self._primary else MAX_BYTES
        if size > limit:
            return self._failed(
                f"The text has {size:,} bytes, and terminals drop more than {limit:,}: "
                "select it on the screen, or copy it in parts."
            )
        try:
            await self._write(osc52(text, in_screen=self._in_screen, primary=self._primary))
        except TimeoutError:
            return self._failed(
                f"The terminal took nothing for {self._time_out_s:g} s; is it stopped by ctrl+s?"
            )
        except OSError as error:
            return self._failed(f"The terminal cannot be written to: {error.strerror or error}.")
        return Outcome(Delivery.SENT, "terminal (OSC 52)")

    @property
    def _tmux(self) -> str | None:
        """Path of the tmux program, when we run in one of its panes."""
        return shutil.which("tmux", path=self._environ.get("PATH")) if self._environ.get("TMUX") else None

    @property
    def _in_screen(self) -> bool:
        return bool(self._environ.get("STY")) and not self._environ.get("TMUX")

    async def _load_tmux_buffer(self, tmux: str, text: bytes) -> bool | None:
        """Hand the text to tmux.

        Returns:
            Whether a terminal shows tmux, whose clipboard it then sets; None when tmux is too old, gone or
            stuck: then OSC 52 is tried.
        """
        command = (tmux, "load-buffer", "-w", "-", ";", "list-clients", "-F", "#{client_tty}")
        try:
            ended = await program.run(command, text, environ=self._environ, time_out_s=self._time_out_s)
        except DeliveryError:
            return None
        return None if ended.status else bool(ended.output.strip())

    def _tmux_remark(self, text: str) -> str:
        """Say what is likely to have happened to a text that tmux has taken."""
        if len(text.encode()) > MAX_BYTES:
            return "It is in tmux's paste buffer, but too long for the clipboard of most terminals."
        return "The primary selection has it not: tmux sets the clipboard alone." if self._primary else ""

    async def _write(self, sequence: str) -> None:
        if self._writer is not None:
            self._writer(sequence)
            return
        descriptor = _open_tty(self._tty)
        try:
            async with asyncio.timeout(self._time_out_s):
                await _write_all(descriptor, sequence.encode())
        finally:
            os.close(descriptor)

    def _failed(self, why: str) -> Outcome:
        return Outcome(Delivery.FAILED, self.name, why)


def osc52(text: str, *, in_screen: bool = False, primary: bool = False) -> str:
    """Write the sequence that puts `text` on the clipboard.

    Args:
        text: The text, which can be encoded in UTF-8.
        in_screen: Wrap it in device control strings, by which GNU screen hands it on; a long one goes
            in pieces, because screen drops what is longer than its buffer.
        primary: Set the primary selection as well: a sequence names all that it sets (xterm's
            ctlseqs, Manipulate Selection Data), and a terminal that knows one alone takes the first.
    """
    start = "\033]52;cp;" if primary else "\033]52;c;"
    payload = base64.b64encode(text.encode()).decode("ascii")
    if not in_screen:
        return f"{start}{payload}\a"
    pieces = [payload[at : at + SCREEN_CHUNK] for at in range(0, len(payload), SCREEN_CHUNK)]
    return "".join(f"\033P{piece}\033\\" for piece in [start, *pieces, "\a"])


def _openable(tty: str) -> bool:
    try:
        os.close(_open_tty(tty))
    except OSError:
        return False
    return True


def _open_tty(tty: str) -> int:
    """Open the terminal for writing without waiting for it, and without making it ours."""
    if sys.platform == "win32":
        raise FileNotFoundError(2, "Windows has no such device", tty)
    return os.open(tty, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK)


async def _write_all(descriptor: int, data: bytes) -> None:
    """Write everything, waiting for the terminal to take it without holding up the loop."""
    loop = asyncio.get_running_loop()
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except BlockingIOError:
            writable = asyncio.Event()
            loop.add_writer(descriptor, writable.set)
            try:
                await writable.wait()
            finally:
                loop.remove_writer(descriptor)
