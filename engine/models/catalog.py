"""Which Whisper models there are, and which of them are on this machine.

Reads names and folders only: nothing is loaded and no network is touched. Weights are looked for
where faster-whisper and the hub's own command put them, so that a model which another program
has fetched is used as it lies.
"""

from __future__ import annotations

import difflib
import json
import os
import shlex
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from engine import paths

REQUIRED = ("model.bin", "config.json", "tokenizer.json")
"""Files without which a folder is no model; a vocabulary comes on top."""

VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
"""The vocabulary's two forms; CTranslate2 needs one of them."""


@dataclass(frozen=True, slots=True)
class Model:
    """A model that has a name.

    Attributes:
        name: As users write it, such as "base.en".
        repository: Where it lies on the Hugging Face hub.
        megabytes: What it takes on disk, in millions of bytes, approximately.
        english_only: Whether it knows no other language.
    """

    name: str
    repository: str
    megabytes: int
    english_only: bool = False


MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model("tiny.en", "Systran/faster-whisper-tiny.en", 78, english_only=True),
        Model("tiny", "Systran/faster-whisper-tiny", 78),
        Model("base.en", "Systran/faster-whisper-base.en", 148, english_only=True),
        Model("base", "Systran/faster-whisper-base", 148),
        Model("small.en", "Systran/faster-whisper-small.en", 486, english_only=True),
        Model("small", "Systran/faster-whisper-small", 486),
        Model("medium.en", "Systran/faster-whisper-medium.en", 1531, english_only=True),
        Model("medium", "Systran/faster-whisper-medium", 1531),
        Model("large-v1", "Systran/faster-whisper-large-v1", 3090),
        Model("large-v2", "Systran/faster-whisper-large-v2", 3090),
        Model("large-v3", "Systran/faster-whisper-large-v3", 3091),
        Model("large", "Systran/faster-whisper-large-v3", 3091),
        Model("distil-small.en", "Systran/faster-distil-whisper-small.en", 336, english_only=True),
        Model("distil-medium.en", "Systran/faster-distil-whisper-medium.en", 793, english_only=True),
        Model("distil-large-v2", "Systran/faster-distil-whisper-large-v2", 1516),
        Model("distil-large-v3", "Systran/faster-distil-whisper-large-v3", 1516),
        Model("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1516),
        Model("large-v3-turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1622),
        Model("turbo", "mobiuslabsgmbh/faster-whisper-large-v3-turbo", 1622),
    )
}
"""By name, the models that faster-whisper knows (its `utils._MODELS`), approximate sizes on disk."""


@dataclass(frozen=True, slots=True)
class ModelOnDisk:
    """A complete model on this machine.

    Attributes:
        name: What to write in `recognition.model` to use it.
        path: Its folder.
        bytes: Size of its files.
    """

    name: str
    path: Path
    bytes: int


def find(model: str) -> Path | None:
    """The folder that holds `model`, complete; None when there is none.

    Args:
        model: A name of `MODELS`, the name of a folder in `engine.paths.models()`, the path of a
            folder, or a hub repository such as "Systran/faster-whisper-base.en".
    """
    return next((folder for folder in _candidates(model) if not missing_files(folder)), None)


def looked_in(model: str) -> list[Path]:
    """Where `find` looks for `model`, for messages: one folder each."""
    places = [paths.models() / model] if _is_plain(model) else [Path(model).expanduser()]
    repository = _repository(model)
    return [*places, _hub_folder(repository)] if repository else places


def missing_files(folder: Path) -> list[str]:
    """Names of the files that `folder` lacks for a model, empty when it is complete.

    A link whose target is still being downloaded counts as missing, and so does an empty file.
    """
    missing = [name for name in REQUIRED if not _has(folder, name)]
    if not any(_has(folder, name) for name in VOCABULARIES):
        missing.append(VOCABULARIES[0])
    return missing


def on_disk() -> list[ModelOnDisk]:
    """All complete Whisper models that can be used by a name, those in utter's folder first."""
    own = sorted(path for path in _folders(paths.models()) if not missing_files(path))
    found = {path.name: path for path in own}
    for folder in sorted(_folders(hub_cache())):
        repository = _repository_of(folder)
        name = next((m.name for m in MODELS.values() if m.repository == repository), repository)
        snapshot = next((path for path in _snapshots(folder) if not missing_files(path)), None)
        if snapshot is not None and name not in found and _is_whisper(snapshot):
            found[name] = snapshot
    return [ModelOnDisk(name, path, _bytes(path)) for name, path in found.items()]


