"""Where a chosen model goes, how much room it asks for there, and how much room there is."""

from __future__ import annotations

from collections.abc import Callable

from engine import machine, paths
from engine.models.graphics import total_bytes
from engine.models.loaded import LoadedModel, Place
from engine.models.memory import estimated_bytes
from engine.models.shelf_rows import device_of
from engine.models.wanted import Limits, Wanted
from engine.settings.schema import Settings
from engine.speech.process import RecognizerProcess
from engine.speech.selection import Choice


class Placement:
    """Turns choices into what a cache of models is asked for, and settings into its limits."""

    def __init__(
        self, settings: Callable[[], Settings], loaded: Callable[[], tuple[LoadedModel, ...]]
    ) -> None:
        """Nothing is read yet.

        Args:
            settings: Gives the settings in force, on any thread.
            loaded: Gives what is in memory, on any thread.
        """
        self._settings = settings
        self._loaded = loaded

    def wanted(self, choice: Choice) -> Wanted[RecognizerProcess]:
        """What the cache is asked for; reads the model's size from the disk."""
        on_card = choice.name == "whisper" and device_of(self._settings().recognition) == "cuda"
        place: Place = "cuda" if on_card else "memory"
        size = estimated_bytes(choice.name, choice.options, place)
        return Wanted(choice.key, choice.label, size, place, lambda: _process(choice))

    def limits(self) -> Limits:
        """What the settings and the machine allow at this moment."""
        models = self._settings().models
        allowed = machine.parse_memory(models.memory, machine.memory_bytes())
        if models.memory == "auto":
            taken = sum(model.memory_bytes for model in self._loaded() if model.place == "memory")
            allowed = min(allowed, taken + machine.available_bytes())
        return Limits(
            allowed,
            machine.parse_memory(models.memory, total_bytes()),
            models.idle_minutes * 60 or None,
            models.reload_after,
        )


def _process(choice: Choice) -> RecognizerProcess:
    return RecognizerProcess(choice.name, choice.options, log=paths.log_file())
