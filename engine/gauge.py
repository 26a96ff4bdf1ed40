"""Gathers the figures of the performance panel from those who know them."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.dictation import Dictation
from engine.events import Event, Measured
from engine.listening import Listener
from engine.metrics import Performance, Sitting, Speculation, process_bytes
from engine.speech.host import RecognizerHost


class Gauge:
    """Publishes `Measured` after each dictation, and whenever it is asked to."""

    def __init__(self, host: RecognizerHost, listener: Listener, publish: Callable[[Event], None]) -> None:
        """Name those who are asked for figures."""
        self._host = host
        self._listener = listener
        self._publish = publish
        self._sitting = Sitting()
        self._stop_to_text_ms: float | None = None
        self._real_time_factor: float | None = None
        self._first_partial_ms: float | None = None
        self._stages_ms: dict[str, float] = {}
        self._speculation = Speculation()
        self._fallbacks = 0
        self._fallback_why = ""
        self._looked_at = (time.perf_counter(), time.thread_time())
        self._screen_share: float | None = None

    def ended(self, dictation: Dictation) -> None:
        """Count what was tried in a dictation that is over, whatever became of it, and publish."""
        tally = dictation.recognition.tally
        self._speculation += tally.speculation
        self._fallbacks += tally.fallbacks
        self._fallback_why = tally.fallback_why or self._fallback_why
        self.publish()

    def delivered(self, dictation: Dictation, stop_to_text_ms: float) -> None:
        """Take the times of a dictation whose text arrived; `ended` is to follow."""
        self._sitting.add(stop_to_text_ms)
        self._stop_to_text_ms = stop_to_text_ms
        self._stages_ms = dict(dictation.clock.stages_ms)
        self._first_partial_ms = dictation.first_partial_ms
        recognition = dictation.recognition
        if dictation.duration_s > 0:
            self._real_time_factor = recognition.busy_s / dictation.duration_s

    def look(self) -> None:
        """Measure what the event loop's thread takes, on that thread, and publish; once a second.

        In whole percents: a figure that changes without meaning would have the screen drawn again.
        """
        now = (time.perf_counter(), time.thread_time())
        elapsed, worked = now[0] - self._looked_at[0], now[1] - self._looked_at[1]
        self._looked_at = now
        self._screen_share = round(worked / elapsed, 2) if elapsed > 0 else None
        self.publish()

    def publish(self) -> None:
        """Publish the figures as they are now."""
        recorder = self._listener.recorder
        self._publish(
            Measured(
                Performance(
                    stop_to_text_ms=self._stop_to_text_ms,
                    p50_ms=self._sitting.percentile(0.50),
                    p95_ms=self._sitting.percentile(0.95),
                    real_time_factor=self._real_time_factor,
                    first_partial_ms=self._first_partial_ms,
                    stages_ms=self._stages_ms,
                    speculation=self._speculation,
                    fallbacks=self._fallbacks,
                    fallback_why=self._fallback_why,
                    models=self._host.loaded(),
                    process_bytes=process_bytes(),
                    overflows=recorder.overflows,
                    lost_frames=recorder.lost_frames,
                    late_ms=recorder.late_s * 1e3,
                    screen_share=self._screen_share,
                    dictations=self._sitting.count,
                )
            )
        )
