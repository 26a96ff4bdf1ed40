"""Texts that are nowhere yet, written beside their sound until they are. Disk work, off the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine.atomic_file import replace_file
from engine.recordings import shelters

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a text and its sound lie.

    Attributes:
        text: The file of the text; None where it could be written nowhere.
        audio: The file of the sound; None where there is none.
    """

    text: Path | None
    audio: Path | None

    def __str__(self) -> str:
        """What is said of the text, as the end of a sentence."""
        if self.text is None:
            sound = f"; its sound is kept: {self.audio}" if self.audio else ""
            return f"could be written nowhere{sound}"
        if self.audio is None:
            return f"is kept: {self.text}"
        if self.text == _beside(self.audio):
            return f"is kept beside its sound: {self.audio}"
        return f"is kept: {self.text}; its sound: {self.audio}"

    @property
    def file(self) -> Path | None:
        """The one file that leads to the rest: the sound where there is some."""
        return self.audio or self.text


async def keep_text(text: str, recording: Path, audio: Path | None) -> Kept:
    """Write a text beside its sound, or where the disk refuses that, in a shelter of recordings.

    Args:
        text: The text, in the place of what was written for this recording before.
        recording: The file of the recording, after which the text's is called.
        audio: Where its sound is kept; None where it is not.
    """
    return Kept(await asyncio.to_thread(_write, text, recording, audio), audio)


async def forget(kept: Kept) -> None:
    """Remove a text that was kept, and its sound, now that the text is somewhere."""
    await asyncio.to_thread(_remove, kept)


def _write(text: str, recording: Path, audio: Path | None) -> Path | None:
    for path in _candidates(recording, audio):
        try:
            replace_file(path, f"{text}\n")
        except (OSError, ValueError) as error:
            log.warning("%s: %s", path, error)
        else:
            return path
    return None


def _candidates(recording: Path, audio: Path | None) -> Iterator[Path]:
    yield _beside(audio or recording)
    for folder in shelters():
        yield folder / _beside(recording).name


def _remove(kept: Kept) -> None:
    for path in (kept.audio, kept.text):
        if path is not None:
            try:
                path.unlink(missing_ok=True)
            except OSError as error:
                log.warning("%s: %s", path, error)


def _beside(audio: Path) -> Path:
    return audio.with_suffix(".txt")
