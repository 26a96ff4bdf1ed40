"""Reads the weights out of an ONNX file with numpy alone.

An ONNX file is a Protocol Buffers message: `ModelProto.graph` (field 7) holds the
`GraphProto.initializer` tensors (field 5), each a `TensorProto` with its dimensions (1), element
type (2), name (8) and raw little-endian bytes (9). See https://github.com/onnx/onnx, onnx.proto;
the wire format is at https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_GRAPH, _INITIALIZER = 7, 5
_DIMS, _TYPE, _NAME, _RAW = 1, 2, 8, 9
_FLOAT = 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """Read every float32 initialiser of an ONNX model.

    Args:
        path: The model's file.

    Returns:
        The tensors by name, writable, in the shapes of the file.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not an ONNX model, or is cut short.
    """
    model = memoryview(path.read_bytes())
    weights: dict[str, NDArray[np.float32]] = {}
    for field, graph in _fields(model):
        if field == _GRAPH and isinstance(graph, memoryview):
            for part, tensor in _fields(graph):
                if part == _INITIALIZER and isinstance(tensor, memoryview):
                    _add_tensor(tensor, weights)
    return weights


def _add_tensor(message: memoryview, weights: dict[str, NDArray[np.float32]]) -> None:
    """Decode one TensorProto into `weights`, unless it holds something else than raw float32."""
    shape: list[int] = []
    kind: int | memoryview = 0
    name = ""
    raw: memoryview | None = None
    for field, value in _fields(message):
        if field == _DIMS:
            shape += [value] if isinstance(value, int) else _packed(value)
        elif field == _TYPE:
            kind = value
        elif field == _NAME and isinstance(value, memoryview):
            name = bytes(value).decode()
        elif field == _RAW and isinstance(value, memoryview):
            raw = value
    if kind == _FLOAT and raw is not None:
        weights[name] = np.frombuffer(raw, "<f4").astype(np.float32).reshape(shape)


def _fields(message: memoryview) -> Iterator[tuple[int, int | memoryview]]:
    """Walk the fields of a message: number and value (an integer, or the bytes as they lie)."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == _VARINT:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == _BYTES:
            size, at = _varint(message, at)
        elif wire in (_FIXED32, _FIXED64):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise ValueError(f"wire type {wire} at byte {at} is none of Protocol Buffers' own")
        if at + size > len(message):
            raise ValueError(f"the file ends within a field of {size} bytes")
        yield number, message[at : at + size]
        at += size


def _packed(message: memoryview) -> list[int]:
    """Decode a packed run of integers."""
    values = []
    at = 0
    while at < len(message):
        value, at = _varint(message, at)
        values.append(value)
    return values


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """Decode a variable-length integer; return it and where the next thing begins."""
    value = shift = 0
    while at < len(message) and shift < 70:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
    raise ValueError("the file ends within a number")
