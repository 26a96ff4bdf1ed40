"""A whole sound from a pipe: any container that FFmpeg knows, or bare samples.

What comes is put by before it is decoded, in memory and from `IN_MEMORY` on in a file without a name: some
containers (MP4) begin with what can only be read at their end.
"""

from __future__ import annotations

import os
import select
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

import numpy as np

from engine.audio.codec import decode, gather
from engine.audio.format import AudioFormat, RawBlock, Samples
from engine.errors import AudioError

IN_MEMORY = 16 << 20
"""Bytes up to which a sound is put by in memory."""

CHUNK = 1 << 16
"""Bytes to read at a time: what a pipe holds."""

STALLED_S = 5.0
"""Seconds without a byte after which a user is told what is being waited for."""

CONTAINERS = {b"RIFF": "a WAV file", b"fLaC": "a FLAC file", b"OggS": "an Ogg file", b"ID3": "an MP3 file"}
"""What a file begins with → what it is, and so no bare samples."""

NAME = Path("standard input")
"""What people call it."""


@dataclass(frozen=True, slots=True)
class RawForm:
    """How bare samples are to be read: little-endian, channels interleaved.

    Attributes:
        rate: Frames a second.
        channels: Samples a frame.
        sample: Signed 16 bit, or 32 bit floats of full scale 1.0.
    """

    rate: int = 16_000
    channels: int = 1
    sample: Literal["s16le", "f32le"] = "s16le"

    @property
    def audio_format(self) -> AudioFormat:
        """The same for the ingest."""
        return AudioFormat(self.rate, self.channels, "int16" if self.sample == "s16le" else "float32")


class PipedSound:
    """The sound on a descriptor that cannot be rewound; calling it reads it to its end and decodes it."""

    def __init__(self, descriptor: int, form: RawForm | None, tell: Callable[[str], None]) -> None:
        """Read nothing yet.

        Args:
            descriptor: Where it comes from.
            form: How bare samples come; None for a container.
            tell: Told once where nothing comes for long, and where the sound is cut off; on the thread
                that reads.
        """
        self._descriptor = descriptor
        self._form = form
        self._tell = tell

    def __call__(self) -> Samples:
        """Give the samples. Waits for as long as the writer takes.

        Raises:
            AudioError: There is no sound in what comes; says why.
        """
        try:
            if self._form is None:
                return self._decoded()
            return gather(self._form.audio_format, self._blocks(self._form))
        except OSError as error:
            raise AudioError(
                f"The sound on {NAME} cannot be read or put by: {error.strerror or error}.",
                "Look at its writer, and for room on the disk of temporary files.",
            ) from error

    def _decoded(self) -> Samples:
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as kept:
            for data in self._read():
                kept.write(data)
            kept.seek(0)
            content: IO[bytes] = kept
            return decode(NAME, content=content, tell=self._tell)

    def _blocks(self, form: RawForm) -> Iterator[RawBlock]:
        """Cut bare samples into whole frames; half a frame at the end is dropped."""
        dtype = np.dtype("<i2" if form.sample == "s16le" else "<f4")
        size = dtype.itemsize * form.channels
        rest, whole = b"", False
        for data in self._read():
            rest += data
            if not whole:
                _refuse_container(rest)
            count = len(rest) // size
            if count:
                whole = True
                yield np.frombuffer(rest, dtype, count * form.channels).reshape(-1, form.channels)
                rest = rest[count * size :]
        if not whole:
            raise AudioError(f"{NAME} ended within its first frame ({len(rest)} bytes).", "Send some sound.")

    def _read(self) -> Iterator[bytes]:
        """Everything that comes, as it comes.

        Raises:
            AudioError: Nothing comes at all.
            OSError: It cannot be read.
        """
        came = told = False
        while True:
            if not told and not _is_readable(self._descriptor):
                told = True
                more = "more " if came else ""
                self._tell(f"Nothing {more}has come on {NAME} for {STALLED_S:.0f} s; waiting for its writer.")
            data = os.read(self._descriptor, CHUNK)
            if not data:
                break
            came = True
            yield data
        if not came:
            raise AudioError(f"There is no sound on {NAME}: it ended at once.", "Look at what writes to it.")


def _is_readable(descriptor: int) -> bool:
    """Whether something came in time; True where that cannot be told."""
    if sys.platform == "win32":  # there it is told of sockets alone
        return True
    return bool(select.select([descriptor], [], [], STALLED_S)[0])


def _refuse_container(begin: bytes) -> None:
    for mark, what in CONTAINERS.items():
        if begin.startswith(mark):
            raise AudioError(f"{NAME} is {what}, no bare samples.", "Leave out --raw.")
