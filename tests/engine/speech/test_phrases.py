"""The cutter's promises: nothing lost or doubled, nothing but speech and its padding."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, FRAME_S
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import LONG_S, LONGEST_S, Closed, Opened, PhraseCutter, Spoken

PADDING_S = 0.4
PAUSE_S = 0.6
PADDING = round(PADDING_S / FRAME_S)

runs = st.lists(
    st.tuples(st.floats(0, 0.3) | st.floats(0.6, 1.0), st.integers(1, 60)), min_size=1, max_size=12
)
"""Runs of frames with one probability each: silence and speech of random lengths."""


def cutter() -> PhraseCutter:
    return PhraseCutter(Endpointer(0.5, 0.35, PAUSE_S), PADDING_S)


def numbered(start: int, count: int) -> np.ndarray:
    """Frames whose every sample is the frame's number."""
    return np.repeat(np.arange(start, start + count, dtype=np.float32), FRAME)


def phrases(voice: list[float], block: int) -> list[list[int]]:
    """The frame numbers of each phrase, as they come out of a cutter fed in blocks."""
    found: list[list[int]] = []
    cut, at, is_open = cutter(), 0, False
    steps = []
    while at < len(voice):
        part = tuple(voice[at : at + block])
        steps += cut.push(numbered(at, len(part)), part)
        at += len(part)
    for step in [*steps, *cut.end()]:
        match step:
            case Opened(start_frame):
                assert not is_open
                is_open = True
                found.append([])
                expected = start_frame
            case Spoken(samples, _):
                assert is_open
                frames = samples.reshape(-1, FRAME)
                assert (frames == frames[:, :1]).all()
                numbers = [int(number) for number in frames[:, 0]]
                assert numbers == list(range(expected, expected + len(numbers)))
                expected += len(numbers)
                found[-1] += numbers
            case Closed():
                assert is_open
                is_open = False
    assert not is_open
    return found


@given(runs, st.integers(1, 40))
def test_phrases_are_contiguous_ordered_and_do_not_overlap(pattern, block):
    voice = [probability for probability, length in pattern for _ in range(length)]
    cut = phrases(voice, block)
    numbers = [number for phrase in cut for number in phrase]
    assert numbers == sorted(set(numbers))
    assert not numbers or numbers[-1] < len(voice)


@given(runs, st.integers(1, 40))
def test_the_cut_does_not_depend_on_the_size_of_the_blocks(pattern, block):
    voice = [probability for probability, length in pattern for _ in range(length)]
    assert phrases(voice, block) == phrases(voice, 1)


@given(st.integers(0, 80), st.integers(4, 100), st.integers(0, 80))
def test_all_of_the_speech_is_in_its_phrase_with_its_padding_and_no_more(before, speech, after):
    voice = [0.0] * before + [0.9] * speech + [0.0] * after
    (phrase,) = phrases(voice, 7)
    assert phrase[0] == max(0, before - PADDING)
    assert phrase[-1] == min(before + speech + PADDING, len(voice)) - 1


def test_a_short_gap_stays_within_the_phrase_and_a_long_one_ends_it():
    short, long = round(0.3 / FRAME_S), round(1.5 / FRAME_S)
    speech = [0.9] * 30
    assert len(phrases(speech + [0.0] * short + speech, 4)) == 1
    two = phrases(speech + [0.0] * long + speech, 4)
    assert [len(phrase) for phrase in two] == [30 + PADDING, 30 + PADDING]


def test_silence_has_no_phrase():
    assert phrases([0.1] * 500, 32) == []


@given(st.lists(st.tuples(st.integers(5, 200), st.integers(0, 18)), min_size=5, max_size=30))
def test_speech_without_a_pause_is_cut_into_phrases_that_join_without_a_seam(words):
    voice = [p for speech, gap in words for p in [0.9] * speech + [0.1] * gap]
    found = phrases(voice, 9)
    for before, after in itertools.pairwise(found):
        assert after[0] == before[-1] + 1
        assert len(before) * FRAME_S > LONG_S - 1
    for phrase in found:
        assert len(phrase) * FRAME_S <= LONGEST_S + 1


def test_a_long_phrase_ends_in_a_gap_between_words():
    words = ([0.9] * 40 + [0.1] * 6) * 30
    first, second, *_ = phrases(words, 4)
    assert [words[number] for number in first[-4:]] == [0.1] * 4
    assert [words[number] for number in second[:3]] == [0.1, 0.1, 0.9]
