"""xdotool: which key pastes where, what is said when it cannot work, and programs that hang."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.deliver.inject.window_backend import Window
from engine.deliver.inject.x11 import Xdotool
from engine.errors import DeliveryError
from tests.support.debian import require
from tests.support.x_windows import environment

Program = Callable[[str, str], dict[str, str]]
FOCUS = (
    'case "$1" in getwindowfocus) echo 4194320;; *) echo "$@" >> $(dirname $0)/said; '
    "cat >> $(dirname $0)/said;; esac"
)


@pytest.mark.parametrize(
    ("classes", "terminal", "primary", "key"),
    [
        ('"gedit", "Gedit"', False, False, "ctrl+v"),
        ('"gnome-terminal-server", "Gnome-terminal"', True, False, "ctrl+shift+v"),
        ('"kitty", "kitty"', True, False, "ctrl+shift+v"),
        ('"xterm", "XTerm"', True, True, "shift+Insert"),
        ('"notes", "UXTerm"', True, True, "shift+Insert"),
        ('"urxvt", "URxvt"', True, True, "shift+Insert"),
        (None, None, True, "shift+Insert"),
    ],
)
async def test_the_key_that_pastes(
    program: Program, tmp_path: Path, classes: str | None, terminal: bool | None, primary: bool, key: str
) -> None:
    told = f'WM_CLASS = {classes}\n_NET_WM_NAME = "A letter"\nWM_NAME = "x"' if classes else ""
    program("xprop", f"cat << 'END'\n{told}\nEND")
    backend = Xdotool(program("xdotool", FOCUS))
    title = "A letter" if classes else ""
    assert await backend.focused() == Window(title, terminal, False, primary, 4194320)
    await backend.press("terminal-paste" if terminal else "paste", "enter", "shift-enter")
    said = (tmp_path / "bin" / "said").read_text()
    assert said == f"key --clearmodifiers {key} Return shift+Return\n"


async def test_a_title_cannot_pose_as_a_class(program: Program) -> None:
    program("xprop", 'printf \'WM_CLASS = "gedit", "Gedit"\\nWM_NAME = "a\\nWM_CLASS = "xterm"\\n\'')
    assert (await Xdotool(program("xdotool", FOCUS)).focused()).is_terminal is False


async def test_without_xprop_the_window_is_unknown(program: Program, tmp_path: Path) -> None:
    environ = program("xdotool", FOCUS) | {"PATH": str(tmp_path / "bin")}
    window = await Xdotool(environ).focused()
    assert (window.is_terminal, window.pastes_primary) == (None, True)


async def test_text_is_typed_from_standard_input_in_one_call(program: Program, tmp_path: Path) -> None:
    backend = Xdotool(program("xdotool", FOCUS))
    await backend.type("--plain\n")
    await backend.type("Grüße")
    assert (tmp_path / "bin" / "said").read_text() == (
        "type --clearmodifiers --delay 2 --file -\n--plain\ntype --clearmodifiers --delay 10 --file -\nGrüße"
    )


async def test_xdotool_that_hangs_is_stopped(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.deliver.inject.x11.TIME_OUT_S", 0.1)
    backend = Xdotool(program("xdotool", "exec sleep 60"))
    for work in (backend.focused(), backend.press("paste"), backend.type("x")):
        with pytest.raises(DeliveryError, match="xdotool did not answer"):
            await work


async def test_xdotool_that_is_stopped_leaves_no_modifier_down(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.inject.x11.TIME_OUT_S", 0.2)
    released = tmp_path / "released"
    script = f'case "$1" in keyup) shift; echo "$@" > {released};; *) exec sleep 60;; esac'
    with pytest.raises(DeliveryError, match="xdotool did not answer"):
        await Xdotool(program("xdotool", script)).press("paste")
    assert released.read_text() == "shift ctrl\n"


async def test_no_window_and_no_server_are_said(program: Program, x_display: str) -> None:
    require("xdotool", package="xdotool")
    with pytest.raises(DeliveryError, match="No window has the focus"):
        await Xdotool(program("xdotool", "echo 1")).focused()
    with pytest.raises(DeliveryError, match="The X server :4095 cannot be reached"):
        await Xdotool(environment(":4095")).focused()


def test_why_it_cannot_work(program: Program) -> None:
    there = program("xdotool", "exit 0")
    assert Xdotool(there).why_not() is None
    assert "DISPLAY is not set" in str(Xdotool({"PATH": there["PATH"]}).why_not())
    assert "apt install xdotool" in str(Xdotool({"DISPLAY": ":0", "PATH": ""}).why_not())
    for wayland in ({"WAYLAND_DISPLAY": "wayland-0"}, {"XDG_SESSION_TYPE": "wayland"}):
        assert "session of Wayland" in str(Xdotool(there | wayland).why_not())
