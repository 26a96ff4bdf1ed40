"""`utter record` as in a shell: a microphone in, text out, and Ctrl-C ends or cancels."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
import time
import wave
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import SENTENCES, Voices, word_errors

RECORD = [sys.executable, "-m", "tui.cli", "record"]
SAID = SENTENCES[0]
MOST_ERRORS = 0.15
PATIENCE_S = 60

T = TypeVar("T")

Record = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def record(virtual_microphone: VirtualMicrophone, home: Path) -> Iterator[Record]:
    """Starts `utter record`, in a shell with what follows it; returns once it records."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str, then: str = "") -> subprocess.Popen[str]:
        line = f"{shlex.join([*RECORD, *arguments])} {then}"
        process = subprocess.Popen(
            ["sh", "-c", line if then else f"exec {line}"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        deadline = time.monotonic() + PATIENCE_S
        while not list((home / "data" / "utter" / "recordings").glob("*.pcm")):
            assert process.poll() is None, process.communicate()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def until(holds: Callable[[], T | None]) -> T:
    """Wait for something that is there one day; gives it."""
    deadline = time.monotonic() + PATIENCE_S
    while not (there := holds()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return there


def recogniser_of(recording: subprocess.Popen[str]) -> psutil.Process | None:
    """The process in which the words of a recording are recognised; None before it has begun."""
    children = psutil.Process(recording.pid).children()
    return next((child for child in children if "engine.speech.worker" in child.cmdline()), None)


def test_until_silence(record: Record, voices: Voices, virtual_microphone: VirtualMicrophone) -> None:
    recording = record("--until-silence")
    virtual_microphone.say(voices.speak(SAID, "rms").path)
    text, errors = recording.communicate(timeout=PATIENCE_S)
    assert recording.returncode == 0, errors
    assert word_errors(SAID, text) <= MOST_ERRORS, text
    assert "Traceback" not in errors


def test_for_some_seconds_into_a_pipe(
    record: Record, voices: Voices, virtual_microphone: VirtualMicrophone
) -> None:
    recording = record("--for", "4", then="| cat")
    virtual_microphone.say(voices.speak(SAID, "rms").path)
    text, errors = recording.communicate(timeout=PATIENCE_S)
    assert recording.returncode == 0, errors
    assert word_errors(SAID, text) <= MOST_ERRORS, text


def test_ctrl_c_ends_it_with_its_text(
    record: Record, voices: Voices, virtual_microphone: VirtualMicrophone
) -> None:
    recording = record()
    virtual_microphone.say(voices.speak(SAID, "rms").path)
    recording.send_signal(signal.SIGINT)
    text, errors = recording.communicate(timeout=PATIENCE_S)
    assert recording.returncode == 0, errors
    assert word_errors(SAID, text) <= MOST_ERRORS, text


def test_ctrl_c_twice_cancels_it_and_says_where_the_sound_is(
    record: Record, voices: Voices, virtual_microphone: VirtualMicrophone, home: Path, tmp_path: Path
) -> None:
    recordings = home / "data" / "utter" / "recordings"
    recording = record("--json")
    saying = virtual_microphone.start_saying(voices.talk(tmp_path / "talk.wav"))
    until(lambda: any(one.stat().st_size > 40_000 for one in recordings.glob("*.pcm")))
    recogniser = until(lambda: recogniser_of(recording))
    recogniser.suspend()  # the last words are not there before the second Ctrl-C is
    recording.send_signal(signal.SIGINT)
    assert recording.stdout is not None
    events = iter(recording.stdout.readline, "")
    assert any('"state": "finishing"' in line for line in events)
    recording.send_signal(signal.SIGINT)
    rest, errors = recording.communicate(timeout=PATIENCE_S)
    saying.kill()
    saying.wait()
    assert recording.returncode == 130, errors
    assert '"event": "cancelled"' in rest
    assert '"event": "finished"' not in rest
    (kept,) = recordings.glob("*.wav")
    assert str(kept) in errors
    with wave.open(str(kept), "rb") as sound:
        assert sound.getnframes() > 16_000
