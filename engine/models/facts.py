"""What a model knows and how fast it is: its weights tell where they are there, else the table of names."""

from __future__ import annotations

from pathlib import Path

from engine.errors import ModelError
from engine.models.catalog import Speed, named, speed_of
from engine.models.on_disk import find
from engine.models.weights import Weights, read_weights


def languages_of(model: str) -> int:
    """How many languages a Whisper model knows: 1 is English, 0 is not known. Reads the disk."""
    return facts_of(model, find(model))[0]


def facts_of(model: str, folder: Path | None) -> tuple[int, Speed | str]:
    """Languages, as in `languages_of`, and speed, empty where it is not known.

    Of models that were trained for English alone with the vocabulary of all languages only the table knows.

    Args:
        model: Its name.
        folder: Where it lies; None when it is not on this machine.
    """
    known, weights = named(model), _weights(folder)
    if weights is None or not weights.width:
        return (known.languages, known.speed) if known else (0, "")
    narrowed = known is not None and known.english_only and not known.name.endswith(".en")
    languages = weights.languages or (known.languages if known else 0)
    return 1 if narrowed else languages, speed_of(weights.width, weights.decoder_layers)


def _weights(folder: Path | None) -> Weights | None:
    try:
        return read_weights(folder / "model.bin") if folder else None
    except ModelError:
        return None
