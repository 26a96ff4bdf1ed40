"""No word is lost or doubled at a seam, whatever the timing: thousands of random dictations."""

import itertools
import random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context
from engine.speech.streaming import StreamingTranscriber, Words
from engine.speech.tactics import Tactics
from tests.support.scripted import Scripted, numbered, speech

lengths = st.integers(4, 30)
between_words = st.integers(0, 6)
hesitations = st.integers(7, 18)
between_sentences = st.integers(19, 80)

in_sentences = st.lists(
    st.tuples(lengths, st.one_of(between_words, hesitations, between_sentences)), min_size=1, max_size=60
)
without_a_pause = st.lists(
    st.tuples(lengths, st.one_of(between_words, hesitations)), min_size=40, max_size=120
)

modes = st.builds(
    Tactics,
    partials=st.booleans(),
    partial_every_s=st.sampled_from([0.1, 0.4, 1.0]),
    speculation=st.booleans(),
    agreement=st.booleans(),
)


@settings(max_examples=2500, deadline=None)
@given(
    in_sentences | without_a_pause,
    modes,
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.1]),
    st.integers(),
)
def test_every_word_is_recognised_once_and_in_order(pattern, mode, streams, speculates, fails, seed):
    chance = random.Random(seed)
    said = speech(pattern, lead=chance.randrange(40))
    recognizer = Scripted(said.words, streams=streams, speculates=speculates, chance=chance, fails=fails)
    reports: list[Words] = []
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    stream = StreamingTranscriber(recognizer, cutter, Context(), lambda: mode, reports.append)
    recorded = chance.choice([len(said.voice), chance.randrange(len(said.voice)) + 1])
    at = 0
    while at < recorded:
        block = min(chance.choice([1, 1, 2, 3, 8, 40]), recorded - at)
        stream.push(numbered(at, block), said.voice[at : at + block])
        at += block
        if chance.random() < 0.7:
            stream.work_ahead(ending=at > recorded - 12 and chance.random() < 0.5)
    words = [word.text for segment in stream.finish().segments for word in segment.words]
    whole = [word.text for word in said.words if word.last < recorded]
    assert words[: len(whole)] == whole
    # Of a word that the stop cuts in two, what is recorded may be enough, and may not.
    assert words[len(whole) :] in ([], [said.words[len(whole)].text] if len(whole) < len(said.words) else [])
    assert recognizer.open_now == 0
    for earlier, later in itertools.pairwise(reports):
        assert later.segments[: len(earlier.segments)] == earlier.segments
