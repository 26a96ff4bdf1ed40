"""The language of a dictation through a whole session: told once, with the first firm words, and obeyed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from engine.audio.file import FileSource
from engine.events import (
    Delivered,
    DictationFailed,
    Enhanced,
    EnhancementGrew,
    LanguageHeard,
    Measured,
    Notice,
    RecognizerChanged,
    SettingChanged,
    TranscriptChanged,
)
from tests.support import random_whisper
from tests.support.dictating import driving
from tests.support.gated import Gated
from tests.support.scripted import Said, Speech, speech
from tests.support.scripted_dictation import sentence
from tests.support.scripted_session import Stage, staged
from tests.support.voices import SENTENCES, Voices

SAID = speech(sentence(4) * 2)
FIRST_SAID = SAID.words[4].first
"""Frames up to the second sentence."""


def saying(said: Speech, *texts: str) -> Speech:
    """The same sounds, with other words."""
    words = (Said(text, word.first, word.last) for text, word in zip(texts, said.words, strict=True))
    return Speech(tuple(words), said.voice)


def polyglot(*heard: tuple[str, float]) -> Gated:
    recognizer = Gated()
    recognizer.heard = list(heard)
    return recognizer


async def dictated(stage: Stage, said: Speech) -> None:
    """Dictate both sentences, the second one only once the first is firm."""
    number = len(stage.driver.all(Delivered)) + 1
    stage.session.start_recording()
    await stage.play(said, 0, FIRST_SAID)
    await stage.driver.wait_until(
        TranscriptChanged, lambda event: event.dictation == number and bool(event.committed)
    )
    await stage.play(said, FIRST_SAID, len(said.voice))
    stage.session.stop_recording()
    await stage.driver.wait_for(Delivered, dictation=number)


AUTO: dict[str, Any] = {"recognition__language": "auto"}


async def test_it_is_told_once_and_before_the_first_firm_words(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = polyglot(("de", 0.9), ("fr", 0.9))
    async with staged(monkeypatch, recognizer, **AUTO) as stage:
        await dictated(stage, SAID)
        assert stage.driver.all(LanguageHeard) == [LanguageHeard(1, "de", 0.9)]
        events = stage.driver.events
        firm = next(e for e in events if isinstance(e, TranscriptChanged) and e.committed)
        assert events.index(LanguageHeard(1, "de", 0.9)) < events.index(firm)
        assert [context.language for context in recognizer.contexts] == ["auto", "de"]
        await dictated(stage, SAID)
        assert recognizer.contexts[2].language == "auto", "each dictation finds out anew"
        assert [event.dictation for event in stage.driver.all(LanguageHeard)] == [1, 2]


async def test_a_language_that_is_given_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = polyglot(("fr", 0.9))
    async with staged(monkeypatch, recognizer, recognition__language="en") as stage:
        await dictated(stage, SAID)
        assert stage.driver.all(LanguageHeard) == []
        assert {context.language for context in recognizer.contexts} == {"en"}


@pytest.mark.parametrize(
    ("heard", "final"),
    [
        ("en", "I think i do. Well i know it."),
        ("de", "I think i do. Well i know it."),
    ],
)
async def test_the_rules_of_english_are_for_english_alone(
    monkeypatch: pytest.MonkeyPatch, heard: str, final: str
) -> None:
    said = saying(SAID, "i", "think", "i", "do", "well", "i", "know", "it")
    english = final.replace(" i ", " I ") if heard == "en" else final
    async with staged(monkeypatch, polyglot((heard, 0.9)), **AUTO) as stage:
        await dictated(stage, said)
        assert stage.session.final_text == english
        shown = [event.committed for event in stage.driver.all(TranscriptChanged) if event.committed]
        assert all(english.startswith(text) for text in shown)


async def test_the_text_made_in_advance_is_in_the_language_of_the_guess(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = saying(SAID, "um", "i", "think", "so", "um", "i", "do", "too")
    async with staged(monkeypatch, polyglot(("en", 0.9)), **AUTO) as stage:
        stage.session.start_recording()
        await stage.play(said, 0, len(said.voice))
        await stage.driver.wait_until(EnhancementGrew, lambda event: event.raw.endswith("too"))
        stage.session.stop_recording()
        await stage.driver.wait_for(Delivered)
        assert stage.session.final_text == "I think so. I do too."
        measured = await stage.driver.wait_until(Measured, lambda event: event.performance.dictations == 1)
        assert "cleanup" not in measured.performance.stages_ms, "made anew after the stop"


async def test_a_dictation_that_was_never_sure_ends_with_the_likeliest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = saying(SAID, "i", "think", "i", "do", "now", "i", "know", "it")
    async with staged(monkeypatch, polyglot(("nl", 0.2), ("en", 0.4)), **AUTO) as stage:
        await dictated(stage, said)
        assert stage.driver.all(LanguageHeard) == [LanguageHeard(1, "en", 0.4)]
        shown = [event.committed for event in stage.driver.all(TranscriptChanged) if event.committed]
        assert shown[0] == "I think i do", "no rules but those of all languages"
        assert stage.session.final_text == "I think I do. Now I know it."


async def test_a_translation_is_edited_as_english(monkeypatch: pytest.MonkeyPatch) -> None:
    said = saying(SAID, "um", "i", "think", "so", "um", "i", "do", "too")
    recognizer = polyglot(("de", 0.9))
    async with staged(monkeypatch, recognizer, recognition__translate=True, **AUTO) as stage:
        await dictated(stage, said)
        assert stage.driver.all(LanguageHeard) == [LanguageHeard(1, "de", 0.9)]
        assert stage.session.final_text == "I think so. I do too."
        assert all(context.translate for context in recognizer.contexts)


async def test_whisper_in_its_own_process_finds_it_out(tmp_path: Path, voices: Voices) -> None:
    folder = random_whisper.build(tmp_path / "base", bias={"<|de|>": 0.0})
    spoken = voices.speak(SENTENCES[1], "slt")
    whisper = {"recognition__recognizer": "whisper", "recognition__model": str(folder)}
    async with driving(FileSource(spoken.path), stop_at_end=True, **whisper, **AUTO) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_for(Delivered)
        (heard,) = driver.all(LanguageHeard)
        assert (heard.dictation, heard.language) == (1, "de")
        assert heard.probability > 0.9
        assert driver.session.final_text


async def test_a_language_that_the_recogniser_does_not_know_is_refused_at_once() -> None:
    async with driving(recognition__recognizer="pocketsphinx") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.live.set_language("de")
        notice = await driver.wait_for(Notice, severity="warning")
        assert notice.message == "built-in does not know German."
        assert driver.session.settings.recognition.language == "en"
        driver.session.live.set_language("auto")
        await driver.wait_for(SettingChanged, key="recognition.language", value="auto")


async def test_nothing_stands_in_for_a_model_that_lacks_the_language() -> None:
    model = str(random_whisper.shared(multilingual=False))
    chosen = {"recognition__recognizer": "auto", "recognition__model": model}
    async with driving(recognition__language="de", **chosen) as driver:
        failed = await driver.wait_for(RecognizerChanged, status="failed")
        assert (failed.name, failed.model) == ("whisper", model)
        assert "knows English only, not German" in failed.remark


async def test_a_change_to_a_model_that_lacks_the_language_costs_no_words(
    tmp_path: Path, voices: Voices
) -> None:
    german = str(random_whisper.build(tmp_path / "base", bias={"<|de|>": 0.0}))
    english = str(random_whisper.shared(multilingual=False))
    talk = voices.talk(tmp_path / "talk.wav", "slt", 3)
    whisper = {"recognition__recognizer": "whisper", "recognition__model": german}
    async with driving(FileSource(talk), stop_at_end=True, **whisper, **AUTO) as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.start_recording()
        await driver.wait_until(TranscriptChanged, lambda event: bool(event.committed))
        driver.session.models.choose(english)
        await driver.wait_for(Delivered)
        told = [event.message for event in driver.all(Notice) if "goes on" in event.message]
        assert len(told) == 1
        assert "knows English only, not German" in told[0]
        assert driver.all(DictationFailed) == []
        assert [event.language for event in driver.all(LanguageHeard)] == ["de"]


async def test_a_translation_that_is_impossible_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = polyglot(("de", 0.9))
    recognizer.translates = False
    async with staged(monkeypatch, recognizer, recognition__translate=True, **AUTO) as stage:
        await dictated(stage, SAID)
        told = [event for event in stage.driver.all(Notice) if "cannot translate" in event.message]
        assert [event.severity for event in told] == ["warning"]
        (enhanced,) = stage.driver.all(Enhanced)
        assert enhanced.text == "W0 w1 w2 w3. W4 w5 w6 w7."
