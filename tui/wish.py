"""What was asked for a moment too early, kept until it can be done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from engine.state import DictationState

Wish: TypeAlias = str
"""The id of an action."""

_S = DictationState

WAITING: Mapping[Wish, frozenset[DictationState]] = {
    "record": frozenset({_S.STARTING}),
    "sample": frozenset({_S.STARTING, _S.FINISHING}),
}
"""For each action that may have to wait the states in which it does; they pass by themselves.

A recording begins while the last one is still being recognised; the sample would take its source away.
"""


class Wishes:
    """Actions of the first moment, in order; and of the moments after, the last that must wait.

    Asking for the same thing once more takes it back, as the same key would undo it.
    """

    def __init__(self) -> None:
        self._early: list[Wish] = []
        self._waiting: Wish | None = None

    def early(self, action: Wish) -> None:
        """Keep an action for which nothing is there yet."""
        self._early.append(action)

    def take_early(self) -> list[Wish]:
        """The actions of the first moment, once."""
        early, self._early = self._early, []
        return early

    def wait(self, action: Wish) -> bool:
        """Keep an action until the session is ready. Returns whether it is kept or taken back."""
        self._waiting = None if self._waiting == action else action
        return self._waiting is not None

    @property
    def recording(self) -> bool:
        """Whether a recording begins as soon as it can."""
        return "record" in (*self._early, self._waiting)

    def drop(self) -> bool:
        """Forget what waits. Returns whether something did."""
        waited = bool(self._waiting or self._early)
        self._waiting = None
        self._early.clear()
        return waited

    def due(self, state: DictationState) -> Wish | None:
        """What can be done now that the session is in `state`; where it never can, it is forgotten.

        After a failure only the sample can be played: it brings its own sound.
        """
        if self._waiting is None or state in WAITING[self._waiting]:
            return None
        waiting, self._waiting = self._waiting, None
        return waiting if state is _S.READY or (state is _S.FAILED and waiting == "sample") else None
