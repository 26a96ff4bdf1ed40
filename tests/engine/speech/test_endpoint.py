from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME_S
from engine.speech.endpoint import ONSET, WINDOW, Endpointer, VoiceEvent, VoiceKind

THRESHOLD, RELEASE, PAUSE_S = 0.5, 0.35, 0.6
PAUSE = round(PAUSE_S / FRAME_S)

probabilities = st.one_of(
    st.lists(st.floats(0.0, 1.0), max_size=200),
    st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.5, 0.9]), st.integers(1, 30)), max_size=20).map(
        lambda runs: [value for value, length in runs for _ in range(length)]
    ),
)


def follow(frames: list[float]) -> tuple[Endpointer, list[tuple[int, VoiceEvent]]]:
    """Push all frames; events come with the number of frames after which they were told."""
    endpointer = Endpointer(THRESHOLD, RELEASE, PAUSE_S)
    told = []
    for probability in frames:
        event = endpointer.push(probability)
        if event is not None:
            told.append((endpointer.frames, event))
    return endpointer, told


def events(frames: list[float]) -> list[tuple[VoiceKind, int]]:
    return [(event.kind, event.frame) for _, event in follow(frames)[1]]


def test_a_word_starts_where_it_began_and_pauses_where_it_ended() -> None:
    frames = [0.0] * 20 + [0.9] * 10 + [0.0] * PAUSE
    assert events(frames) == [(VoiceKind.STARTED, 20), (VoiceKind.PAUSED, 30)]


def test_a_pause_is_told_only_once_it_is_long_enough() -> None:
    frames = [0.9] * 10 + [0.0] * (PAUSE - 1)
    assert events(frames) == [(VoiceKind.STARTED, 0)]
    assert events([*frames, 0.0])[-1] == (VoiceKind.PAUSED, 10)


def test_a_shorter_gap_belongs_to_the_speech() -> None:
    frames = [0.9] * 10 + [0.0] * (PAUSE - 1) + [0.9] * 10 + [0.0] * PAUSE
    assert events(frames) == [(VoiceKind.STARTED, 0), (VoiceKind.PAUSED, 20 + PAUSE - 1)]


@pytest.mark.parametrize("burst", range(1, ONSET))
def test_a_click_starts_nothing(burst: int) -> None:
    assert events([0.0] * 10 + [0.99] * burst + [0.0] * 50) == []


def test_a_single_weak_frame_within_the_onset_does_not_delay_it() -> None:
    frames = [0.0] * 10 + [0.9, 0.4, 0.9, 0.9]
    assert follow(frames)[1] == [(14, VoiceEvent(VoiceKind.STARTED, 10))]


def test_between_the_thresholds_speech_goes_on_but_does_not_begin() -> None:
    assert events([0.4] * 100) == []
    assert events([0.9] * 5 + [0.4] * 100) == [(VoiceKind.STARTED, 0)]


def test_a_soft_onset_is_traced_back() -> None:
    assert events([0.0] * 10 + [0.4] * 3 + [0.9] * 5) == [(VoiceKind.STARTED, 13 - 3)]


def test_speech_does_not_begin_within_the_speech_before_it() -> None:
    told = events([0.9] * 10 + [0.0] * PAUSE + [0.4, 0.9, 0.9, 0.9])
    assert told == [(VoiceKind.STARTED, 0), (VoiceKind.PAUSED, 10), (VoiceKind.STARTED, 10 + PAUSE)]


def test_the_recording_stops_only_after_speech() -> None:
    endpointer = Endpointer(THRESHOLD, RELEASE, PAUSE_S)
    assert not endpointer.should_stop(0.0)
    for _ in range(200):
        endpointer.push(0.0)
        assert not endpointer.should_stop(0.8)
    for _ in range(5):
        endpointer.push(0.9)
    stops = [endpointer.push(0.0) is not None or endpointer.should_stop(0.8) for _ in range(30)]
    assert stops[-1]
    assert stops.count(True) < len(stops)


def test_a_recording_does_not_stop_on_what_may_be_the_next_sentence() -> None:
    endpointer, _ = follow([0.9] * 5 + [0.0] * 40)
    assert endpointer.should_stop(0.8)
    endpointer.push(0.9)
    assert not endpointer.should_stop(0.8)


def test_release_above_threshold_is_refused() -> None:
    with pytest.raises(ValueError, match="release"):
        Endpointer(0.5, 0.6, 0.6)


@given(probabilities)
def test_starts_and_pauses_alternate_in_order(frames: list[float]) -> None:
    endpointer, told = follow(frames)
    kinds = [event.kind for _, event in told]
    assert kinds == list(itertools.islice(itertools.cycle(VoiceKind), len(kinds)))
    at = [event.frame for _, event in told]
    assert at == sorted(at)
    for (_, start), (_, end) in itertools.pairwise(told):
        if start.kind is VoiceKind.STARTED:
            assert end.frame - start.frame >= ONSET
    assert endpointer.spoke == bool(told)


@given(probabilities)
def test_events_point_back_to_where_it_happened(frames: list[float]) -> None:
    endpointer, told = follow(frames)
    for now, event in told:
        assert 0 <= event.frame < now
        if event.kind is VoiceKind.STARTED:
            assert now - event.frame <= endpointer.onset_frames
            assert frames[event.frame] >= RELEASE
        else:
            assert frames[event.frame - 1] >= RELEASE
            assert now - event.frame == PAUSE
            assert all(probability < RELEASE for probability in frames[event.frame : now])


@given(probabilities)
def test_quiet_is_counted_from_the_last_frame_of_speech(frames: list[float]) -> None:
    endpointer = Endpointer(THRESHOLD, RELEASE, PAUSE_S)
    speech_end, speaking = 0, False
    for index, probability in enumerate(frames):
        event = endpointer.push(probability)
        if event is not None:
            speaking = event.kind is VoiceKind.STARTED
        if speaking and probability >= RELEASE:
            speech_end = index + 1
        if event is not None and event.kind is VoiceKind.PAUSED:
            assert event.frame == speech_end
        assert endpointer.quiet_s == pytest.approx((index + 1 - speech_end) * FRAME_S)
        if endpointer.should_stop(0.8):
            assert endpointer.spoke
            assert endpointer.quiet_s >= 0.8


@given(probabilities, st.integers(WINDOW, 40))
def test_a_long_enough_burst_is_always_found(before: list[float], length: int) -> None:
    endpointer, told = follow([*before, *[0.95] * length])
    assert told[-1][1].kind is VoiceKind.STARTED
    assert endpointer.quiet_s == 0.0


@given(probabilities)
def test_the_same_frames_give_the_same_events(frames: list[float]) -> None:
    assert events(frames) == events(frames)
