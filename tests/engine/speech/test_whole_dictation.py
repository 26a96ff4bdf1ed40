"""A short dictation that is decoded again as a whole: when its text is taken, and when not."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from engine.audio.format import FRAME_S
from engine.speech.recognizer import Context, Transcript
from engine.speech.tactics import Tactics
from tests.support.scripted import Said, Scripted, ScriptedUtterance, speech
from tests.support.scripted_dictation import feed, sentence, text, transcriber


class Revising(Scripted):
    """Writes the words of a whole dictation in capitals, so many times."""

    def __init__(self, said: Sequence[Said], times: int = 1) -> None:
        super().__init__(said, streams=False)
        self.times = times

    def open(self, context: Context) -> ScriptedUtterance:
        super().open(context)
        return Revised(self)


class Revised(ScriptedUtterance):
    """An utterance of `Revising`."""

    owner: Revising

    def finish(self) -> Transcript:
        transcript = super().finish()
        if len(transcript.text.split()) < len(self.owner.said):
            return transcript
        return Transcript(
            tuple(replace(one, text=one.text.upper()) for one in transcript.segments) * self.owner.times
        )


def test_a_short_dictation_is_decoded_again_as_a_whole_where_the_mode_asks():
    said, reports = speech(sentence(3) + sentence(3)), []
    stream = transcriber(Revising(said.words), reports, Tactics(redecode_s=30.0))
    feed(stream, said)
    assert text(stream.words) == "w0 w1 w2 w3 w4 w5"
    assert text(stream.finish()) == "W0 W1 W2 W3 W4 W5"
    assert [words.revised for words in reports].count(True) == 1
    assert stream.words.segments[0].start_s == pytest.approx(said.words[0].first * FRAME_S)


@pytest.mark.parametrize(
    ("redecode_s", "times"),
    [(0.0, 1), (2.0, 1), (30.0, 0), (30.0, 2)],
    ids=["off", "too long", "words lost", "words repeated"],
)
def test_the_phrases_stand_where_the_whole_is_not_decoded_or_not_believed(redecode_s, times):
    said, reports = speech(sentence(3) + sentence(3)), []
    stream = transcriber(Revising(said.words, times), reports, Tactics(redecode_s=redecode_s))
    feed(stream, said)
    assert text(stream.finish()) == "w0 w1 w2 w3 w4 w5"
    assert not any(words.revised for words in reports)


def test_the_phrases_stand_where_the_model_was_changed_on_the_way():
    said, reports = speech(sentence(3) + sentence(3)), []
    recognizer = Revising(said.words)
    stream = transcriber(recognizer, reports, Tactics(redecode_s=30.0))
    half = said.words[3].first
    feed(stream, said, 0, half)
    assert text(stream.words) == "w0 w1 w2"
    recognizer.model = "another"
    feed(stream, said, half)
    assert text(stream.finish()) == "w0 w1 w2 w3 w4 w5"
    assert not any(words.revised for words in reports)
