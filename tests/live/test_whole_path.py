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
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.display import x_server
from tests.support.ollama_script import dictated
from tests.support.ollama_server import running_ollama
from tests.support.terminal import Terminal, panel, terminal
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

SAID = SENTENCES[:4]
UTTER = [sys.executable, "-m", "tui.cli"]

MOST_ERRORS = 0.15
"""Word error rate that these voices may reach; PocketSphinx reads them with 3 to 8 percent."""

EARLY_S, KEPT_S = 0.8, 10.0
"""Seconds by which the first word comes before the key, and which are kept from before it: pressing it takes
as long as the machine is slow."""


@pytest.fixture
def display() -> Iterator[str]:
    with x_server() as name:
        yield name


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


def clipboard_once(display: str, fits: Callable[[str], bool]) -> str:
    """The clipboard, once its text is one that fits."""
    deadline = time.monotonic() + 10
    while not fits(text := clipboard(display)):
        assert time.monotonic() < deadline, text
        time.sleep(0.05)
    return text


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
    speech = voices.talk(tmp_path / "talk.wav", voice, len(SAID))
    settings = tmp_path / "settings.toml"
    settings.write_text(f"[audio]\npreroll_s = {KEPT_S}\n")
    pane.start([*UTTER, "--config", str(settings)], environment(home, virtual_microphone, display))
    pane.wait_for("ready")
    saying = virtual_microphone.start_saying(speech)
    time.sleep(EARLY_S)
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
    assert panel(screen, "transcript") == text


@pytest.mark.timeout(180)
@pytest.mark.parametrize("voice", VOICES)
def test_a_language_model_edits_what_was_spoken_and_its_changes_can_be_left(
    voice: Voice,
    voices: Voices,
    virtual_microphone: VirtualMicrophone,
    display: str,
    pane: Terminal,
    home: Path,
    tmp_path: Path,
) -> None:
    speech = voices.talk(tmp_path / "talk.wav", voice, 3)
    said = " ".join(SAID[:3])
    with running_ollama() as server:
        server.answer = lambda messages: dictated(messages).replace("twenty three", "23")
        given = {**environment(home, virtual_microphone, display), "OLLAMA_HOST": server.host}
        pane.start(UTTER, given)
        pane.wait_for("qwen2.5:3b")
        pane.type("Space")
        pane.wait_for("●")
        virtual_microphone.say(speech)
        pane.type("Space")
        screen = pane.wait_for("delivered", timeout_s=30)
        edited = clipboard(display)
        assert word_errors(said.replace("twenty three", "23"), edited) <= MOST_ERRORS, edited
        assert panel(screen, "transcript") == edited
        assert len(server.asked()) > 2, "no phrase was edited while the next was spoken"
        pane.type("r")
        screen = pane.wait_for(lambda screen: "twenty three" in panel(screen, "transcript"))
        raw = clipboard_once(display, lambda text: text != edited)
        assert word_errors(said, raw) <= MOST_ERRORS, raw
        assert panel(screen, "transcript") == raw


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


def test_auto_stop_ends_the_dictation_behind_speech(
    voices: Voices, virtual_microphone: VirtualMicrophone, display: str, pane: Terminal, home: Path
) -> None:
    pane.start(UTTER, environment(home, virtual_microphone, display))
    pane.wait_for("ready")
    pane.type("v", "Space")
    pane.wait_for("●")
    virtual_microphone.say(voices.speak(SAID[0], "rms").path)
    screen = pane.wait_for("delivered")
    assert word_errors(SAID[0], clipboard(display)) <= MOST_ERRORS
    assert panel(screen, "transcript") == clipboard(display)


def test_without_a_display_the_text_goes_through_tmux(
    virtual_microphone: VirtualMicrophone, pane: Terminal, home: Path
) -> None:
    pane.start(UTTER, environment(home, virtual_microphone, display=""))
    pane.wait_for("ready")
    pane.type("d")
    screen = pane.wait_for("sent")
    text = panel(screen, "transcript")
    assert text.startswith("The quarterly report")
    assert pane.buffer() == text


@pytest.mark.parametrize(("columns", "rows"), [(80, 24), (160, 48)])
def test_all_four_panels_are_in_sight(
    columns: int, rows: int, virtual_microphone: VirtualMicrophone, home: Path, tmp_path: Path
) -> None:
    with terminal(tmp_path, columns, rows) as pane:
        pane.start(UTTER, environment(home, virtual_microphone, display=""))
        screen = pane.wait_for("ready")
    titles = ("waveform", "transcript", "enhancement", "performance")
    assert [title for title in titles if f"╭─ {title} " not in screen] == []
    assert max(map(len, screen.splitlines())) <= columns


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
def test_transcribe_prints_the_text_of_files(voices: Voices, home: Path, tmp_path: Path) -> None:
    files = [voices.talk(tmp_path / f"{voice}.wav", voice, len(SAID)) for voice in VOICES]
    done = run(["transcribe", *map(str, files)], {})
    assert done.returncode == 0, done.stderr
    texts = done.stdout.splitlines()
    assert len(texts) == len(files)
    said = " ".join(SAID).replace("twenty three", "23")
    for text in texts:
        assert word_errors(said, text) <= MOST_ERRORS, text
