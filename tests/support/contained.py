"""Whether a recording holds what was played into it, whole and unbroken."""

from __future__ import annotations

import numpy as np
import pytest

from engine.audio.format import Samples


def assert_contains(sound: Samples, speech: Samples) -> None:
    """Assert that `speech` is in `sound`, whole, unbroken and as loud as it was."""
    size = 1 << (len(sound) + len(speech)).bit_length()
    correlation = np.fft.irfft(np.fft.rfft(sound, size) * np.conj(np.fft.rfft(speech, size)), size)
    lag = int(correlation[: len(sound)].argmax())
    part = sound[lag : lag + len(speech)]
    assert len(part) == len(speech)
    assert np.corrcoef(part, speech)[0, 1] > 0.98
    assert np.std(part) == pytest.approx(np.std(speech), rel=0.05)
