"""Reports such as `utter bench --json` writes, made up: what is done with figures needs no measurement."""

from __future__ import annotations

import copy
from typing import Any


def length(**figures: Any) -> dict[str, Any]:
    """The figures of one length of clip, with `figures` in their place or beside them."""
    found: dict[str, Any] = {
        "audio_s": 2.53,
        "runs": 3,
        "stop_to_text_ms": {"p50": 356.2, "p95": 12345.6},
        "after_quiet_ms": {"p50": 2.3, "p95": 4.1},
        "plain_ms": 12354.6,
        "ratio": 34.7,
        "real_time_factor": 0.275,
        "first_partial_ms": 305.4,
        "speculation": {"used": 6, "discarded": 1},
        "text": "the quarterly report",
        "plain_text": "the quarterly report",
        "agreement": 1.0,
    }
    return found | figures


def report(**fields: Any) -> dict[str, Any]:
    """A whole report, with `fields` in their place or beside them."""
    found: dict[str, Any] = {
        "date": "2026-01-02T03:04:05+0000",
        "machine": {
            "cpu": "Some Processor",
            "cores": 2,
            "memory_bytes": 8_000_000_000,
            "system": "Linux 6",
            "python": "3.11.7",
            "versions": {"utter": "0.1.0", "textual": "8.2.8"},
            "load": 0.1,
        },
        "source": "the built-in sample",
        "recognizer": "pocketsphinx",
        "model": "en-us",
        "performance": "balanced",
        "settings": {"audio.tail_s": 0.35, "performance.beam_size": 0},
        "load_s": 0.4,
        "memory_bytes": 125_000_000,
        "lengths": [length()],
        "others": [],
        "left_out": [],
    }
    return copy.deepcopy(found) | fields
