"""Which Whisper models are on this machine, and how one goes from it.

Reads folders and the headers of files: nothing is loaded and no network is touched. Models are looked
for in utter's own folder, and where faster-whisper and the hub's command put them, so that a model
which another program has fetched is used as it lies.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import paths
from engine.errors import ModelError
from engine.models.catalog import MODELS, named, repository_of
from engine.models.hub_cache import cached_repositories, folders, hub_folder, snapshots
from engine.models.weights import WHISPER, read_weights

REQUIRED = ("model.bin", "config.json", "tokenizer.json")
"""Files without which a folder is no model; a vocabulary comes on top."""

VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
"""The vocabulary's two forms; CTranslate2 needs one of them."""


@dataclass(frozen=True, slots=True)
class ModelOnDisk:
    """A complete model on this machine.

    Attributes:
        name: What to write in `recognition.model` to use it.
        path: Its folder.
        bytes: Size of its files.
        own: Whether it lies in utter's own folder; else in the hub's cache, which is shared.
    """

    name: str
    path: Path
    bytes: int
    own: bool


def find(model: str) -> Path | None:
    """The folder that holds `model`, complete; None when there is none.

    Args:
        model: A name of `MODELS`, the name of a folder in `engine.paths.models()`, the path of a
            folder, or a hub repository such as "Systran/faster-whisper-base.en".
    """
    return next((folder for folder in _candidates(model) if not flaw(folder)), None)


def looked_in(model: str) -> list[Path]:
    """Where `find` looks for `model`, for messages: one folder each."""
    repository = repository_of(model)
    own = own_folders(model)
    places = own[:1] if own else [Path(model).expanduser()]
    return [*places, hub_folder(repository)] if repository else places


def incomplete(model: str) -> Path | None:
    """A folder that holds a part of `model`, or something damaged, in its place; `flaw` says what is wrong.

    None where the model is complete, or where nothing of it is there.
    """
    if find(model) is not None:
        return None
    parts = ("config.json", "model.bin")
    return next((folder for folder in _candidates(model) if any(_has(folder, name) for name in parts)), None)


def flaw(folder: Path) -> str:
    """What keeps a folder from being a model, as the end of a sentence that names it; empty if nothing.

    Such as "lacks tokenizer.json". A file of weights that is cut short is seen.
    """
    if missing := missing_files(folder):
        return f"lacks {', '.join(missing)}"
    try:
        weights = read_weights(folder / "model.bin")
    except ModelError as error:
        return f"cannot be used: {error.what.rstrip('.')}"
    if not weights.complete:
        return "is incomplete: model.bin ends before its last weights"
    return "" if weights.specification == WHISPER else f"is a {weights.specification or 'model'}, no Whisper"


def missing_files(folder: Path) -> list[str]:
    """Names of the files that `folder` lacks for a model.

    A link whose target is still being downloaded counts as missing, and so does an empty file.
    """
    missing = [name for name in REQUIRED if not _has(folder, name)]
    if not any(_has(folder, name) for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    return missing


def on_disk() -> list[ModelOnDisk]:
    """All complete Whisper models that can be used by a name, those in utter's folder first."""
    own = sorted(path for path in folders(paths.models()) if not _is_hidden(path.name))
    found = {_name_of(path): path for path in own if not flaw(path)}
    ours = set(found)
    for repository, folder in cached_repositories().items():
        known = named(repository)
        name = known.name if known else repository
        snapshot = next((path for path in snapshots(folder) if not flaw(path)), None)
        if snapshot is not None:
            found.setdefault(name, snapshot)
    return [ModelOnDisk(name, path, size_of(path), name in ours) for name, path in found.items()]


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder and below it; of links, those of what they point to."""
    size = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                size += os.stat(os.path.join(parent, name)).st_size
            except OSError:
                continue
    return size


def own_folders(model: str) -> list[Path]:
    """The folders in `engine.paths.models()` that may hold a model, the likeliest first; none for a path.

    A model may lie there under each of its names: "turbo" is "large-v3-turbo" as well, and both are
    a repository, whose folder has two dashes in the place of its slash.
    """
    repository = repository_of(model)
    if repository is None and not _is_plain(model):
        return []
    names = [model] if _is_plain(model) else []
    if repository is not None:
        names += [row.name for row in MODELS.values() if row.repository == repository]
        names.append(repository.replace("/", "--"))
    return [paths.models() / name for name in dict.fromkeys(names)]


def _candidates(model: str) -> Iterator[Path]:
    path = Path(model).expanduser()
    if not _is_plain(model) or path.is_dir():
        yield path
    yield from own_folders(model)
    repository = repository_of(model)
    if repository is not None:
        yield from snapshots(hub_folder(repository))


def _name_of(folder: Path) -> str:
    """The name of a model in utter's own folder."""
    repository = folder.name.replace("--", "/", 1)
    if repository_of(repository) != repository:
        return folder.name
    known = named(repository)
    return known.name if known else repository


def _is_plain(model: str) -> bool:
    """Whether `model` is a bare name, with no folder in it."""
    return bool(model) and model[0] not in ".~" and "/" not in model and os.sep not in model


def _is_hidden(name: str) -> bool:
    """Whether a folder is one that is being written or taken away."""
    return name.startswith(".")


def _has(folder: Path, name: str) -> bool:
    try:
        return (folder / name).stat().st_size > 0
    except OSError:
        return False
