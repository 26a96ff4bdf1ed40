"""The recipes of the README for Vim and Emacs, in the real editors, with a recorder that does as told."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.debian import require
from tests.support.terminal import Terminal, terminal
from tui.cli.main import build_parser

README = Path(__file__).resolve().parents[2] / "README.md"

TEXT = "Süß, “quoted” – 日本語.\nA second line %s \\n 'done' \"so\"."
"""What is dictated: two lines, and all that an editor could take for something else."""

RECORDER = f"""#!{sys.executable}
import pathlib, signal, sys, time
folder = pathlib.Path(__file__).parent
def stop(*_):
    (folder / "go").touch()
signal.signal(signal.SIGINT, stop)
print("utter: a remark", file=sys.stderr, flush=True)
(folder / "asked").write_text(" ".join(sys.argv[1:]))
while not (folder / "go").exists():
    time.sleep(0.01)
print((folder / "text").read_text(encoding="utf-8"))
"""


def recipe(mark: str) -> str:
    """The block of code below a mark of the README."""
    found = re.search(rf"<!-- {mark} -->\n```\w+\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found, f"the README has no block below <!-- {mark} -->"
    return found[1]


class Recorder:
    """A program called utter that records when it is begun, and says its text when it is let go."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()
        program = folder / "utter"
        program.write_text(RECORDER)
        program.chmod(0o755)
        self.says(TEXT)

    def says(self, text: str) -> None:
        (self.folder / "text").write_text(text, encoding="utf-8")

    def let_go(self) -> None:
        (self.folder / "go").touch()

    def until_asked(self) -> str:
        """Wait until it records, and give its arguments."""
        asked = self.folder / "asked"
        until(lambda: asked.exists() and asked.read_text() != "")
        return asked.read_text()

    @property
    def environment(self) -> dict[str, str]:
        return {
            "PATH": f"{self.folder}:{os.environ['PATH']}",
            "TERM": "screen-256color",
            "LANG": "C.UTF-8",
            "LC_ALL": "C.UTF-8",
        }


def until(holds: object) -> None:
    assert callable(holds)
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it did not come"
        time.sleep(0.02)


def content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


@pytest.fixture
def recorder(tmp_path: Path) -> Recorder:
    return Recorder(tmp_path / "bin")


@pytest.fixture
def screen(tmp_path: Path) -> Iterator[Terminal]:
    with terminal(tmp_path, columns=80, rows=24) as opened:
        yield opened


def test_the_recipes_ask_for_what_there_is() -> None:
    assert "'utter', 'record', '--until-silence'" in recipe("vim")
    assert '"utter" "record" "--until-silence"' in recipe("emacs")
    assert build_parser().parse_args(["record", "--until-silence"]).until_silence


@pytest.fixture
def vim(tmp_path: Path, recorder: Recorder, screen: Terminal) -> Path:
    """A file that is open in Vim, with the cursor on the second word of its second line."""
    program = require("vim", package="vim")
    (tmp_path / "vimrc").write_text("set nocompatible encoding=utf-8 noswapfile\n" + recipe("vim"))
    file = tmp_path / "note.txt"
    file.write_text("one\ntwo words\nthree\n")
    command = [program, "-u", str(tmp_path / "vimrc"), "-i", "NONE", "-c", "call cursor(2, 5)", str(file)]
    screen.start(command, recorder.environment)
    screen.wait_for("two words")
    return file


def test_vim_inserts_at_the_cursor_and_can_be_used_meanwhile(
    vim: Path, recorder: Recorder, screen: Terminal
) -> None:
    screen.type("F9")
    assert recorder.until_asked() == "record --until-silence"
    screen.type("G", "o", "four", "Escape", "2", "G", "w")
    screen.wait_for("four")
    recorder.let_go()
    screen.wait_for("second line")
    screen.type(":w", "Enter")
    until(lambda: content(vim) == f"one\ntwo {TEXT}words\nthree\nfour\n")


