"""A recogniser that fails under the driver: the sound is decoded plainly, and no word is lost."""

import pytest

from engine.errors import RecognitionError, RecognitionStoppedError
from engine.speech.tactics import Tactics
from tests.support.scripted import Scripted, speech
from tests.support.scripted_dictation import Failing, feed, sentence, text, transcriber


@pytest.mark.parametrize("call", ["open", "partial", "speculate", "finish"])
def test_a_call_that_fails_once_costs_a_replay_and_no_word(call):
    said = speech(sentence(4) + sentence(3))
    recognizer = Failing(said.words, call)
    tactics = Tactics(speculation=call == "speculate", partials=call == "partial")
    stream = transcriber(recognizer, tactics=tactics)
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    assert (stream.tally.fallbacks, recognizer.loads) == (1, 1)
    assert stream.tally.fallback_why == "The scripted recogniser stumbled."


@pytest.mark.parametrize("call", ["open", "partial", "speculate"])
def test_a_recogniser_that_was_ended_on_purpose_stays_ended(call):
    said = speech(sentence(4))
    recognizer = Failing(said.words, call, RecognitionStoppedError)
    with pytest.raises(RecognitionStoppedError):
        feed(transcriber(recognizer), said)
    assert recognizer.loads == 0


def test_a_failure_that_stays_leaves_the_words_before_it():
    said = speech(sentence(3) + sentence(3))
    stream = transcriber(Scripted(said.words, fails_at_finish=2), tactics=Tactics(speculation=False))
    with pytest.raises(RecognitionError):
        feed(stream, said)
    assert text(stream.words) == "w0 w1 w2"
