"""`utter --help` answers at once: it imports nothing that is not needed to print it."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = [
    *("numpy", "textual", "rich", "pydantic", "psutil", "asyncio", "pyperclip", "importlib.metadata"),
    *("faster_whisper", "ctranslate2", "onnxruntime", "pocketsphinx", "av", "sounddevice", "ollama"),
]


@pytest.mark.parametrize("argument", ["--help", "config --help", "doctor --help", "models list --help"])
def test_help_imports_nothing_heavy(argument: str) -> None:
    script = (
        "import sys\n"
        "from tui.cli.main import main\n"
        "try:\n"
        f"    main({argument.split()})\n"
        "except SystemExit as end:\n"
        "    assert end.code == 0\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert answer.stdout.startswith("usage: utter")
    assert answer.stdout.splitlines()[-1] == "[]"


def test_help_shows_every_subcommand_and_examples() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "tui.cli", "--help"], capture_output=True, text=True, check=True
    )
    for word in (
        "record",
        "transcribe",
        "models",
        "doctor",
        "config",
        "--source",
        "--recognizer",
        "examples:",
    ):
        assert word in answer.stdout
