"""Decodes several windows of sound at once, through faster-whisper's batched pipeline.

Of the pipeline only `generate_segment_batched` is used, its encoder and decoder. Its `transcribe`
drops the words behind a window's last time stamp, which the model expects to see again in the next
window; here a window ends in a pause, and these words are its last ones.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.audio.format import SAMPLE_RATE, Samples
from engine.models.decoding import Decoding
from engine.speech.hallucination import Decoded
from engine.speech.whisper_context import context_frames, shortened
from engine.speech.whisper_options import Pass, Prompt, decode_options
from engine.speech.whisper_unfinished import TIME_STEP_S, Result, resume_at

if TYPE_CHECKING:
    from faster_whisper import WhisperModel
    from faster_whisper.tokenizer import Tokenizer

BATCH = 8
"""Windows at a time. In base geometry on two cores, with three beams, the decoder took about half as
long in eights as one by one."""


def decode_batch(
    model: WhisperModel, windows: Sequence[Samples], prompt: Prompt, how: Pass, row: Decoding
) -> list[Result]:
    """Decode windows of at most 30 s at the first temperature, each one once.

    Args:
        model: A loaded one.
        windows: Mono float32 at 16 kHz, each of shape [n].
        prompt: What each window is shown, with a language; of the words before, none, for they are not known.
        how: How thorough to be.
        row: The model's parameters.

    Returns:
        The segments of each window, and where it must be decoded on.

    Raises:
        RuntimeError: CTranslate2 failed.
    """
    from faster_whisper.audio import pad_or_trim
    from faster_whisper.tokenizer import Tokenizer
    from faster_whisper.transcribe import BatchedInferencePipeline

    longest = max(len(window) for window in windows)
    alone = replace(prompt, previous="")
    given = decode_options(alone, longest / SAMPLE_RATE, model.hf_tokenizer, how, row)
    # Lazy: this decodes nothing, and gives the options just as the path for single phrases has them.
    _, info = model.transcribe(np.zeros(SAMPLE_RATE, np.float32), **given)
    tokenizer = Tokenizer(
        model.hf_tokenizer, model.model.is_multilingual, task=given["task"], language=given["language"]
    )
    features = [pad_or_trim(model.feature_extractor(window)[..., :-1]) for window in windows]
    if how.context == "floor":
        model = shortened(model, context_frames(longest))
    if model.model.device == "cpu":
        model = _one_by_one(model)
    _, results = BatchedInferencePipeline(model).generate_segment_batched(
        np.stack(features), tokenizer, info.transcription_options
    )
    limit = given["max_new_tokens"]
    return [
        _result(result, tokenizer, len(window) / SAMPLE_RATE, limit)
        for result, window in zip(results, windows, strict=True)
    ]


def _one_by_one(model: WhisperModel) -> WhisperModel:
    """The same model, which encodes the windows of a batch one after another.

    On a CPU the decoder gains by a batch, for it reads its weights once a step for all of them; the
    encoder has 1500 steps a window to share its weights among, and only takes more memory.
    """
    import ctranslate2

    view = copy.copy(model)

    def encode(features: NDArray[np.float32]) -> Any:
        encoded = [np.asarray(model.encode(window)) for window in features]
        return ctranslate2.StorageView.from_array(np.concatenate(encoded))

    view.encode = encode
    return view


def _result(result: dict[str, Any], tokenizer: Tokenizer, length_s: float, limit: int | None) -> Result:
    from faster_whisper.transcribe import get_compression_ratio

    tokens, first_time = result["tokens"], tokenizer.timestamp_begin
    compression = get_compression_ratio(tokenizer.decode(tokens).strip())
    doubts = (result["no_speech_prob"], result["avg_logprob"], compression)
    segments = [
        Decoded(text, start_s, end_s, *doubts)
        for start_s, end_s, between in split_at_times(tokens, first_time, length_s)
        if (text := tokenizer.decode(between).strip())
    ]
    return Result(segments, resume_at(tokens, first_time, length_s, limit))


def split_at_times(
    tokens: Sequence[int], first_time: int, length_s: float
) -> Iterator[tuple[float, float, list[int]]]:
    """Cut the tokens of a window at its time stamps, those behind the last one included.

    Args:
        tokens: As the decoder gave them.
        first_time: The token of time stamp 0; later ones follow it in steps of `TIME_STEP_S`.
        length_s: Length of the window's sound, in seconds.

    Yields:
        Start and end in seconds, never decreasing and within the sound, and the tokens between.
    """
    text: list[int] = []
    start_s = 0.0
    for token in tokens:
        if token < first_time:
            text.append(token)
            continue
        time_s = max(start_s, min((token - first_time) * TIME_STEP_S, length_s))
        if text:
            yield start_s, time_s, text
            text = []
        start_s = time_s
    if text:
        yield start_s, length_s, text
