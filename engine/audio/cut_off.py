"""Tells whether a file of sound ends before its own end: a copy that broke off, a pipe that was cut.

Only containers that write down how long they are can tell. FFmpeg guesses the length of the others from their
size, and so never misses anything in them.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from av.container import InputContainer

TELLING = frozenset({"flac", "matroska,webm", "mov,mp4,m4a,3gp,3g2,mj2", "aiff", "caf", "w64"})
"""FFmpeg's names of the formats whose length is what was written down."""

WAV = "wav"
"""FFmpeg's name of the format whose written length it corrects by the size of the file."""

HEAD = 1 << 16
"""Bytes of a WAV file in which its sound begins, unless somebody put a book before it."""

UNKNOWN_SIZE = 0x7FFF_0000
"""Sizes of sound in a WAV file from here on stand for "not known": who writes into a pipe cannot go back."""

TOLERANCE_S = 0.3
"""Seconds that may be missing: what an encoder adds at the ends of a sound is written down here and there."""


def declared_s(container: InputContainer, path: Path, content: IO[bytes] | None) -> float | None:
    """How long the first sound of a file is by its own word, in seconds; None where it does not say.

    Args:
        container: The open file.
        path: Where it lies.
        content: What is in it, where that lies elsewhere; left standing where it stands.
    """
    name = container.format.name
    if name == WAV:
        return _wav_s(_head(path, content))
    if name not in TELLING:
        return None
    stream = container.streams.audio[0]
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    if len(container.streams) == 1 and container.duration is not None:
        return container.duration / 1e6
    return None


def missing_s(declared: float | None, heard: float) -> float:
    """How much of a sound is missing at its end, in seconds; 0 where it is whole, or nobody can tell."""
    missing = (declared or 0.0) - heard
    return missing if missing > TOLERANCE_S else 0.0


def _head(path: Path, content: IO[bytes] | None) -> bytes:
    if content is None:
        if not path.is_file():  # what is read from a pipe is gone
            return b""
        try:
            with path.open("rb") as file:
                return file.read(HEAD)
        except OSError:
            return b""
    stands = content.tell()
    content.seek(0)
    head = content.read(HEAD)
    content.seek(stands)
    return head


def _wav_s(head: bytes) -> float | None:
    """The length in the header of a WAV file (Microsoft and IBM, Multimedia Programming Interface, 1991)."""
    if head[:4] != b"RIFF":
        return None
    at, bytes_a_second = 12, 0
    while at + 8 <= len(head):
        kind, size = struct.unpack_from("<4sI", head, at)
        if kind == b"fmt " and at + 20 <= len(head):
            (bytes_a_second,) = struct.unpack_from("<I", head, at + 16)
        if kind == b"data":
            return size / bytes_a_second if bytes_a_second and 0 < size < UNKNOWN_SIZE else None
        at += 8 + size + size % 2
    return None
