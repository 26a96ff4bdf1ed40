"""Runs a program that takes texts or presses keys: no shell, text on its standard input, never for ever."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.deliver.process_group import last_line
from engine.errors import DeliveryError
from engine.exit_status import how_it_ended

TIME_OUT_S = 3.0
"""How long such a program may take; they answer in hundredths of a second, or hang for ever."""

LAST_S = 1.0
"""How long a killed program may take to go."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How a program ended.

    Attributes:
        status: Its exit code, or the negative number of the signal that ended it.
        output: What it wrote on standard output.
        errors: What it wrote on standard error, as text.
    """

    status: int
    output: bytes
    errors: str

    @property
    def last_words(self) -> str:
        """The last line of its complaints, without a full stop; empty where there is none."""
        return last_line(self.errors)

    @property
    def why(self) -> str:
        """Why it failed: its last words, or how it ended."""
        return self.last_words or how_it_ended(self.status)


async def run(
    command: Sequence[str],
    text: bytes = b"",
    *,
    environ: Mapping[str, str],
    time_out_s: float = TIME_OUT_S,
) -> Ended:
    """Run `command` to its end, with `text` on its standard input.

    Not for programs that stay behind and keep our pipes open, as xclip does.

    Raises:
        DeliveryError: It cannot be started, or does not end in time; it is killed then.
    """
    name = Path(command[0]).name
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=dict(environ),
        )
    except OSError as error:
        raise DeliveryError(f"{name} cannot be started: {error.strerror or error}.") from None
    try:
        async with asyncio.timeout(time_out_s):
            output, errors = await process.communicate(text)
    except TimeoutError:
        raise DeliveryError(f"{name} did not answer within {time_out_s:g} s and was stopped.") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), LAST_S)
    return Ended(process.returncode or 0, output, errors.decode(errors="replace"))


async def require(
    command: Sequence[str],
    text: bytes = b"",
    *,
    environ: Mapping[str, str],
    time_out_s: float = TIME_OUT_S,
) -> bytes:
    """The same, where the program has to succeed; gives what it wrote on standard output.

    Raises:
        DeliveryError: It failed; says what it complained about.
    """
    ended = await run(command, text, environ=environ, time_out_s=time_out_s)
    if ended.status:
        raise DeliveryError(f"{Path(command[0]).name} failed: {ended.why}.")
    return ended.output
