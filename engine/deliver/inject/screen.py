r"""Windows of GNU screen as targets.

The text goes through a file and a register of screen's own (`readreg`, `paste`): `stuff` has a limit, and
would interpret ^ and \ in it. The paste buffer stays the user's. screen knows no bracketed paste, sends a
carriage return for each line end, and does not say by itself that a command failed. Its last message tells
how much was read, where a display is attached; without one nothing is confirmed.

While a display is attached, screen shows what it is asked as a message, each for a second at least
(`msgminwait`), and what comes behind waits. So as little as possible is asked, and after the paste.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from engine.deliver.destination import LAST
from engine.deliver.inject.controlling_terminal import tty_of_child
from engine.deliver.inject.private_file import in_private_file
from engine.deliver.inject.remote_pane import SHIFT_ENTER, Found, RemotePane, refuse_own
from engine.deliver.offer import Offer
from engine.deliver.program import Ended, run
from engine.deliver.sanitize import for_terminal
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

_STUFFED = {b"\r": r"\015", SHIFT_ENTER: r"\033[13;2u"}
"""Keys as `stuff` takes them."""


class ScreenWindow(RemotePane):
    """A window of GNU screen: a number in our session, or SESSION:NUMBER."""

    program = "screen"

    def _why_not(self) -> str | None:
        """Say why screen cannot be commanded here."""
        return _why_not(self._environ)

    async def _find(self) -> Found:
        session, number = await self._place()
        if number == LAST:
            number = await self._last(_Screen(self._environ, session))
        return Found(f"{session}:{number}", await asyncio.to_thread(_tty, session, number))

    async def _look(self) -> None:
        """See whether the session is there; to ask for its windows would be seen on its display."""
        await self._place()

    async def _place(self) -> tuple[str, str]:
        """The whole name of the session, and what is said of the window.

        Raises:
            DeliveryError: There is no such session, or it can be no such window.
        """
        named, _, number = self._what.rpartition(":")
        session = await self._session(named or self._environ.get("STY", ""))
        if number != LAST:
            refuse_own(self.program, f"{session}:{number}", _own(self._environ))
            if not number.isdecimal():
                raise _no_window(session, number)
        return session, number

    async def _session(self, named: str) -> str:
        """The session of that name; without one that which is attached, else the only one.

        screen itself would take the beginning of a name.
        """
        sessions = await _sessions(self._environ)
        names = [one.name for one in sessions]
        if named:
            chosen = [name for name in names if named in (name, *name.split(".", 1))]
        else:
            chosen = [one.name for one in sessions if one.attached] or names
        if len(chosen) == 1:
            return chosen[0]
        if not names:
            raise DeliveryError("No session of screen runs here.", "Start one with: screen.")
        if not chosen:
            raise DeliveryError(f"screen has no session {named} now.", "Choose the window again.")
        which = f"are called {named}" if named else "run"
        raise DeliveryError(
            f"Several sessions of screen {which}: {', '.join(chosen)}.",
            f"Name one, such as screen:{chosen[0]}:0.",
        )

    async def _last(self, screen: _Screen) -> str:
        own = _own(self._environ)
        found = await screen.last(await screen.windows(), own)
        if not found:
            raise DeliveryError("screen has no window beside the one that utter runs in.", "Open one.")
        return found

    async def _paste(self, pane: str, pieces: Sequence[bytes]) -> bool:
        session, _, number = pane.rpartition(":")
        return await _Screen(self._environ, session).paste(number, SHIFT_ENTER.join(pieces))

    async def _press(self, pane: str, key: bytes) -> None:
        session, _, number = pane.rpartition(":")
        await _Screen(self._environ, session).command(number, "stuff", _STUFFED[key])


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List the windows of all sessions of screen; none where screen is not installed."""
    if _why_not(environ) is not None:
        return []
    try:
        sessions = await _sessions(environ)
        listed = await asyncio.gather(*(_offers(environ, session) for session in sessions))
    except DeliveryError:
        return []
    return [offer for offers_of_one in listed for offer in offers_of_one]


async def _offers(environ: Mapping[str, str], session: _Session) -> list[Offer]:
    screen, own = _Screen(environ, session.name), _own(environ)
    try:
        windows = await screen.windows()
        # A session that is shown nowhere has no window in which the user was last.
        last = await screen.last(windows, own) if session.attached else ""
    except DeliveryError as error:
        return [Offer(f"screen:{session.name}:{LAST}", "screen", place=session.name, reason=str(error))]
    return [
        Offer(
            f"screen:{session.name}:{window.number}",
            f"screen {window.number}",
            for_terminal(window.title),
            session.name,
            active=window.number == last,
        )
        for window in windows
        if f"{session.name}:{window.number}" != own
    ]


class _Window(NamedTuple):
    number: str
    title: str
    shown: bool


class _Session(NamedTuple):
    name: str
    attached: bool


class _Screen:
    """Commands for one session."""

    def __init__(self, environ: Mapping[str, str], session: str) -> None:
        self.environ = environ
        self.session = session

    async def command(self, number: str, *command: str) -> None:
        """Have a window carry out a command; screen does not say whether it could."""
        await self._say("-p", number, "-X", *command)

    async def query(self, *command: str) -> str:
        """Ask for something that screen tells."""
        return await self._say("-Q", *command)

    async def windows(self) -> list[_Window]:
        """All windows."""
        rows = (await self.query("windows", f"{_ROW}%n{_MARK} %t")).split(_ROW)[1:]
        parted = (row.partition(" ") for row in rows)
        return [_Window(mark.rstrip("*"), title.strip(), mark.endswith("*")) for mark, _, title in parted]

    async def last(self, windows: Sequence[_Window], own: str) -> str:
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
            raise _no_window(self.session, number)
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


async def _sessions(environ: Mapping[str, str]) -> list[_Session]:
    """The sessions that live."""
    listed = await run(["screen", "-ls"], environ=environ)
    found = _SESSION.findall(listed.output.decode(errors="replace"))
    return [_Session(name, "detached" not in state.lower()) for name, state in found]


def _no_window(session: str, number: str) -> DeliveryError:
    return DeliveryError(f"screen has no window {number} in {session} now.", "Choose the window again.")


def _tty(session: str, number: str) -> str:
    """The device of a window: a session is called after its process, which starts the windows' programs."""
    pid = session.partition(".")[0]
    return tty_of_child(int(pid), f"WINDOW={number}") if pid.isdecimal() else ""


def _own(environ: Mapping[str, str]) -> str:
    """The window that shows us; empty where that is none of screen's."""
    session, number = environ.get("STY", ""), environ.get("WINDOW", "")
    return f"{session}:{number}" if session and number else ""


def _why_not(environ: Mapping[str, str]) -> str | None:
    if shutil.which("screen", path=environ.get("PATH")) is None:
        return "GNU screen is not installed."
    return None
