"""PocketSphinx's decoder: made, measured with, and read. The only module that imports pocketsphinx."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from engine.audio.format import SAMPLE_RATE
from engine.errors import RecognitionError
from engine.speech.recognizer import Segment, Transcript, Word
from engine.speech.sphinx_tuning import DECODER_OPTIONS, Cepstrum

FRAMES_A_SECOND = 100
"""The decoder's own frames, in which it tells times."""

BYTES_A_FRAME = 2 * SAMPLE_RATE / FRAMES_A_SECOND
"""Bytes of 16-bit samples in one of the decoder's frames."""

MEASURING = "measuring"
"""Name of the search that runs while sound is measured."""

ONE_WORD = "#JSGF V1.0; grammar one; public <one> = a;"
"""The grammar that it searches: as little as there can be."""

NO_WORD = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+")
"""What the decoder writes for silence, noise and the ends of an utterance."""

ALTERNATE = re.compile(r"\(\d+\)$")
"""What marks a word's second pronunciation: "the(2)"."""


def make_decoder() -> Any:
    """A `pocketsphinx.Decoder` with the package's English model, and a way to measure sound.

    Raises:
        RecognitionError: The package or its model is missing or broken.
    """
    try:
        from pocketsphinx import Decoder

        decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", **DECODER_OPTIONS)
        decoder.add_jsgf_string(MEASURING, ONE_WORD)
    except (ImportError, RuntimeError, ValueError) as error:
        raise RecognitionError(
            f"PocketSphinx or its English model cannot be loaded ({error}).",
            "Install it again: pip install --force-reinstall pocketsphinx.",
        ) from error
    return decoder


def measure_mean(decoder: Any, sound: bytes) -> tuple[Cepstrum, float]:
    """The cepstral mean of 16-bit samples, and how many frames it was taken from.

    Takes about 2 ms a second of sound. The decoder alone knows its features, and it must search
    what it computes; a grammar of one word makes that search almost free. Hearing the sound once
    before it is decoded also lets the decoder's noise estimate settle.
    """
    words = decoder.current_search()
    decoder.activate_search(MEASURING)
    decoder.start_utt()
    decoder.process_raw(sound, True, True)
    decoder.end_utt()
    decoder.activate_search(words)
    mean = np.array([float(number) for number in decoder.get_cmn(False).split(",")])
    return mean, len(sound) / BYTES_A_FRAME


def read_words(decoder: Any) -> tuple[Word, ...]:
    """The words that the decoder holds for the best, with their times; a word's last frame belongs to it.

    Raises:
        RuntimeError: The decoder failed.
    """
    return tuple(
        Word(
            ALTERNATE.sub("", entry.word),
            entry.start_frame / FRAMES_A_SECOND,
            (entry.end_frame + 1) / FRAMES_A_SECOND,
        )
        for entry in decoder.seg() or ()
        if not NO_WORD.fullmatch(entry.word)
    )


def as_transcript(words: tuple[Word, ...]) -> Transcript:
    """Words as one segment, whose word times keep the pauses; no words give no segment."""
    if not words:
        return Transcript()
    text = " ".join(word.text for word in words)
    return Transcript((Segment(text, words[0].start_s, words[-1].end_s, words),))
