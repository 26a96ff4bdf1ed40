r"""Windows of GNU screen as targets.

The text goes through a file and a register of screen's own (`readreg`, `paste`): `stuff` has a limit, and
would interpret ^ and \ in it. The paste buffer stays the user's. screen knows no bracketed paste, sends a
carriage return for each line end, and says of nothing that it failed: windows are looked up beforehand,
and where a display is attached its last message tells how much was read.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from engine.deliver.destination import LAST
from engine.deliver.inject.remote_pane import SHIFT_ENTER, RemotePane, refuse_own
from engine.deliver.offer import Offer
from engine.deliver.program import require, run
from engine.errors import DeliveryError

REGISTER = "\x15"
"""The register that texts go through; users take letters for theirs."""

_SESSION = re.compile(r"^\t(\d+\.\S+)\t.*\((Attached|Detached|Multi, attached|Multi, detached)\)\s*$", re.M)
"""A session in what `screen -ls` prints; dead and remote ones have another word."""

_PREVIOUS = re.compile(r"(?:^|  )(\d+)-")
"""The number of the window that was shown before this one, in what `windows` prints."""

_SLURPED = re.compile(rb"Slurped (\d+) characters into buffer")

_STUFFED = {b"\r": r"\015", SHIFT_ENTER: r"\033[13;2u"}
"""Keys as `stuff` takes them."""


class ScreenWindow(RemotePane):
    """A window of GNU screen: a number in our session, or SESSION:NUMBER."""

    program = "screen"

    def can_deliver(self) -> str | None:
        """Say why screen cannot be commanded here."""
        return _why_not(self._environ)

    async def _find(self) -> str:
        session, _, number = self._what.rpartition(":")
        screen = _Screen(self._environ, session or await self._session())
        if number == LAST:
            return f"{screen.session}:{await self._last(screen)}"
        refuse_own(self.program, f"{screen.session}:{number}", _own(self._environ))
        if not await screen.has(number):
            raise DeliveryError(
                f"screen has no window {number} in {screen.session} now.", "Choose the window again."
            )
        return f"{screen.session}:{number}"

    async def _session(self) -> str:
        """Our own session, else the one that is attached, else the only one."""
        if self._environ.get("STY"):
            return self._environ["STY"]
        sessions = await _sessions(self._environ)
        attached = [one.name for one in sessions if one.attached]
        chosen = attached or [one.name for one in sessions]
        if len(chosen) == 1:
            return chosen[0]
        if not chosen:
            raise DeliveryError("No session of screen runs here.", "Start one with: screen")
        raise DeliveryError(
            f"Several sessions of screen run: {', '.join(chosen)}.",
            f"Name one, such as screen:{chosen[0]}:0.",
        )

    async def _last(self, screen: _Screen) -> str:
        shown, previous = await screen.shown(), await screen.previous()
        for number in (shown, previous, *await screen.numbers()):
            if number and f"{screen.session}:{number}" != _own(self._environ):
                return number
        raise DeliveryError("screen has no window beside the one that utter runs in.", "Open one.")

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
    found: list[Offer] = []
    with contextlib.suppress(DeliveryError):
        for session in await _sessions(environ):
            screen = _Screen(environ, session.name)
            shown = await screen.shown()
            for number in await screen.numbers():
                window = f"{session.name}:{number}"
                if window != _own(environ):
                    active = session.attached and number == shown
                    title = await screen.title(number)
                    found.append(Offer(f"screen:{window}", f"screen {number}", title, session.name, active))
    return found


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
        await require(["screen", "-S", self.session, "-p", number, "-X", *command], environ=self.environ)

    async def query(self, *command: str) -> str:
        """Ask for something that screen tells."""
        line = ["screen", "-S", self.session, "-Q", *command]
        return (await require(line, environ=self.environ)).decode(errors="replace")

    async def has(self, number: str) -> bool:
        """Whether there is a window of that number."""
        return number.isdecimal() and str(int(number)) in await self.numbers()

    async def numbers(self) -> list[str]:
        """The numbers of all windows."""
        return (await self.query("windows", "%n ")).split()

    async def title(self, number: str) -> str:
        """The title of a window."""
        line = ["screen", "-S", self.session, "-p", number, "-Q", "title"]
        return (await require(line, environ=self.environ)).decode(errors="replace").strip()

    async def shown(self) -> str:
        """The number of the window that is shown, or was when the session was attached."""
        return (await self.query("number")).partition(" ")[0]

    async def previous(self) -> str:
        """The number of the window that was shown before; empty where screen does not say."""
        found = _PREVIOUS.search(await self.query("windows"))
        return found[1] if found else ""

    async def paste(self, number: str, text: bytes) -> bool:
        """Paste bytes as they are; whether screen said that it had read all of them."""
        with _in_file(text) as path:
            # Empty first: a file that cannot be read would leave the text before in it.
            await self.command(number, "register", REGISTER, "")
            await self.command(number, "readreg", REGISTER, path)
            said = await run(["screen", "-S", self.session, "-Q", "lastmsg"], environ=self.environ)
            await self.command(number, "paste", REGISTER)
            await self.command(number, "register", REGISTER, "")
            # Commands are worked off in their order: once this one is answered, the file was read.
            await self.title(number)
        if b"no slurp" in said.output:
            raise DeliveryError(f"screen failed: {said.output.decode(errors='replace').strip().rstrip('.')}.")
        read = _SLURPED.search(said.output)
        return read is not None and int(read[1]) == len(text)


@contextlib.contextmanager
def _in_file(text: bytes) -> Iterator[str]:
    """A file that only this user can read, gone afterwards."""
    try:
        descriptor, path = tempfile.mkstemp(prefix="utter-")
    except OSError as error:
        raise DeliveryError(f"No temporary file can be made for screen: {error.strerror or error}.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        yield path
    except OSError as error:
        raise DeliveryError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)


async def _sessions(environ: Mapping[str, str]) -> list[_Session]:
    """The sessions that live."""
    listed = await run(["screen", "-ls"], environ=environ)
    found = _SESSION.findall(listed.output.decode(errors="replace"))
    return [_Session(name, "detached" not in state.lower()) for name, state in found]


def _own(environ: Mapping[str, str]) -> str:
    """The window that shows us; empty where that is none of screen's."""
    session, number = environ.get("STY", ""), environ.get("WINDOW", "")
    return f"{session}:{number}" if session and number else ""


def _why_not(environ: Mapping[str, str]) -> str | None:
    if shutil.which("screen", path=environ.get("PATH")) is None:
        return "GNU screen is not installed."
    return None
