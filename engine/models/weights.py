"""What a CTranslate2 `model.bin` holds, read from its headers: nothing is loaded.

The format is that of `ctranslate2/specs/model_spec.py`, `ModelSpec._serialize`, little-endian as
CTranslate2 writes and reads it:

    version u32 · name of the specification · its revision u32 · number of variables u32
    each variable: name · rank u8 · dimensions u32 [rank] · type u8 · length u32 · data [length]
    number of aliases u32 · each alias: name · name of its variable

A name is its length u16, its letters, and a zero that the length counts. The data is skipped, so
that a file of three gigabytes is read in milliseconds. The file may be anybody's, and cut short or
damaged: every number is checked before it is believed.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import BinaryIO

from engine.errors import ModelError

WHISPER = "WhisperSpec"
"""Name of the specification of all Whisper models."""

VERSIONS = range(4, 7)
"""Versions of the format that are laid out like this."""

TYPES = (("float32", 4), ("int8", 1), ("int16", 2), ("int32", 4), ("float16", 2), ("bfloat16", 2))
"""Types of variables in the order of their ids, with bytes for each element."""

MOST_VARIABLES = 20_000
"""More than any Whisper model has: large has about 1,600 when quantised."""

MOST_DIMENSIONS = 8

BUFFER = 1024
"""Bytes that are read at once: a header and little of the data behind it."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the headers of a model say.

    Attributes:
        specification: `WHISPER`, for models that belong here.
        complete: Whether the file holds all that its headers promise. A file that is cut short tells
            of what comes before the cut, and no more.
        elements: Numbers that are stored, by their type.
        matrices: How many of them are in matrices, which other arithmetic changes the type of; the
            rest (convolutions, biases, positions, norms, scales) is calculated with as it is.
        width: Of the encoder's output; 0 where unknown.
        mels: Bands of its spectrogram; 0 where unknown.
        decoder_layers: Layers of the decoder; 0 where unknown.
        vocabulary: Tokens that it knows; 0 where unknown.
    """

    specification: str
    complete: bool
    elements: Mapping[str, int]
    matrices: int
    width: int
    mels: int
    decoder_layers: int
    vocabulary: int

    @property
    def parameters(self) -> int:
        """All numbers that are stored."""
        return sum(self.elements.values())

    @property
    def languages(self) -> int:
        """How many languages it knows, told by its vocabulary; 0 where that is of no known size.

        English-only models have 51864 tokens; the others one more, and one for each language beyond
        the 99 of the first models (openai/whisper, `tokenizer.py`).
        """
        return {51864: 1, 51865: 99, 51866: 100}.get(self.vocabulary, 0)


def read_weights(path: Path) -> Weights:
    """Read the headers of a `model.bin`.

    The answer is kept as long as the file's size and time stay the same, so that a list of models
    can be shown as often as need be.

    Raises:
        ModelError: It cannot be read, or is no model of CTranslate2.
    """
    try:
        status = path.stat()
        return _read(path, status.st_size, status.st_mtime_ns)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ModelError(f"{path} cannot be read: {why}.", "Check the file and its permissions.") from error


class _CutShortError(Exception):
    """The file ends before what its headers promise."""


@lru_cache(maxsize=256)
def _read(path: Path, size: int, _mtime_ns: int) -> Weights:
    with path.open("rb", buffering=BUFFER) as file:
        return _Reader(path, file, size).weights()


class _Reader:
    """Goes through one file from its beginning to its end."""

    def __init__(self, path: Path, file: BinaryIO, size: int) -> None:
        self._path = path
        self._file = file
        self._size = size
        self._at = 0
        self._shapes: dict[str, tuple[int, ...]] = {}
        self._elements: dict[str, int] = {}
        self._matrices = 0

    def weights(self) -> Weights:
        specification, complete = "", True
        try:
            version = self._number("<I")
            if version not in VERSIONS:
                raise self._broken("it is no model of CTranslate2, or one of an unknown version")
            specification = self._name()
            self._number("<I")
            for _ in range(self._count("variables")):
                self._variable()
            for _ in range(self._count("aliases")):
                self._name()
                self._name()
        except _CutShortError:
            complete = False
        return Weights(
            specification,
            complete,
            MappingProxyType(self._elements),
            self._matrices,
            self._dimension("encoder/conv1/weight", 0),
            self._dimension("encoder/conv1/weight", 1),
            self._layers("decoder"),
            self._dimension("decoder/embeddings/weight", 0),
        )

    def _variable(self) -> None:
        name = self._name()
        rank = self._number("<B")
        if rank > MOST_DIMENSIONS:
            raise self._broken(f'"{name}" has {rank} dimensions')
        shape = struct.unpack(f"<{rank}I", self._bytes(4 * rank))
        kind, length = self._number("<B"), self._number("<I")
        if kind >= len(TYPES):
            raise self._broken(f'"{name}" is of an unknown type')
        stored, each = TYPES[kind]
        count = math.prod(shape)
        if count * each != length:
            raise self._broken(f'the length of "{name}" does not fit its shape')
        if self._at + length > self._size:
            raise _CutShortError
        self._at += length
        self._file.seek(self._at)
        self._shapes[name] = shape
        self._elements[stored] = self._elements.get(stored, 0) + count
        if rank == 2 and name.endswith("/weight") and "/conv" not in name:
            self._matrices += count

    def _dimension(self, name: str, index: int) -> int:
        shape = self._shapes.get(name, ())
        return shape[index] if index < len(shape) else 0

    def _layers(self, half: str) -> int:
        prefix = f"{half}/layer_"
        layers = (name[len(prefix) :].partition("/")[0] for name in self._shapes if name.startswith(prefix))
        return len({layer for layer in layers if layer.isdecimal()})

    def _count(self, of: str) -> int:
        count = self._number("<I")
        if count > MOST_VARIABLES:
            raise self._broken(f"it promises {count} {of}")
        return count

    def _name(self) -> str:
        length = self._number("<H")
        letters = self._bytes(length)
        if not letters.endswith(b"\0"):
            raise self._broken("a name in it is damaged")
        return letters[:-1].decode("utf-8", "replace")

    def _number(self, form: str) -> int:
        (number,) = struct.unpack(form, self._bytes(struct.calcsize(form)))
        return int(number)

    def _bytes(self, count: int) -> bytes:
        read = self._file.read(count)
        if len(read) < count:
            raise _CutShortError
        self._at += count
        return read

    def _broken(self, why: str) -> ModelError:
        what = f"{self._path} cannot be used: {why}."
        return ModelError(what, "Remove the model and fetch it again.")
