"""Fewer frames for the encoder: the same decode but for that, and the plain one where it fails."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import SAMPLE_RATE
from engine.models.decoding import TABLE
from engine.speech.effort import Effort
from engine.speech.recognizer import Context
from engine.speech.whisper import Whisper
from engine.speech.whisper_context import context_frames, shortened
from engine.speech.whisper_loading import load_model
from engine.speech.whisper_options import Prompt, decode_options, final_pass
from tests.support import random_whisper
from tests.support.random_whisper import noise

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

FLOOR = Effort(2, (0.0,), "floor", "floor")
FULL = Effort(2, (0.0,), "full", "full")
PROMPT = Prompt("en", "as we said before", ("Textual",))


@pytest.fixture(scope="module")
def model() -> WhisperModel:
    return load_model(random_whisper.shared(), "cpu", "int8", 1)[0]


@given(st.integers(0, 40 * SAMPLE_RATE))
def test_the_context_is_the_sound_with_its_margin_and_never_under_the_floor(samples: int) -> None:
    frames = context_frames(samples)
    assert frames % 2 == 0
    assert 1000 <= frames <= 3000
    if samples <= 28 * SAMPLE_RATE:
        assert frames * 160 >= samples + 2 * SAMPLE_RATE
        assert frames == 1000 or frames * 160 < samples + 2 * SAMPLE_RATE + 320
    else:
        assert frames == 3000


def decoded(model: WhisperModel, seconds: float, effort: Effort = FLOOR) -> list[tuple[object, ...]]:
    options = decode_options(
        PROMPT, seconds, model.hf_tokenizer, final_pass(effort), TABLE["base"].unguarded()
    )
    segments, _ = model.transcribe(noise(seconds), **options)
    return [(one.start, one.end, one.text, one.tokens, one.avg_logprob) for one in segments]


@pytest.mark.parametrize("seconds", [0.4, 3.0, 11.0, 27.0])
def test_with_all_frames_it_is_the_plain_path_token_for_token(model: WhisperModel, seconds: float) -> None:
    plain = decoded(model, seconds)
    assert plain
    assert decoded(shortened(model, 3000), seconds) == plain


@pytest.mark.parametrize("seconds", [0.4, 3.0, 11.0, 27.0])
def test_with_fewer_it_is_what_encoding_and_generating_by_hand_give(
    model: WhisperModel, seconds: float
) -> None:
    from faster_whisper.audio import pad_or_trim
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import get_suppressed_tokens

    frames = context_frames(round(seconds * SAMPLE_RATE))
    options = decode_options(
        PROMPT, seconds, model.hf_tokenizer, final_pass(FLOOR), TABLE["base"].unguarded()
    )
    found, _ = shortened(model, frames).transcribe(noise(seconds), **options)
    tokens = [token for segment in found for token in segment.tokens]

    features = pad_or_trim(model.feature_extractor(noise(seconds))[:, :-1], frames)
    encoded = model.encode(features)
    assert encoded.shape[1] == frames // 2
    tokenizer = Tokenizer(model.hf_tokenizer, True, task="transcribe", language="en")
    prompt = model.get_prompt(
        tokenizer, options["initial_prompt"], without_timestamps=False, hotwords=options["hotwords"]
    )
    limit = options["max_new_tokens"]
    (by_hand,) = model.model.generate(
        encoded,
        [prompt],
        beam_size=2,
        patience=1,
        max_length=448 if limit is None else len(prompt) + limit,
        suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
        max_initial_timestamp_index=50,
    )
    assert tokens == by_hand.sequences_ids[0]


def test_the_shorter_context_gives_other_words_than_the_full_one(model: WhisperModel) -> None:
    assert decoded(shortened(model, 1000), 3.0) != decoded(model, 3.0), "else nothing was shortened"


def encoded_frames(unguarded: Whisper, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Frames of every encoder call from now on."""
    model = unguarded._model()
    frames: list[int] = []
    plain = model.encode

    def encode(features: object) -> object:
        frames.append(features.shape[-1])
        return plain(features)

    monkeypatch.setattr(model, "encode", encode)
    return frames


@pytest.mark.parametrize(
    ("effort", "seconds", "final", "partial"),
    [
        (Effort(1, (0.0,), "full", "floor"), 3.0, 3000, 1000),
        (Effort(1, (0.0,), "floor", "full"), 3.0, 1000, 3000),
        (FLOOR, 12.0, 1400, 1400),
        (FLOOR, 28.5, 3000, 3000),
    ],
)
def test_the_encoder_is_given_what_the_effort_says(
    unguarded: Whisper,
    monkeypatch: pytest.MonkeyPatch,
    effort: Effort,
    seconds: float,
    final: int,
    partial: int,
) -> None:
    frames = encoded_frames(unguarded, monkeypatch)
    utterance = unguarded.open(Context(effort=effort))
    utterance.feed(noise(seconds))
    utterance.partial()
    assert set(frames) == {partial}
    frames.clear()
    utterance.finish()
    assert frames[0] == max(frames) == final, "parts of it, where its text ran out of room, may be less"


@pytest.mark.parametrize("effort", [FLOOR, FULL], ids=["floor", "full"])
def test_words_of_a_partial_have_times_within_the_sound(unguarded: Whisper, effort: Effort) -> None:
    utterance = unguarded.open(Context(effort=effort))
    utterance.feed(noise(4.0, seed=2))
    plain, timed = utterance.partial(), utterance.partial(timed=True)
    assert plain.words == ()
    assert timed.text == plain.text
    assert [word.text for word in timed.words] == timed.text.split()
    assert all(0.0 <= word.start_s <= word.end_s <= 4.0 for word in timed.words)
    assert all(one.start_s <= other.start_s for one, other in pairwise(timed.words))


def test_timed_words_of_later_windows_lie_in_them(unguarded: Whisper) -> None:
    utterance = unguarded.open(Context(effort=FLOOR))
    utterance.feed(noise(35.0, seed=4))
    untimed = utterance.partial().text
    timed = utterance.partial(timed=True)
    assert timed.text == untimed
    assert [word.text for word in timed.words] == timed.text.split()
    assert timed.words[0].start_s < 30.0 <= timed.words[-1].start_s <= 35.0


def test_timed_words_cost_one_window(unguarded: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = encoded_frames(unguarded, monkeypatch)
    utterance = unguarded.open(Context(effort=FLOOR))
    utterance.feed(noise(6.0))
    utterance.partial(timed=True)
    assert frames == [1000]


def test_an_answer_is_kept_until_there_is_new_sound(
    unguarded: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    frames = encoded_frames(unguarded, monkeypatch)
    utterance = unguarded.open(Context(effort=FULL))
    utterance.feed(noise(2.0))
    answer = utterance.speculate()
    count = len(frames)
    assert utterance.speculate() == answer
    assert len(frames) == count
    utterance.feed(noise(1.0, seed=1))
    longer = utterance.speculate()
    assert longer != answer
    assert len(frames) > count
    count = len(frames)
    assert utterance.finish() == longer
    assert len(frames) == count
