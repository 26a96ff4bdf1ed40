"""What can go wrong, in words a user can act on.

Every error carries two plain sentences: what happened, and what to do about it. Whoever shows an
error shows both; nobody shows a traceback.
"""

from __future__ import annotations


class EngineError(Exception):
    """A failure that is explained to the user.

    Attributes:
        what: One sentence that says what happened and names the file, key, device or server.
        remedy: One sentence that says what the user can do. Empty when there is nothing to do.
    """

    step = "engine"

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what} {self.remedy}".strip()


class SettingsError(EngineError):
    """A configuration file or option is wrong; `what` names the file and the key."""

    step = "settings"


class AudioError(EngineError):
    """A microphone, PortAudio itself or an audio file cannot be used; `what` names it."""

    step = "audio"


class RecognitionError(EngineError):
    """A recogniser could not be loaded, or did not answer; the audio is kept."""

    step = "recognition"


class DeviceError(RecognitionError):
    """A graphics card, or a library or memory for it, failed a recogniser; the CPU may do."""


class RecognitionStoppedError(RecognitionError):
    """A recogniser was ended on purpose, while it was at work; nobody may begin it again unasked."""


class ModelError(EngineError):
    """A model could not be found, fetched, kept in memory or removed; `what` names it."""

    step = "models"


class EnhancementError(EngineError):
    """An enhancer failed; the raw text is kept and used."""

    step = "enhancement"


class TooLongError(EnhancementError):
    """A text is too long for a model at once; in pieces it may do."""


class DeliveryError(EngineError):
    """A text did not reach its target, or there is no such target; the text is kept."""

    step = "delivery"


class RemoteError(EngineError):
    """A socket of ours, or what is at its other end, cannot be used; `what` names it."""

    step = "connection"
