"""What becomes of a recording's sound when its dictation is over. Disk work, off the event loop."""

from __future__ import annotations

import asyncio
import logging
import shlex
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from engine import runtime_folder
from engine.audio.spool import SUFFIX, Spool, private_folder
from engine.errors import AudioError
from engine.events import Event, Notice

log = logging.getLogger(__name__)


async def keep(spool: Spool | None, publish: Callable[[Event], None]) -> Path | None:
    """Turn a recording into a WAV file: beside its samples, or where the disk refuses that, in a shelter.

    Args:
        spool: The recording.
        publish: Told where sound is lost, for it can be written nowhere.

    Returns:
        The WAV file; the bare samples where none can be written; None where no sound is there.
    """
    if spool is None or not spool.frames:
        return None
    audio = await asyncio.to_thread(_keep, spool)
    if spool.is_discarded:
        return None
    lost_s = 0.0 if audio and audio != spool.path else spool.duration_s - spool.on_disk_s
    if lost_s > 0:
        what = f"{lost_s:.1f} of {spool.duration_s:.1f} s of sound are lost: they can be written nowhere."
        publish(Notice("error", what, f"Make room on the disk, or let {spool.path.parent} be written to."))
    return audio


async def discard(spool: Spool | None) -> None:
    """Remove a recording whose text has been delivered."""
    if spool is not None:
        await asyncio.to_thread(_discard, spool)


def shelters() -> Iterator[Path]:
    """Folders of this user alone for what the usual folder does not take; what can be made is made.

    They are emptied when the user logs out, or at the latest when the machine is shut down.
    """
    for folder in all_shelters():
        try:
            private_folder(folder.parent)
            private_folder(folder)
        except OSError as error:
            log.warning("%s: %s", folder, error)
        else:
            if folder in all_shelters():  # nobody else was quicker
                yield folder


def all_shelters() -> Iterator[Path]:
    """The same, whether they are there or not."""
    for folder in runtime_folder.each_candidate():
        yield Path(folder) / "recordings"


def how_to_recognize(audio: Path) -> str:
    """A sentence that ends in the command for it, so that this can be copied."""
    bare = "--raw - < " if audio.suffix == SUFFIX else ""
    return f"Recognise it: utter transcribe {bare}{shlex.quote(str(audio))}"


def recovered(made: Sequence[Path]) -> Notice:
    """What is said of recordings that a run before this one could not finish.

    Args:
        made: Their WAV files, at least one.
    """
    if len(made) == 1:
        what = "A recording that an earlier run could not finish is kept."
        return Notice("warning", what, how_to_recognize(made[0]))
    what = f"{len(made)} recordings that an earlier run could not finish are kept."
    return Notice("warning", what, f"Recognise them: utter transcribe {shlex.join(map(str, made))}")


def _keep(spool: Spool) -> Path | None:
    with spool.ending:  # who was given up waiting for it may still be at it
        if spool.kept is None and not spool.is_discarded:
            spool.kept = _write(spool)
        return spool.kept


def _write(spool: Spool) -> Path | None:
    for audio in _candidates(spool):
        try:
            spool.to_wav(audio)
        except AudioError as error:
            log.warning("%s", error)
        else:
            _remove_samples(spool)
            return audio
    return spool.path if spool.on_disk_s else None


def _candidates(spool: Spool) -> Iterator[Path]:
    """Where the WAV file of a recording may lie, the best place first.

    Samples that are all on disk outlast the machine's next start there, and are not moved.
    """
    beside = spool.path.with_suffix(".wav")
    yield beside
    if spool.on_disk_s >= spool.duration_s:
        return
    for folder in shelters():
        yield folder / beside.name


def _discard(spool: Spool) -> None:
    with spool.ending:
        if spool.kept is None:
            spool.is_discarded = True
            _remove_samples(spool)


def _remove_samples(spool: Spool) -> None:
    try:
        spool.discard()
    except AudioError as error:
        log.warning("%s", error)
