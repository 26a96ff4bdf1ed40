"""`utter record` as in a shell, with sound that other programs and other machines send."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import Samples
from engine.remote.pcm import PcmEncoder
from engine.remote.wire import Audio, Bye
from tests.support.scripted_sender import ScriptedSender, now_us
from tests.support.voices import SENTENCES, Voices, word_errors

RECORD = [sys.executable, "-m", "tui.cli", "record", "--recognizer", "pocketsphinx", "--until-silence"]
SAID = SENTENCES[0]
RATE = 16_000

Record = Callable[[str], "subprocess.Popen[str]"]


@pytest.fixture
def record(home: Path) -> Iterator[Record]:
    """Starts `utter record` with a source."""
    started: list[subprocess.Popen[str]] = []

    def start(source: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [*RECORD, "--source", source],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def speech(voices: Voices) -> Samples:
    """A sentence behind quiet: enough for the recording to begin in it, however slowly."""
    return np.concatenate((np.zeros(10 * RATE, np.float32), voices.speak(SAID).samples()))


def next_line(process: subprocess.Popen[str]) -> str:
    """What it says next; at first, that it listens."""
    assert process.stderr is not None
    return process.stderr.readline()


def test_what_another_machine_sends_late_is_printed_up_to_its_silence(record: Record, voices: Voices) -> None:
    process = record("remote")
    path = Path(os.environ["XDG_RUNTIME_DIR"]) / "utter" / "microphone.sock"
    assert next_line(process).startswith("utter: Waiting for `utter mic --to ")
    sound = speech(voices)
    with ScriptedSender(str(path)) as sender:
        sender.greet()
        for at in range(0, len(sound), 320):
            ((data, samples),) = PcmEncoder().encode(sound[at : at + 320])
            sender.say(Audio(at, now_us() - (len(sound) - at) * 62, samples, data))
        assert next_line(process) == "utter: Sound comes from desk.\n"
        sender.say(Bye("The user ended it."))
        printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert word_errors(SAID, printed) <= 0.25


def test_raw_sound_of_any_program_is_printed(record: Record, voices: Voices, tmp_path: Path) -> None:
    path = tmp_path / "raw.sock"
    process = record(f"unix:{path}")
    assert f"Waiting for raw sound, 16 bit mono at 16 kHz, at {path}." in next_line(process)
    sound = (speech(voices) * 32767).astype("<i2").tobytes()
    with socket.socket(socket.AF_UNIX) as program:
        program.settimeout(60)
        program.connect(str(path))
        program.sendall(sound)
    printed, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert word_errors(SAID, printed) <= 0.25
