"""The folder in which a model grows, beside the one that it will be, and how it becomes that.

Both lie on the same file system, so that the last step is one renaming: a model is there whole, or not
at all. A small manifest says which version the files belong to. A model that has several names grows in
one folder, that of its repository, under one lock.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from engine.errors import ModelError
from engine.models.amounts import amount
from engine.models.catalog import MODELS
from engine.models.hub import RemoteModel, folder_name
from engine.models.hub_errors import AGAIN
from engine.models.part_file import PartFile

MANIFEST = "manifest.json"
"""Name of the file that says what the others are; no file of a model is called so."""

LOCKS = ".locks"
"""Folder among the models for the locks: whoever looks at the models sees nothing of them."""

SPARE_BYTES = 200_000_000
"""What a download leaves free on a disk: a full one harms everything else."""

_held: set[Path] = set()
"""Locks that this process holds: a second thread is told of its own program, not of another one."""

_guard = threading.Lock()


class Staging:
    """One model on its way to disk."""

    def __init__(self, parent: Path, model: str) -> None:
        """Look at nothing yet.

        Args:
            parent: Where models lie; made if need be.
            model: A model's name or repository.
        """
        name = folder_name(model)
        shared = folder_name(MODELS[model].repository) if model in MODELS else name
        self.model = model
        self.parent = parent
        self.target = parent / name
        self.folder = parent / f".{shared}.partial"
        self._old = parent / f".{name}.old"
        self._lock = parent / LOCKS / f"{shared}.lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold the model for this thread; the system lets go when the process ends, however it does.

        Raises:
            ModelError: Another one holds it; says whether that one is of this program.
            OSError: The folder cannot be written.
        """
        from filelock import FileLock, Timeout

        self._lock.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._lock, timeout=0)
        with _guard:
            if self._lock in _held:
                raise ModelError(
                    f"{self.model} is being fetched already.", "Wait for that download, or cancel it first."
                )
            try:
                lock.acquire()
            except Timeout:
                raise ModelError(
                    f"{self.model} is being fetched by another utter already.",
                    "Wait for that one, or cancel it there.",
                ) from None
            _held.add(self._lock)
        try:
            yield
        finally:
            with _guard:
                _held.discard(self._lock)
                lock.release()

    def open(self, model: RemoteModel) -> list[PartFile]:
        """Begin, or go on where an earlier run of the same version was left.

        Returns:
            The files, the smallest first; nothing is read yet.
        """
        manifest = json.dumps(_manifest(model), indent=1)
        path = self.folder / MANIFEST
        if not path.is_file() or path.read_text(encoding="utf-8", errors="replace") != manifest:
            self.discard()
            self.folder.mkdir()
            path.write_text(manifest, encoding="utf-8")
        return [PartFile(file, self.folder) for file in model.files]

    def discard(self) -> None:
        """Delete what has come so far."""
        _remove(self.folder)

    def kept_bytes(self) -> int:
        """Bytes of what has come so far and lies here for another try."""
        with suppress(OSError):
            return sum(path.stat().st_size for path in self.folder.iterdir() if path.name != MANIFEST)
        return 0

    def check_space(self, needed: int) -> None:
        """Make sure that `needed` bytes more can be written.

        Raises:
            ModelError: They cannot; names what is needed and what is there.
        """
        free = shutil.disk_usage(self.folder).free
        if needed and needed + SPARE_BYTES > free:
            raise ModelError(
                f"{self.model} needs {amount(needed)} more in {self.parent}, where {amount(free)} are free"
                f" and {amount(SPARE_BYTES)} have to stay so.",
                "Make room there, then run the same download again.",
            )

    def check_place(self, model: RemoteModel) -> None:
        """Make sure that the model's place is free, or taken by nothing but a damaged copy of it.

        Raises:
            ModelError: A folder there holds something else: that is not ours to replace.
        """
        if self.target.is_symlink() or not self.target.is_dir():
            strange = [self.target.name] if self.target.is_file() else []
        else:
            ours = {MANIFEST, *(file.name for file in model.files)}
            names = sorted(path.name for path in self.target.iterdir())
            strange = [name for name in names if name not in ours or (self.target / name).is_dir()]
        if strange:
            more = f" and {len(strange) - 1} more" if len(strange) > 1 else ""
            raise ModelError(
                f"{self.target} is in the way: it is no whole model, and holds {strange[0]}{more},"
                " which a download would not bring back.",
                "Move it elsewhere, then run the same download again.",
            )

    def publish(self, model: RemoteModel) -> Path:
        """Give the whole, checked model its name, in place of a damaged copy that bore it.

        At each moment there is a whole model, with its manifest or without: whenever this is cut off,
        the next run finds everything here and ends it.

        Raises:
            ModelError: Something else lies in its place meanwhile.
        """
        self.check_place(model)
        _sync(self.folder)
        _remove(self._old)
        if os.path.lexists(self.target):
            os.rename(self.target, self._old)
        os.rename(self.folder, self.target)
        _sync(self.parent)
        # The model is there; what is left beside it is taken away at the next download else.
        with suppress(OSError):
            (self.target / MANIFEST).unlink()
            _remove(self._old)
        return self.target


def kept_parts(parent: Path) -> dict[str, int]:
    """What has come of models that are not here yet: repository → bytes that lie on disk for another try."""
    kept: dict[str, int] = {}
    for path in parent.glob(f".*/{MANIFEST}"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            repository = str(json.loads(path.read_text(encoding="utf-8"))["repository"])
            staging = Staging(parent, repository)
            if staging.folder == path.parent and (count := staging.kept_bytes()):
                kept[repository] = count
    return kept


def disk_error(error: OSError, model: str, folder: Path) -> ModelError:
    """The sentence for a disk that does not take a model."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return ModelError(f"The disk is full: not all of {model} could be written to {folder}.", AGAIN)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return ModelError(
            f"{model} cannot be written to {folder} ({error.strerror}).",
            "Give yourself the right to write there, or choose another folder with XDG_DATA_HOME.",
        )
    return ModelError(f"{model} could not be written to {folder} ({error.strerror or error}).", AGAIN)


def _manifest(model: RemoteModel) -> dict[str, object]:
    files = [{"name": f.name, "size": f.size, "checksum": f.checksum} for f in model.files]
    return {"repository": model.repository, "commit": model.commit, "files": files}


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def _sync(folder: Path) -> None:
    """Make names in a folder outlast a power cut, where the system can."""
    if sys.platform == "win32":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
