"""A file as a target: texts are put at its end."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
from pathlib import Path

from engine.deliver.patient_write import write_all
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

_NAME_A_FILE = "Name a file in it."
_NAME_ANOTHER = "Name another file."

_NON_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Windows has neither such pipes nor terminals among its files, and would change line ends."""


class File(Target):
    """Appends each text to a file, which is made where it is not there yet; its folder is not made.

    A folder that is missing is more likely misspelt than wished for.
    """

    def __init__(self, what: str, around: Surroundings) -> None:
        """Open nothing yet.

        Args:
            what: The path; ~ is the home folder, and it begins in the folder in which utter was started.
            around: The user's options and the environment.
        """
        self._what = what
        self._shape = around.shapes.file
        self._home = around.environ.get("HOME", "")

    @property
    def name(self) -> str:
        """What people call it."""
        return f"file {self._what}"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why the file cannot be written; opens nothing."""
        try:
            path = self._path()
            if path.is_dir():
                return f"{path} is a folder. {_NAME_A_FILE}"
            if not path.parent.is_dir():
                return f"The folder {path.parent} is not there. Make it, or name another file."
        except DeliveryError as error:
            return str(error)
        except OSError as error:
            return f"{self._what} cannot be looked at: {error.strerror or error}."
        existing = path if path.exists() else path.parent
        return None if os.access(existing, os.W_OK) else f"You may not write to {existing}. {_NAME_ANOTHER}"

    async def deliver(self, text: str) -> Outcome:
        """Append `text` in one piece; "delivered" once it is on the disk."""
        text = for_terminal(text)
        if not text.strip():
            return Outcome(Delivery.FAILED, self.name, "There is no text to write.")
        reason = await asyncio.to_thread(self.can_deliver)
        if reason is None:
            try:
                kept = await asyncio.to_thread(_append, self._path(), self._shape.text(text).encode())
            except DeliveryError as error:
                reason = str(error)
        if reason is not None:
            return Outcome(Delivery.FAILED, self.name, reason)
        return Outcome(Delivery.DELIVERED if kept else Delivery.SENT, self.name)

    def _path(self) -> Path:
        try:
            if self._home and (self._what == "~" or self._what.startswith("~/")):
                return Path(self._home + self._what[1:]).absolute()
            return Path(self._what).expanduser().absolute()
        except RuntimeError:
            raise DeliveryError(
                f"{self._what} names a home folder that is not there.", _NAME_ANOTHER
            ) from None


def _append(path: Path, data: bytes) -> bool:
    """Write `data` behind what the file has.

    Returns:
        Whether it is a file that has the text now; a pipe or a device only took it.

    Raises:
        DeliveryError: It could not be written, or not wholly; then a file is as it was.
    """
    try:
        # Without O_NONBLOCK a pipe that nobody reads would keep us for ever.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NON_BLOCKING, 0o600)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise DeliveryError(f"Nobody reads from {path}.", "Start its reader first.") from None
        raise DeliveryError(f"{path} cannot be opened: {error.strerror or error}.", _NAME_ANOTHER) from None
    try:
        found = os.fstat(descriptor)
        is_file = stat.S_ISREG(found.st_mode)
        try:
            write_all(descriptor, data, at_once=True)
            if is_file:
                os.fsync(descriptor)
        except OSError as error:
            if is_file:
                _take_back(descriptor, found.st_size, len(data))
            raise DeliveryError(
                f"{path} cannot be written: {error.strerror or error}.", _NAME_ANOTHER
            ) from None
        return is_file
    finally:
        os.close(descriptor)


def _take_back(descriptor: int, size: int, added: int) -> None:
    """Cut off what a full disk took of a text, unless somebody else wrote as well."""
    try:
        if size < os.fstat(descriptor).st_size < size + added:
            os.ftruncate(descriptor, size)
    except OSError:
        return
