"""The driver over a scripted recogniser: what becomes firm, what is shown, what is decoded early."""

import itertools
from dataclasses import replace

import pytest

from engine.audio.format import FRAME_S
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.metrics import Speculation
from engine.speech.effort import Effort
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context, Transcript
from engine.speech.streaming import StreamingTranscriber, Words
from engine.speech.tactics import Tactics
from tests.support.scripted import Scripted, ScriptedUtterance, Speech, numbered, speech

PAUSE = round(0.9 / FRAME_S)
HESITATION = round(0.4 / FRAME_S)
WORD, GAP = 12, 3


def sentence(words: int, pause: int = PAUSE) -> list[tuple[int, int]]:
    return [(WORD, GAP)] * (words - 1) + [(WORD, pause)]


def transcriber(
    recognizer: Scripted, reports: list[Words] | None = None, tactics: Tactics | None = None
) -> StreamingTranscriber:
    mode = tactics or Tactics()
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    report = (reports if reports is not None else []).append
    return StreamingTranscriber(recognizer, cutter, Context(), lambda: mode, report)


def feed(stream: StreamingTranscriber, said: Speech, start: int = 0, end: int | None = None) -> None:
    for at in range(start, len(said.voice) if end is None else end):
        stream.push(numbered(at, 1), said.voice[at : at + 1])
        stream.work_ahead()


def text(words: Words) -> str:
    return " ".join(segment.text for segment in words.segments)


def test_a_pause_commits_the_phrase_before_it_while_the_speaker_goes_on():
    said, reports = speech(sentence(4) + sentence(4)), []
    stream = transcriber(Scripted(said.words), reports)
    feed(stream, said, end=said.words[-1].last)
    assert [len(words.segments) for words in reports][-1] == 1
    assert reports[-1].partial
    assert text(stream.finish()) == " ".join(word.text for word in said.words)


def test_firm_words_never_change():
    said, reports = speech(sentence(3) * 4), []
    stream = transcriber(Scripted(said.words), reports)
    feed(stream, said)
    stream.finish()
    for earlier, later in itertools.pairwise(reports):
        assert later.segments[: len(earlier.segments)] == earlier.segments


def test_times_count_from_the_recordings_start():
    said = speech(sentence(3) + sentence(2))
    stream = transcriber(Scripted(said.words))
    feed(stream, said)
    words = [word for segment in stream.finish().segments for word in segment.words]
    for word, spoken in zip(words, said.words, strict=True):
        assert word.start_s == pytest.approx(spoken.first * FRAME_S)
        assert word.end_s == pytest.approx((spoken.last + 1) * FRAME_S)


def test_the_words_before_a_phrase_and_the_modes_effort_are_its_context():
    said, recognizer = speech(sentence(3) + sentence(3)), Scripted()
    recognizer.said = said.words
    stream = transcriber(recognizer, tactics=Tactics(effort=Effort(beam_size=7)))
    feed(stream, said)
    stream.finish()
    first, second = recognizer.contexts
    assert (first.previous_text, second.previous_text) == ("", "w0 w1 w2")
    assert first.effort.beam_size == second.effort.beam_size == 7


def test_quiet_has_the_phrase_decoded_once_and_the_pause_takes_that_answer():
    said = speech(sentence(3))
    recognizer, reports = Scripted(said.words), []
    stream = transcriber(recognizer, reports)
    feed(stream, said)
    assert recognizer.speculations == 1
    assert text(stream.words) == "w0 w1 w2"
    assert stream.tally.speculation == Speculation(used=1, cpu_s=0.5)
    expected = [words for words in reports if words.expected]
    assert [segment.text for segment in expected[0].expected] == ["w0 w1 w2"]


def test_a_stop_in_the_quiet_takes_the_answer_that_is_there():
    said = speech(sentence(3, HESITATION))
    recognizer = Scripted(said.words, fails_at_finish=1)
    stream = transcriber(recognizer)
    feed(stream, said)
    assert text(stream.finish()) == "w0 w1 w2"
    assert recognizer.open_now == 0


def test_who_speaks_on_throws_the_answer_away():
    said = speech(sentence(3, HESITATION) + sentence(2, HESITATION))
    recognizer, reports = Scripted(said.words), []
    stream = transcriber(recognizer, reports)
    feed(stream, said)
    assert text(stream.finish()) == "w0 w1 w2 w3 w4"
    assert stream.tally.speculation == Speculation(used=1, discarded=1, cpu_s=1.0)
    spoken_on = [words for words in reports if words.partial.startswith("w0 w1 w2 w3")]
    assert spoken_on[0].expected is None


def test_at_the_end_the_tail_is_not_waited_for():
    said = speech(sentence(3, 3))
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer)
    feed(stream, said)
    assert recognizer.speculations == 0
    stream.work_ahead(ending=True)
    assert recognizer.speculations == 1


