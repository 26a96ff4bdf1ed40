"""Whisper behind the recogniser's protocol, through faster-whisper.

How the model comes into memory is in `engine.speech.whisper_loading`, how a decode is set up in
`engine.speech.whisper_options`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.models.decoding import TABLE, UNKNOWN, Decoding, decoding_for
from engine.models.languages import AUTO, ENGLISH
from engine.speech.hallucination import Decoded, believed, is_poor
from engine.speech.language_fit import english_only, unknown_language
from engine.speech.recognizer import Context, Segment, Transcript, Word
from engine.speech.spoken_language import SURE
from engine.speech.whisper_batch import BATCH, decode_batch
from engine.speech.whisper_context import FRAME_SAMPLES, context_frames, shortened
from engine.speech.whisper_language import ONLY_ENGLISH, Detected, detect_among, detecting
from engine.speech.whisper_loading import (
    explained,
    folder_of,
    geometry_of,
    load_model,
    resident_bytes,
    trim_heap,
)
from engine.speech.whisper_options import WINDOW_S, Pass, Prompt, decode_options, final_pass
from engine.speech.whisper_transcript import segment_of, transcript_of
from engine.speech.whisper_unfinished import Result, halves, moved, ran_out
from engine.speech.whisper_utterance import WINDOW, WhisperUtterance, has_sound, prompt_of

if TYPE_CHECKING:
    from faster_whisper import WhisperModel

REMEDY = "Try again; if it happens again, choose another model."

log = logging.getLogger(__name__)


class Whisper:
    """A faster-whisper model.

    Satisfies `engine.speech.recognizer.Recognizer` and `engine.speech.spans.SpanRecognizer`.
    """

    name = "whisper"
    streams = False
    window_s, batch = WINDOW_S, BATCH

    def __init__(
        self,
        model: str,
        *,
        device: str = "auto",
        compute_type: str = "auto",
        threads: int = 0,
        tokens_per_s: float = 0.0,
        guards: bool = True,
    ) -> None:
        """Describe the model; nothing is read before `load`. It serves every language that it knows.

        Args:
            model: A name of `engine.models.catalog`, or the path of a folder.
            device: "auto", "cpu" or "cuda".
            compute_type: "auto", or one of CTranslate2's, such as "int8".
            threads: Threads of the decoder on a CPU; 0 takes the physical cores.
            tokens_per_s: Exact limit of tokens a second of sound; 0 takes the model's own, with
                some to spare.
            guards: Whether poor results are decoded again and inventions thrown away. Random
                weights say nothing that would pass.
        """
        self.model = model
        self.remark = ""
        """What the user should know about how the loaded model runs; mostly empty."""
        self._device = device
        self._compute_type = compute_type
        self._threads = threads
        self._tokens_per_s = tokens_per_s
        self._guards = guards
        self._loaded: WhisperModel | None = None
        self._row = TABLE[UNKNOWN]
        self._bytes = 0

    def load(self) -> None:
        """Bring the model into memory and decode once, so that the first phrase is not slower.

        Raises:
            RecognitionError: The model is missing, incomplete or broken, or cannot run on the device
                with that arithmetic.
        """
        if self._loaded is not None:
            return
        folder = folder_of(self.model)
        before = resident_bytes()
        self._loaded, self.remark = load_model(folder, self._device, self._compute_type, self._threads)
        self._bytes = max(0, resident_bytes() - before)
        geometry, only_english = geometry_of(self._loaded, folder), not self._loaded.model.is_multilingual
        self._row = self._adapted(decoding_for(self.model, geometry, english_only=only_english))

    def unload(self) -> None:
        """Free the model's memory. Safe to call twice."""
        if self._loaded is not None:
            self._loaded.model.unload_model()
            self._loaded, self._bytes = None, 0
            trim_heap()

    def memory_bytes(self) -> int:
        """Resident bytes by which loading made this process grow; 0 when unloaded."""
        return self._bytes

    @property
    def runs_on(self) -> str:
        """Device and arithmetic of the loaded model, such as "cpu int8"; empty when unloaded."""
        if self._loaded is None:
            return ""
        return f"{self._loaded.model.device} {self._loaded.model.compute_type}"

    def open(self, context: Context) -> WhisperUtterance:
        """Begin an utterance.

        Raises:
            RecognitionError: The model is not loaded, or does not know the context's language.
        """
        self._check_language(context.language)
        return WhisperUtterance(self._decode, context, self.model, self._row)

    def recognize(
        self, windows: Iterable[Samples], context: Context, cancelled: Callable[[], bool]
    ) -> Iterator[Transcript]:
        """Recognise windows several at a time; see `engine.speech.spans.SpanRecognizer`."""
        self._check_language(context.language)
        prompt, how = prompt_of(context), final_pass(context.effort)
        waiting = iter(windows)
        while batch := tuple(islice(waiting, BATCH)):
            if cancelled():
                return
            detected: Detected | None = None
            try:
                if self._row.language(prompt.language) == AUTO:
                    detected = detect_among(self._model(), filter(has_sound, batch))
                elif prompt.language == AUTO:
                    detected = ONLY_ENGLISH
                asked = replace(prompt, language=detected.language) if detected is not None else prompt
                results = decode_batch(self._model(), batch, asked, how, self._row)
            except (RuntimeError, ValueError, MemoryError) as error:
                raise explained(error, f'"{self.model}"', self._device_name(), REMEDY) from error
            for samples, result in zip(batch, results, strict=True):
                segments = self._settled(samples, result, asked, how, cancelled)
                yield transcript_of(segments, detected, prompt, self._row, self.model)
            if detected is not None and detected.probability >= SURE:
                prompt = asked

    def _settled(
        self, samples: Samples, result: Result, prompt: Prompt, how: Pass, cancelled: Callable[[], bool]
    ) -> tuple[Segment, ...]:
        """The believed segments of a window, decoded by itself where the batch's are poor or end early."""
        if not has_sound(samples):
            return ()
        decoded, resume_s = result.segments, result.resume_s
        hotter = how.hotter()
        if hotter is not None and decoded and is_poor(decoded[0], self._row):
            again, _ = self._decode(samples, prompt, hotter, cancelled)
            if again and (not is_poor(again[0], self._row) or _surer(again, decoded)):
                decoded, resume_s = again, None
        if resume_s is not None:
            log.info("A window is decoded on by itself from %.1f s.", resume_s)
            rest, _ = self._decode(samples[round(resume_s * SAMPLE_RATE) :], prompt, how, cancelled)
            decoded = [segment for segment in decoded if segment.end_s <= resume_s] + moved(rest, resume_s)
        length_s = len(samples) / SAMPLE_RATE
        kept = believed(decoded, prompt.shown, length_s, self._row)
        return tuple(segment_of(segment, length_s) for segment in kept)

    def _adapted(self, row: Decoding) -> Decoding:
        row = row.capped(self._tokens_per_s) if self._tokens_per_s else row
        return row if self._guards else row.unguarded()

    def _check_language(self, language: str) -> None:
        """Refuse a language that the model has no token for."""
        model = self._model()
        if language == AUTO:
            return
        if not model.model.is_multilingual:
            if language != ENGLISH:
                raise english_only(self.model, language)
        elif model.hf_tokenizer.token_to_id(f"<|{language}|>") is None:
            raise unknown_language(self.model, language)

    def _model(self) -> WhisperModel:
        if self._loaded is None:
            raise RecognitionError(f'The Whisper model "{self.model}" is not loaded.', "Load it first.")
        return self._loaded

    def _device_name(self) -> str:
        return str(self._model().model.device)

    def _decode(
        self, samples: Samples, prompt: Prompt, how: Pass, cancelled: Callable[[], bool]
    ) -> tuple[list[Decoded], Detected | None]:
        """Satisfies `engine.speech.whisper_utterance.Decode`.

        A window whose text ran out of room, with no time stamp to seek on from, is decoded in halves.
        """
        model = self._model()
        length_s = len(samples) / SAMPLE_RATE
        options = decode_options(prompt, length_s, model.hf_tokenizer, how, self._row)
        if how.context == "floor":
            model = shortened(model, context_frames(len(samples)))
        if options["language"] is None:
            model = detecting(model)
        decoded: list[Decoded] = []
        try:
            segments, info = model.transcribe(samples, **options)
            known = replace(prompt, language=info.language)
            for found in segments:
                if cancelled():
                    break
                if how.segments and ran_out(found.tokens, options["max_new_tokens"]):
                    start = found.seek * FRAME_SAMPLES
                    for half in halves(samples[start : start + WINDOW]):
                        again = self._decode(half, known, how, cancelled)[0] if has_sound(half) else []
                        decoded += moved(again, start / SAMPLE_RATE)
                        start += len(half)
                    continue
                words = tuple(Word(word.word.strip(), word.start, word.end) for word in found.words or ())
                doubts = (found.no_speech_prob, found.avg_logprob, found.compression_ratio)
                decoded.append(Decoded(found.text.strip(), found.start, found.end, *doubts, words))
                if not how.segments and length_s <= WINDOW_S:
                    break  # with words, faster-whisper would look for more behind the last of them
        except (RuntimeError, ValueError, MemoryError) as error:
            raise explained(error, f'"{self.model}"', self._device_name(), REMEDY) from error
        if prompt.language != AUTO:
            return decoded, None
        return decoded, Detected(info.language, info.language_probability)


def _surer(one: list[Decoded], other: list[Decoded]) -> bool:
    return one[0].log_probability > other[0].log_probability
