"""PocketSphinx's early guesses and speculative answers, and that no word changes through them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.speech import sphinx_first_words
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Transcript, Utterance
from engine.speech.sphinx import Sphinx
from engine.speech.sphinx_utterance import SphinxUtterance
from tests.engine.speech.listening import PADDING, feed, fresh, plainly, wait_for_guess
from tests.support.file_talk import begin_children_with
from tests.support.voices import Spoken, Voices, word_errors

pytestmark = pytest.mark.usefixtures("no_copy_is_left")


PATIENT = "import engine.speech.sphinx_first_words as words\nwords.LIMIT_S = 60.0\n"


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give copies all the time that a busy machine takes."""
    monkeypatch.setattr(sphinx_first_words, "LIMIT_S", 60.0)


def guessing(utterance: SphinxUtterance, samples: Samples) -> Transcript:
    """Ask for the words after every frame, and wait for every guess at them."""
    guesses = set()
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        assert not utterance.partial(timed=start % (FRAME * 8) == 0).fallback
        if wait_for_guess(utterance):
            guesses.add(utterance.partial().text)
    assert guesses - {""}
    return utterance.finish()


def speculating(utterance: Utterance, samples: Samples) -> Transcript:
    """Ask for the final words again and again, from the first sound on."""
    for start in range(0, len(samples), FRAME * 30):
        feed(utterance, samples[start : start + FRAME * 30])
        answer = utterance.speculate()
        assert answer is not None
        assert not answer.failed
    return utterance.finish()


@pytest.mark.parametrize("listen", [guessing, speculating])
def test_final_words_and_times_are_the_same_with_and_without_looking_ahead(
    spoken: list[Spoken], listen: Callable[[SphinxUtterance, Samples], Transcript]
) -> None:
    plain, watched = fresh(), fresh()
    for one in spoken[1:]:
        samples = np.concatenate([PADDING, one.samples()])
        expected = plainly(plain.open(Context()), samples)
        assert word_errors(one.text, expected.text) < 0.5
        assert listen(watched.open(Context()), samples) == expected


def test_a_word_is_guessed_while_the_decoder_still_waits(sphinx: Sphinx, voices: Voices) -> None:
    for voice in ("slt", "rms"):
        samples = voices.speak("please remember to send the update", voice).samples()
        loud = int(np.flatnonzero(np.abs(samples) > 0.01)[0])
        utterance = sphinx.open(Context())
        feed(utterance, np.concatenate([PADDING, samples[: loud + SAMPLE_RATE * 2 // 5]]))
        assert not utterance._sound
        assert utterance.partial().text == ""
        assert wait_for_guess(utterance)
        hypothesis = utterance.partial()
        assert hypothesis.text == " ".join(word.text for word in hypothesis.words) != ""
        started_s = (len(PADDING) + loud) / SAMPLE_RATE
        assert abs(hypothesis.words[0].start_s - started_s) < 0.2
        assert hypothesis.words[-1].end_s <= started_s + 0.42
        utterance.discard()


def test_the_words_of_a_partial_carry_their_times(sphinx: Sphinx, spoken: list[Spoken]) -> None:
    samples = spoken[1].samples()
    utterance = sphinx.open(Context())
    feed(utterance, samples)
    assert utterance.partial().words == ()
    partial = utterance.partial(timed=True)
    assert " ".join(word.text for word in partial.words) == partial.text
    final = utterance.finish().segments[0].words
    assert [word.text for word in partial.words[:4]] == [word.text for word in final[:4]]
    for early, late in zip(partial.words[:4], final, strict=False):
        assert abs(early.start_s - late.start_s) < 0.1
        assert early.start_s < early.end_s


@pytest.mark.parametrize("seconds", [0.0, 0.3, 1.0, 2.0, 20.0])
def test_a_speculative_answer_is_what_finish_gives(
    sphinx: Sphinx, spoken: list[Spoken], seconds: float
) -> None:
    samples = np.concatenate([one.samples() for one in spoken])[: round(seconds * SAMPLE_RATE)]
    utterance = sphinx.open(Context())
    feed(utterance, samples)
    expected = utterance.speculate()
    assert expected == utterance.speculate()
    assert expected == utterance.finish()
    assert expected is not None
    assert not expected.failed
    assert len(expected.text.split()) >= seconds - 1
    with pytest.raises(RecognitionError, match="over"):
        utterance.speculate()


@pytest.mark.parametrize("seconds", [0.4, 20.0])
def test_accepted_words_teach_the_speaker_as_finished_ones_do(spoken: list[Spoken], seconds: float) -> None:
    samples = spoken[0].samples()[: round(seconds * SAMPLE_RATE)]
    finishing, accepting = fresh(), fresh()
    first = plainly(finishing.open(Context()), samples)
    utterance = accepting.open(Context())
    feed(utterance, samples)
    assert utterance.speculate() == first
    utterance.accept()
    utterance.accept()
    with pytest.raises(RecognitionError, match="over"):
        utterance.partial()
    others = [plainly(one.open(Context()), spoken[1].samples()) for one in (finishing, accepting)]
    assert others[0] == others[1]
    means = [one._speaker.estimate(np.zeros(13), 0) for one in (finishing, accepting)]
    assert np.array_equal(*means)
    assert not np.array_equal(means[0], fresh()._speaker.estimate(np.zeros(13), 0))


def test_a_process_of_its_own_speculates_as_well(
    sphinx: Sphinx, spoken: list[Spoken], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_children_with(PATIENT, tmp_path, monkeypatch)
    process = RecognizerProcess("pocketsphinx", {})
    process.load()
    try:
        texts = []
        for one in spoken:
            utterance = process.open(Context())
            feed(utterance, one.samples())
            answer = utterance.speculate()
            assert answer is not None
            assert not answer.failed
            texts.append(answer.text)
            utterance.accept()
    finally:
        process.unload()
    plain = fresh()
    assert texts == [plainly(plain.open(Context()), one.samples()).text for one in spoken]
