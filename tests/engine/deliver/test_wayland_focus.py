"""The window that has the focus, as sway, Hyprland and niri tell of it; a real sway is in test_sway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine.deliver.inject.terminal_windows import BUNDLES, TERMINALS, WINDOW_CLASSES, is_terminal
from engine.deliver.inject.wayland_focus import focused_window
from engine.deliver.inject.window_backend import Window
from engine.errors import DeliveryError
from tests.support.desktop_programs import StageDesktop

SOMEBODY = 1
"""A process that every process comes from, and that shows no window to us."""


@pytest.fixture
def stage(tmp_path: Path) -> StageDesktop:
    return StageDesktop(tmp_path)


def hyprland(stage: StageDesktop, focused: dict[str, Any], *others: int) -> dict[str, str]:
    windows = "".join(f'{{"pid": {pid}}},' for pid in (focused.get("pid", SOMEBODY), *others)).rstrip(",")
    stage.put_answer("window", focused)
    stage.put("hyprctl", f"[ \"$1\" = clients ] && echo '[{windows}]' || exec window")
    return stage.environ | {"HYPRLAND_INSTANCE_SIGNATURE": "v0_1"}


def node(name: str, **more: object) -> dict[str, object]:
    return {"id": 7, "name": name, "focused": False, "nodes": [], "floating_nodes": [], **more}


async def test_hyprland_tells_of_a_terminal(stage: StageDesktop) -> None:
    environ = hyprland(
        stage, {"class": "Alacritty", "title": "~ — vim", "pid": SOMEBODY, "address": "0x55d1"}
    )
    assert await focused_window(environ) == Window("~ — vim", is_terminal=True, handle=0x55D1)
    assert stage.calls[0] == ["hyprctl", "activewindow", "-j"]


async def test_the_only_window_of_a_process_above_us_is_ours(stage: StageDesktop) -> None:
    focused = {"class": "foot", "title": "utter", "pid": os.getppid(), "address": "0x1"}
    assert (await focused_window(hyprland(stage, focused))).is_ours


async def test_one_of_several_windows_of_a_process_above_us_may_be_another(stage: StageDesktop) -> None:
    focused = {"class": "foot", "title": "vim", "pid": os.getppid(), "address": "0x1"}
    assert not (await focused_window(hyprland(stage, focused, os.getppid()))).is_ours


async def test_no_window_has_the_focus(stage: StageDesktop) -> None:
    with pytest.raises(DeliveryError, match="No window has the focus"):
        await focused_window(hyprland(stage, {}))


async def test_niri_tells_of_a_window(stage: StageDesktop) -> None:
    window = {"id": 12, "app_id": "firefox", "title": "", "pid": SOMEBODY}
    stage.put_answer("answer", window)
    stage.put("niri", '[ "$3" = windows ] && echo "[]" || exec answer')
    found = await focused_window(stage.environ | {"NIRI_SOCKET": "/run/niri"})
    assert found == Window("firefox", is_terminal=False, handle=12)
    assert stage.calls[0] == ["niri", "msg", "--json", "focused-window"]


async def test_sway_tells_of_programs_that_speak_x11_and_of_floating_ones(stage: StageDesktop) -> None:
    window = node("shell", focused=True, pid=SOMEBODY, app_id=None, window_properties={"class": "XTerm"})
    stage.put_answer("swaymsg", node("root", nodes=[node("one", floating_nodes=[window])]))
    found = await focused_window(stage.environ | {"SWAYSOCK": "/run/sway"})
    assert found == Window("shell", is_terminal=True, handle=7)
    assert stage.calls == [["swaymsg", "--raw", "-t", "get_tree"]]


@pytest.mark.parametrize("behaviour", ["exit 1", "echo '{}'", "echo Invalid", "echo '[1]'"])
async def test_a_compositor_that_does_not_answer_leaves_it_unknown(
    behaviour: str, stage: StageDesktop
) -> None:
    stage.put("niri", behaviour.replace("{}", '{"id": 1}'))
    assert await focused_window(stage.environ | {"NIRI_SOCKET": "/run/niri"}) == Window(pastes_primary=True)


async def test_a_compositor_that_is_gone_hides_no_other(stage: StageDesktop) -> None:
    stage.put("hyprctl", "echo 'HYPRLAND_INSTANCE_SIGNATURE is wrong'; exit 1")
    stage.put_answer("swaymsg", node("one", focused=True, pid=SOMEBODY, app_id="foot"))
    environ = stage.environ | {"HYPRLAND_INSTANCE_SIGNATURE": "gone", "SWAYSOCK": "/run/sway"}
    assert await focused_window(environ) == Window("one", is_terminal=True, handle=7)


async def test_other_desktops_tell_nothing(stage: StageDesktop) -> None:
    assert await focused_window(stage.environ | {"XDG_CURRENT_DESKTOP": "GNOME"}) == Window(
        pastes_primary=True
    )


def test_names_of_terminals_are_compared_in_small_letters() -> None:
    for known in (TERMINALS, BUNDLES, WINDOW_CLASSES):
        assert all(name == name.lower() for name in known)
    assert is_terminal("XTerm") is True
    assert is_terminal("firefox") is False
    assert is_terminal("") is None
