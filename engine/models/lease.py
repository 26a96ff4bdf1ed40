"""The right to use a loaded model: while somebody has it, the model stays."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Generic, Self

from engine.models.wanted import L


class Lease(Generic[L]):
    """One use of a model; ends with `release`, or with the `with` block that it is used in.

    Attributes:
        model: The model. It may have died, or may die: its user calls `load` then, not `unload`.
    """

    def __init__(self, model: L, released: Callable[[], None]) -> None:
        """Only `ModelCache.acquire` makes one; `released` is called once."""
        self.model = model
        self._released: Callable[[], None] | None = released
        self._lock = threading.Lock()

    def release(self) -> None:
        """Use the model no more. Safe to call twice, and on any thread."""
        with self._lock:
            released, self._released = self._released, None
        if released is not None:
            released()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()
