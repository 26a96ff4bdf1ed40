"""Whisper behind the protocol: what becomes of sound, prompts and silence."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from engine.audio.format import SAMPLE_RATE
from engine.speech.recognizer import Context, Recognizer, Transcript, Utterance
from engine.speech.whisper import Whisper
from tests.support import random_whisper
from tests.support.random_whisper import noise
from tests.support.whispering import said


def test_it_satisfies_the_seam(whisper: Whisper) -> None:
    recognizer: Recognizer = whisper
    utterance: Utterance = recognizer.open(Context())
    utterance.discard()
    assert (recognizer.name, recognizer.streams) == ("whisper", False)
    assert recognizer.model == str(random_whisper.shared())


def test_sound_becomes_segments_within_the_utterance(whisper: Whisper) -> None:
    transcript = said(whisper, noise(4.0))
    assert transcript.text
    assert all(0.0 <= s.start_s <= s.end_s <= 4.0 for s in transcript.segments)
    assert all(segment.text == segment.text.strip() for segment in transcript.segments)


def test_the_same_sound_gives_the_same_words_in_blocks_of_any_size(whisper: Whisper) -> None:
    sound = noise(3.0, seed=5)
    whole = said(whisper, sound)
    utterance = whisper.open(Context())
    for block in np.array_split(sound, 23):
        utterance.feed(block)
    assert utterance.finish() == whole


def test_a_long_utterance_is_decoded_in_several_windows(whisper: Whisper) -> None:
    transcript = said(whisper, noise(75.0))
    starts = [segment.start_s for segment in transcript.segments]
    assert starts == sorted(starts)
    assert starts[-1] >= 60.0
    assert transcript.segments[-1].end_s <= 75.0


def test_a_partial_leaves_the_utterance_open(whisper: Whisper) -> None:
    sound = noise(3.0, seed=7)
    utterance = whisper.open(Context())
    utterance.feed(sound[:SAMPLE_RATE])
    assert utterance.partial().text
    utterance.feed(sound[SAMPLE_RATE:])
    assert utterance.partial().text == utterance.partial().text
    assert utterance.finish() == said(whisper, sound)


def test_partials_of_a_long_utterance_keep_the_windows_that_are_full(whisper: Whisper) -> None:
    sound = noise(65.0, seed=3)
    utterance = whisper.open(Context())
    utterance.feed(sound[: 31 * SAMPLE_RATE])
    first = whisper.open(Context())
    first.feed(sound[: 30 * SAMPLE_RATE])
    assert utterance.partial().text.startswith(first.partial().text)
    utterance.feed(sound[31 * SAMPLE_RATE :])
    assert utterance.partial().text.startswith(first.partial().text)


@pytest.mark.parametrize(
    "sound",
    [
        np.zeros(0, np.float32),
        np.zeros(5 * SAMPLE_RATE, np.float32),
        noise(5.0, level=1e-6),
        noise(0.09),
    ],
    ids=["nothing", "digital silence", "under a bit", "a click"],
)
def test_silence_and_clicks_have_no_words(whisper: Whisper, sound: np.ndarray) -> None:
    utterance = whisper.open(Context())
    utterance.feed(sound)
    assert utterance.partial().text == ""
    assert utterance.finish() == Transcript()


def test_what_the_model_takes_for_silence_has_no_words() -> None:
    recognizer = Whisper(str(random_whisper.shared(no_speech=True)), device="cpu", threads=1)
    recognizer.load()
    context = Context(previous_text="as we said before", vocabulary=("utter", "Textual"))
    assert said(recognizer, noise(3.0), context) == Transcript()
    recognizer.unload()


def test_long_prompts_and_vocabularies_fit(whisper: Whisper) -> None:
    context = Context(
        previous_text="word after word, and another one. " * 400,
        vocabulary=tuple(f"term number {index}" for index in range(500)),
    )
    assert said(whisper, noise(1.0), context).text
    assert said(whisper, noise(40.0), context).text
    utterance = whisper.open(context)
    utterance.feed(noise(2.0))
    assert utterance.partial().text


def test_the_prompt_is_shown_to_the_model(whisper: Whisper) -> None:
    sound = noise(2.0, seed=11)
    assert said(whisper, sound, Context(previous_text="Dear Sir,")) != said(whisper, sound)
    assert said(whisper, sound, Context(vocabulary=("Textual",))) != said(whisper, sound)


def test_a_discarded_utterance_is_not_decoded(whisper: Whisper) -> None:
    utterance = whisper.open(Context())
    utterance.feed(noise(2.0))
    utterance.discard()
    assert utterance.partial().text == ""
    assert utterance.finish() == Transcript()


def test_discarding_from_another_thread_ends_a_decode_that_runs(whisper: Whisper) -> None:
    utterance = whisper.open(Context())
    utterance.feed(noise(240.0))
    with ThreadPoolExecutor(1) as pool:
        finishing = pool.submit(utterance.finish)
        utterance.discard()
        assert len(finishing.result().segments) < 8


def test_a_model_that_is_loaded_has_decoded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first phrase would pay for memory and libraries, and a card's fault show in it."""
    from faster_whisper import WhisperModel

    decoded: list[WhisperModel] = []
    plain = WhisperModel.generate_with_fallback

    def spy(self: WhisperModel, *given: object) -> object:
        decoded.append(self)
        return plain(self, *given)

    monkeypatch.setattr(WhisperModel, "generate_with_fallback", spy)
    recognizer = Whisper(str(random_whisper.shared()), device="cpu", threads=1)
    recognizer.load()
    recognizer.load()
    assert decoded == [recognizer._model()]
    recognizer.unload()
