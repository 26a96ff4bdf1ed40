"""What the doctor says of the places that a text can go to: real tmux, and desktops of stand-ins."""

from __future__ import annotations

import os
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.doctor_delivery import NAMED_MOST, PANES, clipboard, panes, places, window
from engine.findings import Finding, Patient
from tests.support.debian import require
from tests.support.desktop_programs import StageDesktop, listening
from tests.support.shipped_settings import shipped_settings


def patient(environ: Mapping[str, str]) -> Patient:
    return Patient(shipped_settings(), environ)


def by_topic(findings: list[Finding]) -> dict[str, Finding]:
    assert all(finding.what.endswith(".") for finding in findings)
    return {finding.topic: finding for finding in findings}


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[StageDesktop]:
    made = StageDesktop(tmp_path)
    with listening(made.runtime / "wayland-0"):
        yield made


@pytest.fixture
def tmux() -> Iterator[dict[str, str]]:
    program = require("tmux", package="tmux")
    with tempfile.TemporaryDirectory(prefix="utter-tmux-") as folder:
        socket = Path(folder, "server")
        environ = {"PATH": os.environ["PATH"], "TMUX": f"{socket},1,0"}

        def command(*arguments: str) -> None:
            line = [program, "-S", str(socket), "-f", os.devnull, *arguments]
            subprocess.run(line, env={"PATH": environ["PATH"], "HOME": folder}, check=True, timeout=60)

        command("new-session", "-d", "-x", "80", "-y", "80", "cat")
        try:
            for _ in range(NAMED_MOST + 1):
                command("split-window", "-d", "cat")
                command("select-layout", "tiled")
            yield environ
        finally:
            command("kill-server")


def test_the_way_to_the_clipboard_is_explained() -> None:
    assert "no desktop" in clipboard(patient({"PATH": "", "TERM": "dumb"}))[0].what


def test_panes_of_tmux_are_named(tmux: dict[str, str]) -> None:
    found = by_topic(panes(patient(tmux)))["tmux"]
    assert found.status == "ok"
    assert found.what.startswith("Text can be pasted into tmux:last, tmux:%0, ")
    assert found.what.endswith(" and 3 more.")


def test_every_program_with_panes_says_what_it_lacks() -> None:
    found = by_topic(panes(patient({"PATH": ""})))
    assert list(found) == list(PANES.values())
    assert {finding.status for finding in found.values()} == {"warning"}
    assert found["tmux"].what == "tmux is not installed."
    assert found["tmux"].fix.startswith("Install it")


def test_the_way_into_the_focused_window_is_named(stage: StageDesktop) -> None:
    stage.put("wtype")
    found = window(patient(stage.environ))
    assert found == [Finding("window", "ok", "Text gets into the focused window by wtype.")]


def test_each_way_into_windows_says_what_it_lacks(stage: StageDesktop) -> None:
    stage.put("wtype")
    found = window(patient(stage.environ | {"XDG_CURRENT_DESKTOP": "GNOME"}))
    assert [finding.status for finding in found] == ["warning"] * 3
    assert found[0].what == "GNOME has no virtual-keyboard protocol, which wtype needs."
    assert found[0].fix.startswith("Install ydotool or dotool instead")
    assert found[2].fix == "Install the package ydotool."


def test_without_a_desktop_there_is_no_window() -> None:
    found = window(patient({"PATH": os.environ["PATH"]}))
    assert [finding.topic for finding in found] == ["window"]
    assert "no desktop" in found[0].what


def test_a_desktop_that_is_not_there_is_no_clipboard_and_no_window(stage: StageDesktop) -> None:
    for program in ("xclip", "xdotool", "wl-copy", "wl-paste", "wtype"):
        stage.put(program)
    for gone, named in [
        ({"DISPLAY": ":4999"}, "DISPLAY is :4999"),
        ({"DISPLAY": "127.0.0.1:59000"}, "DISPLAY is 127.0.0.1:59000"),
        ({"WAYLAND_DISPLAY": "wayland-9"}, "WAYLAND_DISPLAY is wayland-9"),
    ]:
        environ = {"PATH": stage.environ["PATH"], "XDG_RUNTIME_DIR": str(stage.runtime), **gone}
        for found in (clipboard(patient(environ))[0], window(patient(environ))[0]):
            assert found.status == "warning"
            assert found.what.startswith(named)
            assert found.fix.startswith("Start utter within the desktop")
    assert clipboard(patient(stage.environ))[0].status == "ok"
    assert window(patient(stage.environ))[0].status == "ok"


def test_a_socket_that_nobody_listens_at_is_no_desktop(stage: StageDesktop) -> None:
    stage.put("wtype")
    left = stage.runtime / "wayland-9"
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(left))
    found = window(patient(stage.environ | {"WAYLAND_DISPLAY": "wayland-9"}))
    assert found[0].what == f"WAYLAND_DISPLAY is wayland-9, but nothing answers at {left}."


def test_each_place_of_the_settings_is_looked_at(tmp_path: Path) -> None:
    shipped = shipped_settings()
    spare = f"file:{tmp_path}/spare.md"
    delivery = shipped.delivery.model_copy(
        update={"target": "command:no-such-program -x", "fallback": [spare, "clipboard"]}
    )
    name = next(iter(shipped.modes))
    modes = shipped.modes | {name: shipped.modes[name].model_copy(update={"target": spare})}
    settings = shipped.model_copy(update={"delivery": delivery, "modes": modes})
    lost, there = places(Patient(settings, {"PATH": os.environ["PATH"]}))
    assert (lost.topic, lost.status) == ("target", "warning")
    assert lost.what.startswith(
        "Texts cannot go to command no-such-program -x (delivery.target): There is no"
    )
    assert there == Finding(
        "target", "ok", f"Texts can go to file {tmp_path}/spare.md (delivery.fallback, modes.{name}.target)."
    )


def test_a_pane_of_the_settings_that_is_not_there_is_told(tmux: dict[str, str], tmp_path: Path) -> None:
    require("screen", package="screen")
    tmp_path.chmod(0o700)
    shipped = shipped_settings()
    given = {"target": "tmux:zzz", "fallback": ["screen:1", "tmux:%0"]}
    settings = shipped.model_copy(update={"delivery": shipped.delivery.model_copy(update=given)})
    gone, none, there = places(Patient(settings, tmux | {"SCREENDIR": str(tmp_path)}))
    assert [finding.status for finding in (gone, none, there)] == ["warning", "warning", "ok"]
    assert "(delivery.target): There is no pane zzz in tmux" in gone.what
    assert "(delivery.fallback): No session of screen runs here." in none.what


def test_no_session_of_screen_is_no_pane(tmp_path: Path) -> None:
    folder = Path(require("screen", package="screen")).parent
    environ = {"PATH": str(folder), "SCREENDIR": str(tmp_path), "HOME": str(tmp_path)}
    tmp_path.chmod(0o700)
    found = by_topic(panes(patient(environ)))["screen"]
    assert (found.what, found.fix) == ("No session of screen runs here.", "Start one with: screen.")
