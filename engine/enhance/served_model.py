"""A model that a language model server has, for those who show or choose it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

EDIT_WORDS = 100
"""Words of the edit that a model's cost is told for: a paragraph."""


@dataclass(frozen=True, slots=True)
class InMemory:
    """A model in a server's memory.

    Attributes:
        gpu_share: Share of it in graphics memory, 0 to 1; None if the server does not say.
        size: Bytes, with its context.
        context: Tokens of its context; None if the server does not say.
        expires: When the server lets go of it; None if it does not say.
    """

    gpu_share: float | None
    size: int
    context: int | None
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model that a server has.

    Attributes:
        name: As requests name it.
        parameters: Such as "3.1B"; empty if the server does not say.
        quantisation: Such as "Q4_K_M"; empty if the server does not say.
        size: Bytes of its file.
        loaded: What is in memory; None while it is not.
        edit_s: Seconds for an edit of `EDIT_WORDS` words; None where nothing can be said.
        measured: Whether these were measured, or guessed from another model on that server.
    """

    name: str
    parameters: str
    quantisation: str
    size: int
    loaded: InMemory | None = None
    edit_s: float | None = None
    measured: bool = False
