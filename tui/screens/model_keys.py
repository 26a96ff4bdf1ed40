"""The keys of the models screen: which apply to a model, and why one does not; pure."""

from __future__ import annotations

from textual.content import Content

from engine.models.shelf_model import ShelfModel
from tui.panels.figures import fit
from tui.panels.plain import one_line
from tui.panels.shelved import is_fetched

KEYS: tuple[tuple[str, str, str], ...] = (
    ("choose", "enter", "use"),
    ("download", "g", "get"),
    ("cancel_download", "c", "cancel"),
    ("load", "l", "load"),
    ("unload", "u", "unload"),
    ("make_default", "D", "default"),
    ("remove", "x", "remove"),
)
"""What each does, as the shelf calls it, its key, and a word for it."""


def refusal(name: str, model: ShelfModel) -> str:
    """Why the key of that name can do nothing for a model, in a sentence; empty where it can."""
    what = one_line(model.name)
    fetched = is_fetched(model)
    match name:
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
        case "load" if model.loaded is not None:
            return f"{what} is in memory already."
        case "unload" if model.loaded is None:
            return f"{what} is not in memory."
        case "make_default" if model.default:
            return f"{what} is the default already."
        case "remove" if not model.on_disk:
            return f"{what} is not on this machine."
        case "remove" if not model.removable:
            return f"{what} does not lie in utter's own folder; remove it where it came from."
    return ""


def keys_line(model: ShelfModel, width: int) -> Content:
    """The keys that apply to a model, on one line of `width` cells; what closes the screen always."""
    parts = []
    for name, key, label in KEYS:
        if not refusal(name, model):
            absent = name == "choose" and not model.on_disk
            fetching = "then use" if is_fetched(model) else "get and use"
            parts.append(_key(key, fetching if absent else label))
    closing = _key("esc", "closes")
    line, _ = fit([*parts, _key("o", "other…")], max(1, width - closing.cell_length - 2))
    return Content.assemble(line, "  " if line.cell_length else "", closing)


def is_folder(typed: str) -> bool:
    """Whether what somebody typed is meant as a folder rather than as a name on the hub."""
    return typed.startswith((".", "/", "~", "\\")) or typed[1:3] in (":\\", ":/")


def _key(key: str, label: str) -> Content:
    return Content.assemble((key, "bold $primary"), f" {label}")
