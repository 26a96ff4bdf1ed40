"""The clipboard of the desktop, through pyperclip in a child process (see `pyperclip_child`)."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from engine.deliver import target
from engine.deliver.clipboard_mechanism import (
    Mechanism,
    Selection,
    find_mechanism,
    why_no_mechanism,
)
from engine.deliver.process_group import end_group, last_words
from engine.deliver.sanitize import for_terminal
from engine.deliver.target import Delivery, Outcome

TIME_OUT_S = 3.0
"""How long a clipboard program may take; they answer in hundredths of a second, or hang for ever."""

_CHILD = Path(__file__).with_name("pyperclip_child.py")
_VERIFIED, _COPIED = 0, 10
"""Exit codes of `pyperclip_child`, which this process does not import: it imports pyperclip."""


@dataclass(frozen=True, slots=True)
class _Child:
    process: asyncio.subprocess.Process
    complaints: IO[bytes]


class SystemClipboard(target.Target):
    """The desktop's clipboard.

    `prepare` starts the child ahead of time, so that the text need not wait for an interpreter to
    start; without it, `deliver` starts one itself. `close` ends a child that was not used.
    """

    def __init__(
        self,
        environ: Mapping[str, str] | None = None,
        *,
        selection: Selection = "clipboard",
        time_out_s: float = TIME_OUT_S,
    ) -> None:
        """Look for a mechanism; nothing is run.

        Args:
            environ: The environment to look in and to hand on; None is our own.
            selection: The clipboard, or the primary selection.
            time_out_s: Seconds after which a clipboard program counts as hung and is ended.
        """
        self._environ = dict(os.environ if environ is None else environ)
        self._selection = selection
        self._time_out_s = time_out_s
        self._mechanism = find_mechanism(self._environ)
        self._waiting: _Child | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    @property
    def name(self) -> str:
        """What it is, with the program that reaches it."""
        word = "clipboard" if self._selection == "clipboard" else "primary selection"
        return f"{word} ({self._mechanism.program})" if self._mechanism else word

    @property
    def replaces(self) -> bool:
        """A clipboard holds one text."""
        return True

    def can_deliver(self) -> str | None:
        """Say why there is no clipboard; None when there is a way to it."""
        if self._mechanism is None:
            return why_no_mechanism(self._environ)
        if self._selection == "primary" and not self._mechanism.has_primary:
            return f"{self._mechanism.program} knows no primary selection."
        return None

    async def prepare(self) -> None:
        """Start the child that the next `deliver` will use; not if there is one, or after `close`."""
        async with self._starting:
            if self._mechanism is None or self._waiting or self._closed or self.can_deliver() is not None:
                return
            with contextlib.suppress(OSError):
                self._waiting = await self._start(self._mechanism)
        if self._closed:
            await self.close()

    async def close(self) -> None:
        """End the child that waits for a text, if there is one. Safe to call twice."""
        self._closed = True
        child, self._waiting = self._waiting, None
        if child is not None:
            await _end(child)

    async def deliver(self, text: str) -> Outcome:
        """Copy `text`; "delivered" only if it was read back, else "sent"."""
        text = for_terminal(text)
        return await self.copy(text) if text else self._failed("There is no text to copy.")

    async def copy(self, text: str) -> Outcome:
        """The same with a text as it is, which is not empty: for what was on the clipboard before."""
        reason = self.can_deliver()
        if self._mechanism is None or reason is not None:
            return self._failed(reason or "")
        try:
            child = await self._take(self._mechanism)
            return await self._copy(self._mechanism, child, text)
        except OSError as error:
            return self._failed(f"The clipboard helper could not be started: {error.strerror or error}.")

    async def _take(self, mechanism: Mechanism) -> _Child:
        child, self._waiting = self._waiting, None
        if child is not None and child.process.returncode is None:
            return child
        if child is not None:
            child.complaints.close()
        return await self._start(mechanism)

    async def _copy(self, mechanism: Mechanism, child: _Child, text: str) -> Outcome:
        try:
            async with asyncio.timeout(self._time_out_s):
                await child.process.communicate(text.encode())
            status, words = child.process.returncode, last_words(child.complaints)
        except TimeoutError:
            return self._failed(
                f"{mechanism.program} did not answer within {self._time_out_s:g} s and was stopped."
            )
        finally:
            await _end(child)
        if status == _VERIFIED:
            return Outcome(Delivery.DELIVERED, self.name)
        if status == _COPIED and not words:
            return Outcome(Delivery.SENT, self.name)
        reason = words or "the clipboard does not hold the text afterwards"
        return self._failed(f"{mechanism.program} failed: {reason}.")

    async def _start(self, mechanism: Mechanism) -> _Child:
        """Start the child, with its complaints in a file: a pipe would stay open behind xclip."""
        with contextlib.ExitStack() as until_started:
            complaints = until_started.enter_context(tempfile.TemporaryFile())
            process = await asyncio.create_subprocess_exec(
                sys.executable,
                *("-I", "-X", "utf8", str(_CHILD)),
                *(mechanism.pyperclip_name, "verify" if mechanism.reads_back else "copy", self._selection),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=complaints,
                # pbcopy takes the encoding of the locale, which need not be UTF-8 in a login over SSH.
                env=self._environ | ({"LC_CTYPE": "UTF-8"} if sys.platform == "darwin" else {}),
                # A session of its own: xclip survives the terminal, and a hung one can be ended.
                start_new_session=True,
            )
            until_started.pop_all()
        return _Child(process, complaints)

    def _failed(self, why: str) -> Outcome:
        return Outcome(Delivery.FAILED, self.name, why)


async def _end(child: _Child) -> None:
    """End a child and what it started, unless it has ended by itself; then xclip must live on."""
    await end_group(child.process)
    child.complaints.close()