@pytest.mark.parametrize(
    ("tactics", "partials", "speculations"),
    [(Tactics(partials=False), 0, True), (Tactics(speculation=False), 1, False)],
)
def test_each_early_decode_has_its_switch(tactics, partials, speculations):
    said = speech(sentence(6))
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer, tactics=tactics)
    feed(stream, said)
    assert bool(recognizer.partials) == bool(partials)
    assert bool(recognizer.speculations) == speculations
    assert text(stream.finish()) == " ".join(word.text for word in said.words)


def test_a_recogniser_that_decodes_anew_is_asked_at_the_modes_pace_and_not_in_quiet():
    said = speech([(round(5 / FRAME_S), 30)])
    recognizer = Scripted(said.words, streams=False)
    stream = transcriber(recognizer, tactics=Tactics(partial_every_s=1.0, speculation=False))
    feed(stream, said, end=said.words[0].last + 1)
    assert 4 <= recognizer.partials <= 6
    before = recognizer.partials
    feed(stream, said, start=said.words[0].last + 1)
    assert recognizer.partials == before


def test_silence_opens_nothing():
    recognizer = Scripted()
    stream = transcriber(recognizer)
    feed(stream, Speech((), (0.0,) * 300))
    assert text(stream.finish()) == ""
    assert recognizer.contexts == []


class Failing(Scripted):
    """Fails in the named call, in the first utterance only."""

    def __init__(self, said, call, error=RecognitionError):
        super().__init__(said)
        self.call, self.error, self.failed = call, error, False

    def open(self, context):
        utterance = super().open(context)
        if not self.failed:
            setattr(utterance, self.call, self._fail)
        return utterance

    def _fail(self, **_):
        self.failed = True
        self.open_now -= 1
        raise self.error("The scripted recogniser stumbled.")


@pytest.mark.parametrize("call", ["partial", "speculate", "finish"])
def test_a_decode_that_fails_costs_a_replay_and_no_word(call):
    said = speech(sentence(4) + sentence(3))
    recognizer = Failing(said.words, call)
    tactics = Tactics(speculation=call == "speculate", partials=call == "partial")
    stream = transcriber(recognizer, tactics=tactics)
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    assert (stream.tally.fallbacks, recognizer.loads) == (1, 1)
    assert stream.tally.fallback_why == "The scripted recogniser stumbled."


def test_a_recogniser_that_was_ended_on_purpose_stays_ended():
    said = speech(sentence(4))
    recognizer = Failing(said.words, "partial", RecognitionStoppedError)
    with pytest.raises(RecognitionStoppedError):
        feed(transcriber(recognizer), said)
    assert recognizer.loads == 0


def test_a_failure_that_stays_leaves_the_words_before_it():
    said = speech(sentence(3) + sentence(3))
    stream = transcriber(Scripted(said.words, fails_at_finish=2), tactics=Tactics(speculation=False))
    with pytest.raises(RecognitionError):
        feed(stream, said)
    assert text(stream.words) == "w0 w1 w2"


def test_discarding_closes_the_open_utterance():
    said = speech(sentence(3))
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer)
    feed(stream, said, end=30)
    assert recognizer.open_now == 1
    stream.discard()
    assert recognizer.open_now == 0


def test_speech_without_a_pause_is_cut_where_two_decodes_agree():
    said = speech([(WORD, GAP)] * 60)
    recognizer = Scripted(said.words, streams=False)
    stream = transcriber(recognizer)
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    lengths = [segment.end_s - segment.start_s for segment in stream.words.segments]
    assert len(lengths) >= 3
    assert max(lengths) < 15


class Revising(Scripted):
    """Writes the words of a whole dictation in capitals, or answers nothing to it."""

    def __init__(self, said, answer=True):
        super().__init__(said, streams=False)
        self.answer = answer

    def open(self, context):
        owner = self

        class Utterance(ScriptedUtterance):
            def finish(self):
                transcript = super().finish()
                if len(transcript.text.split()) < len(owner.said):
                    return transcript
                segments = tuple(replace(one, text=one.text.upper()) for one in transcript.segments)
                return Transcript(segments if owner.answer else ())

        super().open(context)
        return Utterance(self)


def test_a_short_dictation_is_decoded_again_as_a_whole_where_the_mode_asks():
    said, reports = speech(sentence(3) + sentence(3)), []
    stream = transcriber(Revising(said.words), reports, Tactics(redecode_s=30.0))
    feed(stream, said)
    assert text(stream.words) == "w0 w1 w2 w3 w4 w5"
    assert text(stream.finish()) == "W0 W1 W2 W3 W4 W5"
    assert [words.revised for words in reports].count(True) == 1
    assert stream.words.segments[0].start_s == pytest.approx(said.words[0].first * FRAME_S)


@pytest.mark.parametrize(
    ("redecode_s", "answer"), [(0.0, True), (2.0, True), (30.0, False)], ids=["off", "too long", "lost"]
)
def test_the_phrases_stand_where_the_whole_is_not_decoded_or_lost_words(redecode_s, answer):
    said, reports = speech(sentence(3) + sentence(3)), []
    stream = transcriber(Revising(said.words, answer), reports, Tactics(redecode_s=redecode_s))
    feed(stream, said)
    assert text(stream.finish()) == "w0 w1 w2 w3 w4 w5"
    assert not any(words.revised for words in reports)
