"""The short form of `tests/bench/bench_text_agreement.py`: seams must cost no accuracy."""

from engine.speech.process import RecognizerProcess
from tests.support.seam_agreement import compare, dictations
from tests.support.voices import SENTENCES, VOICES, Voices

CHANCE = 2
"""Words that may go either way in a minute of speech."""


def test_phrase_by_phrase_is_as_right_as_the_whole_at_once(voices: Voices) -> None:
    recognizer = RecognizerProcess("pocketsphinx", {})
    recognizer.load()
    try:
        both = [
            compare(recognizer, dictated, number)
            for number, dictated in enumerate(dictations(voices, SENTENCES, VOICES, 30.0, 15.0))
        ]
    finally:
        recognizer.unload()
    assert len({one.voice for one in both}) == 2
    assert sum(one.count for one in both) >= 6, "there were no seams to test"
    words, whole = sum(one.words for one in both), sum(one.whole for one in both)
    assert whole <= 0.15 * words
    assert sum(one.phrases for one in both) <= 1.02 * whole + CHANCE
