"""Which way to the clipboard is tried, and what is said when it was another one."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.deliver.clipboard_content import read_clipboard
from engine.deliver.clipboard_mechanism import find_mechanism
from engine.deliver.clipboards import choose_clipboard, clipboard_target, is_remote
from engine.deliver.surroundings import ClipboardSetting, Surroundings
from engine.deliver.target import Delivery
from tests.support.debian import require
from tests.support.x_windows import environment

Program = Callable[[str, str], dict[str, str]]
SWALLOWS = "cat > /dev/null"


@pytest.mark.parametrize(
    ("setting", "remote", "name"),
    [
        ("auto", False, "clipboard (xclip)"),
        ("auto", True, "terminal (OSC 52)"),
        ("system", True, "clipboard (xclip)"),
        ("osc52", False, "terminal (OSC 52)"),
    ],
)
def test_the_first_choice(program: Program, setting: ClipboardSetting, remote: bool, name: str) -> None:
    environ = program("xclip", SWALLOWS) | ({"SSH_TTY": "/dev/pts/9"} if remote else {})
    assert choose_clipboard(setting, environ, lambda sequence: None).name == name


async def test_without_a_desktop_the_terminal_takes_it_and_the_reason_is_given() -> None:
    written: list[str] = []
    clipboard = choose_clipboard("auto", {"TERM": "xterm", "PATH": os.environ["PATH"]}, written.append)
    outcome = await clipboard.deliver("hi")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "terminal (OSC 52)")
    assert outcome.detail.startswith("There is no desktop here")
    assert written == ["\x1b]52;c;aGk=\a"]


async def test_a_program_that_fails_is_replaced_once(program: Program) -> None:
    written: list[str] = []
    clipboard = choose_clipboard("system", program("xclip", SWALLOWS), written.append)
    await clipboard.prepare()
    outcome = await clipboard.deliver("hi")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "terminal (OSC 52)")
    assert outcome.detail == "xclip failed: the clipboard does not hold the text afterwards."
    await clipboard.close()


async def test_osc52_alone_falls_back_to_nothing(program: Program) -> None:
    environ = program("xclip", SWALLOWS) | {"TERM": "dumb"}
    outcome = await choose_clipboard("osc52", environ, lambda sequence: None).deliver("hi")
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "This terminal has no clipboard: TERM is dumb.",
    )


async def test_when_nothing_works_both_reasons_are_given() -> None:
    clipboard = choose_clipboard("auto", {"TERM": "dumb", "PATH": ""}, lambda sequence: None)
    reason = clipboard.can_deliver()
    assert reason is not None
    assert "no desktop" in reason
    assert "TERM is dumb" in reason
    outcome = await clipboard.deliver("hi")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, reason)


async def test_an_empty_text_is_refused_in_one_sentence(program: Program) -> None:
    clipboard = choose_clipboard("auto", program("xclip", SWALLOWS), lambda sequence: None)
    assert (await clipboard.deliver("")).detail == "There is no text to copy."


@pytest.mark.parametrize("name", ["xclip", "xsel"])
async def test_the_primary_selection_has_it_too_where_wanted(
    x_display: str, tmp_path: Path, name: str
) -> None:
    program = tmp_path / "bin" / name
    program.parent.mkdir()
    program.symlink_to(require(name, package=name))
    environ = environment(x_display) | {"PATH": str(program.parent)}
    for primary, text in ((True, "both\n"), (False, "the clipboard alone")):
        around = Surroundings(environ=environ, primary=primary)
        clipboard = clipboard_target("", around)
        await clipboard.prepare()
        assert (await clipboard.deliver(text)).status is Delivery.DELIVERED
        await clipboard.close()
        assert (await read_clipboard(find_mechanism(environ), environ)).text == text
        assert (await read_clipboard(find_mechanism(environ), environ, "primary")).text == "both\n"


async def test_a_primary_selection_that_fails_is_a_remark(program: Program) -> None:
    environ = program("wl-paste", SWALLOWS)
    program("wl-copy", 'case "$*" in *-p*) echo "no primary" >&2;; esac; cat > /dev/null')
    clipboard = choose_clipboard("system", environ | {"WAYLAND_DISPLAY": "w"}, lambda _: None, primary=True)
    outcome = await clipboard.deliver("hi")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "clipboard (wl-copy)")
    assert outcome.detail == "The primary selection does not have it: wl-copy failed: no primary."
    assert not outcome.standing, "it is said each time"


async def test_the_terminal_sets_the_primary_selection_too() -> None:
    written: list[str] = []
    environ = {"TERM": "xterm", "PATH": ""}
    await choose_clipboard("osc52", environ, written.append, primary=True).deliver("hi")
    assert written == ["\x1b]52;cp;aGk=\a"]


def test_being_remote() -> None:
    assert is_remote({"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"})
    assert not is_remote({"SSH_TTY": ""})
