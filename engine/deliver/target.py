"""The seam between the final text and the place where it is wanted.

A new target is one file with a class that satisfies `Target`, and one row in `engine.registry`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Delivery(StrEnum):
    """What is known about a text that was handed over."""

    DELIVERED = "delivered"
    """The target confirmed it."""

    SENT = "sent"
    """It went out, and the target has no way to confirm it (OSC 52)."""

    FAILED = "failed"
    """It did not arrive."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one delivery.

    Attributes:
        status: What is known about it.
        target: The target's name as shown to people, such as "clipboard" or "terminal (OSC 52)".
        detail: One sentence with the reason and the remedy when it failed, or a remark.
        kept: Where a text that failed can be pasted from all the same, such as "clipboard (xclip)"; empty
            where there is no such place.
        spec: The destination that has the text, as users write it: where it was to go, or the fallback that
            took it; empty where none has it, and as long as no router has told.
        standing: Whether `detail` explains what holds for every text, so that it need be said but once.
    """

    status: Delivery
    target: str
    detail: str = ""
    kept: str = ""
    spec: str = ""
    standing: bool = False


class Target(Protocol):
    """A place that takes text."""

    @property
    def name(self) -> str:
        """Its name as shown to people."""

    @property
    def replaces(self) -> bool:
        """Whether a text takes the place of the one before, as on a clipboard; else it comes behind it."""

    def can_deliver(self) -> str | None:
        """Say in one sentence why it cannot work here; None when it can. Cheap, never raises."""

    async def deliver(self, text: str) -> Outcome:
        """Hand `text` over. Never raises: a failure is an `Outcome`."""

    async def prepare(self) -> None:
        """Make the next delivery quick; called when a dictation begins. Never raises."""
        return

    async def close(self) -> None:
        """End what `prepare` began. Safe to call twice."""
        return
