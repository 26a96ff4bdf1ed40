"""wtype, dotool and ydotool: the command lines that they get, and what each says that it lacks."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from engine.deliver.inject import uinput, ydotool
from engine.deliver.inject.dotool import Dotool
from engine.deliver.inject.window_backend import Key, WindowBackend
from engine.deliver.inject.wtype import Wtype
from engine.deliver.inject.ydotool import Ydotool
from engine.errors import DeliveryError
from tests.support.desktop_programs import StageDesktop, listening

Backend: TypeAlias = Callable[[Mapping[str, str]], WindowBackend]

NEW_YDOTOOL = """
[ "$1" = help ] && { echo 'Use environment variable YDOTOOL_SOCKET to specify daemon socket.'; exit 0; }
printf '%s' "$YDOTOOL_SOCKET" > "$0.socket"
"""
OLD_YDOTOOL = """
[ "$1" = help ] && { echo 'Usage: ydotool <cmd> <args>' >&2; exit 1; }
echo 'ydotool: notice: ydotoold backend unavailable (may have latency+delay issues)' >&2
"""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[StageDesktop]:
    made = StageDesktop(tmp_path)
    with listening(made.runtime / "wayland-0"):
        yield made


@pytest.fixture(autouse=True)
def device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A device that we may write, instead of the one that this machine may have."""
    path = tmp_path / "uinput"
    path.touch()
    monkeypatch.setattr(uinput, "DEVICE", path)
    monkeypatch.setattr(ydotool, "DEFAULT_SOCKET", str(tmp_path / "no daemon"))
    return path


@pytest.fixture
def no_device(device: Path) -> None:
    device.unlink()


@pytest.mark.parametrize("backend", [Wtype, Dotool, Ydotool])
def test_nothing_works_without_a_desktop(backend: Backend, stage: StageDesktop) -> None:
    for program in ("wtype", "dotool", "ydotool"):
        stage.put(program)
    made = backend(stage.environ | {"WAYLAND_DISPLAY": ""})
    assert made.why_not() == "There is no Wayland desktop here (WAYLAND_DISPLAY is not set)."
    elsewhere = backend(stage.environ | {"WAYLAND_DISPLAY": "wayland-7"})
    assert "wayland-7 is no socket" in (elsewhere.why_not() or "")
    assert backend(stage.environ).why_not() is None
    assert stage.calls == []


@pytest.mark.parametrize(
    ("backend", "said"),
    [
        (Wtype, "wtype is not installed; install the package wtype."),
        (Ydotool, "ydotool is not installed; install the package ydotool."),
        (Dotool, "dotool is not installed; take it from"),
    ],
)
def test_a_missing_program_is_named(backend: Backend, said: str, stage: StageDesktop) -> None:
    assert (backend(stage.environ).why_not() or "").startswith(said)


@pytest.mark.parametrize("desktop", ["GNOME", "ubuntu:GNOME", "KDE"])
def test_wtype_knows_desktops_without_its_protocol(desktop: str, stage: StageDesktop) -> None:
    stage.put("wtype")
    reason = Wtype(stage.environ | {"XDG_CURRENT_DESKTOP": desktop}).why_not() or ""
    assert reason.startswith(desktop.rpartition(":")[2])
    assert "install ydotool or dotool" in reason


@pytest.mark.parametrize("desktop", ["sway", "Hyprland", "river", "niri", ""])
def test_wtype_works_on_the_others(desktop: str, stage: StageDesktop) -> None:
    stage.put("wtype")
    assert Wtype(stage.environ | {"XDG_CURRENT_DESKTOP": desktop}).why_not() is None


async def test_wtype_gets_text_on_its_standard_input_in_one_call(stage: StageDesktop) -> None:
    stage.put_reader("wtype")
    text = "-M ctrl; `id`\n漢字 👍 " * 400
    await Wtype(stage.environ).type(text)
    assert stage.calls == [["wtype", "-s", "30", "-"]]
    assert stage.input == text


@pytest.mark.parametrize(
    ("key", "arguments"),
    [
        ("paste", "-M ctrl -k v -m ctrl"),
        ("terminal-paste", "-M ctrl -M shift -k v -m shift -m ctrl"),
        ("paste-anywhere", "-M shift -k Insert -m shift"),
        ("enter", "-k Return"),
        ("shift-enter", "-M shift -k Return -m shift"),
    ],
)
async def test_wtype_presses(key: Key, arguments: str, stage: StageDesktop) -> None:
    stage.put("wtype")
    await Wtype(stage.environ).press(key, "enter")
    assert stage.calls == [["wtype", "-s", "30", *arguments.split(), "-k", "Return"]]


@pytest.mark.parametrize(
    ("complaint", "said"),
    [
        ("Compositor does not support the virtual keyboard protocol", "Install ydotool or dotool"),
        ("Wayland connection failed", "wtype failed: Wayland connection failed"),
    ],
)
async def test_what_wtype_complains_about_is_passed_on(
    complaint: str, said: str, stage: StageDesktop
) -> None:
    stage.put("wtype", f"echo '{complaint}' >&2; exit 1")
    with pytest.raises(DeliveryError) as caught:
        await Wtype(stage.environ).press("paste")
    assert said in str(caught.value)


