"""The whole path as a user walks it: a microphone, the program in a terminal, text on the clipboard.

Speech comes from another process through a real audio server, the program runs in a real tmux, and
the clipboard is an X server's, read with xclip.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
import wave
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.debian import require
from tests.support.terminal import Terminal, terminal
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

SAID = SENTENCES[:6]
GAP_S = 0.9
"""Silence between two sentences: longer than a pause that ends a phrase."""

UTTER = [sys.executable, "-m", "tui.cli"]

MOST_ERRORS = 0.15
"""Word error rate that these voices may reach; PocketSphinx reads them with 3 to 8 percent."""


def talk(voices: Voices, voice: Voice, path: Path, lead_s: float = 0.0) -> Path:
    """One WAV of all sentences in one voice with pauses between them."""
    silence = b"\0\0" * round(16_000 * GAP_S)
    with wave.open(str(path), "wb") as whole:
        whole.setparams((1, 2, 16_000, 0, "NONE", ""))
        whole.writeframes(b"\0\0" * round(16_000 * lead_s))
        for text in SAID:
            with wave.open(str(voices.speak(text, voice).path), "rb") as one:
                whole.writeframes(one.readframes(one.getnframes()) + silence)
    return path


@pytest.fixture
def display(tmp_path: Path) -> Iterator[str]:
    """An X server of its own; the value is its display."""
    xvfb = require("Xvfb", package="xvfb")
    require("xclip", package="xclip")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [xvfb, "-displayfd", str(writing), "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    with os.fdopen(reading) as answer:
        number = answer.readline().strip()
    try:
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=10)


@pytest.fixture
def pane(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, 120, 36) as opened:
        yield opened


def clipboard(display: str) -> str:
    read = subprocess.run(
        ["xclip", "-selection", "clipboard", "-o", "-display", display],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    return read.stdout


def environment(home: Path, microphone: VirtualMicrophone, display: str) -> dict[str, str]:
    kinds = ("CONFIG", "DATA", "STATE", "CACHE")
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in kinds}
    return {
        **microphone.environment,
        **folders,
        "HOME": str(home),
        "DISPLAY": display,
        "TERM": "tmux-256color",
    }


def words_on(screen: str) -> str:
    """The text of the transcript and diff panels without their frames."""
    return " ".join(line.strip(" │╭╰╮╯─") for line in screen.splitlines())


@pytest.mark.timeout(180)
@pytest.mark.parametrize("voice", VOICES)
def test_speech_reaches_screen_and_clipboard(
    voice: Voice,
    voices: Voices,
    virtual_microphone: VirtualMicrophone,
    display: str,
    pane: Terminal,
    home: Path,
    tmp_path: Path,
) -> None:
    speech = talk(voices, voice, tmp_path / "talk.wav")
    pane.start(UTTER, environment(home, virtual_microphone, display))
    pane.wait_for("ready")
    saying = virtual_microphone.start_saying(speech)
    time.sleep(0.8)  # the first words are spoken before the key is pressed
    pane.type("Space")
    pane.wait_for("●")
    pane.wait_for(lambda screen: "quarterly" in screen.lower())
    assert saying.wait(timeout=60) == 0
    pane.type("Space")
    screen = pane.wait_for("delivered", timeout_s=30)

    text = clipboard(display)
    said = " ".join(SAID)
    assert word_errors(said.replace("twenty three", "23"), text) <= MOST_ERRORS, text
    assert text.startswith("The quarterly report"), "the word spoken before the key is missing"
    last = text.split()[-4:]
    assert " ".join(last) in words_on(screen) or last[-1] in screen, screen


def test_a_cancelled_dictation_keeps_its_audio_and_says_where(
    voices: Voices,
    virtual_microphone: VirtualMicrophone,
    display: str,
    pane: Terminal,
    home: Path,
) -> None:
    pane.start(UTTER, environment(home, virtual_microphone, display))
    pane.wait_for("ready")
    pane.type("Space")
    pane.wait_for("●")
    virtual_microphone.say(voices.speak(SAID[0]).path)
    pane.type("Escape")
    pane.wait_for(".wav")
    (kept,) = (home / "data" / "utter" / "recordings").glob("*.wav")
    with wave.open(str(kept), "rb") as sound:
        assert (sound.getframerate(), sound.getnchannels()) == (16_000, 1)
        assert sound.getnframes() > 2 * 16_000
    assert clipboard(display) == ""


def run(arguments: Sequence[str], env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*UTTER, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | env,
        timeout=120,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.timeout(180)
def test_record_prints_what_was_said_until_silence(
    voices: Voices, virtual_microphone: VirtualMicrophone, home: Path
) -> None:
    recording = subprocess.Popen(
        [*UTTER, "record", "--until-silence"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    time.sleep(3)
    virtual_microphone.say(voices.speak(SAID[0], "rms").path)
    text, errors = recording.communicate(timeout=60)
    assert recording.returncode == 0, errors
    assert word_errors(SAID[0], text) <= MOST_ERRORS, text
    assert "Traceback" not in errors


@pytest.mark.timeout(180)
def test_transcribe_prints_the_text_of_files(voices: Voices, home: Path, tmp_path: Path) -> None:
    files = [talk(voices, voice, tmp_path / f"{voice}.wav") for voice in VOICES]
    done = run(["transcribe", *map(str, files)], {})
    assert done.returncode == 0, done.stderr
    texts = done.stdout.splitlines()
    assert len(texts) == len(files)
    said = " ".join(SAID).replace("twenty three", "23")
    for text in texts:
        assert word_errors(said, text) <= MOST_ERRORS, text
