"""Word-level changes between the raw and the enhanced text, ready to draw; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that is equal in, removed from, added to or replaced in the raw text.

    Attributes:
        kind: What happened to the run.
        before: The words in the raw text; empty for an addition.
        after: The words in the enhanced text; empty for a removal.
    """

    kind: Literal["equal", "removed", "added", "replaced"]
    before: str
    after: str
