"""A recorder whose source a test drives by hand, as if it were at another machine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from engine.audio.format import FRAME_S, Samples
from engine.audio.sources import Link
from tests.engine.audio.scripted import Bench, ScriptedSource


def linked(behind_frames: int = 0, state: str = "connected") -> ScriptedSource:
    source = ScriptedSource(kind="network")
    late(source, behind_frames, state)
    return source


def late(source: ScriptedSource, behind_frames: int, state: str = "connected") -> None:
    assert state in ("connected", "broken")
    source.how = Link(
        "broken" if state == "broken" else "connected", "desk", 5.0, 0.0, behind_frames * FRAME_S
    )


@asynccontextmanager
async def recording(
    folder: Path, *, behind_frames: int = 0, preroll_s: float = 0, heard: Samples | None = None
) -> AsyncIterator[tuple[Bench, ScriptedSource]]:
    """A recording that was begun over a link, and the source of its sound, of which `heard` has come."""
    bench, source = Bench(preroll_s=preroll_s), linked(behind_frames)
    await bench.recorder.arm(source)
    bench.recorder.begin(folder)
    if heard is not None:
        await bench.hear(source, heard)
    try:
        yield bench, source
    finally:
        await bench.recorder.disarm()