def test_vim_stops_at_the_second_press_and_goes_on_behind_the_text(
    vim: Path, recorder: Recorder, screen: Terminal
) -> None:
    recorder.says("spoken ")
    screen.type("i", "F9")
    recorder.until_asked()
    screen.type("F9")
    screen.wait_for("two spoken words")
    screen.type("and ", "Escape", ":w", "Enter")
    until(lambda: content(vim) == "one\ntwo spoken and words\nthree\n")


def test_vim_puts_the_text_where_the_cursor_was_though_lines_came_above_it(
    vim: Path, recorder: Recorder, screen: Terminal
) -> None:
    recorder.says("spoken\nlines ")
    screen.type("F9")
    recorder.until_asked()
    screen.wait_for("utter: listening")
    screen.type("g", "g", "O", "zero", "Escape", "G", "A", " and", "Escape")
    screen.wait_for("three and")
    recorder.let_go()
    screen.wait_for("two spoken")
    screen.type("A", " four", "Escape", ":w", "Enter")
    until(lambda: content(vim) == "zero\none\ntwo spoken\nlines words\nthree and four\n")


@pytest.mark.parametrize("leave", [":set hidden|edit other.txt", ":edit other.txt"])
def test_vim_puts_the_text_into_the_file_in_which_it_was_begun(
    vim: Path, recorder: Recorder, screen: Terminal, leave: str
) -> None:
    recorder.says("spoken ")
    screen.type("F9")
    recorder.until_asked()
    screen.type(leave, "Enter")
    screen.wait_for("other.txt")
    recorder.let_go()

    def saved() -> bool:
        screen.type(":wall", "Enter")  # the text comes when it comes
        return content(vim) == "one\ntwo spoken words\nthree\n"

    until(saved)


def test_vim_keeps_the_text_of_a_file_that_is_gone(vim: Path, recorder: Recorder, screen: Terminal) -> None:
    recorder.says("spoken")
    screen.type("F9")
    recorder.until_asked()
    screen.type(":bwipeout", "Enter")
    recorder.let_go()
    screen.wait_for("p puts the text")
    screen.type("p")
    screen.wait_for("spoken")
    other = vim.parent / "new.txt"
    screen.type(f":write {other}", "Enter")
    until(lambda: "spoken" in content(other))


def test_vim_tells_why_there_is_no_text(vim: Path, recorder: Recorder, screen: Terminal) -> None:
    recorder.says("")
    screen.type("F9")
    recorder.until_asked()
    recorder.let_go()
    screen.wait_for("utter: a remark")


@pytest.fixture
def emacs(tmp_path: Path, recorder: Recorder, screen: Terminal) -> Path:
    """A file that is open in Emacs, with point on the second word of its second line."""
    program = require("emacs", package="emacs-nox")
    (tmp_path / "init.el").write_text("(setq make-backup-files nil)\n" + recipe("emacs"))
    file = tmp_path / "note.txt"
    file.write_text("one\ntwo words\nthree\n")
    screen.start(
        [program, "-nw", "-Q", "-l", str(tmp_path / "init.el"), "+2:5", str(file)], recorder.environment
    )
    screen.wait_for("two words")
    return file


def test_emacs_inserts_where_point_was_and_can_be_used_meanwhile(
    emacs: Path, recorder: Recorder, screen: Terminal
) -> None:
    screen.type("F9")
    assert recorder.until_asked() == "record --until-silence"
    screen.type("M->", "four")
    screen.wait_for("four")
    recorder.let_go()
    screen.wait_for("second line")
    screen.type(" five", "C-x", "C-s")
    until(lambda: content(emacs).rstrip("\n") == f"one\ntwo {TEXT}words\nthree\nfour five")


def test_emacs_stops_at_the_second_press_and_goes_on_behind_the_text(
    emacs: Path, recorder: Recorder, screen: Terminal
) -> None:
    recorder.says("spoken")
    screen.type("F9")
    recorder.until_asked()
    screen.type("F9")
    screen.wait_for("two spokenwords")
    screen.type(" and ", "C-x", "C-s")
    until(lambda: content(emacs) == "one\ntwo spoken and words\nthree\n")
