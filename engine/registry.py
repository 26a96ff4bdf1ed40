"""Which implementations there are, by name: one row for each thing that can be plugged in.

A row names a module and a class in it; the module is imported when it is first asked for, so that
reading this table costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

from engine.audio.sources import AudioSource
from engine.enhance.enhancer import Enhancer
from engine.errors import RecognitionError
from engine.speech.recognizer import Recognizer

Option: TypeAlias = str | int | float | list[str] | list[float]
"""A recogniser's option: what JSON carries, for it may travel to another process."""

RECOGNIZERS: dict[str, str] = {
    "whisper": "engine.speech.whisper:Whisper",
    "pocketsphinx": "engine.speech.sphinx:Sphinx",
}
"""Name of a recogniser → module and class that satisfy `engine.speech.recognizer.Recognizer`."""

ENHANCERS: dict[str, str] = {
    "tidy": "engine.enhance.tidy:Tidy",
    "ollama": "engine.enhance.ollama.ollama:Ollama",
}
"""Name of an enhancer → module and class that satisfy `engine.enhance.enhancer.Enhancer`."""

SOURCES: dict[str, str] = {
    "microphone": "engine.audio.microphone:Microphone",
    "file": "engine.audio.file:FileSource",
}
"""Name of a source → module and class that satisfy `engine.audio.sources.AudioSource`."""


def build_recognizer(name: str, options: Mapping[str, Option]) -> Recognizer:
    """Make the named recogniser in this process, without loading its model.

    Args:
        name: A key of `RECOGNIZERS`.
        options: Its keyword arguments.

    Raises:
        RecognitionError: There is no recogniser of that name.
    """
    if name not in RECOGNIZERS:
        known = ", ".join(sorted(RECOGNIZERS))
        raise RecognitionError(
            f'There is no recogniser named "{name}".', f"Set recognition.recognizer to one of: {known}."
        )
    return cast("Recognizer", _build(RECOGNIZERS[name], **options))


def build_enhancer(name: str, **options: object) -> Enhancer:
    """Make the named enhancer, a key of `ENHANCERS`, with its keyword arguments."""
    return cast("Enhancer", _build(ENHANCERS[name], **options))


def build_source(kind: str, what: str | Path) -> AudioSource:
    """Make a source of sound, without opening it.

    Args:
        kind: A key of `SOURCES`.
        what: The microphone's name ("" is the system's default), or the file.
    """
    return cast("AudioSource", _build(SOURCES[kind], what))


def _build(row: str, *args: object, **kwargs: object) -> Any:
    module, _, attribute = row.partition(":")
    return getattr(import_module(module), attribute)(*args, **kwargs)
