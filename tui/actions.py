"""Every action of the workstation: the one table behind keys, palette, help and documentation.

Bindings, the command palette, the help screen, the key bar, `utter config --keys` and the
README's list are made from `ACTIONS`. Textual is imported inside functions only, because
`utter config` reads the table without opening a screen.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.errors import SettingsError

if TYPE_CHECKING:
    from textual.binding import Binding

MODIFIERS = frozenset({"ctrl", "shift", "alt", "meta", "super", "hyper"})
"""What may stand before a key, joined with a plus sign."""

_SHOWN = {
    **{"escape": "esc", "question_mark": "?", "f9": "F9", "enter": "⏎"},
    **{"left_square_bracket": "[", "right_square_bracket": "]"},
}


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that a key does.

    Attributes:
        id: Its name in `[keys]` of config.toml; the app's method is `action_` and this.
        keys: Default keys, comma separated, in Textual's names.
        label: One or two words for the key bar.
        help: One phrase for help, palette and README.
        rank: Place in the key bar, from 1; the highest ranks go first where it is narrow. 0 keeps
            the action out of the bar.
    """

    id: str
    keys: str
    label: str
    help: str
    rank: int = 0


ACTIONS: tuple[Action, ...] = (
    Action("record", "space,f9", "record", "start or stop recording", 1),
    Action(
        "cancel",
        "escape",
        "cancel",
        "close dialog, cancel recording or enhancing, dismiss message",
        2,
    ),
    Action("copy_final", "y", "copy", "copy the final text again", 3),
    Action("copy_raw", "Y", "copy raw", "copy the text as recognised"),
    Action("paste_again", "P", "paste again", "deliver the text that is shown once more"),
    Action("copy_selection", "ctrl+c", "copy selection", "copy what is selected with the mouse"),
    Action("toggle_enhancement", "e", "enhance", "switch enhancement on or off", 6),
    Action("next_mode", "m", "mode", "take the next writing mode", 7),
    Action("accept", "a", "accept", "take all changes of the text", 17),
    Action("reject", "r", "raw", "go back to the words as they were spoken", 18),
    Action("next_change", "j,n", "next change", "go to the next change and put the cursor on it"),
    Action("previous_change", "k,N", "previous change", "go to the change before"),
    Action("toggle_change", "x", "take or leave", "take or leave the change that the cursor is on"),
    Action("enhance_now", "E", "enhance now", "have the language model edit the text in any case"),
    Action("reapply_mode", "R", "mode again", "edit the text again in the writing mode in force"),
    Action("earlier_text", "left_square_bracket", "earlier text", "go back to the text before"),
    Action("later_text", "right_square_bracket", "later text", "go on to the text after"),
    Action("target", "o", "target", "choose where the text goes", 8),
    Action(
        "next_policy",
        "O",
        "delivery",
        "take the next delivery: enhanced, raw first, or on accept",
        19,
    ),
    Action("enhancer", "S", "enhancer", "choose the enhancer: server and language model", 20),
    Action("toggle_auto_stop", "v", "auto-stop", "stop by itself on silence, or not", 9),
    Action(
        "next_performance",
        "p",
        "performance",
        "take the next performance mode: quality, balanced, speed",
        10,
    ),
    Action("models", "M", "models", "see, fetch, choose and let go of models", 12),
    Action("language", "L", "language", "choose the spoken language, or have it detected", 15),
    Action("toggle_translate", "T", "translate", "translate to English, or not", 16),
    Action("microphone", "i", "microphone", "choose the microphone", 13),
    Action("theme", "t", "theme", "choose the theme", 14),
    Action("sample", "d", "sample", "dictate the built-in sample recording", 11),
    Action("help", "question_mark", "help", "show this list", 4),
    Action("quit", "q,ctrl+q", "quit", "leave; the sound of an open recording is kept", 5),
    Action("suspend", "ctrl+z", "suspend", "stop for the shell, unless a dictation runs; `fg` goes on"),
    Action("command_palette", "ctrl+p", "palette", "find an action by its name"),
)
"""All actions, in the order in which help and README list them."""

BY_ID = {action.id: action for action in ACTIONS}


def split_keys(keys: str) -> tuple[str, ...]:
    """Split a comma separated list of keys, without white space and empty items."""
    return tuple(key for key in (part.strip() for part in keys.split(",")) if key)


