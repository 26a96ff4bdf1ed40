"""The recogniser of one dictation while models are chosen, given up and refused; stand-ins for models."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.errors import RecognitionError
from engine.models.cache import Limits, ModelCache, Wanted
from engine.speech.dictation_model import DictationModel
from engine.speech.recognizer import Context
from tests.support.gated import Gated

LONG_S = 60.0


class Model(Gated):
    """A model that may refuse to be loaded."""

    error: RecognitionError | None = None

    def load(self) -> None:
        if self.error is not None:
            raise self.error
        super().load()


class Desk:
    """Models by name, one of which is chosen."""

    def __init__(self) -> None:
        self.models = {name: Model() for name in ("first", "second", "third")}
        self.chosen = "first"
        self.told: list[str] = []
        self.cache: ModelCache[Model] = ModelCache(
            lambda: Limits(1000, 0, None, 0), changed=lambda: None, tell=self.told.append
        )
        self.model = DictationModel(self.cache, lambda: self.wanted(self.chosen), self.told.append)

    def wanted(self, name: str) -> Wanted[Model]:
        return Wanted(name, name, 100, "memory", lambda: self.models[name])

    def open(self) -> str:
        """Begin and end an utterance; the name of the model that took it."""
        before = {name: len(model.contexts) for name, model in self.models.items()}
        self.model.open(Context()).discard()
        (name,) = [name for name, model in self.models.items() if len(model.contexts) > before[name]]
        return name


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_choice_is_followed_with_the_next_utterance(desk: Desk) -> None:
    assert desk.open() == "first"
    desk.chosen = "second"
    assert desk.open() == "second"
    assert desk.open() == "second"
    desk.model.unload()
    assert {model.name: (model.uses, model.in_use) for model in desk.cache.loaded()} == {
        "first": (1, False),
        "second": (1, False),
    }


def test_where_the_new_model_fails_the_one_before_goes_on_and_this_is_said_once(desk: Desk) -> None:
    assert desk.open() == "first"
    desk.models["second"].error = RecognitionError("It is broken.", "Fetch it.")
    desk.chosen = "second"
    assert [desk.open() for _ in range(3)] == ["first"] * 3
    assert desk.told == ["first goes on, because second cannot be used: It is broken. Fetch it."]
    desk.chosen = "third"
    assert desk.open() == "third"


def test_a_load_that_hangs_is_left_for_another_choice(desk: Desk) -> None:
    desk.models["first"].hold("load")
    opened: list[str] = []
    speaking = threading.Thread(target=lambda: opened.append(desk.open()))
    speaking.start()
    asyncio.run(desk.models["first"].reached("load"))
    assert desk.model.loading
    desk.chosen = "second"
    assert desk.cache.stop_loading("first")
    speaking.join(LONG_S)
    assert opened == ["second"]
    assert not desk.model.loading
    assert not desk.cache.stop_loading("second"), "it is loaded, and stays"


def test_without_a_model_nothing_is_opened_and_the_next_choice_is_tried(desk: Desk) -> None:
    desk.models["first"].error = RecognitionError("It is broken.", "Fetch it.")
    with pytest.raises(RecognitionError, match="It is broken"):
        desk.open()
    desk.chosen = "third"
    assert desk.open() == "third"
