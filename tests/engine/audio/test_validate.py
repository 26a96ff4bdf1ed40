"""Checks on device sound, and the mix to one channel."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.audio.format import FRAME, RawBlock
from engine.audio.mono import MonoMixer
from engine.audio.validate import LOUDEST, TRUST_AFTER, Validator

RATE = 48000

BROKEN = [float("nan"), float("inf"), float("-inf")]
ABSURD = [LOUDEST * 1.01, -1e30]


def trusted(share: float = 0.0, *, verbatim: bool = False) -> Validator:
    validator = Validator(share, verbatim=verbatim)
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
    assert validator.not_finite == 1
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
    assert validator.trusted == (make is trusted)


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


@pytest.mark.parametrize("fault", [np.nan, LOUDEST * 2])
def test_a_fault_costs_the_trust_and_faultless_sound_regains_it(fault: float) -> None:
    validator = trusted()
    validator.check(np.array([[fault]], np.float32))
    assert not validator.trusted
    validator.check(np.full((TRUST_AFTER - 1, 1), 0.1, np.float32))
    assert not validator.trusted
    validator.check(np.full((1, 1), 0.1, np.float32))
    assert validator.trusted


@given(share=st.floats(0, 1), other=st.floats(0, 1))
def test_the_share_of_full_checks_is_kept_and_can_be_changed(share: float, other: float) -> None:
    """What a full check finds at once, and a block that is left to its frames does not, is clipping."""
    validator = trusted(share, verbatim=True)
    block = np.ones((1, 1), np.float32)
    full = [bool(len(validator.check(block).clipped)) for _ in range(300)]
    assert abs(sum(full) - share * 300) <= 1
    if share > 0.01:
        gaps = np.diff(np.flatnonzero([True, *full]))
        assert gaps.max() <= 1 / share + 1
    validator.checked_share = other
    changed = sum(bool(len(validator.check(block).clipped)) for _ in range(300))
    assert abs(changed - other * 300) <= 2


def test_samples_that_go_through_unchanged_are_left_to_their_frames() -> None:
    block = np.full((FRAME, 1), np.nan, np.float32)
    assert trusted(verbatim=True).check(block).block is block
    assert not trusted().check(block).block.any()


@given(
    frames=st.integers(1, 4),
    faults=st.lists(st.tuples(st.integers(0, 4 * FRAME - 1), st.sampled_from(BROKEN + ABSURD)), max_size=4),
)
def test_no_frame_passes_with_what_is_no_sound(frames: int, faults: list[tuple[int, float]]) -> None:
    validator = trusted(verbatim=True)
    sound = np.full(frames * FRAME, 0.25, np.float32)
    wanted = sound.copy()
    for at, fault in faults:
        if at < len(sound):
            sound[at] = fault
            wanted[at] = np.clip(fault, -LOUDEST, LOUDEST) if np.isfinite(fault) else 0
    broken = int(np.count_nonzero(~np.isfinite(sound)))
    at_fault = not (np.abs(sound) <= LOUDEST).all()
    peaks = validator.look(sound.reshape(frames, FRAME))
    np.testing.assert_array_equal(sound, wanted)
    assert peaks == np.abs(wanted).reshape(frames, FRAME).max(axis=1).tolist()
    assert validator.not_finite == broken
    assert validator.trusted == (not at_fault)


@pytest.mark.parametrize("make", [Validator, trusted])
def test_silence_is_counted_until_the_first_other_sample(make: type[Validator]) -> None:
    validator = make()
    silence = np.zeros((3, FRAME), np.float32)
    assert validator.look(silence) == [0, 0, 0]
    assert (validator.silent_frames, validator.has_sounded) == (3, False)
    silence[1, 7] = -1e-7
    validator.look(silence)
    assert (validator.silent_frames, validator.has_sounded) == (1, True)
    validator.look(silence[:0])
    assert len(validator.check(np.empty((0, 1), np.int16)).block) == 0


def voice(frames: int = RATE) -> RawBlock:
    return np.random.default_rng(5).normal(0, 0.1, frames).astype(np.float32)


def mixed(block: RawBlock, size: int = 480) -> RawBlock:
    mixer = MonoMixer(RATE, block.shape[1])
    out = np.empty(len(block), np.float32)
    for at in range(0, len(block), size):
        mixer.mix(block[at : at + size], out[at : at + size])
    return out


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


def test_a_short_block_after_a_long_one_is_mixed_by_itself() -> None:
    mixer = MonoMixer(RATE, 2)
    sound = np.stack((voice(), voice()), axis=1)
    long, short = np.empty(4000, np.float32), np.empty(10, np.float32)
    mixer.mix(sound[:4000], long)
    before = long.copy()
    mixer.mix(sound[4000:4010], short)
    np.testing.assert_allclose(short, voice()[4000:4010], atol=1e-6)
    np.testing.assert_array_equal(long, before)


@given(channels=st.integers(2, 6), seed=st.integers(0, 99))
def test_a_channels_weight_follows_its_power(channels: int, seed: int) -> None:
    """Channels that carry sound share the mix evenly; the others have no part in it."""
    chance = np.random.default_rng(seed)
    live = chance.random(channels) < 0.5
    live[chance.integers(channels)] = True
    sound = chance.normal(0, 0.1, (2000, channels)).astype(np.float32) * np.where(live, 1, 1e-3)
    out = mixed(sound.astype(np.float32))
    np.testing.assert_allclose(out, sound[:, live].mean(axis=1), atol=1e-6)
