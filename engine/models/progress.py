"""How far a download is; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

DownloadState: TypeAlias = Literal[
    "asking", "downloading", "waiting", "checking", "done", "cancelled", "failed"
]
"""What a download is doing; "waiting" is the pause before another try, or a line that is silent."""


@dataclass(frozen=True, slots=True)
class Progress:
    """One download at one moment.

    Attributes:
        model: The model's name.
        state: What it is doing.
        done_bytes: Bytes on disk, those of an earlier try included.
        total_bytes: Bytes of the whole model; 0 while that is not known.
        bytes_per_s: The rate of the last seconds.
        left_s: Seconds that are left at this rate; None while nothing can be said.
        remark: One sentence: why it waits, why it failed; mostly empty.
    """

    model: str
    state: DownloadState
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_s: float = 0.0
    left_s: float | None = None
    remark: str = ""

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come of it."""
        return self.state in ("done", "cancelled", "failed")
