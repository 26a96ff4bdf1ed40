"""Files are edited by the enhancer that is set: through the real client, and by tidy as the user has it.

The recogniser is left out: what is heard is given.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import paths
from engine.speech.recognizer import Segment
from engine.speech.spoken_language import SpokenLanguage
from engine.speech.words import Words
from engine.transcribe import FileTranscriber, FileTranscript
from tests.support.enhanced_session import GOOD, SPOKEN
from tests.support.file_talk import transcriber_for
from tests.support.ollama_script import Messages, dictated
from tests.support.ollama_server import OllamaServer


@pytest.fixture
def server(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> OllamaServer:
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    return server


@pytest.fixture(autouse=True)
def heard(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The phrases that are heard in a file."""
    phrases = [SPOKEN]

    def work(self, path, clock, progress, cancelled):
        progress(1.0)
        segments = tuple(Segment(text, at * 5.0, at * 5.0 + 4.0) for at, text in enumerate(phrases))
        return Words(segments, language=SpokenLanguage("en")), 5.0 * len(segments)

    monkeypatch.setattr(FileTranscriber, "_work", work)
    return phrases


async def transcribed(
    told: list[str], shares: list[float] | None = None, **settings: str | bool
) -> FileTranscript:
    chosen = {key.replace("__", "."): value for key, value in settings.items()}
    transcriber = transcriber_for("pocketsphinx", told, **chosen)
    try:
        return await transcriber.transcribe(Path("talk.wav"), (shares if shares is not None else []).append)
    finally:
        transcriber.close()


def edited(messages: Messages) -> str:
    return " ".join(GOOD for _ in range(dictated(messages).casefold().count("um the report")))


async def test_a_language_model_edits_a_file_in_pieces(
    server: OllamaServer, told: list[str], heard: list[str]
) -> None:
    heard *= 30
    server.answer = edited
    shares: list[float] = []
    found = await transcribed(told, shares)
    assert found.text == " ".join([GOOD] * 30)
    assert found.raw == " ".join(heard)
    assert told == []
    assert len(server.asked()) == len(shares) - 2 > 2
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.5, 1.0)
    assert found.stages_ms["enhancement"] > 0


async def test_why_the_model_did_not_edit_is_told(server: OllamaServer, told: list[str]) -> None:
    server.fail("status", times=None, text="out of order")
    assert (await transcribed(told)).text
    (line,) = told
    assert "out of order" in line
    assert line.endswith("tidy edited the text.")


async def test_without_a_server_tidy_edits_and_the_progress_is_that_of_recognition(told: list[str]) -> None:
    shares: list[float] = []
    found = await transcribed(told, shares)
    assert found.text == "The report is due on Friday and bob will send it to all the people."
    assert set(shares) == {1.0}
    assert told == []


async def test_with_enhancement_off_no_word_is_changed(server: OllamaServer, told: list[str]) -> None:
    found = await transcribed(told, enhancement__enabled=False)
    assert found.text == "Um the report is due on Friday and bob will send it to all the people."
    assert server.requests == []


async def test_tidy_knows_the_rules_and_words_of_the_user(told: list[str]) -> None:
    own = paths.config_file()
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text('[tidy]\nfillers = false\n[replacements]\n"all the people" = "everyone"\n')
    found = await transcribed(told)
    assert found.text == "Um the report is due on Friday and bob will send it to everyone."


async def test_in_a_file_without_words_there_is_nothing_to_edit(
    server: OllamaServer, told: list[str], heard: list[str]
) -> None:
    heard.clear()
    assert (await transcribed(told)).text == ""
    assert server.asked() == []
