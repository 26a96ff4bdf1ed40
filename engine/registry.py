"""Which implementations there are, by name: one row for each thing that can be plugged in.

A row names a module and a class in it; the module is imported when it is first asked for, so that
reading this table costs nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

from engine.audio.sources import AudioSource
from engine.deliver.inject.window_backend import WindowBackend
from engine.deliver.offer import Offer
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Target
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
    "remote": "engine.audio.remote:RemoteSource",
    "unix": "engine.audio.raw_socket:SocketSource",
}
"""Name of a source → module and class that satisfy `engine.audio.sources.AudioSource`."""

TARGETS: dict[str, str] = {
    "clipboard": "engine.deliver.clipboards:clipboard_target",
    "tmux": "engine.deliver.inject.tmux:TmuxPane",
    "kitty": "engine.deliver.inject.kitty:KittyWindow",
    "wezterm": "engine.deliver.inject.wezterm:WeztermPane",
    "screen": "engine.deliver.inject.screen:ScreenWindow",
    "window": "engine.deliver.window:FocusedWindow",
    "file": "engine.deliver.file:File",
    "command": "engine.deliver.command:CommandInput",
    "stdout": "engine.deliver.stdout:StandardOutput",
}
"""Kind of a destination → module and what makes, of what the destination says and of `Surroundings`, a
thing that satisfies `engine.deliver.target.Target`."""

WINDOW_BACKENDS: dict[str, str] = {
    "xdotool": "engine.deliver.inject.x11:Xdotool",
    "wtype": "engine.deliver.inject.wtype:Wtype",
    "dotool": "engine.deliver.inject.dotool:Dotool",
    "ydotool": "engine.deliver.inject.ydotool:Ydotool",
    "macos": "engine.deliver.inject.macos:SystemEvents",
    "windows": "engine.deliver.inject.windows:SendInput",
}
"""Name of a way into the focused window → module and class that satisfy
`engine.deliver.inject.window_backend.WindowBackend`; the first that can work is used."""

PANES: tuple[str, ...] = (
    "engine.deliver.inject.tmux:offers",
    "engine.deliver.inject.kitty:offers",
    "engine.deliver.inject.wezterm:offers",
    "engine.deliver.inject.screen:offers",
)
"""Functions that, given the environment, list the panes there are, as `Offer`s."""


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
        what: The microphone's name ("" is the system's default), the file, or the path of the socket ("" is
            the usual one).
    """
    return cast("AudioSource", _build(SOURCES[kind], what))


def build_target(kind: str, what: str, around: Surroundings) -> Target:
    """Make a target, without looking whether it is there.

    Args:
        kind: A key of `TARGETS`.
        what: Which one, as a `Destination` says.
        around: The user's options and the environment.
    """
    return cast("Target", _build(TARGETS[kind], what, around))


def build_window_backend(name: str, environ: Mapping[str, str]) -> WindowBackend:
    """Make the way into the focused window of that name, a key of `WINDOW_BACKENDS`."""
    return cast("WindowBackend", _build(WINDOW_BACKENDS[name], environ))


async def list_panes(environ: Mapping[str, str]) -> list[Offer]:
    """List all panes that there are, of all programs that have some."""
    listed = await asyncio.gather(*(_build(row, environ) for row in PANES))
    return [offer for offers in listed for offer in offers]


def _build(row: str, *args: object, **kwargs: object) -> Any:
    module, _, attribute = row.partition(":")
    return getattr(import_module(module), attribute)(*args, **kwargs)
