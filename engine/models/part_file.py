"""A file that is being fetched: what is there of it, and the checksum as it grows."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

BLOCK = 1 << 20
"""Bytes that are read at once to check what is there."""

SUFFIX = ".part"
"""What the name ends with until the checksum holds, so that nobody takes it for the file."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One file as the hub tells of it.

    Attributes:
        name: Its plain name.
        size: In bytes.
        sha256: Of its bytes, for the large ones; empty where the hub tells none.
        git_sha1: Its id as a blob of Git, for the others: SHA-1 of "blob SIZE", a zero byte, and its bytes.
    """

    name: str
    size: int
    sha256: str = ""
    git_sha1: str = ""

    @property
    def checksum(self) -> str:
        """The checksum that counts, in hexadecimal."""
        return self.sha256 or self.git_sha1


class PartFile:
    """One file on its way to disk. Bytes are only ever put behind those that are there."""

    def __init__(self, file: RemoteFile, folder: Path) -> None:
        """Look at nothing yet.

        Args:
            file: What it is to become.
            folder: Where it grows, as NAME.part, and where it is at last.
        """
        self.file = file
        self.path = folder / file.name
        self.part = folder / f"{file.name}{SUFFIX}"
        self.size = 0
        self._sum = self._new_sum()
        self._opened: IO[bytes] | None = None

    @property
    def is_whole(self) -> bool:
        """Whether as many bytes are there as there should be."""
        return self.size == self.file.size

    @property
    def is_intact(self) -> bool:
        """Whether it is whole, and its checksum is the hub's."""
        return self.is_whole and self._sum.hexdigest() == self.file.checksum

    @property
    def is_finished(self) -> bool:
        """Whether it has been fetched and checked already, maybe by an earlier run."""
        return self.path.is_file() and self.path.stat().st_size == self.file.size

    def there(self) -> int:
        """Bytes that are on disk; looks at sizes only."""
        if self.is_finished:
            return self.file.size
        size = self.part.stat().st_size if self.part.is_file() else 0
        return size if size <= self.file.size else 0

    def reopen(self, look: Callable[[], None]) -> None:
        """Take up what an earlier run left, and sum it up.

        Args:
            look: Called for every block; what it raises ends the reading.
        """
        if self.there() == 0:
            return self.restart()
        self._sum, self.size = self._new_sum(), 0
        with self.part.open("rb") as file:
            while block := file.read(BLOCK):
                look()
                self._sum.update(block)
                self.size += len(block)
        return None

    def restart(self) -> None:
        """Throw away what is there."""
        self.close()
        self._sum, self.size = self._new_sum(), 0
        self.part.unlink(missing_ok=True)

    def append(self, data: bytes) -> bool:
        """Put bytes behind those that are there.

        Returns:
            False, with nothing written, when that would be more than the whole file.

        Raises:
            OSError: The disk takes no more.
        """
        if self.size + len(data) > self.file.size:
            return False
        if self._opened is None:
            self._opened = self.part.open("ab", buffering=0)
        rest = memoryview(data)
        while rest:
            written = self._opened.write(rest)
            self._sum.update(rest[:written])
            self.size += written
            rest = rest[written:]
        return True

    def close(self) -> None:
        """Close it; `append` opens it again."""
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    def finish(self) -> None:
        """Give it its name, once it is safe on disk; only an intact one may be finished."""
        if self._opened is None:
            self._opened = self.part.open("ab", buffering=0)
        os.fsync(self._opened.fileno())
        self.close()
        os.replace(self.part, self.path)

    def _new_sum(self) -> hashlib._Hash:
        if self.file.sha256:
            return hashlib.sha256()
        return hashlib.sha1(f"blob {self.file.size}\0".encode(), usedforsecurity=False)
