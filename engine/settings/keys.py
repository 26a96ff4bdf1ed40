"""Checks the `[keys]` table: action names, and the form of key names.

Which actions exist is the interface's business, so their names are handed in. Key names are checked
for their form alone: Textual knows every Unicode character by name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from engine.errors import SettingsError
from engine.settings.explain import dotted, nearest

MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")
"""Modifiers that Textual puts before a key's name, joined with +."""

_NAME = re.compile(r"[a-z][a-z0-9_]*|[^\s,\x00-\x1f\x7f]")
"""A key: a name such as f9 or question_mark, or one visible character."""


def key_mistakes(where: str, keys: Mapping[str, str], actions: Collection[str] | None) -> list[SettingsError]:
    """List what is wrong in `keys` (action → comma separated key names).

    Args:
        where: Name of the layer for the messages.
        keys: The table.
        actions: The valid action names; None leaves them unchecked.
    """
    found: list[SettingsError] = []
    taken: dict[str, str] = {}
    for action, names in keys.items():
        if actions is not None and action not in actions:
            found.append(_unknown_action(where, action, actions))
        for name in (name.strip() for name in names.split(",")):
            problem = _key_problem(where, action, name)
            if problem is not None:
                found.append(problem)
            elif taken.setdefault(name, action) != action:
                found.append(
                    SettingsError(
                        f'{where}: the key "{name}" is given to keys.{taken[name]} and to keys.{action}.',
                        "Give each action keys of its own.",
                    )
                )
    return found


def _unknown_action(where: str, action: str, actions: Collection[str]) -> SettingsError:
    near = nearest(action, actions)
    return SettingsError(
        f"{where}: {dotted(['keys', action])} is no action.",
        f"Did you mean keys.{near}?" if near else "`utter config --keys` lists the actions.",
    )


def _key_problem(where: str, action: str, name: str) -> SettingsError | None:
    label = dotted(["keys", action])
    if not name:
        return SettingsError(
            f"{where}: {label} names no key, or has a comma too many.",
            'Write key names comma separated, such as "space,f9"; a comma itself is "comma".',
        )
    *modifiers, key = name.split("+") if name != "+" else [name]
    for modifier in modifiers:
        if modifier not in MODIFIERS:
            near = nearest(modifier, MODIFIERS)
            return SettingsError(
                f'{where}: {label} has "{name}", but "{modifier}" is no modifier.',
                f'Did you mean "{near}"?' if near else f"Modifiers are {', '.join(MODIFIERS)}.",
            )
    if not _NAME.fullmatch(key):
        return SettingsError(
            f'{where}: {label} has "{name}", which is no key name.',
            'Key names are in small letters, such as "f9", "space", "ctrl+p" or "question_mark".',
        )
    return None
