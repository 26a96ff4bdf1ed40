"""The driver over a scripted recogniser that writes down exactly what it was given."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.errors import RecognitionError
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript
from engine.speech.streaming import PARTIAL_EVERY_S, StreamingTranscriber, Words


class Scripted:
    """A recogniser whose words are the numbers of the frames it was fed."""

    name = "scripted"
    model = "none"

    def __init__(self, streams: bool = True, fail_at: int | None = None) -> None:
        self.streams = streams
        self.contexts: list[Context] = []
        self.partials = 0
        self.open_now = 0
        self.fail_at = fail_at

    def open(self, context: Context) -> "ScriptedUtterance":
        assert self.open_now == 0, "two utterances at a time"
        self.open_now += 1
        self.contexts.append(context)
        return ScriptedUtterance(self)


class ScriptedUtterance:
    def __init__(self, owner: Scripted) -> None:
        self.owner = owner
        self.frames: list[int] = []

    def feed(self, samples: Samples) -> None:
        self.frames += [int(number) for number in samples[::FRAME]]

    def partial(self, *, timed: bool = False) -> Hypothesis:
        self.owner.partials += 1
        return Hypothesis(" ".join(map(str, self.frames)))

    def finish(self) -> Transcript:
        self.owner.open_now -= 1
        if self.owner.fail_at is not None and len(self.owner.contexts) > self.owner.fail_at:
            raise RecognitionError("The scripted recogniser gave up.")
        text = " ".join(map(str, self.frames))
        return Transcript((Segment(text, 0.0, len(self.frames) * FRAME_S),))

    def discard(self) -> None:
        self.owner.open_now -= 1


def transcriber(recognizer: Scripted, reports: list[Words]) -> StreamingTranscriber:
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    return StreamingTranscriber(recognizer, cutter, Context(), reports.append)


def feed(stream: StreamingTranscriber, voice: Sequence[float], block: int = 3) -> None:
    for at in range(0, len(voice), block):
        part = tuple(voice[at : at + block])
        stream.push(np.repeat(np.arange(at, at + len(part), dtype=np.float32), FRAME), part)
        stream.update_partial()


def speech(*lengths_and_gaps: int) -> list[float]:
    return [
        probability
        for index, length in enumerate(lengths_and_gaps)
        for probability in [0.9 if index % 2 else 0.0] * length
    ]


@given(st.lists(st.integers(0, 60), min_size=2, max_size=12), st.integers(1, 50))
def test_every_frame_of_a_phrase_is_recognised_once_and_in_order(lengths, block):
    recognizer, reports = Scripted(), []
    stream = transcriber(recognizer, reports)
    feed(stream, speech(*lengths), block)
    words = stream.finish()
    numbers = [int(number) for segment in words.segments for number in segment.text.split()]
    assert numbers == sorted(set(numbers))
    assert recognizer.open_now == 0
    for segment in words.segments:
        first = int(segment.text.split()[0])
        assert segment.start_s == pytest.approx(first * FRAME_S)


def test_a_pause_commits_the_phrase_before_it_while_the_speaker_goes_on():
    reports: list[Words] = []
    stream = transcriber(Scripted(), reports)
    feed(stream, speech(20, 40, 40, 40))
    firm = [len(words.segments) for words in reports]
    assert firm == sorted(firm)
    assert firm[-1] == 1
    assert reports[-1].partial
    assert len(stream.finish().segments) == 2


def test_firm_words_never_change():
    reports: list[Words] = []
    stream = transcriber(Scripted(), reports)
    feed(stream, speech(20, 40, 40, 40, 30, 50))
    stream.finish()
    for earlier, later in itertools.pairwise(reports):
        assert later.segments[: len(earlier.segments)] == earlier.segments


def test_the_words_before_a_phrase_are_its_context():
    recognizer = Scripted()
    stream = transcriber(recognizer, [])
    feed(stream, speech(20, 30, 40, 30))
    stream.finish()
    first, second = recognizer.contexts
    assert first.previous_text == ""
    assert second.previous_text == stream.words.segments[0].text


def test_a_recogniser_that_decodes_anew_is_asked_once_a_second_and_not_in_quiet():
    recognizer = Scripted(streams=False)
    stream = transcriber(recognizer, [])
    feed(stream, [0.9] * round(5 / FRAME_S), block=1)
    assert recognizer.partials == int(5 / (PARTIAL_EVERY_S + FRAME_S))
    quiet_from = recognizer.partials
    feed(stream, [0.0] * 100)
    assert recognizer.partials == quiet_from


def test_silence_opens_nothing():
    recognizer = Scripted()
    stream = transcriber(recognizer, [])
    feed(stream, [0.0] * 300)
    assert stream.finish() == Words()
    assert recognizer.contexts == []


def test_a_failure_leaves_the_words_before_it():
    reports: list[Words] = []
    stream = transcriber(Scripted(fail_at=1), reports)
    with pytest.raises(RecognitionError):
        feed(stream, speech(20, 30, 40, 30, 40))
    assert len(stream.words.segments) == 1


def test_discarding_closes_the_open_utterance():
    recognizer = Scripted()
    stream = transcriber(recognizer, [])
    feed(stream, [0.9] * 20)
    assert recognizer.open_now == 1
    stream.discard()
    assert recognizer.open_now == 0
