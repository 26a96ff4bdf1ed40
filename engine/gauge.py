"""Gathers the figures of the performance panel from those who know them."""

from __future__ import annotations

from collections.abc import Callable

from engine.dictation import Dictation
from engine.events import Event, Measured
from engine.listening import Listener
from engine.metrics import Performance, Sitting, process_bytes
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
        self._stages_ms: dict[str, float] = {}

    def finished(self, dictation: Dictation, stop_to_text_ms: float) -> None:
        """Take the times of a delivered dictation, and publish."""
        self._sitting.add(stop_to_text_ms)
        self._stop_to_text_ms = stop_to_text_ms
        self._stages_ms = dict(dictation.clock.stages_ms)
        if dictation.duration_s > 0:
            self._real_time_factor = dictation.busy_s / dictation.duration_s
        self.publish()

    def publish(self) -> None:
        """Publish the figures as they are now."""
        memory = self._host.memory_bytes()
        choice = self._host.choice
        recorder = self._listener.recorder
        self._publish(
            Measured(
                Performance(
                    stop_to_text_ms=self._stop_to_text_ms,
                    p50_ms=self._sitting.percentile(0.50),
                    p95_ms=self._sitting.percentile(0.95),
                    real_time_factor=self._real_time_factor,
                    stages_ms=self._stages_ms,
                    models=((f"{choice.name} {choice.model}", memory),) if memory else (),
                    process_bytes=process_bytes(),
                    overflows=recorder.overflows,
                    lost_frames=recorder.lost_frames,
                    dictations=self._sitting.count,
                )
            )
        )
