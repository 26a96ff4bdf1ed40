"""A file as a target: texts are put at its end."""

from __future__ import annotations

import asyncio
import errno
import os
import stat
import threading
from functools import partial
from pathlib import Path

from engine.beside import beside
from engine.deliver.patient_write import NotTakenError, write_all
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

TIME_OUT_S = 10.0
"""How long a text may take; into a network folder that is gone it would take for ever."""

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
                return f"{self._spelt(path)} is a folder. {_NAME_A_FILE}"
            if not path.parent.is_dir():
                folder = Path(self._spelt(path)).parent
                return f"The folder {folder} is not there. Make it, or name another file."
        except DeliveryError as error:
            return str(error)
        except OSError as error:
            return f"{self._what} cannot be looked at: {error.strerror or error}."
        if os.access(path if path.exists() else path.parent, os.W_OK):
            return None
        spelt = self._spelt(path)
        return f"You may not write to {spelt if path.exists() else Path(spelt).parent}. {_NAME_ANOTHER}"

    async def deliver(self, text: str) -> Outcome:
        """Append `text`; "delivered" once it is on the disk."""
        data = self._shape.text(for_terminal(text)).encode()
        given_up = threading.Event()
        try:
            async with asyncio.timeout(TIME_OUT_S):
                return await beside(partial(self._put, data, given_up))
        except TimeoutError:
            why = f"It was not done within {TIME_OUT_S:g} s; a part may be there."
            return Outcome(Delivery.FAILED, self.name, why)
        finally:
            given_up.set()

    def _put(self, data: bytes, given_up: threading.Event) -> Outcome:
        """Look, and append; for a thread of its own."""
        reason = self.can_deliver()
        if reason is not None:
            return Outcome(Delivery.FAILED, self.name, reason)
        try:
            path = self._path()
            as_lines = self._shape.ending == "newline"
            kept = _append(path, data, self._spelt(path), given_up, as_lines=as_lines)
        except DeliveryError as error:
            return Outcome(Delivery.FAILED, self.name, str(error))
        return Outcome(Delivery.DELIVERED if kept else Delivery.SENT, self.name)

    def _spelt(self, path: Path) -> str:
        """The path as the user wrote it; one that begins where utter was started in full."""
        return self._what if self._what.startswith("~") else str(path)

    def _path(self) -> Path:
        try:
            if self._home and (self._what == "~" or self._what.startswith("~/")):
                return Path(self._home + self._what[1:]).absolute()
            return Path(self._what).expanduser().absolute()
        except RuntimeError:
            raise DeliveryError(
                f"{self._what} names a home folder that is not there.", _NAME_ANOTHER
            ) from None


def _append(path: Path, data: bytes, spelt: str, given_up: threading.Event, *, as_lines: bool) -> bool:
    """Write `data` behind what the file has.

    Args:
        path: The file.
        data: What is written.
        spelt: How the user wrote the path.
        given_up: Set where nobody waits any more: the text has gone elsewhere, and ends here.
        as_lines: Whether a text begins on a line of its own, also where the line before has no end.

    Returns:
        Whether it is a file that has the text now; a pipe or a device only took it.

    Raises:
        DeliveryError: It could not be written, or not wholly; says what is there all the same.
    """
    try:
        # Without O_NONBLOCK a pipe that nobody reads would keep us for ever.
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | _NON_BLOCKING, 0o600)
    except OSError as error:
        if error.errno == errno.ENXIO:
            raise DeliveryError(f"Nobody reads from {spelt}.", "Start its reader first.") from None
        raise DeliveryError(f"{spelt} cannot be opened: {error.strerror or error}.", _NAME_ANOTHER) from None
    try:
        found = os.fstat(descriptor)
        is_file = stat.S_ISREG(found.st_mode)
        if is_file and as_lines and found.st_size and _is_open(path):
            data = b"\n" + data
        try:
            write_all(descriptor, data, at_once=True, given_up=given_up)
            if is_file:
                os.fsync(descriptor)
                if given_up.is_set():  # it is elsewhere by now
                    raise OSError(errno.ECANCELED, os.strerror(errno.ECANCELED))
        except OSError as error:
            taken = error.taken if isinstance(error, NotTakenError) else len(data)
            if taken and is_file and _take_back(descriptor, found.st_size, taken):
                taken = 0
            part = f" {taken:,} of {len(data):,} bytes of the text are in it." if taken else ""
            raise DeliveryError(
                f"{spelt} cannot be written: {error.strerror or error}.{part}", _NAME_ANOTHER
            ) from None
        return is_file
    finally:
        os.close(descriptor)


def _is_open(path: Path) -> bool:
    """Whether the last line of a file has no end; not where it cannot be read."""
    try:
        with path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() != b"\n"
    except OSError:
        return False


def _take_back(descriptor: int, size: int, taken: int) -> bool:
    """Cut off what a file took of a text, unless somebody else wrote as well; whether that is done."""
    try:
        if size <= os.fstat(descriptor).st_size <= size + taken:
            os.ftruncate(descriptor, size)
            return True
    except OSError:
        pass
    return False
