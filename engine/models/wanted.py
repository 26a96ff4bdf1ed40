"""What the cache of models is asked for, and how much of it may be in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from engine.models.loaded import Place


class Loadable(Protocol):
    """Something that takes memory while it is loaded."""

    @property
    def runs_on(self) -> str:
        """Device and arithmetic, such as "cpu int8" or "cuda float16"; empty while that is unknown."""

    def load(self) -> None:
        """Bring it into memory; blocks. Does nothing while it is there and alive.

        Raises:
            RecognitionError: It cannot be loaded.
        """

    def unload(self) -> None:
        """Give its memory back; blocks until that is done. Safe to call twice."""

    def kill(self) -> None:
        """End it, whatever it is doing, from any thread; a `load` that waits for it raises."""

    def memory_bytes(self) -> int:
        """Memory that it takes, in bytes; 0 when that is unknown. On any thread."""


L = TypeVar("L", bound=Loadable)


@dataclass(frozen=True)
class Wanted(Generic[L]):
    """One model that somebody wants to use.

    Attributes:
        key: Two with the same key are the same model.
        name: As it is shown to people, such as "base.en".
        bytes: Estimate of the memory that it takes.
        place: Whose memory that is, as far as can be told before it is loaded.
        make: Makes it, not loaded.
        also: Other names that people know it by.
        instead: The same model, under the same key, for where `place` has no room for it at all.
    """

    key: str
    name: str
    bytes: int
    place: Place
    make: Callable[[], L]
    also: tuple[str, ...] = ()
    instead: Wanted[L] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in memory, and for how long.

    Attributes:
        memory_bytes: Memory of the machine that all models together may take.
        cuda_bytes: Memory of graphics cards that all models together may take.
        idle_s: Seconds without use after which a model is unloaded; None for never.
        reload_after: Uses after which a model is loaded anew; 0 for never.
    """

    memory_bytes: int
    cuda_bytes: int
    idle_s: float | None
    reload_after: int

    def budget(self, place: Place) -> int:
        """Bytes that all models in `place` together may take."""
        return self.cuda_bytes if place == "cuda" else self.memory_bytes


def place_of(runs_on: str, expected: Place) -> Place:
    """Where a loaded model really is, since a graphics card can turn out not to work.

    Args:
        runs_on: What it says of itself.
        expected: What holds where that does not tell.
    """
    if runs_on.startswith("cuda"):
        return "cuda"
    return "memory" if runs_on.startswith("cpu") else expected
