"""Dictates clips into a real session and takes down its figures."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.bench.figures import LiveRun
from engine.bench.playback import Playback
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import AudioError, EngineError, RecognitionError
from engine.events import (
    DictationCancelled,
    DictationFailed,
    DictationFinished,
    Event,
    Measured,
    RecognizerChanged,
    RecordingStopped,
    SourceChanged,
)
from engine.metrics import Performance
from engine.session import DictationSession
from engine.settings.schema import Settings

SETTLE_S = 0.3
"""Silence before each recording, in seconds, in which what the last one left to do is done."""


class Nowhere(Target):
    """A target that is always there and takes any text at once; nobody's clipboard is touched."""

    name = "nowhere"

    @property
    def replaces(self) -> bool:
        """Nothing is kept here."""
        return True

    def can_deliver(self) -> str | None:
        """It always can."""
        return None

    async def deliver(self, text: str) -> Outcome:
        """Let the text go."""
        return Outcome(Delivery.DELIVERED, self.name)


class LiveBench:
    """A session that is fed by `Playback`; use it as an async context manager.

    Attributes:
        load_s: Seconds that the recogniser took to load.
        memory_bytes: Resident bytes of its process after that.
    """

    def __init__(self, settings: Settings, folder: Path) -> None:
        """Prepare; on the event loop.

        Args:
            settings: The settings; they name one recogniser and do not stop on silence.
            folder: Where sound is spooled meanwhile.
        """
        self.load_s = 0.0
        self.memory_bytes = 0
        self._playback = Playback()
        self._session = DictationSession(settings, source=self._playback, target=Nowhere(), recordings=folder)
        self._events = self._session.events()
        self._figures = Performance()

    async def __aenter__(self) -> Self:
        """Open the session and wait until the recogniser is loaded.

        Raises:
            EngineError: It cannot be loaded.
        """
        try:
            await self._session.start()
            async for event in self._events:
                _raise_failure(event)
                if isinstance(event, RecognizerChanged) and event.status == "ready":
                    self.load_s, self.memory_bytes = event.load_s, event.memory_bytes
                    break
        except BaseException:
            await self._session.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the session."""
        await self._session.close()

    async def dictate(self, samples: Samples, quiet_s: float) -> LiveRun:
        """Play a clip in real time and stop when it is over.

        Args:
            samples: The clip: mono float32 at 16 kHz, shape [n].
            quiet_s: Silence between the clip's end and the stop, in seconds.

        Raises:
            EngineError: The recogniser failed.
        """
        quiet = np.zeros(round(quiet_s * SAMPLE_RATE), np.float32)
        loop = asyncio.get_running_loop()
        stop = self._session.stop_recording
        self._playback.cue(np.concatenate([samples, quiet]), lambda: loop.call_soon_threadsafe(stop))
        await asyncio.sleep(SETTLE_S)
        before = self._figures
        self._session.start_recording()
        raw, recorded_s = "", 0.0
        async for event in self._events:
            _raise_failure(event)
            match event:
                case RecordingStopped(duration_s=duration_s):
                    recorded_s = duration_s
                case DictationFinished(raw=""):
                    break
                case DictationFinished(raw=words):
                    raw = words
                case Measured(performance=figures) if figures.dictations > before.dictations:
                    self._figures = figures
                    break
        return _run(before, self._figures, raw, recorded_s, len(samples) / SAMPLE_RATE)


def _run(before: Performance, after: Performance, raw: str, recorded_s: float, audio_s: float) -> LiveRun:
    """What one dictation adds to the figures of a sitting; without words there are none."""
    if after.dictations == before.dictations:
        return LiveRun()
    factor = after.real_time_factor
    return LiveRun(
        text=raw,
        stop_to_text_ms=after.stop_to_text_ms,
        first_partial_ms=after.first_partial_ms,
        # The session counts pre-roll, tail and quiet as sound too, of which there is none here.
        real_time_factor=None if factor is None else factor * recorded_s / audio_s,
        used=after.speculation.used - before.speculation.used,
        discarded=after.speculation.discarded - before.speculation.discarded,
        fallbacks=after.fallbacks - before.fallbacks,
        stages_ms=after.stages_ms,
    )


def _raise_failure(event: Event) -> None:
    match event:
        case RecognizerChanged(status="failed", remark=remark):
            raise RecognitionError(remark)
        case SourceChanged(info=None, problem=problem, remedy=remedy) if problem:
            raise AudioError(problem, remedy)
        case DictationFailed(problem=problem):
            raise EngineError(problem, "Run `utter doctor`, and measure again.")
        case DictationCancelled():
            raise EngineError(
                "A recording was cut short before it began.", "Measure again on an idle machine."
            )
