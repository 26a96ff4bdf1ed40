"""PocketSphinx listening in the tests."""

from __future__ import annotations

import numpy as np

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.speech.recognizer import Transcript, Utterance
from engine.speech.sphinx import Sphinx
from engine.speech.sphinx_utterance import SphinxUtterance

PADDING = np.zeros(SAMPLE_RATE * 2 // 5, dtype=np.float32)
"""Quiet that a phrase begins with."""


def fresh() -> Sphinx:
    """A decoder with no past at all: what it heard before would change the next words a little."""
    sphinx = Sphinx()
    sphinx.load()
    return sphinx


def feed(utterance: Utterance, samples: Samples) -> None:
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])


def plainly(utterance: Utterance, samples: Samples) -> Transcript:
    feed(utterance, samples)
    return utterance.finish()


def wait_for_guess(utterance: SphinxUtterance) -> bool:
    """Whether there was a guess to wait for."""
    copy = utterance._first._copy
    return copy is not None and copy.wait(30)
