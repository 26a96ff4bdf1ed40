"""How an engine event travels through Textual."""

from __future__ import annotations

from textual.message import Message

from engine.events import EnhancementGrew, Event, Measured, TranscriptChanged

_WHOLE = (TranscriptChanged, EnhancementGrew, Measured)
"""Events that carry the whole state of their kind, so that a newer one makes an older one idle."""


class EngineEvent(Message, bubble=False):
    """Something happened in the engine.

    Attributes:
        event: What happened.
    """

    def __init__(self, event: Event) -> None:
        super().__init__()
        self.event = event

    def can_replace(self, message: Message) -> bool:
        """Whether the newer `message` says all that this one says."""
        return (
            isinstance(message, EngineEvent)
            and isinstance(self.event, _WHOLE)
            and self.event.absorb(message.event) is not None
        )
