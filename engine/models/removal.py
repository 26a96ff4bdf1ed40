"""Takes models off the disk, so that a half-deleted one is never loaded.

A folder is first renamed to a name under which nothing is looked for, then deleted. What a kill
leaves behind is deleted with the next removal of that model.
"""

from __future__ import annotations

import shutil
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import paths
from engine.errors import ModelError
from engine.models.catalog import MODELS, nearest, repository_of
from engine.models.hub_cache import hub_folder, snapshots
from engine.models.loaded_file import loaded_elsewhere
from engine.models.on_disk import find, flaw, own_folders, size_of
from engine.models.staging import Staging

PARTIAL, REPLACED, GOING = "partial", "old", "removed"
"""Ends of hidden names in utter's folder: of a download that is not finished, of a model that was
replaced by a new download, of one that was on its way off the disk when the program ended."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was taken away.

    Attributes:
        folders: Where it was.
        bytes: What that freed, approximately.
        whole: Whether a model was there; else only a part, or what was left of one.
    """

    folders: tuple[Path, ...]
    bytes: int
    whole: bool = True


def remove(model: str, *, shared: bool = False, in_use: Collection[Path] = ()) -> Removed:
    """Delete a model from utter's own folder, with what is left of a download of it.

    Args:
        model: Its name, or its repository on the hub.
        shared: Whether to delete it from the hub's cache as well, which other programs use.
        in_use: Folders of models that this process has loaded, under whichever of their names.

    Raises:
        ModelError: It is not there, is loaded here or by another utter, lies elsewhere, or cannot be
            deleted.
    """
    own = own_folders(model)
    if not own:
        raise ModelError(
            f"{model} is the path of a folder, and only models in {paths.models()} are removed.",
            "Delete that folder yourself, if nothing else needs it.",
        )
    repository = repository_of(model)
    cached = [hub_folder(repository)] if repository else []
    reach = [*own, *(cached if shared else ())]
    leftovers = [path for folder in reach for path in _leftovers(folder)]
    doomed = [path for path in reach if _is_there(path)]
    if not doomed and not leftovers:
        raise _nothing(model, [path for path in cached if path.is_dir()])
    _check_unused(model, doomed, in_use)
    whole = any(not flaw(snapshot) for path in doomed for snapshot in (path, *snapshots(path)))
    size = sum(_bytes(path) for path in (*doomed, *leftovers))
    for path in leftovers:
        _delete_leftover(path, model)
    for folder in doomed:
        _delete(_set_aside(folder))
    return Removed((*doomed, *leftovers), size, whole)


def _leftovers(folder: Path) -> Iterator[Path]:
    for end in (PARTIAL, REPLACED, GOING):
        path = folder.with_name(f".{folder.name}.{end}")
        if _is_there(path):
            yield path


def _delete_leftover(path: Path, model: str) -> None:
    """Delete what is left of a download, unless it still goes on."""
    if path.suffix != f".{PARTIAL}":
        return _delete(path)
    try:
        with Staging(path.parent, model).alone():
            _delete(path)
    except OSError as error:
        raise _refused(path, error) from error


def _nothing(model: str, cached: list[Path]) -> ModelError:
    if cached:
        return ModelError(
            f"{model} lies in the hub's cache, which other programs share: {cached[0]}.",
            f"To delete it there all the same, run: utter models rm --shared {model}.",
        )
    near = nearest(model)
    hint = f'Did you mean "{near}"?' if near and near != model and model not in MODELS else ""
    return ModelError(f"{model} is not in {paths.models()}.", hint or "`utter models list` shows what is.")


def _check_unused(model: str, doomed: list[Path], in_use: Collection[Path]) -> None:
    """Refuse while an utter has the model in memory: it may be about to load it anew.

    Folders are compared, not names: a model has several.
    """
    if any(_lies_in(folder, doomed) for folder in in_use):
        raise ModelError(f"{model} is loaded.", "Unload it first, then remove it.")
    for process, loaded in loaded_elsewhere():
        folder = find(loaded.name)
        if folder is not None and _lies_in(folder, doomed):
            raise ModelError(
                f"{model} is loaded by the utter that runs as process {process}.",
                "Unload it there, or leave that one, then try again.",
            )


def _lies_in(folder: Path, parents: list[Path]) -> bool:
    place = folder.resolve()
    return any(place.is_relative_to(parent.resolve()) for parent in parents)


def _set_aside(folder: Path) -> Path:
    """Rename a folder to where nothing looks for models, in one step; gives its new path."""
    aside = folder.with_name(f".{folder.name}.{GOING}")
    try:
        return folder.rename(aside)
    except OSError as error:
        raise _refused(folder, error) from error


def _delete(path: Path) -> None:
    """Delete a file, a folder with all in it, or a link and not what it points to."""
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    except OSError as error:
        raise _refused(path, error) from error


def _refused(path: Path, error: OSError) -> ModelError:
    why = error.strerror or type(error).__name__
    return ModelError(f"{path} cannot be deleted: {why}.", "Check who owns the folder and what is mounted.")


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()


def _bytes(path: Path) -> int:
    """What deleting `path` frees: nothing of what links point to beyond it."""
    if path.is_symlink():
        return 0
    if path.is_file():
        return path.stat().st_size
    inner = path / "blobs"
    return size_of(inner if inner.is_dir() else path)
