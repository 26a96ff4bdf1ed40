"""The driver over a scripted recogniser: what becomes firm, what is shown, what is decoded early."""

import itertools

import pytest

from engine.audio.format import FRAME_S
from engine.metrics import Speculation
from engine.speech.effort import Effort
from engine.speech.phrases import LONG_S
from engine.speech.tactics import Tactics
from tests.support.scripted import Scripted, speech
from tests.support.scripted_dictation import GAP, HESITATION, WORD, feed, sentence, text, transcriber


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
    feed(stream, speech([], lead=300))
    assert text(stream.finish()) == ""
    assert recognizer.contexts == []


def test_discarding_closes_the_open_utterance():
    said = speech(sentence(3))
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer)
    feed(stream, said, end=30)
    assert recognizer.open_now == 1
    stream.discard()
    assert recognizer.open_now == 0


def test_a_guess_that_waits_when_all_is_thrown_away_counts_as_discarded():
    said = speech(sentence(3, HESITATION))
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer)
    feed(stream, said)
    stream.discard()
    assert stream.tally.speculation == Speculation(discarded=1, cpu_s=0.5)
    assert (recognizer.open_now, recognizer.taken) == (0, [])


def test_after_a_slow_decode_nothing_is_guessed(monkeypatch):
    monkeypatch.setattr("engine.speech.streaming.SLOW_S", 0.0)
    said = speech(sentence(3) * 3)
    recognizer = Scripted(said.words)
    stream = transcriber(recognizer)
    feed(stream, said)
    assert recognizer.speculations == 1
    assert text(stream.finish()) == " ".join(word.text for word in said.words)


@pytest.mark.parametrize("gap", [1, 2, GAP])
def test_speech_without_a_pause_is_cut_in_a_gap_where_two_decodes_agree(gap):
    said = speech([(WORD, gap)] * 60)
    recognizer = Scripted(said.words, streams=False)
    stream = transcriber(recognizer)
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    lengths = [segment.end_s - segment.start_s for segment in stream.words.segments]
    assert len(lengths) >= 3
    assert max(lengths) < 15
    seams = [first for first, _ in recognizer.taken][1:]
    assert all(said.voice[seam] < 0.5 for seam in seams), "a cut through a word"


def test_without_agreement_it_is_one_phrase_as_long_as_it_may_be():
    said = speech([(WORD, GAP)] * 40)
    assert len(said.voice) * FRAME_S < LONG_S
    recognizer = Scripted(said.words, streams=False)
    stream = transcriber(recognizer, tactics=Tactics(agreement=False))
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    assert len(recognizer.taken) == 1
    assert recognizer.partials > 10


def test_what_lies_behind_a_cut_is_as_long_as_from_there():
    said = speech([(WORD, GAP)] * 80)
    recognizer = Scripted(said.words, streams=False)
    stream = transcriber(recognizer)
    at = 0
    while not recognizer.taken:
        feed(stream, said, start=at, end=at + 1)
        at += 1
    recognizer.streams = True  # No partial gives times any more, so no two decodes can agree.
    feed(stream, said, start=at)
    stream.finish()
    first, second = [(end - start + 1) * FRAME_S for start, end in recognizer.taken[:2]]
    assert first < LONG_S / 2 < LONG_S - 1 < second < LONG_S + 1
