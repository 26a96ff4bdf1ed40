"""A recording on disk as it is made, so that no speech is lost to a crash.

A WAV header is wrong until its file is closed, so the sound is spooled as bare samples beside a
small JSON file that describes them. What a dead process left is turned into WAVs by
`engine.audio.recovery`. Speech is private: files are 0600, folders 0700.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import json
import os
import threading
import time
import wave
from pathlib import Path

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import AudioError

SUFFIX = ".pcm"
"""Ending of the samples' file; its description ends in ".json"."""

BUFFER_BYTES = SAMPLE_RATE * 2
"""Bytes that are gathered before they are written: a second, which is all that a crash can cost."""

_numbers = itertools.count(1)


def private_folder(folder: Path) -> None:
    """Make `folder`, for this user alone; take other users' rights away where it exists.

    A folder that belongs to somebody else is left as it is: its owner decides.

    Raises:
        OSError: It cannot be made.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        with contextlib.suppress(PermissionError):
            folder.chmod(0o700)


def process_birth(pid: int) -> float | None:
    """When process `pid` began, in seconds since the epoch; None when there is none."""
    import psutil

    try:
        return float(psutil.Process(pid).create_time())
    except psutil.Error:
        return None


@functools.cache
def own_birth() -> float | None:
    """When this process began; imports psutil once, so call it first where a wait is no harm."""
    return process_birth(os.getpid())


class Spool:
    """One recording: 16 kHz mono samples of 16 bits, appended to a file.

    Where the disk refuses (full, read-only), the samples that it did not take stay in memory and
    are offered again with every second of sound. Nothing raises while the recording is made;
    `trouble` says what happened. Used by one thread at a time.

    Attributes:
        path: The file of samples.
        frames: Samples appended so far.
        trouble: The first error of the disk; None while it works.
        ending: Held by whoever decides what becomes of the recording, once it is over.
        kept: Where the whole of it was kept then; None until that is done.
        is_discarded: Whether it was removed instead.
    """

    def __init__(self, folder: Path) -> None:
        """Begin a recording in `folder`, which is made where it does not exist."""
        stamp = time.strftime("%Y%m%d-%H%M%S")
        self.path = folder / f"{stamp}-{os.getpid()}-{next(_numbers)}{SUFFIX}"
        self.frames = 0
        self.trouble: OSError | None = None
        self.ending = threading.Lock()
        self.kept: Path | None = None
        self.is_discarded = False
        self._pending = bytearray()
        self._file: int | None = None
        try:
            private_folder(folder)
            self._describe()
            self._file = self._create(self.path)
        except OSError as error:
            self.trouble = error

    @property
    def description(self) -> Path:
        """The JSON file beside the samples."""
        return self.path.with_suffix(".json")

    @property
    def duration_s(self) -> float:
        """Seconds of sound."""
        return self.frames / SAMPLE_RATE

    @property
    def on_disk_s(self) -> float:
        """Seconds of it that are in the file of samples now."""
        try:
            return self.path.stat().st_size // 2 / SAMPLE_RATE
        except OSError:
            return 0.0

    def append(self, samples: Samples) -> None:
        """Add mono float32 samples at 16 kHz, shape [n]; what exceeds -1 to 1 is limited."""
        scaled = np.clip(samples * np.float32(32768), -32768, 32767)
        self._pending += np.rint(scaled).astype("<i2").tobytes()
        self.frames += len(samples)
        if len(self._pending) >= BUFFER_BYTES and len(self._pending) % BUFFER_BYTES < 2 * len(samples):
            self._flush()

    def close(self) -> None:
        """Write what is pending and close the file; safe to call twice."""
        self._flush()
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def to_wav(self, path: Path) -> None:
        """Write the whole recording as a WAV file, closing this spool; its files remain.

        Args:
            path: The WAV file, replaced where it exists; its folder is made.

        Raises:
            AudioError: The file cannot be written; the samples stay where they are.
        """
        self.close()
        try:
            on_disk = self.path.read_bytes() if self.path.exists() else b""
            write_wav(path, on_disk + bytes(self._pending))
        except OSError as error:
            where = f"at {self.path} (16 kHz mono, 16 bit)"
            if self.on_disk_s < self.duration_s:
                where = "in memory" if self.on_disk_s == 0 else f"{where} and in memory"
            raise AudioError(
                f"The recording could not be written to {path}: {error.strerror or error}.",
                f"Make room or choose another folder; the samples are still {where}.",
            ) from error

    def discard(self) -> None:
        """Forget the recording and remove its files; safe to call twice.

        Raises:
            AudioError: A file cannot be removed; says which.
        """
        if self._file is not None:
            os.close(self._file)
            self._file = None
        self._pending.clear()
        try:
            self.path.unlink(missing_ok=True)
            self.description.unlink(missing_ok=True)
        except OSError as error:
            raise AudioError(
                f"The recording {self.path} could not be removed: {error.strerror or error}.",
                "Remove it by hand.",
            ) from error

    def _flush(self) -> None:
        """Offer everything pending to the disk; keep what it refuses."""
        if self._file is None:
            return
        try:
            while self._pending:
                taken = os.write(self._file, self._pending)
                del self._pending[:taken]
        except OSError as error:
            self.trouble = self.trouble or error

    def _describe(self) -> None:
        """Write the description, before there are samples that it could be missing from."""
        about = {
            "format": "s16le",
            "rate": SAMPLE_RATE,
            "channels": 1,
            "pid": os.getpid(),
            "process_birth": own_birth(),
            "started": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        }
        file = self._create(self.description)
        try:
            os.write(file, json.dumps(about).encode())
        finally:
            os.close(file)

    @staticmethod
    def _create(path: Path) -> int:
        binary = getattr(os, "O_BINARY", 0)
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | binary, 0o600)


def write_wav(path: Path, pcm: bytes) -> None:
    """Write 16-bit mono samples at 16 kHz as a WAV file, all or nothing, for this user alone.

    Args:
        path: The file, replaced where it exists; its folder is made.
        pcm: Little-endian samples; a byte of an unfinished sample at the end is dropped.

    Raises:
        OSError: The file cannot be written; nothing is left of it.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".part")
    try:
        partial.unlink(missing_ok=True)
        with (
            os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file,
            wave.open(file, "wb") as sound,
        ):
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(SAMPLE_RATE)
            sound.writeframes(pcm[: len(pcm) // 2 * 2])
        os.replace(partial, path)
    except OSError:
        partial.unlink(missing_ok=True)
        raise
