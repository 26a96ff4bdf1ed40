"""The built-in sample recording: a few seconds of synthetic speech, to try utter without a microphone.

It shows what the product does with ordinary speech: a pause that ends a sentence, a filler ("um"),
a stutter ("we we") and a number to write as figures. Made from the two sentences of `SAMPLE_TEXT`
with flite (voice rms) and sox, 0.4 s of silence between them:

    flite -voice rms -t "The quarterly report is due on Friday." -o first.wav
    flite -voice rms -t "And um we we need to send it to twenty three people." -o second.wav
    sox first.wav second.wav sample.flac pad 0.4@$(soxi -D first.wav)
"""

from __future__ import annotations

from pathlib import Path

SAMPLE_TEXT = "the quarterly report is due on friday and um we we need to send it to twenty three people"
"""The words that are spoken in the sample, as a recogniser without punctuation should read them."""


def sample_path() -> Path:
    """The sample recording: FLAC, mono, 16 kHz, 6.5 s. It ships inside the package."""
    return Path(__file__).with_name("sample.flac")
