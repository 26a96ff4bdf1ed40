"""`utter record` with a language model: its text is waited for, and nobody is there to accept it."""

from __future__ import annotations

import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest

from engine.audio.format import FRAME
from engine.events import EnhancementGrew, Event, StateChanged
from engine.settings.load import load
from engine.state import DictationState
from tests.engine.audio.scripted import ByLevel, ScriptedSource
from tests.support.enhanced_session import GOOD, SPOKEN, saying
from tests.support.gated import Gated
from tests.support.ollama_server import OllamaServer, running_ollama
from tui.cli import one_dictation, record

TIDIED = "The report is due on Friday and bob will send it to all the people.\n"
READABLE = "Um the report is due on Friday and bob will send it to all the people.\n"

Record = Callable[..., Awaitable[int]]


@pytest.fixture
async def server() -> AsyncIterator[OllamaServer]:
    with running_ollama() as running:
        running.answer = lambda _: GOOD
        yield running


@pytest.fixture
def recording(monkeypatch: pytest.MonkeyPatch, server: OllamaServer) -> Record:
    """Records a file in which `SPOKEN` is said, and gives the exit code."""
    said = saying(SPOKEN)
    source = ScriptedSource(kind="file")

    def play() -> None:
        assert source.sink is not None
        source.push(said.sound(0, len(said.voice)), FRAME)
        source.sink.ended()

    source.on_start = play
    monkeypatch.setattr("engine.audio.recorder.StreamingVoice", ByLevel)
    monkeypatch.setattr("engine.registry.build_source", lambda kind, what: source)
    Gated(said.words).install(monkeypatch)

    async def run(**overrides: Any) -> int:
        changed = {key.replace("__", "."): value for key, value in overrides.items()}
        settings = load(
            overrides={
                "recognition.recognizer": "pocketsphinx",
                "audio.preroll_s": 0.0,
                "enhancement.enhancer": "ollama",
                "ollama.host": server.host,
                **changed,
            }
        ).settings
        return await record._dictate(record._without_review(settings), "said.wav", None)

    return run


@pytest.mark.parametrize("policy", ["enhanced", "accept"])
async def test_the_text_of_the_model_is_printed(
    recording: Record, server: OllamaServer, capsys: pytest.CaptureFixture[str], policy: str
) -> None:
    assert await recording(delivery__policy=policy) == 0
    told = capsys.readouterr()
    assert told.out == f"{GOOD}\n"
    assert told.err == ""


async def test_raw_text_stays_raw_and_no_server_is_asked(
    recording: Record, server: OllamaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await recording(delivery__policy="raw") == 0
    assert capsys.readouterr() == (READABLE, "")
    assert server.requests == []


async def test_an_answer_that_is_refused_is_told(
    recording: Record, server: OllamaServer, capsys: pytest.CaptureFixture[str]
) -> None:
    server.answer = lambda _: "As an AI language model I cannot do that."
    assert await recording() == 0
    told = capsys.readouterr()
    assert told.out == READABLE
    assert told.err.startswith("utter: Refused: ")


async def test_a_slow_model_is_waited_for(
    recording: Record,
    server: OllamaServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.tasks.PATIENCE_S", 0.0)
    server.first_token_s = 0.3
    assert await recording() == 0
    assert capsys.readouterr().out == f"{GOOD}\n"


async def test_ctrl_c_while_the_model_writes_ends_it_with_a_text(
    recording: Record,
    server: OllamaServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    server.tokens_per_s = 10.0
    recognized = StateChanged(DictationState.READY, DictationState.FINISHING)
    told: list[Event] = []
    tell = one_dictation._tell

    def press(event: Event) -> int | None:
        told.append(event)
        if recognized in told and isinstance(event, EnhancementGrew) and "report" in event.text:
            monkeypatch.setattr(one_dictation, "_tell", tell)
            os.kill(os.getpid(), signal.SIGINT)
        return tell(event)

    monkeypatch.setattr(one_dictation, "_tell", press)
    assert await recording() == 0
    assert capsys.readouterr() == (TIDIED, "utter: Stopped; tidy edited the text.\n")
