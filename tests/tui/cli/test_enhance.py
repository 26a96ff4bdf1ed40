"""`utter enhance`: a filter for texts, with a language model behind it and without."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest

from engine import paths
from tests.support.enhanced_session import GOOD, SPOKEN, TIDIED
from tests.support.ollama_server import OllamaServer, free_port, running_ollama
from tui.cli.main import main

Outcome = tuple[int, str, str]
Enhance = Callable[..., Outcome]


@pytest.fixture
def enhance(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Enhance:
    """Runs the command in this process: its exit code, and what it printed on either side."""

    def run(text: str | bytes, *arguments: str) -> Outcome:
        data = text.encode() if isinstance(text, str) else text
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
        code = main(["enhance", *arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OllamaServer]:
    with running_ollama() as running:
        running.answer = lambda _: GOOD
        monkeypatch.setenv("OLLAMA_HOST", running.host)
        yield running


def test_without_a_server_tidy_edits_and_says_nothing(enhance: Enhance) -> None:
    assert enhance(f"\n{SPOKEN}\n") == (0, f"{TIDIED}\n", "")
    assert enhance(SPOKEN, "--mode", "notes", "--enhancer", "tidy")[1].startswith("- The report")


def test_lines_and_paragraphs_are_kept(enhance: Enhance) -> None:
    code, out, _ = enhance("um hello there\r\n\r\n\r\n- milk\r\n- um bread\r\n")
    assert (code, out) == (0, "Hello there\n\n- milk\n- bread\n")


def test_json_is_one_line_of_ascii_with_everything_in_it(enhance: Enhance, server: OllamaServer) -> None:
    server.answer = lambda _: f"{GOOD[:-1]}\x1b\x07."
    code, out, errors = enhance(f"{SPOKEN}\n", "--json")
    assert (code, errors) == (0, "")
    assert out.isascii()
    assert out.count("\n") == 1
    said: dict[str, Any] = json.loads(out)
    assert list(said) == [
        *("raw", "text", "mode", "enhancer", "accepted", "reason", "first_token_ms", "total_ms", "changes")
    ]
    assert (said["raw"], said["mode"], said["enhancer"]) == (SPOKEN, "clean", "ollama")
    assert "\x1b" not in said["text"]
    assert (said["accepted"], said["reason"]) == (True, "")
    assert 0 < said["first_token_ms"] <= said["total_ms"]
    assert " ".join(change["before"] for change in said["changes"] if change["before"]) == SPOKEN
    assert {"kind": "removed", "before": "um", "after": ""} in said["changes"]


def test_a_refused_answer_leaves_the_words_and_says_why(enhance: Enhance, server: OllamaServer) -> None:
    server.answer = lambda _: "As an AI language model I cannot do that."
    code, out, errors = enhance(SPOKEN)
    assert (code, out) == (0, "Um the report is due on Friday and bob will send it to all the people.\n")
    assert errors.startswith("utter: Refused: ")
    assert errors.count("\n") == 1
    said = json.loads(enhance(SPOKEN, "--json")[1])
    assert (said["accepted"], said["enhancer"]) == (False, "ollama")
    assert said["reason"] in errors


def test_a_server_that_was_asked_for_and_is_not_there_is_told(enhance: Enhance) -> None:
    code, out, errors = enhance(SPOKEN, "--enhancer", "ollama")
    assert (code, out) == (0, f"{TIDIED}\n")
    assert errors.startswith("utter: Ollama cannot be reached")
    assert errors.count("\n") == 1


def test_a_model_that_is_named_is_asked_whatever_the_mode_prefers(
    enhance: Enhance, server: OllamaServer, tmp_path: Any
) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[enhancement]\nenhancer = "tidy"\n[modes.clean]\nmodel = "mistral:7b"\n')
    code, out, errors = enhance(SPOKEN, "--config", str(own), "--model", "qwen2.5:3b")
    assert (code, out, errors) == (0, f"{GOOD}\n", "")
    assert [request.body["model"] for request in server.asked()] == ["qwen2.5:3b"]


def test_the_language_is_told(enhance: Enhance, server: OllamaServer) -> None:
    spoken = "der bericht ist am freitag fällig"
    server.answer = lambda _: "Der Bericht ist am Freitag fällig."
    assert enhance(spoken, "--language", "de")[1] == "Der Bericht ist am Freitag fällig.\n"
    assert "German" in server.asked()[0].body["messages"][0]["content"]
    assert enhance("um um hallo", "--language", "auto", "--enhancer", "tidy")[1] == "Um um hallo.\n"


def test_what_is_printed_is_harmless(enhance: Enhance) -> None:
    out = enhance("hello \x1b]52;c;aGk=\x07 \u202eover", "--enhancer", "tidy")[1]
    assert not {"\x1b", "\x07", "\u202e"} & set(out)


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", (), "is empty. Hand it one, such as: xclip -o | utter enhance"),
        (" \n\t\n", (), "is empty"),
        ("fine\ncaf\u00e9".encode("latin-1"), (), "is not UTF-8 in line 2. Convert it first"),
        ("a", ("--mode", "emial"), 'Did you mean "email"?'),
        ("a", ("--enhancer", "olama"), 'Did you mean "ollama"?'),
        ("a", ("--language", "klingon"), "ISO 639-1"),
        ("", ("um hello",), "reads standard input, and no files. Hand it one, such as"),
        ("", ("--mode", "notes", "/etc/os-release"), "Type: utter enhance < /etc/os-release"),
    ],
)
def test_bad_input_is_one_line(
    enhance: Enhance, text: str | bytes, arguments: tuple[str, ...], said: str
) -> None:
    code, out, errors = enhance(text, *arguments)
    assert (code, out) == (2, "")
    assert said in errors
    assert errors.startswith("utter: ")
    assert errors.count("\n") == 1


def test_what_is_logged_stays_off_standard_error(
    enhance: Enhance, server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> NoReturn:
        raise ValueError("a surprise")

    monkeypatch.setattr("engine.enhance.ollama.ollama.messages", broken)
    code, out, errors = enhance(SPOKEN)
    assert (code, out) == (0, f"{TIDIED}\n")
    assert errors == "utter: ollama failed: a surprise; tidy edited the text.\n"
    assert "ValueError: a surprise" in paths.log_file().read_text()


def test_a_model_that_is_not_there_is_one_line(enhance: Enhance, server: OllamaServer) -> None:
    code, out, errors = enhance(SPOKEN, "--model", "nope")
    assert (code, out) == (0, f"{TIDIED}\n")
    assert errors.startswith("utter: Ollama")
    assert "nope" in errors
    assert errors.count("\n") == 1


def test_a_text_that_is_too_long_is_called_a_text(enhance: Enhance, server: OllamaServer) -> None:
    code, _, errors = enhance(f"{GOOD} " * 400, "--mode", "email")
    assert code == 0
    assert errors.startswith("utter: The text is too long for the model")
    assert server.asked() == []


def test_a_mode_of_ones_own_without_a_model_says_what_is_missing(enhance: Enhance, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[modes.standup]\ninstruction = "Write a stand-up report."\nfidelity = "rewritten"\n')
    code, out, errors = enhance(SPOKEN, "--config", str(own), "--mode", "standup", "--enhancer", "tidy")
    assert (code, out) == (0, f"{TIDIED}\n")
    assert errors == "utter: Only a language model can do all of standup; tidy edited the text.\n"


def child(*arguments: str, **more: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "tui.cli", "enhance", *arguments],
        **{"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )


def test_a_terminal_is_not_waited_for() -> None:
    master, terminal = os.openpty()
    running = child(stdin=terminal)
    _, errors = running.communicate(timeout=60)
    os.close(master)
    os.close(terminal)
    assert running.returncode == 2
    assert errors.startswith(b"utter: There is no text on standard input. Hand it one")


def test_ctrl_c_ends_it_at_once_and_closes_the_connection(server: OllamaServer) -> None:
    server.fail("stall", after=2)
    running = child()
    assert running.stdin is not None
    running.stdin.write(SPOKEN.encode())
    running.stdin.close()
    assert server.reached.wait(60)
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 130
    assert server.disconnected.wait(60)
    assert running.stdout is not None
    assert running.stderr is not None
    assert (running.stdout.read(), running.stderr.read()) == (b"", b"utter: Stopped.\n")
    running.stdout.close()
    running.stderr.close()


def test_where_nobody_listens_no_client_is_imported() -> None:
    script = (
        "import sys\n"
        "from tui.cli.main import main\n"
        "assert main(['enhance', '--enhancer', 'ollama']) == 0\n"
        "heavy = ('ollama', 'httpx', 'numpy', 'textual', 'rich', 'ctranslate2')\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script],
        input=SPOKEN,
        capture_output=True,
        text=True,
        env=os.environ | {"OLLAMA_HOST": f"127.0.0.1:{free_port()}"},
        check=True,
    )
    assert done.stdout.splitlines() == [TIDIED, "[]"]
