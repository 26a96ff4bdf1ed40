"""The programs that `tests.bench.bench_interface` starts: utter, its engine alone, and bare Textual apps.

    python -m tests.support.interface_child KIND SOUND

`utter` and `engine` hear SOUND without end, in real time as from a microphone: `none` (no source),
`silence`, `room` (noise of a quiet room), or a WAV file. `engine` records from the first line on
its standard input. `empty` and `waveform` have no engine.
"""

from __future__ import annotations

import asyncio
import math
import sys
import threading
import time
import wave
from collections.abc import Callable

import numpy as np
from rich.segment import Segment
from textual.app import App, ComposeResult
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from engine.audio.format import FRAME, SAMPLE_RATE, AudioFormat, Samples
from engine.audio.sources import AudioSink, SourceInfo
from engine.errors import AudioError
from engine.session import DictationSession
from engine.settings.schema import Settings
from tests.support.dictating import Collected
from tests.support.shipped_settings import shipped_settings

ROOM = 0.003
"""Standard deviation of a quiet room's noise: -50 dBFS."""

FRAMES_PER_SECOND = 30


class Endless:
    """A source that delivers the same sound again and again, recording or not."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._closing = threading.Event()
        self._thread: threading.Thread | None = None

    def open(self, sink: AudioSink) -> AudioFormat:
        if self._name == "none":
            raise AudioError("There is no microphone.", "This is a bench.")
        blocks = _sound(self._name).reshape(-1, FRAME, 1)
        self._thread = threading.Thread(target=self._deliver, args=(sink, blocks), daemon=True)
        self._thread.start()
        return AudioFormat(SAMPLE_RATE, 1, "float32")

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def describe(self) -> SourceInfo:
        return SourceInfo("endless", "microphone")

    def recording_started(self) -> None:
        """Sounds on, as a microphone does."""

    def link(self) -> None:
        """It is at this machine."""

    def _deliver(self, sink: AudioSink, blocks: Samples) -> None:
        began, given = time.monotonic(), 0
        while not self._closing.wait(max(0.0, began + (given + 1) * FRAME / SAMPLE_RATE - time.monotonic())):
            sink.block(blocks[given % len(blocks)])
            given += 1


def _sound(name: str) -> Samples:
    """Whole frames of sound by name."""
    if name == "silence":
        return np.zeros(FRAME * 100, np.float32)
    if name == "room":
        return np.random.default_rng(1).normal(0, ROOM, FRAME * 1000).astype(np.float32)
    with wave.open(name) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    return (pcm[: len(pcm) // FRAME * FRAME] / 32768).astype(np.float32)


def settings() -> Settings:
    """The shipped ones, with the recogniser that is always there."""
    shipped = shipped_settings()
    recognition = shipped.recognition.model_copy(update={"recognizer": "pocketsphinx"})
    return shipped.model_copy(update={"recognition": recognition})


def session(sound: str) -> DictationSession:
    return DictationSession(settings(), source=Endless(sound), target=Collected())


def utter(sound: str) -> None:
    """The workstation."""
    from tui.app import UtterApp

    def make(_terminal: Callable[[str], None]) -> DictationSession:
        return session(sound)

    UtterApp(settings(), make_session=make).run()


async def engine(sound: str) -> None:
    """The same session with a reader that drops every event."""
    running = session(sound)

    async def drop() -> None:
        async for _event in running.events():
            pass

    dropping = asyncio.create_task(drop())
    await running.start()
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    running.start_recording()
    await dropping


class Empty(App[None]):
    """Nothing on the screen."""


class BareWaveform(Widget):
    """Rows of block characters as wide as the screen, all repainted in every frame, and no more."""

    DEFAULT_CSS = "BareWaveform { height: 4; }"

    def on_mount(self) -> None:
        self._at = 0
        self.set_interval(1 / FRAMES_PER_SECOND, self._step)

    def _step(self) -> None:
        self._at += 1
        self.refresh(Region(0, 0, self.size.width, self.size.height))

    def render_line(self, y: int) -> Strip:
        heights = (math.sin((self._at + x) / 7) * 4 + 4 for x in range(self.size.width))
        text = "".join(" ▁▂▃▄▅▆▇█"[round(height)] for height in heights)
        return Strip([Segment(text, self.rich_style)], self.size.width)


class Bare(App[None]):
    """One bare waveform."""

    def compose(self) -> ComposeResult:
        yield BareWaveform()


def main(kind: str, sound: str) -> None:
    """Run one program."""
    if kind == "utter":
        utter(sound)
    elif kind == "engine":
        asyncio.run(engine(sound))
    else:
        {"empty": Empty, "waveform": Bare}[kind]().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
