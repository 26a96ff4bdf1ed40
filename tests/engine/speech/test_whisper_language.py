"""Whisper finds out the language in the pass that decodes, translates where it can, and says where not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from engine.errors import RecognitionError
from engine.models.decoding import TABLE
from engine.speech.effort import Effort
from engine.speech.recognizer import Context, Transcript
from engine.speech.whisper import Whisper
from engine.speech.whisper_batch import BATCH
from tests.support import random_whisper
from tests.support.random_whisper import noise
from tests.support.whispering import said, whispering

AUTO = Context(language="auto", effort=Effort(2, (0.0,)))
FLOOR = replace(AUTO, effort=Effort(2, (0.0,), "floor", "floor"))
LIKELY = 0.0
"""A bias with which random weights are sure of a language, and never write its token."""


def spoken(language: str, *, translate: bool = False) -> Context:
    return replace(AUTO, language=language, translate=translate)


def loaded(folder: Path, *, guards: bool = False) -> AbstractContextManager[Whisper]:
    return whispering(folder, compute_type="float32", guards=guards)


@pytest.fixture(scope="module")
def german(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whisper]:
    """Takes everything for German."""
    folder = tmp_path_factory.mktemp("german")
    with loaded(random_whisper.build(folder / "base", bias={"<|de|>": LIKELY})) as recognizer:
        yield recognizer


@pytest.fixture
def encoded(german: Whisper, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Frames of each pass of the encoder."""
    model, lengths = german._model(), list[int]()
    plain = model.encode
    monkeypatch.setattr(
        model, "encode", lambda features: lengths.append(features.shape[-1]) or plain(features)
    )
    return lengths


@pytest.mark.parametrize("seconds", [1.0, 3.33, 29.99, 30.0, 41.0])
@pytest.mark.parametrize("context", [AUTO, FLOOR], ids=["full", "floor"])
def test_the_words_are_those_of_the_language_that_was_found(
    german: Whisper, seconds: float, context: Context
) -> None:
    sound = noise(seconds, seed=8)
    found, given = said(german, sound, context), said(german, sound, replace(context, language="de"))
    assert (found.language, given.language) == ("de", "")
    assert found.language_probability > 0.9
    assert found.segments == given.segments
    assert found.segments != said(german, sound, replace(context, language="en")).segments


