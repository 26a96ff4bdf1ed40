"""The keys of the models screen: which apply to a model, and why one does not; pure."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from engine.models.shelf_model import BUILT_IN, ShelfModel
from tui.panels.downloads import short
from tui.panels.foot_line import foot_line
from tui.panels.plain import one_line
from tui.panels.shelved import is_fetched

KEYS: tuple[tuple[str, str, str], ...] = (
    ("choose", "enter", "use now"),
    ("download", "g", "get"),
    ("cancel_download", "c", "cancel"),
    ("load", "l", "load"),
    ("unload", "u", "unload"),
    ("make_default", "D", "use at every start"),
    ("remove", "x", "remove"),
)
"""What each does, as the shelf calls it, its key, and a word for it."""


def refusal(name: str, model: ShelfModel, *, then_used: bool = False) -> str:
    """Why the key of that name can do nothing for a model, in a sentence; empty where it can.

    Args:
        name: What the key does, as `KEYS` has it.
        model: The model under the cursor.
        then_used: Whether it is to be used as soon as it is fetched.
    """
    what = one_line(model.name)
    fetched = is_fetched(model)
    loaded = model.loaded
    match name:
        case "choose" if fetched and then_used:
            return f"{what} is used as soon as it is here; c cancels that."
        case "choose" if model.chosen and model.on_disk:
            return f"{what} is in use already."
        case "download" if model.on_disk:
            return f"{what} is on this machine already."
        case "download" if fetched:
            return f"{what} is being fetched already; c cancels it."
        case "cancel_download" if not fetched:
            return f"{what} is not being fetched."
        case "load" | "make_default" if not model.on_disk:
            return f"{what} is not on this machine. g gets it."
        case "load" if loaded is not None:
            return f"{what} is in memory already."
        case "unload" if loaded is None or loaded.state == "unloading":
            return f"{what} is not in memory."
        case "unload" | "remove" if loaded is not None and loaded.in_use:
            return f"A dictation is using {what}; wait until it has its text."
        case "make_default" if model.default:
            return f"{what} is used at every start already."
        case "remove" if not model.on_disk:
            return f"{what} is not on this machine."
        case "remove" if model.name == BUILT_IN:
            return f"{what} comes with utter's packages, and stays."
        case "remove" if not model.removable:
            return f"{what} does not lie in utter's own folder; remove it where it came from."
        case "remove" if loaded is not None:
            return f"{what} is in memory. u unloads it, then x removes it."
    return ""


def cancelled(model: ShelfModel, rows: Sequence[ShelfModel]) -> ShelfModel:
    """Which download a key cancels: that of the model under the cursor, else the only one there is."""
    running = [row for row in rows if is_fetched(row)]
    return running[0] if len(running) == 1 and not is_fetched(model) else model


def keys_line(
    model: ShelfModel, width: int, *, rows: Sequence[ShelfModel] = (), then_used: bool = False
) -> Content:
    """The keys that apply to a model, on one line of `width` cells; what closes the screen always.

    Args:
        model: The model under the cursor.
        width: Cells of the line.
        rows: All models: the only download is cancelled from everywhere.
        then_used: Whether the model is to be used as soon as it is fetched.
    """
    keys = []
    for name, key, label in KEYS:
        its = cancelled(model, rows) if name == "cancel_download" else model
        if not refusal(name, its, then_used=then_used):
            absent = name == "choose" and not model.on_disk
            fetching = "then use" if is_fetched(model) else "get and use"
            other = "" if its is model else f" {one_line(short(its.name))}"
            keys.append((key, fetching if absent else f"{label}{other}"))
    return foot_line([*keys, ("o", "other…")], width)


def is_folder(typed: str) -> bool:
    """Whether what somebody typed is meant as a folder rather than as a name on the hub."""
    return typed.startswith((".", "/", "~", "\\")) or typed[1:3] in (":\\", ":/")
