"""`utter deliver`: where the text on standard input goes, and what is said of it."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from engine.deliver.file import File
from tests.support.display import x_server
from tui.cli.main import main

Outcome = tuple[int, str, str]
Deliver = Callable[..., Outcome]


@pytest.fixture
def deliver(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Deliver:
    """Runs the command in this process, without a desktop: its exit code, and what it printed."""
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "TMUX", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "dumb")

    def run(text: str | bytes, *arguments: str) -> Outcome:
        data = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = main(["deliver", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


def child(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "deliver", *arguments],
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )


def test_a_file_gets_the_text_and_a_line_says_so(deliver: Deliver, tmp_path: Path) -> None:
    path = tmp_path / "notes.md"
    assert deliver("  one\r\n\ntwo\n\n", "--to", f"file:{path}") == (
        0,
        "",
        f"utter: Delivered 10 characters to: file {path}.\n",
    )
    assert path.read_text() == "  one\n\ntwo\n"


def test_the_place_of_the_settings_is_the_usual_one(deliver: Deliver, home: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[delivery]\ntarget = "file:~/said.txt"\n')
    assert deliver("x", "--config", str(config))[0] == 0
    assert (home / "said.txt").read_text() == "x\n"


def test_the_shape_can_be_chosen(deliver: Deliver) -> None:
    assert deliver("a\nb\n", "--to", "stdout", "--newlines", "join", "--ending", "space")[1] == "a b "
    assert deliver("a\nb\n", "--to", "stdout")[1] == "a\nb\n"


def test_what_was_sent_without_confirmation_has_a_code_of_its_own(deliver: Deliver) -> None:
    assert deliver("x", "--to", "command:true") == (
        3,
        "",
        "utter: Sent 1 character to: command true; it cannot confirm that. "
        "true ended well without reading the whole text.\n",
    )


def test_what_failed_says_why_and_where_the_text_is(deliver: Deliver, tmp_path: Path) -> None:
    assert deliver("x", "--to", f"file:{tmp_path}") == (
        2,
        "",
        f"utter: The text did not reach: file {tmp_path}. {tmp_path} is a folder. Name a file in it. "
        "It is kept nowhere.\n",
    )


def test_json_is_one_line(deliver: Deliver, tmp_path: Path) -> None:
    code, out, _ = deliver("caf\u00e9", "--to", f"file:{tmp_path}/a", "--json")
    row = json.loads(out)
    assert (code, out.count("\n")) == (0, 1)
    assert row.pop("ms") > 0
    assert row == {
        "status": "delivered",
        "target": f"file {tmp_path}/a",
        "spec": f"file:{tmp_path}/a",
        "detail": "",
        "kept": "",
        "characters": 4,
    }
    code, out, _ = deliver("x", "--to", f"file:{tmp_path}", "--json")
    assert (code, json.loads(out)["status"]) == (2, "failed")


def test_beside_json_no_text_falls_back_to_standard_output(deliver: Deliver, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    config.write_text('[delivery]\nfallback = ["stdout"]\n')
    arguments = ("--config", str(config), "--to", f"file:{tmp_path}")
    code, out, errors = deliver("x", *arguments, "--json")
    assert (code, json.loads(out)["status"]) == (2, "failed")
    assert json.loads(out)["detail"].endswith("Standard output has the JSON: the text is not printed there.")
    assert errors.endswith("not printed there. It is kept nowhere.\n")
    assert deliver("x", *arguments)[:2] == (0, "x\n")


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", "--to stdout", "The text on standard input is empty."),
        (" \n", "--to stdout", "The text on standard input is empty."),
        (b"one\ntwo \xff", "--to stdout", "The text on standard input is not UTF-8 in line 2."),
        ("x", "--to clipbord", '"clipbord" is no place for a text. Did you mean clipboard?'),
        ("x", "--to stdout --json", "--json and the text cannot both go to standard output."),
        ("\x1b\x07", "--to stdout", "The text did not reach: standard output. There is no text in it."),
        ("x", "--to=", "--to names no place. Write one, such as --to clipboard, or leave --to out."),
        (
            "x",
            "hello",
            "`utter deliver` reads standard input, and no texts or files on its command line. Hand",
        ),
        ("x" * 10_000_001, "--to stdout", "The text on standard input has more than 10 MB."),
        ("x", "--to stdout --enter", "stdout has no keys to press for --enter."),
        ("x", "--to file:a --newlines shift-enter", "file has no keys to press for --newlines shift-enter."),
    ],
)
def test_what_cannot_be_is_said_in_a_line(
    deliver: Deliver, text: str | bytes, arguments: str, said: str
) -> None:
    code, out, errors = deliver(text, *arguments.split())
    assert (code, out, errors.count("\n")) == (2, "", 1)
    assert errors.startswith(f"utter: {said}")


def test_who_names_a_file_is_told_what_to_type(deliver: Deliver, tmp_path: Path) -> None:
    (tmp_path / "notes.md").write_text("x")
    code, _, errors = deliver("x", "--to", "tmux:%1", f"{tmp_path}/notes.md")
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.endswith(f"Type: utter deliver --to tmux:%1 < {tmp_path}/notes.md\n")


def test_a_place_is_one_line(deliver: Deliver) -> None:
    code, _, errors = deliver("x", "--to", "file:a\nb")
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.startswith('utter: "file:a\\nb" has a line end or another control character in it.')


def test_what_is_told_of_is_what_was_handed_over(deliver: Deliver, tmp_path: Path) -> None:
    code, out, errors = deliver("\x1b[31mred\x1b[0m\x07\n", "--to", f"file:{tmp_path}/a", "--json")
    assert (code, json.loads(out)["characters"]) == (0, 3)
    assert "Delivered 3 characters" in errors
    assert (tmp_path / "a").read_text() == "red\n"


def test_a_wrong_place_of_the_settings_is_told_with_its_key(deliver: Deliver, tmp_path: Path) -> None:
    config = tmp_path / "config.toml"
    for table, key in (("delivery", "delivery.target"), ("modes.email", "modes.email.target")):
        config.write_text(f'[{table}]\ntarget = "foo:bar"\n')
        assert f'{key}: "foo:bar" is no place for a text.' in deliver("x", "--config", str(config))[2]


def test_what_is_unforeseen_is_a_line_and_no_traceback(tmp_path: Path) -> None:
    script = (
        "import sys\n"
        "from engine.deliver.file import File\n"
        "from tui.cli.main import main\n"
        "async def fails(self, text):\n"
        "    raise ValueError('odd')\n"
        "File.deliver = fails\n"
        f"sys.exit(main(['deliver', '--to', 'file:{tmp_path}/a']))\n"
    )
    command = [sys.executable, "-c", script]
    answer = subprocess.run(command, input="x", capture_output=True, text=True, check=False)
    assert answer.returncode == 2
    assert answer.stderr.count("\n") == 1
    assert "It failed unexpectedly: odd." in answer.stderr


def test_what_takes_too_long_is_given_up(
    deliver: Deliver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, answered = threading.Event(), list[bool]()
    monkeypatch.setattr(File, "can_deliver", lambda _: answered.append(answer.wait(60)))
    try:
        for place in ("command:sleep 1000", f"file:{tmp_path}/notes.md"):
            code, _, errors = deliver("x", "--to", place, "--timeout", "0.2")
            said = f"The text did not reach: {place.replace(':', ' ')}. It was not done within 0.2 s"
            assert (code, said in errors) == (2, True)
        assert answered == [], "it waited for the file"
    finally:
        answer.set()
    with pytest.raises(SystemExit):
        deliver("x", "--timeout", "0")


def test_a_clipboard_that_is_left_serving_keeps_no_pipe_of_ours_open() -> None:
    with x_server() as display:
        environment = {**os.environ, "DISPLAY": display}
        for name in ("WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT", "TMUX"):
            environment.pop(name, None)

        def pasted() -> str:
            xclip = ["xclip", "-o", "-selection", "clipboard"]
            return subprocess.run(xclip, env=environment, capture_output=True, check=True).stdout.decode()

        delivering = child("--to", "clipboard", env=environment)
        out, errors = delivering.communicate("h\u00e9\n".encode(), timeout=60)
        assert (delivering.returncode, out) == (0, b"")
        assert errors.startswith(b"utter: Delivered 2 characters to: clipboard")
        assert pasted() == "h\u00e9"
        # What could not be delivered is kept there.
        delivering = child("--to", "file:/", env=environment)
        _, errors = delivering.communicate(b"kept", timeout=60)
        assert delivering.returncode == 2
        assert b"Paste it from: clipboard (" in errors
        delivering = child("--to", "command:sleep 1000", "--timeout", "0.2", env=environment)
        _, errors = delivering.communicate(b"kept in time", timeout=60)
        assert delivering.returncode == 2
        assert b"Paste it from: clipboard (" in errors
        assert pasted() == "kept in time"


def test_a_terminal_is_no_text() -> None:
    leader, follower = os.openpty()
    running = child(stdin=follower)
    os.close(follower)
    _, errors = running.communicate(timeout=60)
    os.close(leader)
    assert running.returncode == 2
    assert errors.startswith(b"utter: There is no text on standard input. Hand it one, such as: date |")


def test_ctrl_c_ends_it_and_what_it_started(tmp_path: Path) -> None:
    started = tmp_path / "started"
    running = child("--to", f"command:sh -c 'echo $$ > {started}; exec sleep 1000'")
    assert running.stdin is not None
    running.stdin.write(b"x")
    running.stdin.close()
    running.stdin = None
    deadline = time.monotonic() + 60
    while not (started.exists() and started.read_text().endswith("\n")):
        assert time.monotonic() < deadline, "the command did not start"
        time.sleep(0.02)
    running.send_signal(signal.SIGINT)
    out, errors = running.communicate(timeout=60)
    assert (running.returncode, out, errors) == (130, b"", b"")
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


def test_it_imports_nothing_of_the_screen_or_of_the_recognisers() -> None:
    script = (
        "import sys\n"
        "from tui.cli.main import main\n"
        "main(['deliver', '--to', 'stdout'])\n"
        "print([name for name in ('textual', 'rich', 'av', 'numpy', 'sounddevice') if name in sys.modules])\n"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], input="x", capture_output=True, text=True, check=True
    )
    assert answer.stdout == "x\n[]\n"
