"""What the hub says about a model: its commit and its files. The hub is not trusted.

The hub's own client asks; what it brings is looked at here before any of it names a file or a size.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from engine.errors import ModelError
from engine.models.hub_errors import (
    OTHER_MODEL,
    UnreadableAnswerError,
    network_error,
    status_error,
)
from engine.models.part_file import RemoteFile

WANTED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""Files of a CTranslate2 Whisper, as faster-whisper's `download_model` fetches them."""

NEEDED = ("model.bin", "config.json", "tokenizer.json", "vocabulary.*")
"""Those of `WANTED` without which nothing can be loaded; large-v3 alone needs the remaining one."""

MOST_FILES = 16
"""More files than that match `WANTED` in no model."""

_PART = r"[A-Za-z0-9_](?:[A-Za-z0-9._-]{0,94}[A-Za-z0-9_])?"
_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")


@dataclass(frozen=True, slots=True)
class RemoteModel:
    """One version of a model on the hub.

    Attributes:
        repository: Such as "Systran/faster-whisper-base.en".
        commit: The version, 40 hexadecimal digits.
        files: What is to be fetched, the smallest first.
    """

    repository: str
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(file.size for file in self.files)


def folder_name(model: str) -> str:
    """The folder in `engine.paths.models()` that holds a model: one plain name.

    Args:
        model: A name such as "base.en", or a repository "OWNER/NAME", which becomes "OWNER--NAME".

    Raises:
        ModelError: It is neither; a path, say.
    """
    is_one = re.fullmatch(rf"{_PART}(?:/{_PART})?", model) and ".." not in model
    if not is_one or ("/" in model and ("--" in model or model.endswith(".git"))):
        raise ModelError(
            f'"{model}" is neither the name of a model nor a repository of the hub.',
            "A name is such as base.en, a repository such as Systran/faster-whisper-base.en.",
        )
    return model.replace("/", "--")


def is_offline() -> bool:
    """Whether the user has told the hub's client to leave the network alone, by its own rule."""
    value = os.environ.get("HF_HUB_OFFLINE") or os.environ.get("TRANSFORMERS_OFFLINE") or ""
    return value.upper() in ("1", "ON", "YES", "TRUE")


def endpoint() -> str:
    """The hub's address, HF_ENDPOINT as it is now if that is set.

    Raises:
        ModelError: HF_ENDPOINT holds no address.
    """
    from huggingface_hub import constants

    # The client reads the variable once, when it is imported; the user may set it later.
    value = os.environ.get("HF_ENDPOINT", "").strip().rstrip("/") or constants.ENDPOINT
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        usable = False
    if not usable:
        raise ModelError(f'HF_ENDPOINT holds "{value}", which is no address of a hub.', "Unset or mend it.")
    return value


def host_of(url: str) -> str:
    """The host in an address, with its port if it has one; never a password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def ask(repository: str, address: str, timeout_s: float) -> Iterator[RemoteModel]:
    """Ask the hub for the newest version of a model; yields it once. Blocks.

    Args:
        repository: "OWNER/NAME".
        address: The hub's.
        timeout_s: Seconds that it may be silent.

    Raises:
        ModelError: It cannot be had; a `TryAgainError` if that may pass.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, OfflineModeIsEnabled

    # It hands on what a hub wants people to read, and would write that across the screen.
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)
    keep_quiet()
    host = host_of(address)
    api = HfApi(endpoint=address, library_name="utter", library_version=own_version())
    try:
        info = api.model_info(repository, files_metadata=True, timeout=timeout_s)
    except OfflineModeIsEnabled:
        raise offline(repository) from None
    except HfHubHTTPError as error:
        headers = dict(error.response.headers)
        if isinstance(error, GatedRepoError):
            headers["x-error-code"] = "GatedRepo"
        raise status_error(error.response.status_code, headers, host, repository) from error
    except (TypeError, ValueError, KeyError, AttributeError, RecursionError) as error:
        # No JSON at all, or none that the hub's client can make something of.
        raise UnreadableAnswerError(host) from error
    except Exception as error:  # whatever library carries the client: the sentence is found by its cause
        raise network_error(error, host) from error
    yield read(repository, info, host)


