"""What the target picker asks for: a part of the session's choice of targets."""

from __future__ import annotations

from typing import Protocol

from engine.deliver.offer import Offer


class OfferedTargets(Protocol):
    """Where texts can go."""

    @property
    def spec(self) -> str:
        """Where the next text goes, as users write it."""

    @property
    def mode(self) -> str:
        """The writing mode in force, where it has a target of its own; else empty."""

    def places(self) -> list[Offer]:
        """What is known at once: all that is no pane, and where the next text goes."""
        ...

    async def offers(self) -> list[Offer]:
        """All that can be chosen, panes too; may take a moment. Never raises."""
        ...
