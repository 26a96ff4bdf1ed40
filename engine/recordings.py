"""What becomes of a recording's sound when its dictation is over. Disk work, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import shlex
from pathlib import Path

from engine.audio.spool import Spool
from engine.errors import AudioError


async def keep(spool: Spool | None) -> Path | None:
    """Turn a recording into a WAV file beside its samples.

    Returns:
        The WAV file; the bare samples where it cannot be written; None where nothing was recorded.
    """
    return await asyncio.to_thread(_keep, spool) if spool is not None and spool.frames else None


async def discard(spool: Spool | None) -> None:
    """Remove a recording whose text has been delivered."""
    if spool is not None:
        await asyncio.to_thread(_discard, spool)


def how_to_recognize(audio: Path) -> str:
    """A sentence that ends in the command for it, so that this can be copied."""
    return f"Recognise it: utter transcribe {shlex.quote(str(audio))}"


async def remove(audio: Path) -> None:
    """Remove a recording that was kept and the text beside it, once that text went out."""
    await asyncio.to_thread(_remove, audio)


async def keep_text(audio: Path, text: str) -> Path:
    """Write a text beside its sound, kept since that has not gone out. Gives the sound's file."""

    def write() -> None:
        try:
            _text_beside(audio).write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            logging.getLogger(__name__).warning("%s: %s", audio, error)

    await asyncio.to_thread(write)
    return audio


def _keep(spool: Spool) -> Path:
    audio = spool.path.with_suffix(".wav")
    try:
        spool.to_wav(audio)
    except AudioError as error:
        logging.getLogger(__name__).warning("%s", error)
        return spool.path
    _discard(spool)
    return audio


def _discard(spool: Spool) -> None:
    try:
        spool.discard()
    except AudioError as error:
        logging.getLogger(__name__).warning("%s", error)


def _remove(audio: Path) -> None:
    try:
        audio.unlink(missing_ok=True)
        _text_beside(audio).unlink(missing_ok=True)
    except OSError as error:
        logging.getLogger(__name__).warning("%s: %s", audio, error)


def _text_beside(audio: Path) -> Path:
    return audio.with_suffix(".txt")
