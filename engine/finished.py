"""What becomes of a finished text: which of it goes out, and what is reported."""

from __future__ import annotations

from typing import Literal, TypeAlias

from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.events import Enhanced

DeliveryPolicy: TypeAlias = Literal["enhanced", "raw", "accept"]
"""Which text goes out by itself; `delivery.policy` of the settings."""


def enhanced(number: int, draft: Draft, edited: Edited) -> Enhanced:
    """The event that tells of an edit of dictation `number`."""
    return Enhanced(
        number,
        draft.text,
        edited.text,
        edited.changes,
        edited.enhancer,
        edited.remark,
        edited.model,
        edited.mode,
        edited.first_ms,
        edited.total_ms,
    )
