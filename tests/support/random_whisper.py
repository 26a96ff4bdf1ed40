"""A Whisper model with seeded random weights, written as faster-whisper expects it on disk.

No model can be fetched where the tests run, so the real library loads this one: real file formats,
real encoder, real beam search, real timestamps. Its words are noise, and the same noise for the
same seed and sound. Assert on flow and timing, never on what it says.

Two biases keep the noise civil. Timestamps inside a window are made unlikely, since random pairs
of them would make the decoder creep through a window in steps of a few hundredths of a second; and
the end of text is made likely enough that a window holds some dozens of words, not 448.
"""

from __future__ import annotations

import atexit
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

Geometry = Literal["tiny-test", "base"]

MELS = 80
SOURCE_POSITIONS = 1500
TARGET_POSITIONS = 448
TIMESTAMPS = 1501


@dataclass(frozen=True, slots=True)
class Shape:
    """Width, layers and attention heads, alike in encoder and decoder."""

    width: int
    layers: int
    heads: int


SHAPES: dict[Geometry, Shape] = {"tiny-test": Shape(64, 2, 2), "base": Shape(512, 6, 8)}


def build(
    folder: Path,
    geometry: Geometry = "tiny-test",
    seed: int = 0,
    *,
    multilingual: bool = True,
    no_speech: bool = False,
    endless: bool = False,
    bias: Mapping[str, float] | None = None,
) -> Path:
    """Write a model into `folder` (made if need be) and return the folder.

    Args:
        geometry: "tiny-test" for flow, "base" for speed as the real base model has it.
        seed: The same seed gives the same files, byte for byte.
        multilingual: Whether it has the 51865 tokens of the multilingual models, or the 51864 of
            the `.en` ones.
        no_speech: Whether the model believes that every window is silence.
        endless: Whether it speaks on until it is stopped.
        bias: Likelihoods of single tokens, such as "<|10.00|>"; 16 is about that of the likeliest word.
    """
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = _vocabulary(multilingual)
    biases = _token_bias(vocabulary, no_speech=no_speech, endless=endless)
    for token, value in (bias or {}).items():
        biases[vocabulary.index(token)] = value
    _write_model(folder, SHAPES[geometry], vocabulary, np.random.default_rng(seed), biases)
    _write_tokenizer(folder, vocabulary)
    preprocessor = {
        "feature_size": MELS,
        "sampling_rate": 16000,
        "hop_length": 160,
        "chunk_length": 30,
        "n_fft": 400,
    }
    (folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
    return folder


def _vocabulary(multilingual: bool) -> list[str]:
    """All tokens in the order of their ids: bytes, invented words, then Whisper's special ones."""
    from tokenizers.pre_tokenizers import ByteLevel

    text = sorted(ByteLevel.alphabet())
    text += _invented_words(50256 - len(text))
    if multilingual:
        text.append("")  # token 50256 of the multilingual models, by which CTranslate2 knows them
    specials = ["<|endoftext|>", "<|startoftranscript|>", *_language_tokens()]
    specials += ["<|translate|>", "<|transcribe|>", "<|startoflm|>", "<|startofprev|>", "<|nospeech|>"]
    specials += ["<|notimestamps|>", *(f"<|{index * 0.02:.2f}|>" for index in range(TIMESTAMPS))]
    return text + specials


def _language_tokens() -> list[str]:
    """Tokens of the 99 languages; Cantonese came later, with large-v3."""
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    return [f"<|{code}|>" for code in _LANGUAGE_CODES if code != "yue"]


def _invented_words(count: int) -> list[str]:
    """`count` different words of three syllables, each with the byte-level mark of a space."""
    syllables = [consonant + vowel for consonant in "bdfgklmnprstvz" for vowel in "aeiou"]
    words = (f"Ġ{a}{b}{c}" for a in syllables for b in syllables for c in syllables)
    return [word for word, _ in zip(words, range(count), strict=False)]


def _write_tokenizer(folder: Path, vocabulary: list[str]) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

    ids = {token: index for index, token in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.BPE(vocab=ids, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    first_special = ids["<|endoftext|>"]
    tokenizer.add_special_tokens([AddedToken(token, special=True) for token in vocabulary[first_special:]])
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def _write_model(
    folder: Path, shape: Shape, vocabulary: list[str], random: np.random.Generator, bias: NDArray[np.float32]
) -> None:
    from ctranslate2.specs.whisper_spec import WhisperSpec

    spec = WhisperSpec(shape.layers, shape.heads, shape.layers, shape.heads)
    fill = _Filler(random, shape.width)
    _fill_encoder(spec.encoder, fill)
    _fill_decoder(spec.decoder, fill, bias)
    spec.register_vocabulary(vocabulary)
    ids = {token: index for index, token in enumerate(vocabulary)}
    spec.config.suppress_ids = [
        ids[name] for name in ("<|startoftranscript|>", "<|startofprev|>", "<|startoflm|>")
    ]
    spec.config.suppress_ids_begin = [ids["Ġ"], ids["<|endoftext|>"]]
    spec.config.lang_ids = [ids[token] for token in _language_tokens()]
    half = shape.layers // 2
    spec.config.alignment_heads = [
        (layer, head) for layer in range(half, shape.layers) for head in range(shape.heads)
    ]
    spec.validate()
    spec.optimize("int8")
    spec.save(str(folder))


class _Filler:
    """Puts random weights into the parts of a CTranslate2 specification."""

    def __init__(self, random: np.random.Generator, width: int) -> None:
        self.random = random
        self.width = width

    def matrix(self, *shape: int, scale: float) -> NDArray[np.float32]:
        return self.random.standard_normal(shape, dtype=np.float32) * np.float32(scale)

    def linear(self, layer: Any, rows: int, columns: int) -> None:
        layer.weight = self.matrix(rows, columns, scale=columns**-0.5)
        layer.bias = np.zeros(rows, dtype=np.float32)

    def norm(self, layer: Any) -> None:
        layer.gamma = np.ones(self.width, dtype=np.float32)
        layer.beta = np.zeros(self.width, dtype=np.float32)

    def attention(self, layer: Any, *, crossed: bool) -> None:
        width = self.width
        self.norm(layer.layer_norm)
        shapes = (width, 2 * width, width) if crossed else (3 * width, width)
        for part, rows in zip(layer.linear, shapes, strict=True):
            self.linear(part, rows, width)

    def feed_forward(self, layer: Any) -> None:
        self.norm(layer.layer_norm)
        self.linear(layer.linear_0, 4 * self.width, self.width)
        self.linear(layer.linear_1, self.width, 4 * self.width)


def _fill_encoder(encoder: Any, fill: _Filler) -> None:
    width = fill.width
    for convolution, channels in ((encoder.conv1, MELS), (encoder.conv2, width)):
        convolution.weight = fill.matrix(width, channels, 3, scale=(3 * channels) ** -0.5)
        convolution.bias = np.zeros(width, dtype=np.float32)
    encoder.position_encodings.encodings = fill.matrix(SOURCE_POSITIONS, width, scale=0.1)
    fill.norm(encoder.layer_norm)
    for layer in encoder.layer:
        fill.attention(layer.self_attention, crossed=False)
        fill.feed_forward(layer.ffn)


def _fill_decoder(decoder: Any, fill: _Filler, bias: NDArray[np.float32]) -> None:
    size, width = len(bias), fill.width
    decoder.embeddings.weight = fill.matrix(size, width, scale=0.3)
    decoder.position_encodings.encodings = fill.matrix(TARGET_POSITIONS, width, scale=2.0)
    fill.norm(decoder.layer_norm)
    decoder.projection.weight = fill.matrix(size, width, scale=6.0 * width**-0.5)
    decoder.projection.bias = bias
    for layer in decoder.layer:
        fill.attention(layer.self_attention, crossed=False)
        fill.attention(layer.attention, crossed=True)
        fill.feed_forward(layer.ffn)


def _token_bias(vocabulary: list[str], *, no_speech: bool, endless: bool) -> NDArray[np.float32]:
    bias = np.zeros(len(vocabulary), dtype=np.float32)
    first_special = vocabulary.index("<|endoftext|>")
    bias[:256] = -30.0
    bias[first_special:] = -30.0
    bias[first_special] = -60.0 if endless else 18.0
    bias[vocabulary.index("<|nospeech|>")] = 30.0 if no_speech else -30.0
    return bias


@cache
def shared(
    geometry: Geometry = "tiny-test",
    *,
    multilingual: bool = True,
    no_speech: bool = False,
    endless: bool = False,
) -> Path:
    """A model that all tests of this process share, built once; deleted at exit. Do not write to it."""
    folder = Path(tempfile.mkdtemp(prefix="random-whisper-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return build(folder / "base", geometry, multilingual=multilingual, no_speech=no_speech, endless=endless)


def noise(seconds: float, seed: int = 0, level: float = 0.1) -> NDArray[np.float32]:
    """White noise at 16 kHz, about as loud as speech; 0.1 s or more of it is decoded as sound."""
    random = np.random.default_rng(seed)
    return random.standard_normal(round(seconds * 16000), dtype=np.float32) * np.float32(level)
