"""How much memory a model will take once it is loaded, told before it is.

The sum of its parts, each an upper bound for a dictation; files that are decoded in batches take more.
What is counted is what stays taken between two dictations, as it is measured later. "Measured" is
resident memory of a worker process with random weights of the real sizes, one and two threads, sounds
of 6 to 28 s, on busy machines with x86-64 and CTranslate2 4.8:

- The process with all libraries, after it has heard half a minute: 215 MB. Measured with a model of
  nothing: 142 MB when loaded with int8, 160 MB with float32, and 194 to 215 MB in the end.
- The weights: matrices in the arithmetic that is asked for, whatever type the file has; the rest in
  full (on a CPU) or half precision.
- What the decoder keeps of the sound: keys and values of 1500 positions in each of its layers.
- On a graphics card what the encoder works on as well: the scores between 1500 positions in each of
  its heads (64 wide), and both sides of its widest layer. A processor gives this back.

Measured after dictations: base (99 million numbers, since its projection is stored apart) 245 to 300 MB
with int8 and 572 to 608 MB with float32, for which the sum is 0.36 and 0.65 GB; small (281 million) 501 MB
and 1,388 MB, for which it is 0.63 and 1.45 GB. While its encoder was at work, base took up to 390 and
680 MB, small 627 and 1,496 MB; and while a file of half precision is turned into int8, for some seconds,
small took 782 MB.

On a graphics card nothing could be measured. The README of faster-whisper gives 4,525 MB for large-v2
with float16 and 2,926 MB with int8, CUDA itself included; what the other parts leave of these is 1.1 GB.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import ModelError
from engine.models.catalog import Model, named
from engine.models.devices import PREFERRED, Device, choose_arithmetic
from engine.models.loaded import Place
from engine.models.on_disk import find
from engine.models.weights import Weights, read_weights
from engine.registry import Option

PROCESS_BYTES = 215_000_000
"""A worker with faster-whisper and CTranslate2 loaded, and its buffers for sound."""

CARD_BYTES = 1_100_000_000
"""CUDA with cuBLAS and cuDNN on a graphics card, and what several beams keep."""

SPHINX_BYTES = 170_000_000
"""PocketSphinx with its packaged model: 125 MB were measured when loaded, 143 MB after a dictation."""

POSITIONS = 1500
"""Positions of the encoder for a window of 30 s."""

HEAD_WIDTH = 64
"""Width of an attention head in all Whisper models."""

REST_SHARE = 0.03
"""Share of the parameters that are in no matrix: 2.6 % in base, less in larger models."""


@dataclass(frozen=True, slots=True)
class Size:
    """What the memory of a model depends on.

    Attributes:
        matrices: Numbers in matrices, whose type follows the arithmetic.
        rest: All other numbers.
        width: Of the encoder.
        decoder_layers: Layers of the decoder.
    """

    matrices: int
    rest: int
    width: int
    decoder_layers: int


def estimated_bytes(recognizer: str, options: Mapping[str, Option], place: Place) -> int:
    """What a recogniser will take, before it is loaded.

    Args:
        recognizer: Its name in `engine.registry`.
        options: Keyword arguments for its constructor; of Whisper's, model and arithmetic count.
        place: Whose memory: the machine's, or a graphics card's.
    """
    if recognizer != "whisper":
        return SPHINX_BYTES
    device: Device = "cuda" if place == "cuda" else "cpu"
    return model_bytes(str(options.get("model", "")), str(options.get("compute_type", "auto")), device)


def model_bytes(model: str, compute_type: str, device: Device = "cpu") -> int:
    """What a Whisper model will take on a device: of one on disk its own numbers, else the table's.

    Of a model that is in neither, nothing is known but what the process takes.

    Args:
        model: A name, a path, or a repository of the hub.
        compute_type: "auto", or one of CTranslate2's; where the device lacks it, what comes nearest.
        device: Where it will run.
    """
    size = _size_of(model)
    arithmetic, _ = choose_arithmetic(device, compute_type, PREFERRED[device])
    if size is None:
        return CARD_BYTES if device == "cuda" else PROCESS_BYTES
    return size_bytes(size, arithmetic, device)


def size_bytes(size: Size, compute_type: str, device: Device) -> int:
    """The sum for a size; see the top of this file.

    Args:
        size: Of the model.
        compute_type: One of CTranslate2's that the device has.
        device: Where it will run.
    """
    each = 1 if compute_type.startswith("int8") else 2 if compute_type.endswith("float16") else 4
    plain = 2 if compute_type.endswith("float16") else 4
    weights = size.matrices * each + size.rest * plain
    kept = 2 * size.decoder_layers * POSITIONS * size.width * plain
    scores = size.width // HEAD_WIDTH * POSITIONS * POSITIONS * plain
    widest = 2 * POSITIONS * 4 * size.width * plain
    if device == "cuda":
        return CARD_BYTES + weights + kept + scores + widest
    return PROCESS_BYTES + weights + kept


def _size_of(model: str) -> Size | None:
    folder = find(model)
    if folder is not None:
        try:
            return _measured(read_weights(folder / "model.bin"))
        except ModelError:
            return None
    known = named(model)
    return _tabled(known) if known else None


def _measured(weights: Weights) -> Size:
    rest = weights.parameters - weights.matrices
    return Size(weights.matrices, rest, weights.width, weights.decoder_layers)


def _tabled(model: Model) -> Size:
    count = model.parameters * 1_000_000
    return Size(count, round(count * REST_SHARE), model.width, model.decoder_layers)
