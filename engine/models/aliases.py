"""All names of one model: "turbo" is "large-v3-turbo" as well, a repository of the hub, and a folder."""

from __future__ import annotations

from pathlib import Path

from engine import paths
from engine.models.catalog import MODELS, repository_of


def names_of(model: str, folder: Path | None) -> tuple[str, ...]:
    """Every name that means the same model, `model` itself first; does not touch the disk.

    Args:
        model: A name, a path, or a repository of the hub.
        folder: Where it lies; None when it is not on this machine.
    """
    names = [model]
    if folder is not None:
        names.append(str(folder))
        if folder.parent == paths.models():
            names.append(folder.name)
    repositories = {repository_of(name) for name in names} - {None}
    names += [name for name, row in MODELS.items() if row.repository in repositories]
    names += sorted(repository for repository in repositories if repository is not None)
    return tuple(dict.fromkeys(names))
