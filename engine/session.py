"""The façade of the engine: everything a user interface may ask for, and the events it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from engine.audio.sources import AudioSource
from engine.bus import EventStream
from engine.enhance.enhancer import WritingMode
from engine.settings.schema import Settings
from engine.state import DictationState


class DictationSession:
    """One engine: a source, a recogniser, an enhancer and a target behind one set of calls.

    Lives on one asyncio event loop; all methods are called on its thread and return at once
    (coroutines await only what they say). What happens is reported through `events`.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        source: AudioSource | None = None,
        terminal: Callable[[str], None] | None = None,
        remember: Callable[[str, str | bool], None] | None = None,
    ) -> None:
        """Compose a session; nothing is opened or loaded before `start`.

        Args:
            settings: The effective settings.
            source: Where sound comes from; None is the microphone that the settings name.
            terminal: Writes a control sequence to the user's terminal (for OSC 52); None opens
                `/dev/tty`.
            remember: Told of every setting that is changed live, as a dotted key and its value.
        """
        raise NotImplementedError

    @property
    def state(self) -> DictationState:
        """What the session is doing."""
        raise NotImplementedError

    @property
    def settings(self) -> Settings:
        """The settings in force, live changes included."""
        raise NotImplementedError

    @property
    def final_text(self) -> str:
        """Final text of the last dictation; empty before the first."""
        raise NotImplementedError

    @property
    def raw_text(self) -> str:
        """The last dictation as recognised; empty before the first."""
        raise NotImplementedError

    def events(self) -> EventStream:
        """Open a stream of everything that happens from now on."""
        raise NotImplementedError

    async def start(self) -> None:
        """Open the source and begin to load the recogniser; returns when the source is armed.

        Failures are events, not exceptions: the session is usable without a source.
        """
        raise NotImplementedError

    async def close(self) -> None:
        """Stop everything, keep the audio of an open recording, and end the event streams."""
        raise NotImplementedError

    def start_recording(self) -> None:
        """Begin a dictation. Ignored while one is being recorded or finished."""
        raise NotImplementedError

    def stop_recording(self) -> None:
        """End the recording and recognise what is left. Ignored when nothing is recorded."""
        raise NotImplementedError

    def toggle_recording(self) -> None:
        """Begin or end a dictation."""
        raise NotImplementedError

    def cancel(self) -> bool:
        """Cancel the recording or its recognition, else a running enhancement.

        Returns:
            Whether there was something to cancel.
        """
        raise NotImplementedError

    def dismiss(self) -> bool:
        """Leave the failed state. Returns whether the session was in it."""
        raise NotImplementedError

    def set_mode(self, mode: WritingMode) -> None:
        """Change the writing mode; the mode in force at stop is used."""
        raise NotImplementedError

    def set_enhancement(self, enabled: bool) -> None:
        """Switch enhancement on or off."""
        raise NotImplementedError

    def set_auto_stop(self, enabled: bool) -> None:
        """Switch auto-stop on silence on or off, at once, also while recording."""
        raise NotImplementedError

    def set_theme(self, name: str) -> None:
        """Remember the theme that the interface shows."""
        raise NotImplementedError

    async def microphones(self) -> list[str]:
        """Names of the inputs that are there now; empty where there is none or no PortAudio."""
        raise NotImplementedError

    async def choose_microphone(self, name: str) -> None:
        """Record from another microphone ("" is the system's default) and remember it."""
        raise NotImplementedError

    async def play_sample(self) -> None:
        """Dictate the built-in sample recording; the former source is put back afterwards."""
        raise NotImplementedError

    async def copy_final(self) -> None:
        """Hand the final text to the clipboard again; reported as `Delivered`."""
        raise NotImplementedError

    async def copy_raw(self) -> None:
        """Hand the raw text to the clipboard; reported as `Delivered`."""
        raise NotImplementedError

    def recordings_folder(self) -> Path:
        """Where the audio of cancelled and failed dictations is kept."""
        raise NotImplementedError
