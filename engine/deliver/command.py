"""A command's standard input as a target."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shlex
import shutil
import sys
import tempfile
import threading
from array import array
from asyncio.subprocess import DEVNULL
from pathlib import Path
from typing import IO, Self

from engine.deliver.process_group import end_group, last_words
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError
from engine.exit_status import how_it_ended

TIME_OUT_S = 10.0
"""How long a command may take; it is stopped then, with all that it started."""


class CommandInput(Target):
    """Starts a command for each text and hands that to its standard input.

    The command line is the user's own and is parted as a shell would, but no shell reads it: who wants pipes
    and variables writes `sh -c '…'`. The text is on no command line.
    """

    def __init__(self, what: str, around: Surroundings, *, time_out_s: float = TIME_OUT_S) -> None:
        """Start nothing yet.

        Args:
            what: The command line.
            around: The user's options and the environment.
            time_out_s: Seconds that the command may take.
        """
        self._what = what
        self._environ = around.environ
        self._shape = around.shapes.command
        self._time_out_s = time_out_s

    @property
    def name(self) -> str:
        """What people call it."""
        return f"command {self._what}"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why the command cannot be started."""
        try:
            self._command()
        except DeliveryError as error:
            return str(error)
        return None

    async def deliver(self, text: str) -> Outcome:
        """Hand `text` over; "delivered" where the command read all of it and ended well."""
        try:
            return await self._run(self._command(), self._shape.text(for_terminal(text)).encode())
        except DeliveryError as error:
            return Outcome(Delivery.FAILED, self.name, str(error))

    def _command(self) -> list[str]:
        try:
            command = _parted(self._what)
        except ValueError as error:
            raise DeliveryError(
                f"The command {self._what} cannot be read: {str(error).lower()}.", "Check its quotes."
            ) from None
        if not command:
            raise DeliveryError("There is no command.", "Write one, such as command:wc -w.")
        program, *words = (self._at_home(word) for word in command)
        found = shutil.which(program, path=self._environ.get("PATH"))
        if found is None:
            raise DeliveryError(f"There is no command {command[0]}.", "Install it, or write another one.")
        return [found, *words]

    def _at_home(self, word: str) -> str:
        """Write out a ~ at the beginning of a word, as a shell does."""
        home = self._environ.get("HOME", "")
        return (
            home + word[1:] if home and (word == "~" or word.startswith("~/")) else os.path.expanduser(word)
        )

    async def _run(self, command: list[str], data: bytes) -> Outcome:
        name = Path(command[0]).name
        with tempfile.TemporaryFile() as complaints, _Pipe() as pipe:
            try:
                process = await asyncio.create_subprocess_exec(
                    *command,
                    stdin=pipe.reading,
                    stdout=DEVNULL,
                    stderr=complaints,
                    env=dict(self._environ),
                    # A group of its own: it can be stopped whole, and Ctrl-C at our terminal is not for it.
                    start_new_session=True,
                )
            except (OSError, ValueError) as error:
                why = getattr(error, "strerror", None) or error
                raise DeliveryError(f"{name} cannot be started: {why}.") from None
            try:
                async with asyncio.timeout(self._time_out_s):
                    await pipe.feed(data)
                    status = await process.wait()
            except TimeoutError:
                raise DeliveryError(
                    f"{name} did not end within {self._time_out_s:g} s and was stopped."
                ) from None
            finally:
                await end_group(process)
            if status:
                why = last_words(complaints) or how_it_ended(status)
                raise DeliveryError(f"{name} failed: {why}.")
            if pipe.unread():
                return Outcome(Delivery.SENT, self.name, f"{name} ended well without reading the whole text.")
        return Outcome(Delivery.DELIVERED, self.name)


class _Pipe:
    """A command's standard input, whose reading end we keep: what was left in it was not read."""

    def __init__(self) -> None:
        self.reading, writing = os.pipe()
        self._writing = os.fdopen(writing, "wb", buffering=0)
        self._transport: asyncio.WriteTransport | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._transport is not None:
            if self._transport.get_write_buffer_size():
                self._transport.abort()
        elif sys.platform != "win32":
            self._writing.close()
        os.close(self.reading)

    async def feed(self, data: bytes) -> None:
        """Begin to write `data`, with the end of the text behind it; waits for no reader."""
        if sys.platform == "win32":
            # Its loop writes to pipes of another kind only; a thread that is stuck dies with us.
            threading.Thread(target=_write, args=(self._writing, data), daemon=True).start()
            return
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, self._writing)
        self._transport.write(data)
        self._transport.close()

    def unread(self) -> int:
        """Bytes that nobody has read yet; Windows does not tell."""
        if sys.platform == "win32" or self._transport is None:
            return 0
        import fcntl
        import termios

        waiting = array("i", [0])
        fcntl.ioctl(self.reading, termios.FIONREAD, waiting)
        return waiting[0] + self._transport.get_write_buffer_size()


def _parted(line: str) -> list[str]:
    """Part a command line into words as a shell would.

    On Windows a backslash parts folders, and quotes stand around a whole word.

    Raises:
        ValueError: A quote is not closed.
    """
    if sys.platform != "win32":
        return shlex.split(line)
    words = shlex.split(line, posix=False)  # keeps the quotes
    return [re.sub(r"""^(["'])(.*)\1$""", r"\2", word) for word in words]


def _write(end: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(OSError), end:
        end.write(data)