def keep_quiet() -> None:
    """Let the hub's client ask for nothing but models.

    By itself it fetches a list of programs from the hub, to tell with each request which of them it was
    started by (`huggingface_hub.utils._detect_agent`), unless this is set. It reads the environment's
    HF_HUB_DISABLE_TELEMETRY once, when it is imported, which may have been long ago.
    """
    from huggingface_hub import constants

    constants.HF_HUB_DISABLE_TELEMETRY = True


def own_version() -> str:
    """The version of utter that is installed, for the hub's log; "unknown" for a bare checkout."""
    from importlib import metadata

    try:
        return metadata.version("utter")
    except metadata.PackageNotFoundError:
        return "unknown"


def offline(repository: str) -> ModelError:
    """The sentence for a download that the user's own setting forbids."""
    return ModelError(
        f"{repository} cannot be fetched while HF_HUB_OFFLINE keeps everything off the network.",
        "Unset it and try again; models that are on disk work without.",
    )


def read(repository: str, info: Any, host: str) -> RemoteModel:
    """Make sure of what the hub's client brought.

    Args:
        repository: What was asked for.
        info: A `huggingface_hub.ModelInfo`, with anything in it.
        host: Who said so.

    Raises:
        ModelError: It cannot be used, or is no model for faster-whisper.
    """
    if not _is_hex(info.sha, 40) or not isinstance(info.siblings, list):
        raise UnreadableAnswerError(host)
    files = []
    for sibling in info.siblings:
        name = sibling.rfilename
        if not isinstance(name, str):
            raise UnreadableAnswerError(host)
        wanted = any(fnmatchcase(name, pattern) for pattern in WANTED)
        if _leaves(name) or (wanted and not _PLAIN.fullmatch(name)):
            raise ModelError(
                f"{repository} on {host} holds a file that would be written outside its folder: {name!r}.",
                "Nothing was fetched; take this model from somebody else.",
            )
        if wanted:
            files.append(_file(sibling, repository, host))
    _check_kind(repository, host, [file.name for file in files])
    return RemoteModel(repository, info.sha, tuple(sorted(files, key=lambda file: (file.size, file.name))))


def _file(sibling: Any, repository: str, host: str) -> RemoteFile:
    lfs = sibling.lfs
    size = lfs.size if lfs is not None else sibling.size
    if isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise ModelError(
            f"{host} does not say how large {sibling.rfilename} of {repository} is.",
            "Without that nothing can be checked; use another hub or mirror (HF_ENDPOINT).",
        )
    if lfs is not None and _is_hex(lfs.sha256, 64):
        return RemoteFile(sibling.rfilename, size, sha256=lfs.sha256.lower())
    if lfs is None and _is_hex(sibling.blob_id, 40):
        return RemoteFile(sibling.rfilename, size, git_sha1=sibling.blob_id.lower())
    raise ModelError(
        f"{host} tells no checksum of {sibling.rfilename} of {repository}.",
        "Without that nothing can be checked; use another hub or mirror (HF_ENDPOINT).",
    )


def _check_kind(repository: str, host: str, names: list[str]) -> None:
    if len(names) != len(set(names)) or len(names) > MOST_FILES:
        raise UnreadableAnswerError(host)
    for pattern in NEEDED:
        if not any(fnmatchcase(name, pattern) for name in names):
            lacking = pattern.replace("*", "json")
            raise ModelError(
                f"{repository} is no model for faster-whisper: it has no {lacking}.",
                OTHER_MODEL,
            )


def _leaves(name: str) -> bool:
    return PurePosixPath(name).is_absolute() or ".." in re.split(r"[/\\]", name)


def _is_hex(value: object, digits: int) -> bool:
    return isinstance(value, str) and re.fullmatch(rf"[0-9a-fA-F]{{{digits}}}", value) is not None
