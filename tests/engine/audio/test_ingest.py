"""Device sound to frames: bit-exact where nothing has to change, sound where it has."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.audio.format import FRAME, AudioFormat, RawBlock, Samples
from engine.audio.ingest import Frames, Ingest
from engine.audio.resample import StreamResampler, map_libraries
from engine.audio.validate import TRUST_AFTER


def run(ingest: Ingest, sound: RawBlock, block: int, *, flush: bool = True) -> tuple[Samples, list[bool]]:
    parts = [kept(ingest.push(sound[at : at + block])) for at in range(0, len(sound), block)]
    if flush:
        parts.append(kept(ingest.flush()))
    samples = np.concatenate([part.samples for part in parts])
    return samples.reshape(-1), [flag for part in parts for flag in part.clipped]


def kept(frames: Frames) -> Frames:
    """Frames that outlive the next push."""
    return replace(frames, samples=frames.samples.copy())


@settings(deadline=None)
@given(length=st.integers(1, 6000), block=st.integers(1, 5000))
def test_sound_in_the_engines_form_is_only_cut(length: int, block: int) -> None:
    sound = np.random.default_rng(length).normal(0, 0.2, length).astype(np.float32)
    samples, _ = run(Ingest(AudioFormat(16000, 1, "float32")), sound[:, None], block)
    np.testing.assert_array_equal(samples[:length], sound)
    assert len(samples) == -(-length // FRAME) * FRAME
    assert not samples[length:].any()


@settings(deadline=None, max_examples=12)
@given(
    rate=st.sampled_from([8000, 22050, 44100, 48000, 96000]),
    block=st.integers(1, 5000),
    channels=st.integers(1, 3),
    dtype=st.sampled_from(["int16", "float32"]),
)
def test_other_rates_keep_the_tone_and_the_time(
    rate: int, block: int, channels: int, dtype: Literal["int16", "float32"]
) -> None:
    tone = 0.5 * np.sin(2 * np.pi * 300 * np.arange(rate // 5) / rate)
    raw = np.rint(tone * 32768).astype(np.int16) if dtype == "int16" else tone.astype(np.float32)
    sound = np.repeat(raw[:, None], channels, axis=1)
    samples, _ = run(Ingest(AudioFormat(rate, channels, dtype)), sound, block)
    expected = 0.5 * np.sin(2 * np.pi * 300 * np.arange(3200) / 16000)
    assert 3200 <= len(samples) < 3200 + FRAME
    np.testing.assert_allclose(samples[200:3000], expected[200:3000], atol=2e-3)


@pytest.mark.parametrize("rate", [44100, 48000])
def test_what_16_khz_cannot_hold_is_not_folded_back(rate: int) -> None:
    hiss = 0.5 * np.sin(2 * np.pi * 10000 * np.arange(rate) / rate)
    resampler = StreamResampler(rate)
    out = np.concatenate((resampler.push(hiss.astype(np.float32)), resampler.flush()))
    assert np.sqrt(np.mean(out[500:-500] ** 2)) < 0.5 * 10 ** (-60 / 20)


def test_a_resampler_can_be_used_again_after_its_flush() -> None:
    resampler = StreamResampler(48000)
    sound = np.random.default_rng(1).normal(0, 0.1, 4800).astype(np.float32)
    first = np.concatenate((resampler.push(sound), resampler.flush()))
    second = np.concatenate((resampler.push(sound), resampler.flush()))
    np.testing.assert_array_equal(first, second)
    assert len(first) == 1600
    assert len(resampler.push(sound[:0])) == 0


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="0 samples"):
        StreamResampler(0)


def test_mapping_the_libraries_of_no_package_does_nothing() -> None:
    map_libraries("no_such_package_anywhere")


@pytest.mark.parametrize(("rate", "factor"), [(16000, 1), (48000, 3)])
@pytest.mark.parametrize("block", [64, 4801])
def test_clipping_is_seen_before_resampling_in_its_frame(rate: int, factor: int, block: int) -> None:
    sound = np.full((FRAME * factor * 10, 1), 100, np.int16)
    sound[FRAME * factor * 3 + 20] = 32767
    sound[FRAME * factor * 7 + 20] = -32768
    _, clipped = run(Ingest(AudioFormat(rate, 1, "int16")), sound, block)
    assert [at for at, flag in enumerate(clipped) if flag] == [3, 7]


def test_clipping_lands_in_its_frame_after_a_flush() -> None:
    ingest = Ingest(AudioFormat(48000, 1, "int16"))
    run(ingest, np.full((1000, 1), 100, np.int16), 480)
    sound = np.full((FRAME * 3 * 4, 1), 100, np.int16)
    sound[FRAME * 3 * 2 + 20] = 32767
    _, clipped = run(ingest, sound, 480)
    assert [at for at, flag in enumerate(clipped) if flag] == [2]


def test_broken_samples_become_silence_before_resampling() -> None:
    sound = np.full((4800, 1), 0.1, np.float32)
    sound[100:110] = np.nan
    ingest = Ingest(AudioFormat(48000, 1, "float32"))
    samples, _ = run(ingest, sound, 480)
    assert np.isfinite(samples).all()
    assert ingest.validator.not_finite == 10


def test_nothing_gives_nothing() -> None:
    ingest = Ingest(AudioFormat(48000, 2, "int16"))
    assert len(ingest.push(np.empty((0, 2), np.int16))) == 0
    assert len(ingest.flush()) == 0


FORMS = (
    AudioFormat(16000, 1, "float32"),
    AudioFormat(16000, 1, "int16"),
    AudioFormat(16000, 2, "float32"),
    AudioFormat(44100, 1, "float32"),
    AudioFormat(48000, 2, "float32"),
    AudioFormat(48000, 2, "int16"),
)
FAULTS = {"float32": (np.nan, np.inf, -np.inf, 1e30, -17.0, 1.0), "int16": (32767, -32768)}


@settings(deadline=None, max_examples=60)
@given(
    audio_format=st.sampled_from(FORMS),
    seed=st.integers(0, 999),
    block=st.sampled_from([64, 480, 512, 1500]),
    faults=st.integers(0, 5),
    share=st.sampled_from([0.0, 0.02, 0.1, 0.5]),
)
def test_what_is_wrong_is_found_however_little_is_checked(
    audio_format: AudioFormat, seed: int, block: int, faults: int, share: float
) -> None:
    """Whichever blocks are sampled, sound, clipping and counts are those of checking all of them."""
    chance = np.random.default_rng(seed)
    shape = (TRUST_AFTER + audio_format.rate // 3, audio_format.channels)
    sound = chance.normal(0, 0.1, shape).astype(np.float32)
    if audio_format.dtype == "int16":
        sound = (sound * 30000).astype(np.int16)
    for _ in range(faults):
        at = chance.integers(len(sound)), chance.integers(audio_format.channels)
        sound[at] = chance.choice(FAULTS[audio_format.dtype])
    sampling, checking = Ingest(audio_format, share), Ingest(audio_format)
    some, some_clipped = run(sampling, sound, block)
    every, every_clipped = run(checking, sound, block)
    np.testing.assert_array_equal(some, every)
    assert np.isfinite(some).all()
    assert some_clipped == every_clipped
    if audio_format.dtype == "float32":
        broken = np.count_nonzero(~np.isfinite(sound))
        assert sampling.validator.not_finite == checking.validator.not_finite == broken


@pytest.mark.parametrize("audio_format", FORMS[2:5])
def test_a_fault_leaves_no_trace_in_what_remembers(audio_format: AudioFormat) -> None:
    """The mixer's powers and the resampler's filter get no broken sample from a trusted device."""
    shape = (TRUST_AFTER, audio_format.channels)
    sound = np.random.default_rng(3).normal(0, 0.1, shape).astype(np.float32)
    ingest = Ingest(audio_format, 0.0)
    run(ingest, sound, 512, flush=False)
    assert ingest.validator.trusted
    run(ingest, np.full((512, audio_format.channels), np.nan, np.float32), 512, flush=False)
    assert not ingest.validator.trusted
    after, _ = run(ingest, sound, 512)
    assert 0.03 < np.sqrt(np.mean(after[2000:] ** 2)) < 0.15


@pytest.mark.parametrize("audio_format", FORMS)
def test_peaks_are_those_of_the_frames(audio_format: AudioFormat) -> None:
    sound = np.random.default_rng(4).normal(0, 0.1, (3000, audio_format.channels))
    scaled = sound * 30000 if audio_format.dtype == "int16" else sound
    frames = Ingest(audio_format).push(scaled.astype(audio_format.dtype))
    assert len(frames) > 0
    assert frames.peaks == np.abs(frames.samples).max(axis=1).tolist()


@pytest.mark.parametrize("audio_format", FORMS)
@pytest.mark.parametrize("block", [64, 512, 1500])
def test_no_memory_is_taken_for_a_block_that_is_kept(audio_format: AudioFormat, block: int) -> None:
    """Only the resampler allocates its output; all else is written into memory that is there."""
    sound = np.full((block, audio_format.channels), 0.1).astype(audio_format.dtype)
    ingest = Ingest(audio_format, 0.0)
    for _ in range(2 * TRUST_AFTER // block + 2):
        ingest.push(sound)
    assert ingest.validator.trusted
    tracemalloc.start()
    try:
        for _ in range(50):
            ingest.push(sound)
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        for _ in range(200):
            ingest.push(sound)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert after - before < 512


def test_frames_lie_in_memory_that_is_used_again() -> None:
    ingest = Ingest(FORMS[0])
    ones, twos = (np.full((FRAME, 1), value, np.float32) for value in (0.1, 0.2))
    first = ingest.push(ones)
    second = ingest.push(twos)
    assert np.shares_memory(first.samples, second.samples)
    assert (second.samples == np.float32(0.2)).all()
    assert (ones == np.float32(0.1)).all()