def how_to_get(model: str) -> str:
    """How to bring `model` onto this machine: one or two plain sentences, the command included."""
    known = MODELS.get(model)
    repository = _repository(model)
    if repository is not None:
        size = f" (about {known.megabytes} MB)" if known else ""
        return f"Run: {_hub_command()} download {repository}{size}."
    near = nearest(model)
    hint = f'Did you mean "{near}"? ' if near else ""
    if _is_plain(model):
        return f"{hint}Names are: {', '.join(MODELS)}; or put the model's folder in {paths.models()}."
    files = ", ".join((*REQUIRED, VOCABULARIES[0]))
    return f"{hint}The folder of a converted model holds {files}."


def nearest(model: str) -> str | None:
    """The name in `MODELS` that was most likely meant; None when nothing is close."""
    name = Path(model).name.lower()
    return next(iter(difflib.get_close_matches(name, MODELS, n=1, cutoff=0.6)), None)


def is_english_only(model: str) -> bool:
    """Whether `model` is known by its name or its folder's name to speak nothing but English."""
    known = MODELS.get(model)
    return known.english_only if known else Path(model).name.endswith(".en")


def hub_cache() -> Path:
    """The hub's cache folder, by the rules of huggingface_hub: one folder, from the environment."""
    for variable in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"):
        if value := os.environ.get(variable):
            return Path(os.path.expandvars(value)).expanduser()
    if home := os.environ.get("HF_HOME"):
        return Path(os.path.expandvars(home)).expanduser() / "hub"
    cache = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expandvars(cache)).expanduser() / "huggingface" / "hub"


def _candidates(model: str) -> Iterator[Path]:
    path = Path(model).expanduser()
    if not _is_plain(model) or path.is_dir():
        yield path
    if _is_plain(model):
        yield paths.models() / model
    repository = _repository(model)
    if repository is not None:
        yield from _snapshots(_hub_folder(repository))


def _is_plain(model: str) -> bool:
    """Whether `model` is a bare name, with no folder in it."""
    return model not in ("", ".", "..", "~") and "/" not in model and os.sep not in model


def _repository(model: str) -> str | None:
    if model in MODELS:
        return MODELS[model].repository
    owner, slash, name = model.partition("/")
    is_path = not slash or not owner or not name or "/" in name or owner[0] in ".~" or Path(owner).is_dir()
    return None if is_path else model


def _hub_folder(repository: str) -> Path:
    return hub_cache() / f"models--{repository.replace('/', '--')}"


def _repository_of(folder: Path) -> str:
    return folder.name.removeprefix("models--").replace("--", "/", 1)


def _snapshots(folder: Path) -> Iterator[Path]:
    """Snapshots of a repository in the cache: that of `refs/main` first, then the newest."""
    snapshots = folder / "snapshots"
    main = folder / "refs" / "main"
    current = main.read_text(encoding="utf-8").strip() if main.is_file() else ""
    if current:
        yield snapshots / current
    others = (path for path in _folders(snapshots) if path.name != current)
    yield from sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)


def _folders(parent: Path) -> list[Path]:
    """Folders in `parent`; none where it does not exist or may not be read."""
    try:
        return [path for path in parent.iterdir() if path.is_dir()]
    except OSError:
        return []


def _has(folder: Path, name: str) -> bool:
    try:
        return (folder / name).stat().st_size > 0
    except OSError:
        return False


def _is_whisper(folder: Path) -> bool:
    """Whether a CTranslate2 model is a Whisper: only those list their alignment heads."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(config, dict) and "alignment_heads" in config


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir() if path.is_file())


def _hub_command() -> str:
    """The hub's command as it can be called here: it is installed along with faster-whisper."""
    for name in ("hf", "huggingface-cli"):
        if shutil.which(name):
            return name
        if beside := shutil.which(name, path=str(Path(sys.executable).parent)):
            return shlex.quote(beside)
    return "hf"
