"""A scripted dictation through the driver, frame by frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.audio.format import FRAME_S
from engine.errors import RecognitionError
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context
from engine.speech.streaming import StreamingTranscriber
from engine.speech.tactics import Tactics
from engine.speech.words import Words
from tests.support.scripted import Said, Scripted, ScriptedUtterance, Speech

PAUSE = round(0.9 / FRAME_S)
"""Frames of quiet that end a phrase."""

HESITATION = round(0.4 / FRAME_S)
"""Frames of quiet that do not, and are long enough for a guess."""

WORD, GAP = 12, 3
"""Frames of a word, and of the gap behind it."""


def sentence(words: int, pause: int = PAUSE) -> list[tuple[int, int]]:
    """The pattern of a sentence for `scripted.speech`."""
    return [(WORD, GAP)] * (words - 1) + [(WORD, pause)]


def transcriber(
    recognizer: Scripted, reports: list[Words] | None = None, tactics: Tactics | None = None
) -> StreamingTranscriber:
    """A driver in one mode; what it reports goes to `reports`."""
    mode = tactics or Tactics()
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    report = (reports if reports is not None else []).append
    return StreamingTranscriber(recognizer, cutter, Context(), lambda: mode, report)


def feed(stream: StreamingTranscriber, said: Speech, start: int = 0, end: int | None = None) -> None:
    """Hand on frame after frame, and let the driver work ahead behind each."""
    for at in range(start, len(said.voice) if end is None else end):
        stream.push(said.sound(at), said.voice[at : at + 1])
        stream.work_ahead()


def text(words: Words) -> str:
    """The firm words."""
    return " ".join(segment.text for segment in words.segments)


class Failing(Scripted):
    """Fails once in the named call of an utterance, or to open one; the utterance is lost then."""

    def __init__(
        self, said: tuple[Said, ...], call: str, error: type[RecognitionError] = RecognitionError
    ) -> None:
        super().__init__(said)
        self.call, self.error, self.failed = call, error, False

    def open(self, context: Context) -> ScriptedUtterance:
        if self.call == "open" and not self.failed:
            self.failed = True
            raise self.error("The scripted recogniser stumbled.")
        utterance = super().open(context)
        if not self.failed:
            setattr(utterance, self.call, self._failing())
        return utterance

    def _failing(self) -> Callable[..., Any]:
        def fail(**_: object) -> None:
            self.failed = True
            self.open_now -= 1
            raise self.error("The scripted recogniser stumbled.")

        return fail
