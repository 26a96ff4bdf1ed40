"""A recogniser in its own process behaves as one in this process: every sample, every sentence."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from engine.audio.format import FRAME, Samples
from engine.errors import RecognitionError
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Recognizer

SOUND: Samples = np.random.default_rng(7).normal(0, 0.02, FRAME * 40).astype(np.float32)


def test_it_satisfies_the_protocol(counting: type) -> None:
    recognizer: Recognizer = counting()
    assert (recognizer.name, recognizer.model, recognizer.streams) == ("counting", "none", True)
    assert recognizer.memory_bytes() == 0


def test_every_sample_arrives_once_through_partials_and_two_utterances(counting: type) -> None:
    process = counting("slow")
    process.load()
    process.load()
    assert process.remark == "It counts on its fingers."
    for _ in range(2):
        utterance = process.open(Context())
        for start in range(0, len(SOUND), FRAME):
            utterance.feed(SOUND[start : start + FRAME])
            if start == 20 * FRAME:
                assert utterance.partial().text == str(21 * FRAME)
        transcript = utterance.finish()
        assert transcript.text == str(len(SOUND))
        assert transcript.segments[0].words[0].end_s == 1.5


def test_the_caller_may_reuse_its_buffer_at_once(counting: type) -> None:
    process = counting()
    process.load()
    utterance = process.open(Context())
    buffer = np.zeros(FRAME, dtype=np.float32)
    for _ in range(200):
        utterance.feed(buffer)
        buffer[:] = np.nan
    assert utterance.finish().text == str(200 * FRAME)


def test_discarded_sound_is_forgotten_and_nothing_is_left_to_ask(counting: type) -> None:
    process = counting("slow")
    process.load()
    first = process.open(Context())
    first.feed(SOUND)
    first.discard()
    first.discard()
    with pytest.raises(RecognitionError, match="over"):
        first.partial()
    second = process.open(Context())
    second.feed(SOUND[:5])
    assert second.finish().text == "5"
    with pytest.raises(RecognitionError, match="over"):
        second.finish()


def test_opening_again_discards_what_is_open(counting: type) -> None:
    process = counting()
    process.load()
    first = process.open(Context())
    first.feed(SOUND)
    second = process.open(Context())
    first.feed(SOUND)
    assert second.finish().text == "0"


def test_a_load_error_comes_with_both_its_sentences_and_leaves_no_process(counting: type) -> None:
    process = counting("load")
    with pytest.raises(RecognitionError) as failure:
        process.load()
    assert (failure.value.what, failure.value.remedy) == ("The model is missing.", "Fetch it.")
    assert process.memory_bytes() == 0
    with pytest.raises(RecognitionError, match="not loaded"):
        process.open(Context())


def test_a_refused_utterance_leaves_the_recogniser_usable(counting: type) -> None:
    process = counting()
    process.load()
    with pytest.raises(RecognitionError, match=r"English only\. Speak English\."):
        process.open(Context(language="fr"))
    assert process.open(Context()).finish().text == "0"


def test_feeding_never_waits_for_the_decoder(counting: type) -> None:
    process = counting("hang")
    process.load()
    utterance = process.open(Context())
    failures: list[RecognitionError] = []

    def wait_for_partial() -> None:
        try:
            utterance.partial()
        except RecognitionError as error:
            failures.append(error)

    waiting = threading.Thread(target=wait_for_partial)
    waiting.start()
    for _ in range(50):
        utterance.feed(np.zeros(1 << 20, dtype=np.float32))
    process.kill()
    waiting.join()
    assert len(failures) == 1


def test_an_unknown_recogniser_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(RecognitionError, match="pocketsphinx"):
        RecognizerProcess("pocketsphynx", {})
