"""Folders of models for tests that load none: real headers in front of little weights."""

from __future__ import annotations

import json
import struct
from pathlib import Path

from engine import paths
from engine.models.catalog import repository_of
from engine.models.hub import RemoteModel
from engine.models.part_file import RemoteFile
from engine.models.staging import Staging

Variable = tuple[str, tuple[int, ...], int, int]
"""Name, shape, id of the type, bytes of each element."""

FLOAT16, INT8 = (4, 2), (1, 1)


def tiny_variables(width: int = 4, vocabulary: int = 51865) -> list[Variable]:
    """Variables of the least model whose size can be told, in half precision."""
    return [
        ("decoder/embeddings/weight", (vocabulary, 1), *FLOAT16),
        ("decoder/layer_0/self_attention/linear_0/weight", (width, width), *FLOAT16),
        ("encoder/conv1/weight", (width, 80, 3), *FLOAT16),
        ("encoder/layer_norm/gamma", (width,), *FLOAT16),
    ]


def model_bin(
    variables: list[Variable] | None = None, *, specification: str = "WhisperSpec", version: int = 6
) -> bytes:
    """A `model.bin` of CTranslate2 whose weights are zeros."""
    listed = tiny_variables() if variables is None else variables
    head = struct.pack("<I", version) + name(specification) + struct.pack("<II", 3, len(listed))
    body = b"".join(map(_variable, listed))
    alias = name("decoder/projection/weight") + name("decoder/embeddings/weight")
    return head + body + struct.pack("<I", 1) + alias


def name(text: str) -> bytes:
    """A name as the file has it: its length, its letters, a zero."""
    letters = text.encode() + b"\0"
    return struct.pack("<H", len(letters)) + letters


def _variable(variable: Variable) -> bytes:
    called, shape, kind, each = variable
    length = each
    for dimension in shape:
        length *= dimension
    head = struct.pack(f"<B{len(shape)}I", len(shape), *shape) + struct.pack("<BI", kind, length)
    return name(called) + head + bytes(length)


def put_model(folder: Path, *, without: str = "", vocabulary: str = "vocabulary.json") -> Path:
    """Write a model that is complete by its files, but for `without`; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.bin").write_bytes(model_bin())
    for file in ("config.json", "tokenizer.json", vocabulary):
        (folder / file).write_text(json.dumps({"alignment_heads": []}))
    if without:
        (folder / without).unlink()
    return folder


def put_in_hub(cache: Path, repository: str, revision: str = "abc", *, main: bool = True) -> Path:
    """A repository as the hub keeps it, blobs and snapshots of links to them; gives the snapshot."""
    folder = cache / f"models--{repository.replace('/', '--')}"
    blobs = put_model(folder / "blobs")
    snapshot = folder / "snapshots" / revision
    snapshot.mkdir(parents=True)
    for blob in blobs.iterdir():
        (snapshot / blob.name).symlink_to(blob)
    if main:
        (folder / "refs").mkdir(exist_ok=True)
        (folder / "refs" / "main").write_text(revision)
    return snapshot


def keep_part(model: str, count: int) -> Staging:
    """Leave on disk what an interrupted download leaves: so many bytes of the largest file."""
    repository = repository_of(model)
    assert repository is not None
    weights = RemoteFile("model.bin", 10 * count + 1, sha256="0" * 64)
    staging = Staging(paths.models(), model)
    staging.parent.mkdir(parents=True, exist_ok=True)
    (part,) = staging.open(RemoteModel(repository, "0" * 40, (weights,)))
    part.append(bytes(count))
    part.close()
    return staging