def effective_keys(keys: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """The keys in force: the defaults, overridden by `keys` (action id → comma separated keys)."""
    return {action.id: split_keys(keys.get(action.id, action.keys)) for action in ACTIONS}


def show_key(key: str) -> str:
    """A key as people write it: "esc" for "escape", "?" for "question_mark"."""
    *modifiers, name = key.split("+") if key != "+" else [key]
    shown = _SHOWN.get(name, name.upper() if name[:1] == "f" and name[1:].isdigit() else name)
    return "+".join([*modifiers, shown])


def show_keys(keys: tuple[str, ...]) -> str:
    """Several keys as people write them, such as "space, F9"."""
    return ", ".join(show_key(key) for key in keys)


def check_keys(keys: Mapping[str, str]) -> list[str]:
    """Find the mistakes in `[keys]` of config.toml.

    Args:
        keys: Action id → comma separated keys.

    Returns:
        One plain sentence for each mistake; empty when there is none.
    """
    mistakes = []
    for action_id, value in keys.items():
        if action_id not in BY_ID:
            mistakes.append(f"keys.{action_id}: there is no action {action_id!r}{_nearest(action_id)}.")
        elif not split_keys(value):
            mistakes.append(f"keys.{action_id}: names no key.")
        mistakes.extend(
            f"keys.{action_id}: {key!r} is not the name of a key{_nearest_key(key)}."
            for key in split_keys(value)
            if not _is_key(key)
        )
    return mistakes + _conflicts(effective_keys(keys))


def require_keys(keys: Mapping[str, str]) -> None:
    """Refuse `[keys]` that has a mistake.

    Raises:
        SettingsError: Says the first mistake; `utter config --keys` lists what is allowed.
    """
    mistakes = check_keys(keys)
    if mistakes:
        raise SettingsError(mistakes[0], "`utter config --keys` lists the actions and their keys.")


def bindings() -> list[Binding]:
    """The table as Textual bindings with their default keys; ids make them remappable."""
    from textual.binding import Binding

    return [
        Binding(action.keys, action.id, action.label, tooltip=action.help, id=action.id) for action in ACTIONS
    ]


def list_keys(keys: Mapping[str, str]) -> str:
    """The keys in force as plain text, one action a line: id, keys, what it does."""
    rows = [(action.id, ",".join(effective_keys(keys)[action.id]), action.help) for action in ACTIONS]
    id_width = max(len(row[0]) for row in rows)
    key_width = max(len(row[1]) for row in rows)
    return "\n".join(f"{row[0]:{id_width}}  {row[1]:{key_width}}  {row[2]}" for row in rows)


def readme_table() -> str:
    """The default keys as the Markdown table that the README carries."""
    rows = [
        "| " + ", ".join(f"`{show_key(key)}`" for key in split_keys(action.keys)) + f" | {action.help} |"
        for action in ACTIONS
    ]
    return "\n".join(["| key | does |", "|---|---|", *rows])


def _conflicts(in_force: Mapping[str, tuple[str, ...]]) -> list[str]:
    """One sentence for every key that two actions claim."""
    claimed: dict[str, str] = {}
    mistakes = []
    for action_id, keys in in_force.items():
        for key in keys:
            holder = claimed.setdefault(_canonical(key), action_id)
            if holder != action_id:
                mistakes.append(
                    f"keys.{action_id}: the key {key!r} belongs to {holder} already; give one another."
                )
    return mistakes


def _canonical(key: str) -> str:
    """One spelling for each key, so that "?" and "question_mark" are seen to be the same."""
    from textual.keys import key_to_character

    return key_to_character(key) or key


def _named_keys() -> frozenset[str]:
    from textual.keys import Keys

    return frozenset(key.value for key in Keys if not key.value.startswith("<"))


def _is_key(key: str) -> bool:
    *modifiers, name = key.split("+") if key != "+" else [key]
    if not MODIFIERS.issuperset(modifiers):
        return False
    return len(_canonical(name)) == 1 or name in _named_keys()


def _nearest_key(key: str) -> str:
    return _suggest(key.lower(), _named_keys())


def _nearest(action_id: str) -> str:
    return _suggest(action_id, BY_ID)


def _suggest(word: str, known: Mapping[str, Action] | frozenset[str]) -> str:
    near = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; the nearest is {near[0]!r}" if near else ""
