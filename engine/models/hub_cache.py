"""The hub's own cache of models, which other programs share: read as it lies.

Laid out by huggingface_hub: `models--OWNER--NAME` with `blobs`, with `snapshots` of links to them,
one a revision, and with `refs` that name a revision.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

PREFIX = "models--"


def hub_cache() -> Path:
    """The hub's cache folder, by the rules of huggingface_hub: one folder, from the environment."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if value := os.environ.get(variable):
            return Path(os.path.expandvars(value)).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(os.path.expandvars(home)).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expandvars(cache)).expanduser() / "huggingface" / "hub"


def hub_folder(repository: str) -> Path:
    """Where the cache keeps a repository; it need not exist."""
    return hub_cache() / f"{PREFIX}{repository.replace('/', '--')}"


def cached_repositories() -> dict[str, Path]:
    """All repositories of models in the cache with their folders, in the order of their names."""
    found = sorted(path for path in folders(hub_cache()) if path.name.startswith(PREFIX))
    return {path.name.removeprefix(PREFIX).replace("--", "/", 1): path for path in found}


def snapshots(folder: Path) -> Iterator[Path]:
    """Snapshots of a repository in the cache: that of `refs/main` first, then the newest."""
    parent = folder / "snapshots"
    try:
        current = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        current = ""
    found = {path.name: path for path in folders(parent)}
    if current in found:
        yield found.pop(current)
    yield from sorted(found.values(), key=_time, reverse=True)


def folders(parent: Path) -> list[Path]:
    """Folders in `parent`; none where it does not exist or may not be read."""
    try:
        return [path for path in parent.iterdir() if path.is_dir()]
    except OSError:
        return []


def _time(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
