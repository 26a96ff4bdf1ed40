r"""Sessions of GNU screen, and the commands that it takes from outside.

A text goes through a file and a register of screen's own (`readreg`, `paste`): `stuff` has a limit, and
would interpret ^ and \ in it. The paste buffer stays the user's. screen knows no bracketed paste, sends a
carriage return for each line end, and does not say by itself that a command failed. Its last message tells
how much was read, where a display is attached; without one nothing is confirmed.

While a display is attached, screen shows what it is asked as a message, each for a second at least
(`msgminwait`), and what comes behind waits. So as little as possible is asked, and after the paste.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.deliver.inject.private_file import in_private_file
from engine.deliver.program import Ended, run
from engine.errors import DeliveryError

REGISTER = "\x15"
"""The register that texts go through; users take letters for theirs."""

_SESSION = re.compile(r"^\t(\d+\.\S+)\t.*\((Attached|Detached|Multi, attached|Multi, detached)\)\s*$", re.M)
"""A session in what `screen -ls` prints; dead and remote ones have another word."""

_ROW = "|utter|"
"""Stands before each window in our own list of them, for titles may hold anything else."""

_MARK = "%?%F*%?"
"""A star for the window that is shown, in screen's string escapes."""

_SLURPED = re.compile(r"Slurped (\d+) characters into buffer")


class Window(NamedTuple):
    """A window: its number, its title, and whether a display shows it."""

    number: str
    title: str
    shown: bool


class Session(NamedTuple):
    """A session that lives: its whole name, and whether a display shows it."""

    name: str
    attached: bool


class Screen:
    """Commands for one session."""

    def __init__(self, environ: Mapping[str, str], session: str) -> None:
        """Ask nothing yet; `session` is its whole name."""
        self.environ = environ
        self.session = session

    async def command(self, number: str, *command: str) -> None:
        """Have a window carry out a command; screen does not say whether it could."""
        await self._say("-p", number, "-X", *command)

    async def query(self, *command: str) -> str:
        """Ask for something that screen tells."""
        return await self._say("-Q", *command)

    async def windows(self) -> list[Window]:
        """All windows."""
        rows = (await self.query("windows", f"{_ROW}%n{_MARK} %t")).split(_ROW)[1:]
        parted = (row.partition(" ") for row in rows)
        return [Window(mark.rstrip("*"), title.strip(), mark.endswith("*")) for mark, _, title in parted]

    async def last(self, windows: Sequence[Window], own: str) -> str:
        """The number of the window that was shown last and is not ours; empty where there is none."""
        others = [one.number for one in windows if f"{self.session}:{one.number}" != own]
        shown = [one.number for one in windows if one.shown]
        if not shown:  # no display is attached
            shown = [(await self.query("number")).partition(" ")[0]]
        if shown[0] in others:
            return shown[0]
        listed = await self.query("windows")
        for one in windows:
            # With its title, for titles may look like numbers of windows.
            row = rf"(^|  ){one.number}-[^ \w]* {re.escape(one.title)}(  \d|$)"
            if one.number in others and re.search(row, listed.strip()):
                return one.number
        return next(iter(others), "")

    async def paste(self, number: str, text: bytes) -> bool:
        """Paste bytes as they are; whether screen said that it had read all of them."""
        with in_private_file(text) as path:
            # Empty first: a file that cannot be read would leave the text before in it.
            await self.command(number, "register", REGISTER, "")
            await self.command(number, "readreg", REGISTER, path)
            await self.command(number, "paste", REGISTER)
            await self.command(number, "register", REGISTER, "")
            # Commands are worked off in their order: once this is answered, the file was read.
            ended = await self._run("-p", number, "-Q", "lastmsg")
        said = ended.output.decode(errors="replace").strip()
        if "pre-select" in said:
            raise no_window(self.session, number)
        if "no slurp" in said:
            raise DeliveryError(f"screen failed: {said.rstrip('.')}.")
        read = _SLURPED.search(said)
        return read is not None and int(read[1]) == len(text)

    async def _say(self, *options: str) -> str:
        """The same where it has to succeed; screen complains on standard output."""
        ended = await self._run(*options)
        said = ended.output.decode(errors="replace")
        if ended.status:
            why = said.strip() or ended.why
            raise DeliveryError(f"screen failed: {why.rstrip('.')}.")
        return said

    async def _run(self, *options: str) -> Ended:
        return await run(["screen", "-S", self.session, *options], environ=self.environ)


async def sessions(environ: Mapping[str, str]) -> list[Session]:
    """The sessions of this user that live; dead and remote ones are left out."""
    listed = await run(["screen", "-ls"], environ=environ)
    found = _SESSION.findall(listed.output.decode(errors="replace"))
    return [Session(name, "detached" not in state.lower()) for name, state in found]


def no_window(session: str, number: str) -> DeliveryError:
    """What is said of a window that is not there."""
    return DeliveryError(f"screen has no window {number} in {session} now.", "Choose the window again.")
