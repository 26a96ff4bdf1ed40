"""No word is lost or doubled at a seam, whatever the timing: hundreds of random dictations.

A seam promises to lie in a gap: in one of three frames or more where speech is cut by its length
alone, in one of any length where two decodes agree. Words without such gaps can be cut in two once
the longest phrase is reached; then every frame still goes to exactly one phrase.
"""

import itertools
import random
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from engine.speech.endpoint import Endpointer
from engine.speech.phrases import GAP_FRAMES, PhraseCutter
from engine.speech.recognizer import Context
from engine.speech.streaming import StreamingTranscriber
from engine.speech.tactics import Tactics
from engine.speech.words import Words
from tests.support.scripted import Scripted, Speech, speech

lengths = st.integers(4, 30)
between_words = st.integers(GAP_FRAMES, 6)
hesitations = st.integers(7, 18)
between_sentences = st.integers(19, 80)
hardly_any = st.integers(0, GAP_FRAMES - 1)

in_sentences = st.lists(
    st.tuples(lengths, st.one_of(between_words, hesitations, between_sentences)), min_size=1, max_size=60
)
without_a_pause = st.lists(
    st.tuples(lengths, st.one_of(between_words, hesitations)), min_size=40, max_size=120
)
breathless = st.lists(st.tuples(lengths, hardly_any), min_size=40, max_size=120)


def modes(redecode_s: st.SearchStrategy[float]) -> st.SearchStrategy[list[Tactics]]:
    """The mode a dictation begins with, and the one it is changed to on the way."""
    mode = st.builds(
        Tactics,
        partials=st.booleans(),
        partial_every_s=st.sampled_from([0.1, 0.4, 1.0]),
        speculation=st.booleans(),
        agreement=st.booleans(),
        redecode_s=redecode_s,
    )
    return st.lists(mode, min_size=2, max_size=2)


@dataclass(frozen=True)
class Dictated:
    """What became of a dictation that had `recorded` frames."""

    recorded: int
    words: list[str]
    reports: list[Words]


def dictate(said: Speech, recognizer: Scripted, modes: list[Tactics], chance: random.Random) -> Dictated:
    """Record some or all of `said`, in blocks and with decodes as they happen to come."""
    recorded = chance.choice([len(said.voice), chance.randrange(len(said.voice)) + 1])
    changed_at = chance.randrange(recorded + 1)
    reports: list[Words] = []
    at = 0
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    stream = StreamingTranscriber(
        recognizer, cutter, Context(), lambda: modes[at >= changed_at], reports.append
    )
    while at < recorded:
        block = min(chance.choice([1, 1, 2, 3, 8, 40]), recorded - at)
        stream.push(said.sound(at, block), said.voice[at : at + block])
        at += block
        if chance.random() < 0.7:
            stream.work_ahead(ending=at > recorded - 12 and chance.random() < 0.5)
    words = [word.text for segment in stream.finish().segments for word in segment.words]
    assert recognizer.open_now == 0
    return Dictated(recorded, words, reports)


def phrases(recognizer: Scripted) -> list[tuple[int, int]]:
    """First and last frame of each phrase; without the decode of the whole, which is the last."""
    taken = recognizer.taken
    return taken[:-1] if len(taken) > 1 and taken[-1][0] <= taken[-2][0] else taken


@settings(max_examples=500)
@given(
    in_sentences | without_a_pause,
    modes(st.sampled_from([0.0, 0.0, 30.0])),
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.0, 0.0, 0.1]),
    st.integers(),
)
def test_every_word_is_recognised_once_and_in_order(pattern, modes, streams, speculates, fails, seed):
    chance = random.Random(seed)
    said = speech(pattern, lead=chance.randrange(40))
    recognizer = Scripted(said.words, streams=streams, speculates=speculates, chance=chance, fails=fails)
    dictated = dictate(said, recognizer, modes, chance)
    whole = [word.text for word in said.words if word.last < dictated.recorded]
    assert dictated.words[: len(whole)] == whole
    # Of a word that the stop cuts in two, what is recorded may be enough, and may not.
    cut = [word.text for word in said.words[len(whole) :][:1]]
    assert dictated.words[len(whole) :] in ([], cut)
    for earlier, later in itertools.pairwise(dictated.reports):
        assert later.revised or later.segments[: len(earlier.segments)] == earlier.segments
    for before, after in itertools.pairwise(phrases(recognizer)):
        assert before[1] < after[0], "the same sound in two phrases"


@settings(max_examples=120)
@given(breathless, modes(st.just(0.0)), st.booleans(), st.sampled_from([0.0, 0.1]), st.integers())
def test_without_gaps_every_frame_is_still_in_one_phrase(pattern, modes, streams, fails, seed):
    chance = random.Random(seed)
    said = speech(pattern, lead=chance.randrange(40))
    recognizer = Scripted(said.words, streams=streams, chance=chance, fails=fails)
    dictated = dictate(said, recognizer, modes, chance)
    ranges = phrases(recognizer)
    for before, after in itertools.pairwise(ranges):
        assert before[1] + 1 == after[0], "sound lost or doubled between two phrases"
    if ranges:
        assert ranges[0][0] <= said.words[0].first
        assert ranges[-1][1] == dictated.recorded - 1 or said.voice[dictated.recorded - 1] < 0.5
    seams = [after[0] for after in ranges[1:]]
    uncut = [
        word.text
        for word in said.words
        if word.last < dictated.recorded and not any(word.first < seam <= word.last for seam in seams)
    ]
    assert [text for text in dictated.words if text in set(uncut)] == uncut
    assert len(dictated.words) == len(set(dictated.words))
