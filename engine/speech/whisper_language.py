"""Finds out which language is spoken, in the same pass in which the words are decoded.

faster-whisper detects a language from an encoder pass of its own, and then encodes the same window
again to decode it. The encoder is most of the work on a CPU, so here the one output serves both.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.audio.format import Samples
from engine.models.languages import ENGLISH
from engine.speech.spoken_language import SURE

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

TOKEN_MARKS = slice(2, -2)
"""Of a language's token, such as "<|de|>", the code."""


@dataclass(frozen=True, slots=True)
class Detected:
    """A language that was found.

    Attributes:
        language: Its code, as in `engine.models.languages`.
        probability: How sure that is, 0 to 1.
    """

    language: str
    probability: float


ONLY_ENGLISH = Detected(ENGLISH, 1.0)
"""What an English-only model takes everything for."""


def ranked(model: WhisperModel, encoded: Any) -> list[tuple[str, float]]:
    """Languages by their probability, the most probable first.

    Args:
        model: A multilingual one.
        encoded: One window as its encoder gave it.

    Raises:
        RuntimeError: CTranslate2 failed.
    """
    (found,) = model.model.detect_language(encoded)
    return [(token[TOKEN_MARKS], probability) for token, probability in found]


def detecting(model: WhisperModel) -> WhisperModel:
    """The same model, weights shared, to be called once with `language=None`.

    Its detection looks at the first window just as `generate_segments` will cut it, and the encoder's
    output is kept for that: what is decoded is to the bit what it would be with the language given.
    """
    from faster_whisper.audio import pad_or_trim

    view = copy.copy(model)
    kept: list[Any] = []

    def encode(features: Any) -> Any:
        return kept.pop() if kept else model.encode(features)

    def detect_language(*, features: Any, **_: object) -> tuple[str, float, list[tuple[str, float]]]:
        # The last frame belongs to the padding of the extractor: `generate_segments` leaves it out.
        content = min(features.shape[-1] - 1, model.feature_extractor.nb_max_frames)
        encoded = model.encode(pad_or_trim(features[..., :content]))
        kept.append(encoded)
        found = ranked(model, encoded)
        return *found[0], found

    view.encode = encode
    view.detect_language = detect_language
    return view


def detect_among(model: WhisperModel, windows: Iterable[Samples]) -> Detected:
    """The language of the first window in which it is sure, else the most probable one of all.

    Args:
        model: A multilingual one.
        windows: Mono float32 at 16 kHz, each of at most 30 s; English is taken where there are none.

    Raises:
        RuntimeError: CTranslate2 failed.
    """
    from faster_whisper.audio import pad_or_trim

    best = Detected(ENGLISH, 0.0)
    for window in windows:
        encoded = model.encode(pad_or_trim(model.feature_extractor(window)[..., :-1]))
        found = Detected(*ranked(model, encoded)[0])
        if found.probability > best.probability:
            best = found
        if found.probability >= SURE:
            break
    return best
