"""What becomes of recognised words: their edit, the decisions on it, their delivery."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Self

from engine.deliver.target import Outcome
from engine.enhance.diff import Change
from engine.events.event import Event

COPIED = 0
"""The number under which any text is copied, at the press of a key; dictations have larger ones."""


@dataclass(frozen=True, slots=True)
class EnhancementGrew(Event):
    """The enhanced text so far, of the words so far: it may come while these are still being spoken.

    Attributes:
        raw: The words that it is of.
        text: The enhanced text.
        first_ms: How long its first words took, in milliseconds; None where they were not waited for.
    """

    dictation: int
    raw: str
    text: str
    first_ms: float | None = None

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer text of the same dictation, and the words that it is of, take the place of these."""
        if isinstance(newer, EnhancementGrew) and newer.dictation == self.dictation:
            return replace(self, raw=newer.raw, text=newer.text, first_ms=newer.first_ms)
        return None


@dataclass(frozen=True, slots=True)
class Enhanced(Event):
    """Enhancement ended: raw and enhanced text, and what changed between them.

    Attributes:
        enhancer: Which enhancer did it; "off" when enhancement is switched off.
        remark: Why the text is not what was asked for (failed, skipped, refused); empty otherwise.
        model: The language model that was asked; empty where there was none.
        mode: Name of the writing mode.
        first_ms: Until the first enhanced words, in milliseconds; None where they were not waited for.
        total_ms: Until the last ones.
    """

    dictation: int
    raw: str
    text: str
    changes: tuple[Change, ...]
    enhancer: str
    remark: str = ""
    model: str = ""
    mode: str = ""
    first_ms: float | None = None
    total_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Reviewed(Event):
    """What stands for a dictation now: its text with the changes that are taken, and those that are left.

    Follows each `Enhanced`, each decision of the user, and each look at another dictation.

    Attributes:
        raw: The words as recognised.
        text: The text that stands: what is shown, and what is copied.
        changes: What the enhancer would change.
        taken: For each of `changes` that is no "equal" whether it is in the text.
        waits: Whether the text is delivered only when the user accepts it.
        enhancer: Which enhancer made the changes, as in `Enhanced`.
        mode: Name of the writing mode.
        remark: As in `Enhanced`.
        shown: Whether this is the dictation that keys act on.
        place: The how-manieth of the texts that are kept, from 1.
        count: How many are kept.
    """

    dictation: int
    raw: str
    text: str
    changes: tuple[Change, ...]
    taken: tuple[bool, ...]
    waits: bool = False
    enhancer: str = ""
    mode: str = ""
    remark: str = ""
    shown: bool = True
    place: int = 1
    count: int = 1


@dataclass(frozen=True, slots=True)
class DictationFinished(Event):
    """A dictation has its final text. `text` is empty when no speech was heard."""

    dictation: int
    raw: str
    text: str


@dataclass(frozen=True, slots=True)
class Delivered(Event):
    """The final text was handed to a target; `outcome` says what is known about it.

    Attributes:
        left_at: Name of the place that keeps the text as it was before, which is why this one was copied
            instead of being added there; mostly empty.
        again: Whether the text of this dictation went out before, in this form or another.
    """

    dictation: int
    outcome: Outcome
    left_at: str = ""
    again: bool = False
