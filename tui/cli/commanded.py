"""An engine that can be commanded from elsewhere, and is the only one: for all that run one for long."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.remote.engine_claim import EngineClaim, Kind
    from engine.session import DictationSession

LEAVE_S = 5.0
"""Seconds in which readers have to take leave: `engine.remote.control` gives them fewer."""


class Commanded:
    """The way from `utter ctl` to the session of this process.

    Attributes:
        problem: Why there is none, in plain words; empty where there is one, or can be none on this system.
    """

    def __init__(self, claim: EngineClaim | None, problem: str = "") -> None:
        """Answer nobody yet."""
        self.problem = problem
        self._claim = claim
        self._answering: asyncio.Task[None] | None = None

    def attend(self, session: DictationSession) -> None:
        """Have `session` commanded until it is closed; on its event loop. `finish` is to follow."""
        from engine.remote.control import Control

        if self._claim is not None:
            self._answering = asyncio.create_task(Control(session, self._claim).run())
            self._answering.add_done_callback(_log)

    async def finish(self) -> None:
        """Wait, once the session is closed, until who listens has heard of it."""
        if self._answering is not None:
            await asyncio.wait({self._answering}, timeout=LEAVE_S)
            self._answering.cancel()
            await asyncio.gather(self._answering, return_exceptions=True)


def _log(answering: asyncio.Task[None]) -> None:
    """Nobody waits for the answers: a fault in them would go unseen."""
    if not answering.cancelled() and answering.exception() is not None:
        logging.getLogger(__name__).error("`utter ctl` is answered no longer", exc_info=answering.exception())


@contextmanager
def one_engine(kind: Kind) -> Iterator[Commanded]:
    """Be the one engine of this user while the block runs.

    Raises:
        AnotherEngineError: One runs already; says which, and what to do.
    """
    from engine.errors import RemoteError
    from engine.remote.engine_claim import AnotherEngineError, claim_engine

    claim, problem = None, ""
    try:
        claim = claim_engine(kind)
    except AnotherEngineError:
        raise
    except RemoteError as error:
        problem = f"`utter ctl` cannot reach this utter. {error}" if hasattr(socket, "AF_UNIX") else ""
    try:
        yield Commanded(claim, problem)
    finally:
        if claim is not None:
            claim.release()
