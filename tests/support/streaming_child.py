"""The program that `tests.bench.bench_streaming_panel` starts: the workstation, into which an answer streams.

    python -m tests.support.streaming_child MANNER WORDS SECONDS FILE

MANNER is `edit` (most words stay), `anew` (none does) or `nothing` (no answer at all). The answer has
WORDS words when the clock starts, and grows by `TOKENS_A_SECOND` for SECONDS. What it cost goes to FILE
as JSON.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from pathlib import Path

from textual.app import App
from textual.screen import Screen

from engine import paths
from engine.bus import EventBus
from engine.enhance.enhancer_status import EnhancerStatus
from engine.events import EnhancementGrew, EnhancerChanged, Event, RecordingStarted, TranscriptChanged
from engine.settings.schema import Settings
from tests.support.ollama_script import tokens
from tests.support.shipped_settings import shipped_settings
from tui.actions import effective_keys
from tui.bridge import Bridge
from tui.messages import EngineEvent
from tui.screens.workstation import Workstation
from tui.themes import load_themes

TOKENS_A_SECOND = 100

SETTLE_S = 2.0

VOCABULARY = ("quarterly", "report", "friday", "we", "need", "to", "send", "it", "people", "office", "budget")


class Timed(Workstation):
    """Notes for each frame how long the event loop was busy with it: what it shows, and drawing it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, effective_keys({}))
        self.frames: list[float] = []
        self._showing = 0.0

    def on_engine_event(self, message: EngineEvent) -> None:
        began = time.perf_counter()
        super().on_engine_event(message)
        self._showing += time.perf_counter() - began

    def _compositor_refresh(self) -> None:
        began, showing, self._showing = time.perf_counter(), self._showing, 0.0
        super()._compositor_refresh()
        if showing:
            self.frames.append((showing + time.perf_counter() - began) * 1e3)


class Streaming(App[None]):
    """The workstation's screen over a bus on which only the answer is reported."""

    CSS_PATH = paths.shipped("tui/screens/workstation.tcss")

    def __init__(self, manner: str, words: int, seconds: float, file: Path) -> None:
        super().__init__()
        for loaded in load_themes([paths.shipped("themes")])[0]:
            self.register_theme(loaded)
        self.theme = "utter-dark"
        settings = shipped_settings()
        self._timed = Timed(settings)
        self._manner, self._words, self._seconds, self._file = manner, words, seconds, file

    def get_default_screen(self) -> Screen[None]:
        return self._timed

    def on_mount(self) -> None:
        self.run_worker(self._measure())

    async def _measure(self) -> None:
        bus = EventBus()
        carried = asyncio.create_task(Bridge(bus.subscribe(), self._receive).run())
        raw, answer = texts(self._manner, self._words + round(TOKENS_A_SECOND * self._seconds))
        begin = len(" ".join(answer.split()[: self._words]))
        bus.publish(EnhancerChanged(EnhancerStatus("ollama", "127.0.0.1:11434", "qwen2.5:3b")))
        bus.publish(RecordingStarted(1, 0.5))
        bus.publish(TranscriptChanged(1, raw, ""))
        for grown in range(0, begin, 100) if self._manner != "nothing" else ():
            bus.publish(EnhancementGrew(1, raw, answer[:grown], 400.0))
            await asyncio.sleep(0)
        await asyncio.sleep(SETTLE_S)
        self._timed.frames.clear()
        cpu, began = time.process_time(), time.perf_counter()
        for count, token in enumerate(tokens(answer[begin:]), 1):
            if count > TOKENS_A_SECOND * self._seconds:
                break
            begin += len(token)
            await asyncio.sleep(max(0.0, began + count / TOKENS_A_SECOND - time.perf_counter()))
            if self._manner != "nothing":
                bus.publish(EnhancementGrew(1, raw, answer[:begin], 400.0))
        took = time.perf_counter() - began
        cost = {"share": (time.process_time() - cpu) / took, "took_s": took, "frames": self._timed.frames}
        self._file.write_text(json.dumps(cost))
        bus.close()
        await carried
        self.exit()

    def _receive(self, event: Event) -> None:
        self._timed.post_message(EngineEvent(event))


def texts(manner: str, words: int) -> tuple[str, str]:
    """A dictation of so many words, and what a model makes of it."""
    chance = random.Random(1)
    said = [chance.choice(VOCABULARY) for _ in range(words)]
    if manner == "anew":
        return " ".join(said), " ".join(f"{word[::-1]}{number % 7}" for number, word in enumerate(said))
    written = []
    for word in said:
        kind = chance.random()
        if kind > 0.04:
            written.append("other" if kind < 0.08 else f"{word.capitalize()}," if kind < 0.16 else word)
    return " ".join(said), " ".join(written)


if __name__ == "__main__":
    manner, words, seconds, file = sys.argv[1:]
    Streaming(manner, int(words), float(seconds), Path(file)).run()
