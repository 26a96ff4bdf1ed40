"""Decides which recogniser a session uses, and says so where the choice has a cost."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace

from engine.models.catalog import how_to_get
from engine.models.languages import AUTO, ENGLISH
from engine.models.on_disk import find, flaw, incomplete
from engine.models.shelf_model import BUILT_IN
from engine.registry import Option
from engine.settings.schema import RecognitionSettings

LIMITED = "Using the built-in recogniser (PocketSphinx); its accuracy is limited."


@dataclass(frozen=True, slots=True)
class Choice:
    """A recogniser to build.

    Attributes:
        name: Its row in `engine.registry.RECOGNIZERS`.
        model: The model's name as shown to people.
        options: Keyword arguments for its constructor; plain values that travel to a process.
        remark: One plain line for the user; empty when there is nothing to add.
        fallback: Whether PocketSphinx may stand in when this one cannot be loaded.
    """

    name: str
    model: str
    options: dict[str, Option] = field(default_factory=dict)
    remark: str = ""
    fallback: bool = False

    @property
    def label(self) -> str:
        """The model's name in lists of models and in messages about them."""
        return BUILT_IN if self.name == "pocketsphinx" else self.model

    @property
    def key(self) -> str:
        """What tells one loaded model from another."""
        return json.dumps([self.name, self.options], sort_keys=True)


def choose(settings: RecognitionSettings) -> Choice:
    """The recogniser for `settings`.

    With "auto" it is Whisper when the model's weights are on disk, else PocketSphinx at once, with
    a remark that says how to get the better model. Never touches the network.
    """
    match settings.recognizer:
        case "whisper":
            return _whisper(settings)
        case "pocketsphinx":
            return built_in()
        case "auto":
            if find(settings.model) is not None:
                return replace(_whisper(settings), fallback=settings.language in (ENGLISH, AUTO))
            part = incomplete(settings.model)
            broken = f"The Whisper model in {part} {flaw(part)}. " if part else ""
            remark = f"{broken}{LIMITED} {how_to_get(settings.model)}"
            return replace(built_in(), remark=remark)


def asked_for(settings: RecognitionSettings) -> Choice:
    """The recogniser that `settings` ask for, whether or not it is there; does not touch the disk."""
    return built_in() if settings.recognizer == "pocketsphinx" else _whisper(settings)


def stand_in(settings: RecognitionSettings, problem: str) -> Choice:
    """PocketSphinx in the place of a recogniser that could not be loaded because of `problem`."""
    return replace(built_in(), remark=f"{problem} {LIMITED}")


def named(settings: RecognitionSettings, model: str) -> Choice:
    """The Whisper model of that name, with the device and arithmetic of the settings."""
    return _whisper(settings.model_copy(update={"model": model}))


def _whisper(settings: RecognitionSettings) -> Choice:
    options: dict[str, Option] = {
        "model": settings.model,
        "device": settings.device,
        "compute_type": settings.compute_type,
        "threads": settings.threads,
    }
    return Choice("whisper", settings.model, options)


def built_in() -> Choice:
    """PocketSphinx with the model of its package."""
    return Choice("pocketsphinx", "en-us")
