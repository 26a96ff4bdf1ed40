"""Clips to measure with: each ends with a word, near the length that was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.bench.clips import GAPS, REACH, locate, repeated
from engine.bench.material import built_in, from_file
from engine.errors import AudioError
from engine.settings.load import load
from tests.support.sound_files import write_wav
from tests.support.voices import Voices

PAUSES = [0.9] * 10 + [0.0] * 10
"""Voice of a word and the pause behind it, frame by frame: 0.32 s each."""


def sound(frames: int) -> Samples:
    return np.arange(frames * FRAME, dtype=np.float32)


@given(
    st.lists(st.tuples(st.integers(4, 40), st.integers(1, 30)), min_size=1, max_size=12),
    st.lists(st.floats(0.1, 60), min_size=1, max_size=4),
    st.booleans(),
)
def test_clips_end_where_a_pause_begins(
    rhythm: list[tuple[int, int]], lengths_s: list[float], whole: bool
) -> None:
    voice = [level for spoken, quiet in rhythm for level in [0.9] * spoken + [0.0] * quiet]
    speech = locate(sound(len(voice)), voice, 0.5, 0.35)
    assert speech is not None
    clips = speech.clips(lengths_s, whole=whole)
    ends = [(speech.start + len(clip.samples)) // FRAME for clip in clips]
    assert ends == sorted(set(ends))
    for end in ends:
        assert voice[end - 1] > 0.5
        assert end == len(voice) or voice[end] == 0.0
    last_word = len(voice) - rhythm[-1][1]
    if whole:
        assert ends[-1] == last_word
    assert [clip.whole for clip in clips] == [end == last_word for end in ends]


@pytest.mark.parametrize(("wanted_s", "end_s"), [(0.1, 0.32), (1.0, 0.96), (1.5, 1.6), (99.0, 2.88)])
def test_the_pause_nearest_to_the_length_is_taken(wanted_s: float, end_s: float) -> None:
    speech = locate(sound(100), PAUSES * 5, 0.5, 0.35)
    assert speech is not None
    (clip,) = speech.clips([wanted_s], whole=False)
    assert clip.seconds == pytest.approx(end_s)


def test_a_short_pause_is_taken_where_no_longer_one_is_near() -> None:
    voice = [*[0.9] * 20, 0.0, *[0.9] * 60, *[0.0] * GAPS[0], *[0.9] * 20, *[0.0] * 5]
    speech = locate(sound(len(voice)), voice, 0.5, 0.35)
    assert speech is not None
    ends = [round(clip.seconds * SAMPLE_RATE / FRAME) for clip in speech.clips([0.7, 2.5], whole=False)]
    assert ends == [20, 81]
    assert abs(81 * FRAME / SAMPLE_RATE - 2.5) < REACH * 2.5


def test_silence_before_the_first_word_is_left_out_but_for_a_little() -> None:
    voice = [0.0] * 200 + [0.9] * 20 + [0.0] * 20
    samples = sound(len(voice))
    speech = locate(samples, voice, 0.5, 0.35)
    assert speech is not None
    (clip,) = speech.clips([], whole=True)
    assert clip.samples[0] == 200 * FRAME - 0.5 * SAMPLE_RATE
    assert clip.samples[-1] == 220 * FRAME - 1


def test_where_nobody_speaks_there_is_no_speech(tmp_path: Path) -> None:
    assert locate(sound(50), [0.1] * 50, 0.5, 0.35) is None
    silent = write_wav(tmp_path / "silent.wav", np.zeros(SAMPLE_RATE))
    with pytest.raises(AudioError, match=r"silent\.wav"):
        from_file(silent, None, load().settings.voice, "")


def test_the_sample_is_said_as_often_as_it_takes() -> None:
    samples, times = repeated(sound(10), 0.032, 1.0)
    assert times == 3
    assert len(samples) == 3 * 11 * FRAME
    material = built_in((3.0, 20.0), load().settings.voice)
    assert [round(clip.seconds) for clip in material.clips] == [3, 20]
    assert material.reference.count("quarterly report") * 7.0 >= 20.0


def test_a_file_that_is_shorter_than_what_is_asked_for_is_played_once(voices: Voices) -> None:
    spoken = voices.sentences(1)[0]
    material = from_file(spoken.path, None, load().settings.voice, "")
    (clip,) = material.clips
    assert clip.whole
    assert len(clip.samples) <= len(spoken.samples())
