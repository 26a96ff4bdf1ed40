"""A recogniser's process that dies, hangs, floods or speaks nonsense: killed and misled for real."""

from __future__ import annotations

import os
import signal
import stat
import threading
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine import log as log_module
from engine.audio.format import FRAME, Samples
from engine.errors import RecognitionError
from engine.log import LOG_LIMIT
from engine.speech.recognizer import Context

SOUND: Samples = np.random.default_rng(7).normal(0, 0.02, FRAME * 40).astype(np.float32)


def test_what_feeding_broke_is_told_at_the_end_and_the_log_has_the_rest(
    counting: type, tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "utter.log"
    process = counting("feed", log)
    process.load()
    utterance = process.open(Context())
    utterance.feed(SOUND)
    with pytest.raises(RecognitionError, match="ZeroDivisionError: of all things"):
        utterance.finish()
    process.unload()
    assert "Traceback" in log.read_text()
    assert "printed by python" in log.read_text()
    assert "written by C" in log.read_text()


def test_the_log_is_private_and_has_a_limit(
    counting: type, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_module, "PAUSE_S", 0.0)
    log = tmp_path / "utter.log"
    before = os.umask(0)
    try:
        process = counting("flood", log)
        process.load()
        process.unload()
    finally:
        os.umask(before)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert LOG_LIMIT <= log.stat().st_size < 2 * LOG_LIMIT


def test_a_log_that_cannot_be_written_is_no_obstacle(counting: type, tmp_path: Path) -> None:
    process = counting("", tmp_path)
    process.load()
    assert process.open(Context()).finish().text == "0"


@pytest.mark.parametrize("call", ["partial", "finish", "open"])
def test_a_crash_is_named_and_the_next_load_starts_anew(counting: type, call: str) -> None:
    process = counting()
    process.load()
    utterance = process.open(Context())
    utterance.feed(SOUND)
    os.kill(process.child().pid, signal.SIGKILL)
    with pytest.raises(RecognitionError, match=r"counting ended unexpectedly \(SIGKILL\)"):
        process.open(Context()) if call == "open" else getattr(utterance, call)()
    utterance.feed(SOUND)
    utterance.discard()
    process.load()
    again = process.open(Context())
    again.feed(SOUND[:3])
    assert again.finish().text == "3"


def test_an_exit_is_named_with_its_code(counting: type) -> None:
    with pytest.raises(RecognitionError, match=r"ended unexpectedly \(exit code 7\)"):
        counting("exit").load()


def test_garbage_on_the_pipe_is_a_failure_and_not_a_transcript(counting: type) -> None:
    with pytest.raises(RecognitionError, match="not a frame"):
        counting("garbage").load()


def test_a_call_that_hangs_is_freed_by_kill(counting: type) -> None:
    process = counting("hang")
    process.load()
    utterance = process.open(Context())
    threading.Timer(0.2, process.kill).start()
    with pytest.raises(RecognitionError, match="was stopped"):
        utterance.partial()
    process.load()
    assert process.open(Context()).finish().text == "0"


def test_unloading_ends_the_process_and_returns_its_memory(counting: type) -> None:
    process = counting()
    process.load()
    pid = process.child().pid
    assert process.memory_bytes() > 1 << 20
    process.unload()
    process.unload()
    assert not psutil.pid_exists(pid)
    assert process.memory_bytes() == 0
