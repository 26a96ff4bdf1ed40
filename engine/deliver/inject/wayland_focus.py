"""Which window has the focus on Wayland: only the compositor knows, and each tells it in a way of its own.

Known are sway (`swaymsg -t get_tree`, sway-ipc(7)), Hyprland (`hyprctl activewindow`) and niri
(`niri msg focused-window`). The protocol itself has nothing for it; GNOME and KDE tell only their own
extensions and scripts.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, NamedTuple

from engine.deliver.inject.ancestors import ancestors
from engine.deliver.inject.terminal_windows import is_terminal
from engine.deliver.inject.window_backend import Window
from engine.deliver.program import require
from engine.errors import DeliveryError


class _View(NamedTuple):
    """A window as a compositor tells of it: its program's name for it, title, process, and number."""

    app: str
    title: str
    pid: int
    number: int


class _Views(NamedTuple):
    """The window that has the focus, if one has it, and the processes of all windows."""

    focused: _View | None
    pids: list[int]


async def focused_window(environ: Mapping[str, str]) -> Window:
    """Ask the compositor what has the focus; a window of which nothing is known, where none can be asked.

    Into that, a text is pasted with a key that terminals take from the primary selection (foot, kitty,
    GNOME's) and other programs from the clipboard.

    A window counts as ours if its process is above us and has no other window: several windows of one
    process (foot's server, GNOME's terminal) cannot be told apart.

    Raises:
        DeliveryError: No window has the focus.
    """
    for variable, ask in _COMPOSITORS.items():
        if not environ.get(variable):
            continue
        try:
            views = await ask(environ)
        except (DeliveryError, ValueError, KeyError, TypeError, AttributeError):
            # A variable may outlive its compositor, and what these programs print is theirs to change.
            continue
        if views.focused is None:
            raise DeliveryError("No window has the focus.", "Give it to the window that the text is for.")
        app, title, pid, number = views.focused
        ours = pid in ancestors() and views.pids.count(pid) == 1
        return Window(title or app, is_terminal(app), ours, handle=number)
    return Window(pastes_primary=True)


async def _sway(environ: Mapping[str, str]) -> _Views:
    tree = json.loads(await require(["swaymsg", "--raw", "-t", "get_tree"], environ=environ))
    nodes = list(_windows(tree))
    focused = next((node for node in nodes if node["focused"]), None)
    return _Views(_sway_view(focused) if focused else None, [node["pid"] for node in nodes])


def _windows(node: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give the windows in a tree of sway's: the nodes that belong to a process."""
    if node.get("pid"):
        yield node
    for inner in (*node.get("nodes", ()), *node.get("floating_nodes", ())):
        yield from _windows(inner)


def _sway_view(node: dict[str, Any]) -> _View:
    # Programs that speak X11 have a class instead of an app id.
    app = node.get("app_id") or (node.get("window_properties") or {}).get("class") or ""
    return _View(app, node.get("name") or "", node["pid"], node["id"])


async def _hyprland(environ: Mapping[str, str]) -> _Views:
    found = json.loads(await require(["hyprctl", "activewindow", "-j"], environ=environ))
    if not found:
        return _Views(None, [])
    windows = json.loads(await require(["hyprctl", "clients", "-j"], environ=environ))
    view = _View(found["class"], found["title"], found["pid"], int(found["address"], 16))
    return _Views(view, [window["pid"] for window in windows])


async def _niri(environ: Mapping[str, str]) -> _Views:
    found = json.loads(await require(["niri", "msg", "--json", "focused-window"], environ=environ))
    if not found:
        return _Views(None, [])
    windows = json.loads(await require(["niri", "msg", "--json", "windows"], environ=environ))
    view = _View(found["app_id"] or "", found["title"] or "", found["pid"], found["id"])
    return _Views(view, [window["pid"] for window in windows])


_COMPOSITORS: dict[str, Callable[[Mapping[str, str]], Awaitable[_Views]]] = {
    "HYPRLAND_INSTANCE_SIGNATURE": _hyprland,
    "NIRI_SOCKET": _niri,
    "SWAYSOCK": _sway,
}
"""The variable that each compositor sets for its programs → how it is asked."""
