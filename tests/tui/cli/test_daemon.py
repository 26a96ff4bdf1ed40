"""`utter daemon` as a process: commanded, alone, and closed in order; and what its log says."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine import events, paths
from engine.deliver.target import Delivery, Outcome
from engine.runtime_folder import CONTROL, own
from tests.support.commanding import ctl, status
from tests.support.long_sample import long_sample
from tests.support.terminal import terminal
from tui.cli.daemon import READY, Log

UTTER = [sys.executable, "-m", "tui.cli"]


NOHUP = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh"]
"""What `nohup` does, without its file."""


@contextmanager
def daemon(*arguments: str, nohup: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A daemon that is ready, with the sample as its microphone; killed where it still lives at the end."""
    command = [*(NOHUP if nohup else []), *UTTER, "daemon"]
    command += ["--source", str(long_sample()), "--recognizer", "pocketsphinx", *arguments]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert process.stderr.readline() == f"utter: {READY}\n"
            yield process
        finally:
            process.kill()


def until_state(state: str) -> None:
    deadline = time.monotonic() + 60
    while status()["state"] != state:
        assert time.monotonic() < deadline, f"it never came to be {state}"
        time.sleep(0.05)


def until_recorded(seconds: float) -> None:
    """Record, until there is so much sound."""
    assert ctl("start").returncode == 0
    deadline = time.monotonic() + 60
    while status()["recording_s"] < seconds:
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_dictation_without_a_screen(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    with daemon("--to", f"file:{notes}") as process:
        until_state("ready")
        until_recorded(2.5)
        assert ctl("stop").returncode == 0
        assert process.stderr is not None
        line = process.stderr.readline()
        assert line.startswith("utter: Dictation 1 (")
        assert f"delivered to file {notes}" in line
        assert "quarterly" not in line
        assert "quarterly" in notes.read_text().lower()
        process.terminate()
        assert process.wait(20) == 0
        assert process.stderr.read() == ""
    assert os.listdir(own()) == []


def test_where_a_text_is_that_reached_no_place_is_told() -> None:
    with daemon("--to", "file:/nowhere/notes.txt") as process:
        assert process.stderr is not None
        until_state("ready")
        until_recorded(2.5)
        ctl("stop")
        while "is kept beside its sound: " not in (line := process.stderr.readline()):
            assert line
        audio = line.rpartition(": ")[2].strip()
        assert status()["undelivered"] == [audio]
        assert (
            f"Not delivered: 1 text. The newest is kept beside its sound: {audio}\n" in ctl("status").stdout
        )
        process.terminate()
        assert process.stderr.read().endswith(f"kept beside its sound: {audio}\n")
    assert "quarterly" in Path(audio).with_suffix(".txt").read_text(encoding="utf-8").lower()


def test_the_second_engine_is_refused_before_it_opens_a_screen(tmp_path: Path) -> None:
    with daemon() as first, terminal(tmp_path) as screen:
        second = subprocess.run([*UTTER, "daemon"], capture_output=True, text=True, timeout=20, check=False)
        assert second.returncode == 2
        assert f"(process {first.pid}, since " in second.stderr
        assert second.stderr.count("\n") == 1
        screen.start(UTTER, {name: os.environ[name] for name in ("HOME", "XDG_RUNTIME_DIR")})
        shown = screen.wait_for("ended with 2")
        assert "Another utter runs already as a daemon" in shown
        assert "╭" not in shown


def test_what_is_open_at_the_end_is_kept_and_a_crash_makes_room() -> None:
    with daemon() as crashed:
        crashed.kill()
        crashed.wait()
        assert os.path.exists(os.path.join(own(), CONTROL))
        assert ctl("status").returncode == 2
        with daemon() as process:
            until_state("ready")
            ctl("start")
            until_state("recording")
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 0
            assert process.stderr is not None
            told = process.stderr.read()
    kept = [word for word in told.split() if word.endswith((".wav", ".wav."))]
    assert "The sound of the open dictation is kept:" in told
    assert Path(kept[-1].rstrip(".")).stat().st_size > 44


def test_under_nohup_it_outlives_its_terminal() -> None:
    with daemon(nohup=True) as process:
        until_state("ready")
        process.send_signal(signal.SIGHUP)
        until_recorded(0.1)
        process.terminate()
        assert process.wait(20) == 0


def test_it_outlives_its_standard_error_and_tells_who_reads_on_of_its_end() -> None:
    """A terminal that is closed takes standard error with it."""
    with daemon() as process, socket.socket(socket.AF_UNIX) as reader:
        reader.settimeout(20)
        reader.connect(os.path.join(own(), CONTROL))
        reader.sendall(b'{"command": "subscribe"}\n')
        assert process.stderr is not None
        process.stderr.close()
        until_state("ready")
        assert ctl("mode", "email").returncode == 0
        assert ctl("start").returncode == 0
        until_state("recording")
        process.terminate()
        assert process.wait(20) == 0
        told = b""
        while more := reader.recv(65536):
            told += more
    assert told.endswith(b'{"event": "closed"}\n')
    assert "of the open dictation is kept" in paths.log_file().read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--to", "nowhere"], '"nowhere" is no place for a text.'),
        (["--mode", "emial"], "emial"),
        (["--config", "/none.toml"], "/none.toml"),
    ],
)
def test_a_mistake_is_told_in_one_line(arguments: list[str], said: str) -> None:
    ended = subprocess.run(
        [*UTTER, "daemon", *arguments], capture_output=True, text=True, timeout=30, check=False
    )
    assert ended.returncode == 2
    assert said in ended.stderr
    assert ended.stderr.startswith("utter: ")
    assert ended.stderr.count("\n") == 1
    assert os.listdir(own()) == []


def test_the_log_has_a_line_a_dictation_and_none_of_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    log = Log()
    for event in (
        events.RecordingStopped(1, 4.25, "key"),
        events.DictationFinished(1, "my secret", "My secret."),
        events.Delivered(1, Outcome(Delivery.FAILED, "pane %3", "It is gone.", "clipboard (xclip)")),
        events.RecordingStopped(2, 1.0, "silence"),
        events.DictationFinished(2, "", ""),
        events.Delivered(0, Outcome(Delivery.SENT, "terminal (OSC 52)")),
        events.LinkChanged("connected", "desk"),
        events.LinkChanged("connected", "desk", 80.0),
        events.Notice("warning", "It is\x07 low.", "Speak up."),
    ):
        log.write(event)
    assert capsys.readouterr().err.splitlines() == [
        "utter: Dictation 1 (4.2 s, 2 words): did not reach pane %3. It is gone. Kept: clipboard (xclip).",
        "utter: Dictation 2 (1.0 s, 0 words): no words were heard.",
        "utter: A text: sent to terminal (OSC 52).",
        "utter: Sound comes from desk.",
        "utter: It is low. Speak up.",
    ]