@pytest.mark.parametrize("context", [AUTO, FLOOR], ids=["full", "floor"])
def test_finding_out_costs_no_pass_of_the_encoder(
    german: Whisper, encoded: list[int], context: Context
) -> None:
    for one in (replace(context, language="de"), context):
        utterance = german.open(one)
        utterance.feed(noise(2.0))
        assert utterance.partial().text
        assert utterance.speculate() == utterance.finish()
    given, found = encoded[: len(encoded) // 2], encoded[len(encoded) // 2 :]
    assert given == found
    assert len(found) == 2, "one for the partial, one for the guess that was taken"


def test_windows_after_the_first_are_encoded_anew(german: Whisper, encoded: list[int]) -> None:
    sound = noise(65.0)
    given = said(german, sound, spoken("de"))
    passes = len(encoded)
    found = said(german, sound, AUTO)
    assert found.segments == given.segments
    assert found.segments[-1].end_s > 60.0
    assert len(encoded) == 2 * passes


def test_a_window_that_ran_out_of_room_is_halved_in_the_language_that_was_found(tmp_path: Path) -> None:
    with loaded(random_whisper.build(tmp_path, endless=True, bias={"<|de|>": LIKELY})) as recognizer:
        sound = noise(29.0)
        found = said(recognizer, sound, AUTO)
        assert found.language == "de"
        assert found.segments == said(recognizer, sound, spoken("de")).segments


def test_silence_tells_no_language(german: Whisper) -> None:
    assert said(german, np.zeros(32000, np.float32), AUTO) == Transcript()
    assert said(german, noise(0.01), AUTO) == Transcript()


def test_what_is_not_believed_tells_no_language(tmp_path: Path) -> None:
    folder = random_whisper.build(tmp_path, no_speech=True, bias={"<|de|>": LIKELY})
    with loaded(folder, guards=True) as recognizer:
        assert said(recognizer, noise(3.0), replace(AUTO, translate=True)) == Transcript()


def test_an_english_model_has_nothing_to_find_out() -> None:
    with loaded(random_whisper.shared(multilingual=False)) as recognizer:
        found = said(recognizer, noise(2.0), AUTO)
        assert (found.language, found.language_probability) == ("en", 1.0)
        assert found.segments == said(recognizer, noise(2.0), spoken("en")).segments
        (window,) = recognizer.recognize([noise(2.0)], AUTO, lambda: False)
        assert (window.language, window.language_probability) == ("en", 1.0)


def test_windows_of_a_file_are_looked_at_once(german: Whisper, encoded: list[int]) -> None:
    sounds = [np.zeros(16000, np.float32), *[noise(1.0, seed) for seed in range(BATCH + 2)]]
    found = list(german.recognize(sounds, AUTO, lambda: False))
    assert encoded == [3000] * (len(sounds) + 1)
    given = list(german.recognize(sounds, spoken("de"), lambda: False))
    assert [one.segments for one in found] == [one.segments for one in given]
    assert found[0] == Transcript()
    assert {one.language for one in found[1:BATCH]} == {"de"}
    assert {one.language for one in given} == {""}


def test_where_no_window_is_sure_each_batch_looks_again(
    german: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    def unsure(model: object, encoded: object) -> list[tuple[str, float]]:
        asked.append(len(asked) / 100)
        return [("fr" if len(asked) == 3 else "nl", 0.4 if len(asked) == 3 else asked[-1])]

    monkeypatch.setattr("engine.speech.whisper_language.ranked", unsure)
    found = list(german.recognize([noise(1.0, seed) for seed in range(BATCH + 2)], AUTO, lambda: False))
    assert len(asked) == BATCH + 2
    assert {(one.language, one.language_probability) for one in found[:BATCH]} == {("fr", 0.4)}
    assert {one.language for one in found[BATCH:]} == {"nl"}


@pytest.mark.parametrize("by", ["utterance", "windows"])
@pytest.mark.parametrize("language", ["de", "auto"])
def test_it_translates(german: Whisper, by: str, language: str) -> None:
    def recognized(context: Context) -> Transcript:
        if by == "utterance":
            return said(german, noise(3.0), context)
        (window,) = german.recognize([noise(3.0)], context, lambda: False)
        return window

    plain = recognized(spoken(language))
    translated = recognized(spoken(language, translate=True))
    assert (plain.translated, translated.translated) == (False, True)
    assert translated.segments != plain.segments
    assert plain.language == translated.language
    assert translated.remark == ""


def test_both_ways_of_translating_say_the_same(german: Whisper) -> None:
    context = Context(language="de", translate=True, vocabulary=("Textual",), effort=Effort(1, (0.0,)))
    (window,) = german.recognize([noise(30.0)], context, lambda: False)
    assert window.text == said(german, noise(30.0), context).text


def test_english_needs_no_translation(german: Whisper) -> None:
    asked = said(german, noise(3.0), spoken("en", translate=True))
    assert asked == said(german, noise(3.0), spoken("en"))


@pytest.mark.parametrize("family", ["turbo", "distil"])
def test_a_model_that_was_not_trained_to_translate_says_so(
    german: Whisper, monkeypatch: pytest.MonkeyPatch, family: str
) -> None:
    monkeypatch.setattr(german, "_row", TABLE[family].unguarded())
    for language in ("de", "auto"):
        plain = said(german, noise(2.0), spoken(language))
        asked = said(german, noise(2.0), spoken(language, translate=True))
        assert asked.segments == plain.segments
        assert not asked.translated
        assert "was not trained to translate" in asked.remark
        assert plain.remark == ""
    assert said(german, noise(2.0), spoken("en", translate=True)).remark == ""
    (window,) = german.recognize([noise(2.0)], spoken("de", translate=True), lambda: False)
    assert "was not trained to translate" in window.remark


def test_an_english_model_says_that_it_cannot_translate() -> None:
    with loaded(random_whisper.shared(multilingual=False)) as recognizer:
        assert "knows English only" in said(recognizer, noise(2.0), replace(AUTO, translate=True)).remark
        assert said(recognizer, noise(2.0), spoken("en", translate=True)).remark == ""


def test_a_language_that_came_later_is_refused_by_older_models(german: Whisper) -> None:
    with pytest.raises(RecognitionError, match="does not know Cantonese"):
        german.open(Context(language="yue"))
