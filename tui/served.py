"""What the enhancer screen asks for: a part of the session's enhancers."""

from __future__ import annotations

from typing import Protocol

from engine.enhance.enhancer_status import EnhancerStatus
from engine.enhance.served_model import ServedModel


class EnhancerChoice(Protocol):
    """Who may edit. All choices return at once; events tell what becomes of them."""

    @property
    def status(self) -> EnhancerStatus:
        """The enhancer in force, and how far its server is."""

    async def served(self) -> tuple[ServedModel, ...]:
        """The models of the server, with what each costs.

        Raises:
            EnhancementError: The server cannot be asked; says why and what to do.
        """
        ...

    def choose_enhancer(self, name: str) -> None:
        """Have "tidy", "ollama" or "auto" edit from now on."""
        ...

    def choose_model(self, name: str) -> None:
        """Have another model of the server edit from now on."""
        ...

    def choose_host(self, host: str) -> None:
        """Ask another server from now on; empty for the usual one."""
        ...
