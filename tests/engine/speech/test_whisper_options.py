from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.models.decoding import TABLE, Decoding
from engine.speech.effort import Effort
from engine.speech.whisper_loading import load_model
from engine.speech.whisper_options import (
    DecodeOptions,
    Pass,
    Prompt,
    decode_options,
    final_pass,
    partial_pass,
)
from tests.support import random_whisper
from tests.support.random_whisper import noise

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

ROW = TABLE["base"]
SHORT = Prompt("en")
LONG = Prompt("en", "word after word " * 60, tuple(f"term {number}" for number in range(200)))


@pytest.fixture(scope="module")
def endless() -> WhisperModel:
    """A model that never ends by itself."""
    return load_model(random_whisper.shared(endless=True), "cpu", "int8", 1)[0]


def options(model: WhisperModel, how: Pass, prompt: Prompt = SHORT, row: Decoding = ROW) -> DecodeOptions:
    return decode_options(prompt, 3.0, model.hf_tokenizer, how, row)


def test_effort_decides_how_final_text_is_decoded(endless: WhisperModel) -> None:
    effort = Effort(7, (0.0, 0.2, 0.9), "floor", "full")
    assert final_pass(effort).context == "floor"
    chosen = options(endless, final_pass(effort))
    assert (chosen["beam_size"], chosen["temperature"]) == (7, (0.0, 0.2, 0.9))
    assert not chosen["without_timestamps"]


def test_no_beam_is_the_models_own(endless: WhisperModel) -> None:
    how = final_pass(Effort(beam_size=0))
    for row in TABLE.values():
        assert options(endless, how, row=row)["beam_size"] == row.beam_size


@pytest.mark.parametrize("timed", [False, True])
def test_partials_follow_one_hypothesis_at_temperature_zero(endless: WhisperModel, timed: bool) -> None:
    how = partial_pass(Effort(7, (0.0, 0.2), "full", "floor"), timed=timed)
    chosen = options(endless, how)
    assert (chosen["beam_size"], chosen["temperature"], how.context) == (1, (0.0,), "floor")
    assert chosen["without_timestamps"]
    assert chosen["word_timestamps"] == timed


def test_a_model_that_was_never_shown_a_prompt_is_shown_no_words_before(endless: WhisperModel) -> None:
    how = final_pass(Effort())
    assert options(endless, how, LONG)["initial_prompt"]
    distilled = options(endless, how, LONG, TABLE["distil"])
    assert distilled["initial_prompt"] is None
    assert distilled["hotwords"]


def test_the_thresholds_are_those_of_the_row(endless: WhisperModel) -> None:
    how = final_pass(Effort())
    assert options(endless, how)["no_speech_threshold"] == ROW.no_speech_threshold
    bare = options(endless, how, row=ROW.unguarded())
    assert bare["no_speech_threshold"] is None
    assert bare["log_prob_threshold"] is None
    assert bare["compression_ratio_threshold"] is None


@pytest.mark.parametrize("prompt", [SHORT, Prompt("de", "hello there"), LONG], ids=["no", "some", "long"])
@pytest.mark.parametrize("segments", [True, False])
@pytest.mark.parametrize("wanted", [2, 9, 40, 90, 224, 1000])
def test_tokens_are_capped_to_the_token_whatever_the_prompt(
    endless: WhisperModel, prompt: Prompt, segments: bool, wanted: int
) -> None:
    row = ROW.unguarded().capped(wanted / 3.0)
    how = Pass(1, (0.0,), "full", segments)
    found, _ = endless.transcribe(noise(3.0), **options(endless, how, prompt, row))
    assert len(next(iter(found)).tokens) == min(wanted, 224)