async def test_dotool_gets_keys_on_its_standard_input(stage: StageDesktop) -> None:
    stage.put_reader("dotool")
    await Dotool(stage.environ).press("paste", "terminal-paste", "paste-anywhere", "enter", "shift-enter")
    assert stage.calls == [["dotool"]]
    assert stage.input == "key ctrl+x:v\nkey ctrl+shift+x:v\nkey shift+insert\nkey enter\nkey shift+enter\n"


async def test_dotool_ends_well_and_warns_of_keys_that_it_lacks(stage: StageDesktop) -> None:
    stage.put_reader("dotool", "echo 'dotool WARNING: unknown key: x:v' >&2")
    with pytest.raises(DeliveryError, match="unknown key"):
        await Dotool(stage.environ).press("paste")


@pytest.mark.usefixtures("no_device")
async def test_the_daemon_of_dotool_needs_no_permission(stage: StageDesktop) -> None:
    stage.put_reader("dotoolc")
    pipe = stage.runtime / "keys"
    os.mkfifo(pipe)
    backend = Dotool(stage.environ | {"DOTOOL_PIPE": str(pipe)})
    assert "dotool is not installed" in (backend.why_not() or "")
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert backend.why_not() is None
        await backend.press("paste")
    finally:
        os.close(reader)
    assert stage.calls == [["dotoolc"]]
    assert stage.input == "key ctrl+x:v\n"


@pytest.mark.parametrize(("backend", "program"), [(Dotool, "dotool"), (Ydotool, "ydotool")])
def test_a_missing_device_or_permission_is_named(
    backend: Backend,
    program: str,
    stage: StageDesktop,
    device: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage.put(program)
    # For root every file may be written: the kernel's answer is what is replaced here.
    monkeypatch.setattr(os, "access", lambda path, mode: path != device)
    monkeypatch.setattr("shutil.which", lambda name, path: f"{path}/{name}" if name == program else None)
    reason = backend(stage.environ).why_not() or ""
    assert f"{device} may not be written" in reason
    assert uinput.UDEV_RULE in reason
    assert "usermod -aG input" in reason
    device.unlink()
    assert "modprobe uinput" in (backend(stage.environ).why_not() or "")


async def test_ydotool_of_debian_gets_names_of_keys(stage: StageDesktop) -> None:
    stage.put("ydotool", OLD_YDOTOOL)
    backend = Ydotool(stage.environ)
    await backend.press("paste", "shift-enter")
    await backend.press("terminal-paste")
    assert stage.calls == [
        ["ydotool", "help"],
        ["ydotool", "key", "ctrl+v", "shift+enter"],
        ["ydotool", "key", "ctrl+shift+v"],
    ]


@pytest.mark.usefixtures("no_device")
async def test_ydotool_since_version_1_gets_key_codes(stage: StageDesktop) -> None:
    stage.put("ydotool", NEW_YDOTOOL)
    daemon = stage.runtime / ".ydotool_socket"
    backend = Ydotool(stage.environ)
    assert "ydotoold does not run" in (backend.why_not() or "")
    with listening(daemon, socket.SOCK_DGRAM):
        assert backend.why_not() is None
        await backend.press("paste", "terminal-paste", "paste-anywhere", "enter")
    codes = "29:1 47:1 47:0 29:0 29:1 42:1 47:1 47:0 42:0 29:0 42:1 110:1 110:0 42:0 28:1 28:0"
    assert stage.calls[1:] == [["ydotool", "key", *codes.split()]]
    assert stage.left_behind("ydotool.socket") == str(daemon)


@pytest.mark.usefixtures("no_device")
def test_the_daemon_of_older_ydotools_is_found(stage: StageDesktop) -> None:
    stage.put("ydotool")
    with listening(stage.runtime / "daemon"):
        environ = stage.environ | {"YDOTOOL_SOCKET": str(stage.runtime / "daemon")}
        assert Ydotool(environ).why_not() is None


@pytest.mark.parametrize(
    ("behaviour", "said"),
    [
        (
            "echo 'failed to connect socket `/x'\\'': No such file'; "
            "echo 'Please check if ydotoold is running.'; exit 2",
            "Start ydotoold",
        ),
        ("echo '  what():  failed to open uinput device' >&2; kill -ABRT $$", "may not make a keyboard"),
        ("echo 'ydotool: key: error: no matching keycode' >&2", "no matching keycode"),
    ],
)
async def test_what_ydotool_complains_about_is_explained(
    behaviour: str, said: str, stage: StageDesktop
) -> None:
    stage.put("ydotool", behaviour)
    with pytest.raises(DeliveryError) as caught:
        await Ydotool(stage.environ).press("paste")
    assert said in str(caught.value)


@pytest.mark.parametrize("backend", [Dotool, Ydotool])
async def test_what_knows_keys_alone_types_nothing(backend: Backend, stage: StageDesktop) -> None:
    made = backend(stage.environ)
    assert not made.types
    assert not made.can_type
    with pytest.raises(DeliveryError) as caught:
        await made.type("naïve")
    assert "delivery.window" in caught.value.remedy
    assert stage.calls == []
