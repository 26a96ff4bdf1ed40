"""The command line: options on either side of the subcommand, errors in one line, clean exits."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from engine.errors import AudioError
from engine.events import LanguageHeard
from tui.cli import main as cli
from tui.cli import one_dictation
from tui.cli.commands import COMMANDS, Command
from tui.cli.main import build_parser, main, version
from tui.cli.options import editing_overrides, mode_overrides, recognition_overrides
from tui.performance_modes import PERFORMANCE_MODES

Run = Callable[[argparse.Namespace], int]


@pytest.fixture
def subcommand(monkeypatch: pytest.MonkeyPatch) -> Callable[[Run], None]:
    """Give a function that adds a subcommand "try", which has --model and does what it is told."""

    def install(run: Run) -> None:
        module = ModuleType("tests_try")
        module.__dict__["add_arguments"] = lambda parser: parser.add_argument("--model")
        module.__dict__["run"] = run
        monkeypatch.setitem(sys.modules, "tests_try", module)
        monkeypatch.setattr(cli, "COMMANDS", (*COMMANDS, Command("try", "try it", "tests_try", ())))

    return install


@pytest.mark.parametrize(
    ("argv", "config", "model"),
    [
        (["try"], None, None),
        (["--config", "a", "--model", "m", "try"], Path("a"), "m"),
        (["try", "--config", "a", "--model", "m"], Path("a"), "m"),
        (["--config", "a", "--model", "l", "try", "--config", "b", "--model", "m"], Path("b"), "m"),
    ],
)
def test_options_hold_on_either_side(
    subcommand: Callable[[Run], None], argv: list[str], config: Path | None, model: str | None
) -> None:
    seen: list[argparse.Namespace] = []

    def run(args: argparse.Namespace) -> int:
        seen.append(args)
        return 7

    subcommand(run)
    assert main(argv) == 7
    assert (seen[0].config, seen[0].model) == (config, model)


def test_an_option_that_a_subcommand_lacks_is_refused(
    subcommand: Callable[[Run], None], capsys: pytest.CaptureFixture[str]
) -> None:
    subcommand(lambda args: 0)
    with pytest.raises(SystemExit) as raised:
        main(["--source", "a.wav", "try"])
    assert raised.value.code == 2
    assert "--source does not go with `utter try`" in capsys.readouterr().err


def test_an_engine_error_is_one_line(
    subcommand: Callable[[Run], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise AudioError("The file a\x1b[2J.wav\nis empty.", "Record it again.")

    subcommand(run)
    assert main(["try"]) == 2
    assert capsys.readouterr() == ("", "utter: The file a.wav is empty. Record it again.\n")


def test_an_interrupt_leaves_no_traceback(
    subcommand: Callable[[Run], None], capsys: pytest.CaptureFixture[str]
) -> None:
    def run(args: argparse.Namespace) -> int:
        raise KeyboardInterrupt

    subcommand(run)
    assert main(["try"]) == 130
    assert capsys.readouterr() == ("", "")


def test_a_reader_that_has_gone_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    child = subprocess.run(
        [sys.executable, "-m", "tui.cli", "config"], stdout=writing, stderr=subprocess.PIPE, check=False
    )
    os.close(writing)
    assert (child.returncode, child.stderr) == (141, b"")


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"utter {version()}\n"


@pytest.mark.parametrize(
    ("name", "means"),
    [
        ("built-in", {"recognition.recognizer": "pocketsphinx"}),
        ("base.en", {"recognition.recognizer": "whisper", "recognition.model": "base.en"}),
    ],
)
def test_the_built_in_recogniser_goes_by_its_name(name: str, means: dict[str, str]) -> None:
    assert recognition_overrides(build_parser().parse_args(["--model", name])) == means


def test_an_unknown_subcommand_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["recrod"])
    assert 'no "recrod"; did you mean "record"?' in capsys.readouterr().err


def test_a_letter_that_the_encoding_lacks_is_no_failure() -> None:
    child = subprocess.run(
        [sys.executable, "-m", "tui.cli", "--config", "caf\u00e9.toml", "config", "--path"],
        capture_output=True,
        env=os.environ | {"PYTHONIOENCODING": "ascii"},
        check=False,
    )
    assert (child.returncode, child.stdout, child.stderr) == (0, b"caf?.toml\n", b"")


def test_an_output_that_cannot_be_written_is_one_line() -> None:
    with open("/dev/full", "wb") as full:
        child = subprocess.run(
            [sys.executable, "-m", "tui.cli", "record", "--source", "engine/audio/sample.flac"],
            stdin=subprocess.DEVNULL,
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
            check=False,
        )
    assert child.returncode == 2
    assert b"Traceback" not in child.stderr
    assert b"No space left on device" in child.stderr


@pytest.mark.parametrize("command", [[], ["record"]])
def test_a_performance_mode_can_be_given(command: list[str]) -> None:
    args = cli.build_parser().parse_args([*command, "--performance", "speed"])
    assert recognition_overrides(args) == {"recognition.performance": "speed"}


@pytest.mark.parametrize("command", [[], ["record"], ["transcribe", "a.wav"], ["enhance"]])
def test_a_writing_mode_can_be_given_on_either_side(command: list[str]) -> None:
    for line in ([*command, "--mode", "notes"], ["--mode", "notes", *command]):
        assert mode_overrides(cli.build_parser().parse_args(line)) == {"enhancement.mode": "notes"}


@pytest.mark.parametrize("command", [["record"], ["transcribe", "a.wav"], ["enhance"]])
def test_an_enhancer_can_be_given_and_means_that_one_is_wanted(command: list[str]) -> None:
    parse = cli.build_parser().parse_args
    assert editing_overrides(parse([*command, "--mode", "notes"])) == {"enhancement.mode": "notes"}
    assert editing_overrides(parse([*command, "--enhancer", "tidy"])) == {
        "enhancement.enhancer": "tidy",
        "enhancement.enabled": True,
    }


@pytest.mark.parametrize("command", [[], ["record"], ["transcribe", "a.wav"]])
def test_a_language_can_be_given_and_a_translation_asked_for(command: list[str]) -> None:
    args = cli.build_parser().parse_args([*command, "--language", "de", "--translate"])
    assert recognition_overrides(args) == {"recognition.language": "de", "recognition.translate": True}


@pytest.mark.parametrize("command", [["record"], ["transcribe", "a.wav"]])
def test_a_language_that_is_none_is_told_with_the_nearest(
    command: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*command, "--language", "germn"]) == 2
    told = capsys.readouterr().err
    assert 'recognition.language is "germn"' in told
    assert 'Did you mean "de" (German)?' in told


def test_a_language_that_was_found_out_is_said_and_the_dictation_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert one_dictation._tell(LanguageHeard(1, "de", 0.874)) is None
    assert capsys.readouterr().err == "utter: The language is German (de), 87 % sure.\n"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--nonsense"], "utter: unrecognized arguments: --nonsense (see utter --help)\n"),
        (
            ["record", "--fro", "3"],
            "utter record: unrecognized arguments: --fro 3 (see utter record --help)\n",
        ),
        (
            ["transcribe", ""],
            "utter transcribe: argument FILE: the name of a file is empty (see utter transcribe --help)\n",
        ),
        (
            ["models", "rm"],
            "utter models rm: the following arguments are required: NAME (see utter models rm --help)\n",
        ),
    ],
)
def test_a_mistake_on_the_command_line_is_one_line_that_names_the_command(
    line: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as raised:
        main(line)
    assert raised.value.code == 2
    assert capsys.readouterr() == ("", said)


def test_an_unknown_performance_mode_is_told_with_what_is_allowed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["record", "--performance", "fast"]) == 2
    told = capsys.readouterr().err
    assert all(f'"{mode}"' in told for mode in ("fast", *PERFORMANCE_MODES))
