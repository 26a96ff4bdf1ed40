"""A recogniser of many windows at once, in a process of its own: each batch travels in one frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np

from engine.audio.format import Samples
from engine.registry import Option, build_recognizer
from engine.speech import wire
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Transcript
from engine.speech.spans import SpanRecognizer
from engine.speech.spoken_language import expecting


class SpanRecognizerProcess(RecognizerProcess):
    """A `RecognizerProcess` that satisfies `engine.speech.spans.SpanRecognizer`, for one that does."""

    def __init__(
        self,
        name: str,
        options: Mapping[str, Option],
        *,
        window_s: float,
        batch: int,
        log: Path | None = None,
    ) -> None:
        """Name what will be loaded; no process is started yet.

        Args:
            name: The recogniser's name in `engine.registry`.
            options: Keyword arguments for its constructor.
            window_s: Its longest window, in seconds.
            batch: How many windows it decodes at a time.
            log: File to which the process appends whatever it prints; None throws it away.

        Raises:
            RecognitionError: There is no recogniser of that name.
        """
        super().__init__(name, options, log=log)
        self.window_s = window_s
        self.batch = batch

    def recognize(
        self, windows: Iterable[Samples], context: Context, cancelled: Callable[[], bool]
    ) -> Iterator[Transcript]:
        """Recognise windows several at a time; see `engine.speech.spans.SpanRecognizer`.

        What a batch tells of the language holds for those behind it, as in the process itself. A batch
        is not interrupted by `cancelled`; `kill` does that.
        """
        language = expecting(context.language)
        waiting = iter(windows)
        while (batch := tuple(islice(waiting, self.batch))) and not cancelled():
            known = replace(context, language=language.expected)
            request = {
                "do": "recognize",
                "context": wire.context_to_json(known),
                "lengths": [len(window) for window in batch],
            }
            answer = self.ask(self.child(), request, np.concatenate(batch))
            for written in answer["transcripts"]:
                transcript = wire.transcript_from_json(written)
                language = language.after(transcript)
                yield transcript


def in_process(name: str, options: Mapping[str, Option], *, log: Path | None = None) -> RecognizerProcess:
    """The named recogniser in a process of its own, for windows as well where it takes such.

    Args:
        name: Its name in `engine.registry`.
        options: Keyword arguments for its constructor.
        log: File to which the process appends whatever it prints; None throws it away.

    Raises:
        RecognitionError: There is no recogniser of that name.
    """
    described = build_recognizer(name, options)
    if not isinstance(described, SpanRecognizer):
        return RecognizerProcess(name, options, log=log)
    return SpanRecognizerProcess(name, options, window_s=described.window_s, batch=described.batch, log=log)
