"""An engine that can be commanded from elsewhere, and is the only one: for all that run one for long."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.remote.engine_claim import EngineClaim, Kind
    from engine.session import DictationSession


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
        """Have `session` commanded until it is closed; on its event loop."""
        from engine.remote.control import Control

        if self._claim is not None:
            self._answering = asyncio.create_task(Control(session, self._claim).run())


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
