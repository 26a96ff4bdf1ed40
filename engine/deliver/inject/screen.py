"""Windows of GNU screen as targets; what it takes from outside is in `screen_session`."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Mapping, Sequence

from engine.deliver.destination import LAST
from engine.deliver.inject.controlling_terminal import tty_of_child
from engine.deliver.inject.remote_pane import SHIFT_ENTER, Found, RemotePane, refuse_own
from engine.deliver.inject.screen_session import Screen, Session, no_window, sessions
from engine.deliver.offer import Offer
from engine.deliver.sanitize import for_terminal
from engine.errors import DeliveryError

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
            number = await self._last(Screen(self._environ, session))
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
                raise no_window(session, number)
        return session, number

    async def _session(self, named: str) -> str:
        """The session of that name; without one that which is attached, else the only one.

        screen itself would take the beginning of a name.
        """
        alive = await sessions(self._environ)
        names = [one.name for one in alive]
        if named:
            chosen = [name for name in names if named in (name, *name.split(".", 1))]
        else:
            chosen = [one.name for one in alive if one.attached] or names
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

    async def _last(self, screen: Screen) -> str:
        own = _own(self._environ)
        found = await screen.last(await screen.windows(), own)
        if not found:
            raise DeliveryError("screen has no window beside the one that utter runs in.", "Open one.")
        return found

    async def _paste(self, pane: str, pieces: Sequence[bytes]) -> bool:
        session, _, number = pane.rpartition(":")
        return await Screen(self._environ, session).paste(number, SHIFT_ENTER.join(pieces))

    async def _press(self, pane: str, key: bytes) -> None:
        session, _, number = pane.rpartition(":")
        await Screen(self._environ, session).command(number, "stuff", _STUFFED[key])


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List the windows of all sessions of screen; none where screen is not installed."""
    if _why_not(environ) is not None:
        return []
    try:
        alive = await sessions(environ)
        listed = await asyncio.gather(*(_offers(environ, session) for session in alive))
    except DeliveryError:
        return []
    return [offer for offers_of_one in listed for offer in offers_of_one]


async def _offers(environ: Mapping[str, str], session: Session) -> list[Offer]:
    screen, own = Screen(environ, session.name), _own(environ)
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
