"""Checks on device sound, and the mix to one channel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import RawBlock
from engine.audio.mono import MonoMixer
from engine.audio.validate import LOUDEST, TRUST_AFTER, Validator

RATE = 48000


def trusted() -> Validator:
    validator = Validator()
    validator.check(np.full((TRUST_AFTER, 1), 0.1, np.float32))
    assert validator.trusted
    return validator


@pytest.mark.parametrize("make", [Validator, trusted])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_no_broken_sample_passes(make: type[Validator], bad: float) -> None:
    validator = make()
    block = np.full((100, 2 if make is Validator else 1), 0.1, np.float32)
    block[7, 0] = bad
    checked = validator.check(block)
    assert checked.block[7, 0] == 0
    assert np.count_nonzero(checked.block != np.float32(0.1)) == 1
    assert checked.not_finite == validator.not_finite == 1
    assert np.isnan(block[7, 0]) or np.isinf(block[7, 0])
    assert not validator.trusted


@pytest.mark.parametrize("make", [Validator, trusted])
@pytest.mark.parametrize("limit", [1.0, -1.0, 1.7])
def test_clipped_floats_are_found(make: type[Validator], limit: float) -> None:
    validator = make()
    block = np.full((100, 1), 0.1, np.float32)
    block[[3, 50]] = limit
    checked = validator.check(block)
    assert checked.clipped.tolist() == [3, 50]
    assert checked.block is block
    assert validator.clipped_frames == 2


@pytest.mark.parametrize("limit", [32767, -32768])
def test_clipped_integers_are_found(limit: int) -> None:
    block = np.zeros((TRUST_AFTER, 2), np.int16)
    validator = Validator()
    validator.check(block)
    block[9, 1] = limit
    assert validator.check(block).clipped.tolist() == [9]


def test_what_is_no_sound_is_limited() -> None:
    checked = trusted().check(np.array([[1e30], [-1e30], [0.5]], np.float32))
    assert checked.block[:, 0].tolist() == [LOUDEST, -LOUDEST, 0.5]


def test_silence_is_counted_until_the_first_other_sample() -> None:
    validator = Validator()
    for _ in range(3):
        validator.check(np.zeros((100, 1), np.int16))
    assert validator.silent_frames == 300
    validator.check(np.eye(100, 1, dtype=np.int16))
    assert validator.silent_frames == 0
    assert validator.check(np.empty((0, 1), np.int16)).not_finite == 0


def voice(frames: int = RATE) -> RawBlock:
    return np.random.default_rng(5).normal(0, 0.1, frames).astype(np.float32)


def mixed(block: RawBlock, size: int = 480) -> RawBlock:
    mixer = MonoMixer(RATE, block.shape[1])
    return np.concatenate([mixer.mix(block[at : at + size]) for at in range(0, len(block), size)])


@given(block=st.integers(1, 5000))
def test_one_channel_of_float_passes_bit_by_bit(block: int) -> None:
    sound = voice(9000)
    np.testing.assert_array_equal(mixed(sound[:, None], block), sound)


def test_integers_are_brought_to_one() -> None:
    assert mixed(np.array([[-32768], [16384]], np.int16)).tolist() == [-1.0, 0.5]


@pytest.mark.parametrize("live", [0, 1])
@pytest.mark.parametrize("noise", [0.0, 0.001])
def test_an_empty_input_beside_the_microphone_is_left_out(live: int, noise: float) -> None:
    sound = voice()
    block = np.random.default_rng(6).normal(0, 1, (len(sound), 2)).astype(np.float32) * np.float32(noise)
    block[:, live] = sound
    np.testing.assert_allclose(mixed(block), sound, atol=1e-6)


def test_two_live_channels_are_averaged() -> None:
    sound = voice()
    block = np.stack((sound, sound * np.float32(0.5)), axis=1)
    np.testing.assert_allclose(mixed(block), sound * 0.75, atol=1e-6)


def test_a_balanced_plug_in_a_stereo_socket_does_not_cancel_the_voice() -> None:
    sound = voice()
    block = np.stack((sound, -sound), axis=1)
    np.testing.assert_allclose(np.abs(mixed(block)), np.abs(sound), atol=1e-6)


def test_a_microphone_that_comes_alive_is_faded_in() -> None:
    """The first channel delivers noise alone; then somebody speaks on the second."""
    noise = np.random.default_rng(7).normal(0, 1e-4, (RATE, 2)).astype(np.float32)
    tone = (0.3 * np.sin(2 * np.pi * 200 * np.arange(RATE // 2) / RATE)).astype(np.float32)
    noise[RATE // 2 :, 1] += tone
    out = mixed(noise)
    assert np.abs(np.diff(out)).max() < 0.02
    np.testing.assert_allclose(out[RATE // 2 + 960 :], tone[960:], atol=1e-3)


def test_all_silent_channels_are_silence() -> None:
    assert not mixed(np.zeros((1000, 4), np.int16)).any()
