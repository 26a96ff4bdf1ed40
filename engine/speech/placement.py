"""Where a chosen model goes, how much room it asks for there, and how much room there is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from engine import machine, paths
from engine.models import cuda
from engine.models.aliases import names_of
from engine.models.graphics import cards, total_bytes
from engine.models.loaded import Place
from engine.models.memory import estimated_bytes
from engine.models.on_disk import find
from engine.models.wanted import Limits, Wanted
from engine.settings.schema import Settings
from engine.speech.process import RecognizerProcess
from engine.speech.selection import Choice


class Placement:
    """Turns choices into what a cache of models is asked for, and settings into its limits.

    All methods read the disk, and may ask for graphics cards: not for the event loop's thread.
    """

    def __init__(self, settings: Callable[[], Settings]) -> None:
        """Nothing is read yet; `settings` gives the settings in force, on any thread."""
        self._settings = settings

    def wanted(self, choice: Choice) -> Wanted[RecognizerProcess]:
        """What the cache is asked for.

        Two names of one folder are one model. What a graphics card has no room for goes to the CPU.
        """
        if choice.name != "whisper":
            return _placed(choice, choice.key, (), "memory")
        model = str(choice.options.get("model", choice.model))
        folder = find(model)
        key, also = choice.key, names_of(model, folder)
        if folder is not None:
            key = replace(choice, options=choice.options | {"model": str(folder.resolve())}).key
        if not _may_use_card(choice):
            return _placed(choice, key, also, "memory")
        off_card = replace(choice, options=choice.options | {"device": "cpu"})
        return replace(_placed(choice, key, also, "cuda"), instead=_placed(off_card, key, also, "memory"))

    def limits(self) -> Limits:
        """What the settings allow, of the memory that this machine and its cards have.

        A card that does not tell its size is taken to have what the machine has.
        """
        models = self._settings().models
        memory, card = machine.memory_bytes(), total_bytes()
        on_card = machine.parse_memory(models.memory, card or memory)
        return Limits(
            machine.parse_memory(models.memory, memory),
            min(on_card, card) if card else on_card,
            models.idle_minutes * 60 or None,
            models.reload_after,
        )

    def free(self, place: Place) -> int | None:
        """Bytes that nobody has taken; None where that is unknown, or where the settings alone count.

        A machine may move an amount that somebody asks for out of the way of others. A card cannot.
        """
        if place == "cuda":
            return min((card.free_bytes for card in cards() if card.total_bytes), default=None)
        return machine.available_bytes() if self._settings().models.memory == "auto" else None


def _may_use_card(choice: Choice) -> bool:
    """Whether a model is expected on a card: CUDA was found to work, or nobody tried and there is one."""
    if choice.options.get("device") == "cpu":
        return False
    works = cuda.known_to_work()
    return total_bytes() > 0 if works is None else works


def _placed(choice: Choice, key: str, also: tuple[str, ...], place: Place) -> Wanted[RecognizerProcess]:
    size = estimated_bytes(choice.name, choice.options, place)
    return Wanted(key, choice.label, size, place, lambda: _process(choice), also)


def _process(choice: Choice) -> RecognizerProcess:
    return RecognizerProcess(choice.name, choice.options, log=paths.log_file())
