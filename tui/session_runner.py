"""Runs the app's one session: makes it, carries its events, closes it, and keeps what was asked too early."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from engine.events import Event, StateChanged
from tui.bandwidth import FULL, Pace
from tui.bridge import Bridge
from tui.wish import WAITING, Wish, Wishes

if TYPE_CHECKING:
    from engine.session import DictationSession

MakeSession = Callable[[Callable[[str], None]], "DictationSession"]
"""Makes the session; is given what writes a control sequence to the terminal."""


class SessionRunner:
    """Holds the session from its making to its end.

    Attributes:
        session: The session; None before it is made and once it is being closed.
        wishes: What was asked for before it could be done.
    """

    def __init__(
        self,
        make: MakeSession,
        show: Callable[[Event], None],
        perform: Callable[[Wish], None],
        pace: Pace = FULL,
    ) -> None:
        """Prepare; nothing of the engine runs yet.

        Args:
            make: Makes the session.
            show: Takes each event of it; must return quickly.
            perform: Does an action that had to wait, now that it can be done.
            pace: How often frequent events are shown.
        """
        self.session: DictationSession | None = None
        self.wishes = Wishes()
        self._make = make
        self._pace = pace
        self._show = show
        self._perform = perform
        self._carried: asyncio.Task[None] | None = None

    async def open(self, write_terminal: Callable[[str], None]) -> DictationSession:
        """Make the session and begin to carry its events; it is not started yet.

        Its modules are imported on a thread, so that the screen answers meanwhile.

        Args:
            write_terminal: Writes a control sequence to the terminal.

        Raises:
            EngineError: It cannot be made.
        """
        await asyncio.to_thread(import_module, "engine.session")
        session = self.session = self._make(write_terminal)
        self._carried = asyncio.create_task(Bridge(session.events(), self._receive, self._pace).run())
        return session

    async def closed(self) -> None:
        """Wait until the last event of the opened session was carried."""
        if self._carried is not None:
            await asyncio.shield(self._carried)

    async def close(self) -> list[str]:
        """Close the session once. Returns a sentence for each thing that is kept of what was not finished."""
        session, self.session = self.session, None
        if session is None:
            return []
        kept = await session.close()
        if self._carried is not None:
            await self._carried
        left = [f"The sound of the open dictation is kept: {kept}"] if kept else []
        left += [f"A text that was not delivered {kept_text}" for kept_text in session.undelivered]
        return left + [
            f"A text that was delivered before did not reach {name} in time." for name in session.broken_off
        ]

    def ready_for(self, wish: Wish) -> DictationSession | None:
        """The session, if it is there; else the action is kept until it is."""
        if self.session is None:
            self.wishes.early(wish)
        return self.session

    def must_wait(self, wish: Wish) -> bool:
        """Whether the session has yet to pass a state in which it cannot do this action."""
        return self.session is not None and self.session.state in WAITING[wish]

    def _receive(self, event: Event) -> None:
        """Hand an event on, and do what waited for it."""
        self._show(event)
        if isinstance(event, StateChanged) and self.session is not None:
            wish = self.wishes.due(self.session.state)
            if wish is not None:
                self._perform(wish)
