"""What a user can do with models: see them, fetch them, choose, load, unload, remove."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from engine.background import in_background
from engine.errors import EngineError
from engine.events import DownloadChanged, Event, ModelsChanged, Notice
from engine.language_choice import misfit
from engine.models.catalog import how_to_get, meant
from engine.models.download import Download
from engine.models.loaded_file import LoadedFile
from engine.models.on_disk import find
from engine.models.progress import Progress
from engine.models.removal import Removed, remove
from engine.models.shelf_model import BUILT_IN, ShelfModel
from engine.models.shelf_rows import known_models
from engine.preferences import Preferences
from engine.speech.host import RecognizerHost
from engine.speech.selection import Choice, asked_for, built_in, named

NOTE_S = 0.2
"""Seconds after a change until other programs can read of it."""

MODEL, RECOGNIZER = "recognition.model", "recognition.recognizer"


class ModelShelf:
    """The models of one session. All calls return at once; what becomes of them is told by events."""

    def __init__(
        self,
        preferences: Preferences,
        host: RecognizerHost,
        publish: Callable[[Event], None],
        spawn: Callable[[Coroutine[Any, Any, None]], asyncio.Task[None]],
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._preferences = preferences
        self._host = host
        self._publish = publish
        self._spawn = spawn
        self._downloads: dict[str, Download] = {}
        self._progress: dict[str, Progress] = {}
        self._loop = asyncio.get_running_loop()
        self._file = LoadedFile()
        self._noting = False
        self._writing = threading.Lock()
        self._closed = False

    async def begin(self) -> None:
        """Load what the settings name for the start: the chosen model, then all others side by side."""
        await self._host.load()
        for name in dict.fromkeys(self._preferences.settings.models.preload):
            if name != self._host.choice.label:
                self._spawn(self._preload(name))

    def note(self) -> None:
        """Hear that other models are in memory, and let other programs know."""
        if not self._noting:
            self._noting = True
            self._spawn(self._note())

    async def rows(self) -> tuple[ShelfModel, ...]:
        """All models that have a name or are on disk, the built-in one first; reads the disk."""
        settings = self._preferences.settings.recognition
        known = await asyncio.to_thread(known_models, settings)
        loaded = self._host.loaded()
        current, default = self._host.choice.label, asked_for(self._preferences.lasting.recognition).label
        rows = []
        for row in known:
            name = row.name
            rows.append(
                replace(
                    row,
                    chosen=name == current,
                    default=name == default,
                    loaded=next((model for model in loaded if model.is_called(name)), None),
                    download=self._progress.get(name),
                )
            )
        return tuple(rows)

    def choose(self, name: str) -> None:
        """Use a model from the next phrase on, until the program ends."""
        self._spawn(self._choose(name, lasting=False))

    def make_default(self, name: str) -> None:
        """Use a model from the next phrase on, and at the next start."""
        self._spawn(self._choose(name, lasting=True))

    def load(self, name: str) -> None:
        """Bring a model into memory."""
        self._spawn(self._preload(name))

    def unload(self, name: str) -> None:
        """Let a model go; refused with a notice while a dictation needs it."""
        self._spawn(self._host.unload(self._choice(name)))

    def download(self, name: str) -> None:
        """Fetch a model; what is on disk of it already counts. Nothing happens while it is fetched.

        Args:
            name: Its name, a repository, or the address of its page on a hub.
        """
        name = meant(name)
        if name not in self._downloads:
            self._downloads[name] = Download(name, self._on_progress)
            self._spawn(self._fetch(name))

    def cancel_download(self, name: str) -> None:
        """Stop fetching a model; what is there stays, for another try."""
        if name in self._downloads:
            self._downloads[name].cancel()

    def remove(self, name: str) -> None:
        """Delete utter's own copy of a model; refused with a notice while it is loaded."""
        self._spawn(self._remove(name))

    def close(self) -> None:
        """Stop all downloads."""
        for download in self._downloads.values():
            download.cancel()

    def forget(self) -> None:
        """Let other programs know that nothing is in memory any more. After all tasks have ended."""
        with self._writing:
            self._closed = True
            self._file.remove()

    async def _note(self) -> None:
        """Write the newest list; changes that come in quick succession cost one write."""
        await asyncio.sleep(NOTE_S)
        self._noting = False
        await asyncio.to_thread(self._write)

    def _write(self) -> None:
        with self._writing:
            if not self._closed:
                self._file.write(self._host.loaded())

    async def _preload(self, name: str) -> None:
        if await self._is_here(name):
            await self._host.preload(self._choice(name))

    async def _is_here(self, name: str) -> bool:
        """Whether a model is on this machine; where it is not, it is said how to get it."""
        if name == BUILT_IN or await asyncio.to_thread(find, name) is not None:
            return True
        self._publish(Notice("warning", f"{name} is not on this machine.", how_to_get(name)))
        return False

    def _choice(self, name: str) -> Choice:
        settings = self._preferences.settings.recognition
        return built_in() if name == BUILT_IN else named(settings, name)

    async def _choose(self, name: str, *, lasting: bool) -> None:
        if not await self._is_here(name):
            return
        settings = self._preferences.settings.recognition
        if why := await asyncio.to_thread(misfit, self._choice(name), settings):
            self._publish(
                Notice("warning", why, "Choose another language first, or another model.", "language")
            )
            return
        change = self._preferences.keep if lasting else self._preferences.try_out
        if name == BUILT_IN:
            change(RECOGNIZER, "pocketsphinx")
        else:
            change(RECOGNIZER, "auto")
            change(MODEL, name)
        if lasting:  # nothing else may have changed than what the next start begins with
            self._publish(ModelsChanged(self._host.loaded()))
        await self._host.follow()

    async def _fetch(self, name: str) -> None:
        download = self._downloads[name]
        try:
            await in_background(download.run, f"download {name}")
        except EngineError as error:
            self._publish(Notice("warning", error.what, error.remedy))
        finally:
            self._downloads.pop(name, None)
        if name == self._preferences.settings.recognition.model:
            await self._host.follow()

    async def _remove(self, name: str) -> None:
        loaded = [model.name for model in self._host.loaded()]

        def unless_loaded() -> Removed:
            return remove(name, in_use=[folder for one in loaded if (folder := find(one)) is not None])

        try:
            removed = await asyncio.to_thread(unless_loaded)
        except EngineError as error:
            self._publish(Notice("warning", error.what, error.remedy))
            return
        self._progress.pop(name, None)
        what = name if removed.whole else f"What had come of {name}"
        self._publish(Notice("information", f"{what} was removed from the disk."))
        self._publish(ModelsChanged(self._host.loaded()))

    def _on_progress(self, progress: Progress) -> None:
        """On the download's thread."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._show, progress)

    def _show(self, progress: Progress) -> None:
        self._progress[progress.model] = progress
        self._publish(DownloadChanged(progress))
