"""What there is to know of a model in memory; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ModelState: TypeAlias = Literal["loading", "ready", "unloading"]
"""Where a model is on its way in and out of memory."""

Place: TypeAlias = Literal["memory", "cuda"]
"""Whose memory a model takes: the machine's, or a graphics card's."""


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """One model that is in memory, or on its way.

    Attributes:
        name: As people call it, such as "base.en".
        state: Where it is on its way.
        runs_on: Device and arithmetic, such as "cpu int8"; empty while that is not known.
        place: Whose memory it takes.
        memory_bytes: What it takes: measured once it is ready, estimated before.
        load_s: Seconds that loading took, warm-up included; 0 until it is ready.
        uses: Dictations that it was used for.
        in_use: Whether a dictation holds it now; then it stays.
        last_used: When it was last used or loaded, in seconds since the epoch.
        unload_at: When it leaves if nobody uses it, in seconds since the epoch; None for never.
        also: Other names of the same model, such as "turbo" for "large-v3-turbo".
    """

    name: str
    state: ModelState
    runs_on: str = ""
    place: Place = "memory"
    memory_bytes: int = 0
    load_s: float = 0.0
    uses: int = 0
    in_use: bool = False
    last_used: float = 0.0
    unload_at: float | None = None
    also: tuple[str, ...] = ()

    def is_called(self, name: str) -> bool:
        """Whether that is one of its names."""
        return name == self.name or name in self.also
