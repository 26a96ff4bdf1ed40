"""PocketSphinx's early guesses and speculative answers, and that no word changes through them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator

import numpy as np
import psutil
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.speech import forked, sphinx_first_words
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Transcript, Utterance
from engine.speech.sphinx import Sphinx
from engine.speech.sphinx_utterance import SphinxUtterance
from tests.support.voices import Spoken, Voices, word_errors

PADDING = np.zeros(SAMPLE_RATE * 2 // 5, dtype=np.float32)
"""Quiet that a phrase begins with."""


@pytest.fixture(autouse=True)
def nothing_is_left(loaded: Sphinx) -> Iterator[None]:
    """No copy of this process, dead or alive, and no file is left behind by a test."""
    me = psutil.Process()
    before = ({child.pid for child in me.children()}, me.num_fds())
    yield
    assert ({child.pid for child in me.children()}, me.num_fds()) == before


@pytest.fixture
def spoken(voices: Voices) -> list[Spoken]:
    return [*voices.sentences(2, ["slt"]), *voices.sentences(1, ["rms"])]


def fresh() -> Sphinx:
    """A decoder with no past at all: what it heard before would change the next words a little."""
    sphinx = Sphinx()
    sphinx.load()
    return sphinx


def feed(utterance: Utterance, samples: Samples) -> None:
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])


def plainly(utterance: Utterance, samples: Samples) -> Transcript:
    feed(utterance, samples)
    return utterance.finish()


def guessing(utterance: SphinxUtterance, samples: Samples) -> Transcript:
    """Ask for the words after every frame, and wait for every guess at them."""
    guesses = set()
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        utterance.partial(timed=start % (FRAME * 8) == 0)
        if wait_for_guess(utterance):
            guesses.add(utterance.partial().text)
    assert guesses - {""}
    return utterance.finish()


def speculating(utterance: Utterance, samples: Samples) -> Transcript:
    """Ask for the final words again and again, from the first sound on."""
    for start in range(0, len(samples), FRAME * 30):
        feed(utterance, samples[start : start + FRAME * 30])
        assert utterance.speculate() is not None
    return utterance.finish()


def wait_for_guess(utterance: SphinxUtterance) -> bool:
    """Whether there was a guess to wait for."""
    copy = utterance._first._copy
    return copy is not None and copy.wait(30)


@pytest.mark.parametrize("listen", [guessing, speculating])
def test_final_words_and_times_are_the_same_with_and_without_looking_ahead(
    spoken: list[Spoken], listen: Callable[[SphinxUtterance, Samples], Transcript]
) -> None:
    plain, watched = fresh(), fresh()
    for one in spoken:
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


def fail() -> bytes:
    raise RecognitionError("The copy failed.", "")


def hang() -> bytes:
    time.sleep(3600)
    return b""


TROUBLES: list[Callable[[], bytes]] = [
    fail,
    hang,
    lambda: os._exit(0),
    *(lambda garbage=garbage: garbage for garbage in (b"", b"[1", b"[1]", b"3", b'{"segments": 3}')),
]


@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_copy_in_trouble_costs_no_words(
    spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch, trouble: Callable[[], bytes]
) -> None:
    samples = spoken[0].samples()
    expected = plainly(fresh().open(Context()), samples)
    monkeypatch.setattr(sphinx_first_words, "LIMIT_S", 0.2)
    monkeypatch.setattr(sphinx_first_words, "_written", lambda transcript: trouble())
    utterance = fresh().open(Context())
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        utterance.partial()
        if start == 40 * FRAME:
            assert utterance.speculate() is None
    assert utterance.speculate() is None
    assert utterance.finish() == expected


def test_where_no_process_can_be_copied_words_come_as_they_are_decoded(
    sphinx: Sphinx, spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked, "AVAILABLE", False)
    utterance = sphinx.open(Context())
    partials = []
    samples = spoken[0].samples()
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        partials.append(utterance.partial().text)
    assert utterance.speculate() is None
    assert partials[15] == ""
    assert partials[-1]
    assert utterance.finish().text


@pytest.mark.parametrize("end", ["discard", "accept", "finish", "unload", "open"])
def test_a_guess_ends_with_its_utterance(spoken: list[Spoken], end: str) -> None:
    sphinx = fresh()
    utterance = sphinx.open(Context())
    samples = spoken[0].samples()
    feed(utterance, samples[: SAMPLE_RATE * 11 // 20])
    utterance.partial()
    assert utterance._first._copy is not None
    {
        "unload": sphinx.unload,
        "open": lambda: sphinx.open(Context()),
    }.get(end, getattr(utterance, end, None))()
    assert utterance._first._copy is None


def test_a_process_of_its_own_speculates_as_well(sphinx: Sphinx, spoken: list[Spoken]) -> None:
    process = RecognizerProcess("pocketsphinx", {"language": "en"})
    process.load()
    try:
        texts = []
        for one in spoken:
            utterance = process.open(Context())
            feed(utterance, one.samples())
            answer = utterance.speculate()
            assert answer is not None
            texts.append(answer.text)
            utterance.accept()
    finally:
        process.unload()
    plain = fresh()
    assert texts == [plainly(plain.open(Context()), one.samples()).text for one in spoken]
