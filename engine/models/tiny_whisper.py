"""The smallest Whisper that CTranslate2 runs: no words in it, but every kind of layer.

It is there to try a device out: encoder and decoder are those of a real model, so a library that
the real one would miss is missed here first. Its weights are zero, but for the norms.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

MELS = 80
WIDTH = 64
VOCABULARY_SIZE = 64
SOURCE_POSITIONS = 1500
TARGET_POSITIONS = 448
SPECIAL = (
    *("<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|translate|>", "<|transcribe|>"),
    *("<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>", "<|0.00|>"),
)
"""Whisper's own tokens, by whose names CTranslate2 knows them."""

FRAMES = 200
"""Two seconds of sound, in frames of 10 ms."""


def build(folder: Path) -> None:
    """Write the model into an existing folder, as float32; takes some milliseconds and 1.1 MB."""
    from ctranslate2.specs.whisper_spec import WhisperSpec

    spec = WhisperSpec(1, 1, 1, 1)
    _fill_encoder(spec.encoder)
    _fill_decoder(spec.decoder)
    words = [f"w{number}" for number in range(VOCABULARY_SIZE - len(SPECIAL))]
    spec.register_vocabulary([*words, *SPECIAL])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = []
    spec.config.lang_ids = [len(words) + SPECIAL.index("<|en|>")]
    spec.config.alignment_heads = [(0, 0)]
    spec.validate()
    spec.save(str(folder))


def run(folder: Path, device: str, compute_type: str) -> None:
    """Load the model and use all that a dictation uses: encode, search with two beams, align words.

    Raises:
        Exception: Whatever CTranslate2 raises; where a native library is wrong it may end the
            process instead.
    """
    import ctranslate2

    model = ctranslate2.models.Whisper(str(folder), device=device, compute_type=compute_type, intra_threads=1)
    sound = ctranslate2.StorageView.from_array(np.zeros((1, MELS, FRAMES), np.float32))
    encoded = model.encode(sound, to_cpu=False)
    words = VOCABULARY_SIZE - len(SPECIAL)
    prompt = [words + SPECIAL.index(name) for name in ("<|startoftranscript|>", "<|en|>", "<|transcribe|>")]
    model.generate(encoded, [prompt], beam_size=2, max_length=8)
    model.align(encoded, prompt, [[0, 1]], FRAMES)


def _fill_encoder(encoder: Any) -> None:
    for convolution, channels in ((encoder.conv1, MELS), (encoder.conv2, WIDTH)):
        convolution.weight = np.zeros((WIDTH, channels, 3), np.float32)
        convolution.bias = np.zeros(WIDTH, np.float32)
    encoder.position_encodings.encodings = np.zeros((SOURCE_POSITIONS, WIDTH), np.float32)
    _fill_norm(encoder.layer_norm)
    for layer in encoder.layer:
        _fill_attention(layer.self_attention, 3 * WIDTH, WIDTH)
        _fill_feed_forward(layer.ffn)


def _fill_decoder(decoder: Any) -> None:
    decoder.embeddings.weight = np.zeros((VOCABULARY_SIZE, WIDTH), np.float32)
    decoder.position_encodings.encodings = np.zeros((TARGET_POSITIONS, WIDTH), np.float32)
    _fill_norm(decoder.layer_norm)
    decoder.projection.weight = np.zeros((VOCABULARY_SIZE, WIDTH), np.float32)
    for layer in decoder.layer:
        _fill_attention(layer.self_attention, 3 * WIDTH, WIDTH)
        _fill_attention(layer.attention, WIDTH, 2 * WIDTH, WIDTH)
        _fill_feed_forward(layer.ffn)


def _fill_attention(attention: Any, *rows: int) -> None:
    _fill_norm(attention.layer_norm)
    for layer, count in zip(attention.linear, rows, strict=True):
        _fill_linear(layer, count, WIDTH)


def _fill_feed_forward(layers: Any) -> None:
    _fill_norm(layers.layer_norm)
    _fill_linear(layers.linear_0, 4 * WIDTH, WIDTH)
    _fill_linear(layers.linear_1, WIDTH, 4 * WIDTH)


def _fill_norm(norm: Any) -> None:
    norm.gamma = np.ones(WIDTH, np.float32)
    norm.beta = np.zeros(WIDTH, np.float32)


def _fill_linear(linear: Any, rows: int, columns: int) -> None:
    linear.weight = np.zeros((rows, columns), np.float32)
    linear.bias = np.zeros(rows, np.float32)
