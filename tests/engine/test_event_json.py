"""Events as lines of JSON: ASCII, harmless, and of the names that are documented."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

import pytest

from engine import event_json, events
from engine.deliver.target import Delivery, Outcome
from engine.event_json import NAMES, event_object, line
from engine.remote.feed import MOST_LINES, Feed
from engine.state import DictationState

HOSTILE = "a\x1b]0;x\x07b\r\n\x9b31mü"
CLEAN = "ab\n31mü"

TOLD: dict[events.Event, dict[str, object]] = {
    events.StateChanged(DictationState.READY, DictationState.STARTING): {
        "event": "state",
        "state": "ready",
        "previous": "starting",
    },
    events.TranscriptChanged(3, HOSTILE, "x"): {
        "event": "transcript",
        "dictation": 3,
        "committed": CLEAN,
        "partial": "x",
    },
    events.DictationFinished(3, "raw", HOSTILE): {
        "event": "finished",
        "dictation": 3,
        "raw": "raw",
        "text": CLEAN,
    },
    events.Delivered(3, Outcome(Delivery.FAILED, "tmux %3", "It is gone.", "clipboard")): {
        "event": "delivered",
        "dictation": 3,
        "status": "failed",
        "target": "tmux %3",
        "detail": "It is gone.",
        "kept": "clipboard",
        "again": False,
    },
    events.DictationFailed(3, "audio", "It broke.", "Mend it.", Path("/a/ü.wav"), HOSTILE): {
        "event": "failed",
        "dictation": 3,
        "step": "audio",
        "problem": "It broke.",
        "remedy": "Mend it.",
        "audio": "/a/ü.wav",
        "text": CLEAN,
    },
    events.DictationCancelled(3, None): {"event": "cancelled", "dictation": 3, "audio": None},
    events.SourceChanged(None, "It is gone.", "Plug it in."): {
        "event": "source",
        "name": None,
        "problem": "It is gone.",
        "remedy": "Plug it in.",
    },
    events.Levels((events.LevelColumn(0.123456, 0.1, 1.0, False, True),), True): {
        "event": "levels",
        "peak": [0.1235],
        "rms": [0.1],
        "voice": [1.0],
        "speaking": True,
    },
}


@pytest.mark.parametrize("event", TOLD, ids=lambda event: type(event).__name__)
def test_an_event_is_one_harmless_line_of_ascii(event: events.Event) -> None:
    fields = event_object(event)
    assert fields == TOLD[event]
    written = line(fields or {})
    assert written.isascii()
    assert written.isprintable()
    assert json.loads(written) == fields


def test_every_name_is_documented_and_every_event_either_told_or_left_out_on_purpose() -> None:
    told = {name for name, _ in event_json._ROWS.values()}
    assert told | {"dropped", "closed"} == set(NAMES)
    every = {
        kind for _, kind in inspect.getmembers(events, inspect.isclass) if issubclass(kind, events.Event)
    }
    left_out = every - set(event_json._ROWS) - {events.Event}
    assert {kind.__name__ for kind in left_out} == {
        "DownloadChanged",
        "EnhancerChanged",
        "Measured",
        "ModelsChanged",
    }
    assert event_object(events.ModelsChanged(())) is None


async def test_a_slow_reader_is_given_the_newest_of_what_is_replaced() -> None:
    feed = Feed(levels=False)
    for number in range(3):
        feed.put({"event": "transcript", "dictation": 1, "partial": number})
        feed.put({"event": "notice", "message": number})
    feed.put({"event": "levels"})
    feed.close()
    feed.put({"event": "notice", "message": "too late"})
    lines = []
    while (one := await feed.next()) is not None:
        lines.append(tuple(json.loads(one).values()))
    assert lines == [("notice", 0), ("notice", 1), ("transcript", 1, 2), ("notice", 2), ("closed",)]


async def test_what_a_reader_misses_is_counted() -> None:
    feed = Feed(levels=False)
    for number in range(MOST_LINES + 5):
        feed.put({"event": "notice", "message": number})
    assert json.loads(await feed.next() or "") == {"event": "dropped", "lines": 5}
    assert json.loads(await feed.next() or "") == {"event": "notice", "message": 5}


def test_the_readme_carries_the_table_of_names() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    rows = [f"| `{name}` | {meaning} |" for name, meaning in NAMES.items()]
    assert "\n".join(["<!-- events -->", "| event | tells |", "|---|---|", *rows]) in readme
