"""The sample recording is small, says what it should, and is read right without any download."""

import numpy as np
from pocketsphinx import Decoder

from engine.audio import codec
from engine.audio.format import SAMPLE_RATE
from engine.audio.sample import SAMPLE_TEXT, sample_path
from tests.support.voices import word_errors


def test_the_sample_is_small_short_and_neither_clipped_nor_faint() -> None:
    samples = codec.decode(sample_path())
    assert sample_path().stat().st_size < 150_000
    assert 4 <= len(samples) / SAMPLE_RATE <= 7
    assert 0.05 < np.sqrt(np.mean(samples**2)) < 0.2
    assert np.abs(samples).max() < 0.9


def test_the_embedded_recogniser_reads_the_sample_right() -> None:
    decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw((codec.decode(sample_path()) * 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    assert word_errors(SAMPLE_TEXT, decoder.hyp().hypstr) == 0.0
