"""Turns theme files into Textual themes, and says which could not be read and why."""

from __future__ import annotations

import tomllib
from collections.abc import Container, Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from textual.color import Color, ColorParseError
from textual.theme import Theme

FALLBACK = "utter-dark"
"""The theme that stands in for one that is not there."""

LAST_RESORT = "textual-dark"
"""A theme of Textual's own, for the case that none of utter's could be read."""

_COLORS = (
    "primary",
    "secondary",
    "warning",
    "error",
    "success",
    "accent",
    "foreground",
    "background",
    "surface",
    "panel",
    "boost",
)
_KNOWN = frozenset(field.name for field in fields(Theme)) - {"ansi"}


@dataclass(frozen=True, slots=True)
class ThemeFailure:
    """A theme file that could not be used: which, and what is wrong with it."""

    path: Path
    reason: str

    def __str__(self) -> str:
        return f"{self.path.name}: {self.reason}"


class _BadThemeError(ValueError):
    """What is wrong with a theme file, in words."""


def load_themes(folders: Iterable[Path]) -> tuple[list[Theme], list[ThemeFailure]]:
    """Read every `*.toml` of `folders`; a later theme replaces an earlier one of its name.

    A folder that does not exist holds no themes. A theme is named by its file.

    Returns:
        The themes that can be used, and the files that cannot, each with the reason.
    """
    loaded: dict[str, Theme] = {}
    failed = []
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            try:
                loaded[path.stem] = load_theme(path)
            except (OSError, ValueError) as error:
                failed.append(ThemeFailure(path, str(error)))
    return list(loaded.values()), failed


def load_theme(path: Path) -> Theme:
    """Read one theme file: Textual's theme colours by name, `dark`, and a table `[variables]`.

    Raises:
        OSError: The file cannot be read.
        ValueError: It is not TOML, or a key or colour in it is wrong; says which.
    """
    with path.open("rb") as file:
        table = tomllib.load(file)
    unknown = sorted(set(table) - _KNOWN)
    if unknown:
        raise _BadThemeError(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}")
    if "primary" not in table:
        raise _BadThemeError("the colour 'primary' is missing")
    for name in _COLORS:
        if name in table:
            _require_color(name, table[name])
    _require_type(table, "dark", bool)
    variables = table.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise _BadThemeError("[variables] holds something that is not text")
    return Theme(**{**table, "name": path.stem})


def choose_theme(wanted: str, available: Container[str]) -> str:
    """The name of the wanted theme, or of the one that stands in for it."""
    return next((name for name in (wanted, FALLBACK) if name in available), LAST_RESORT)


def theme_notices(wanted: str, available: Container[str], failed: Iterable[ThemeFailure]) -> tuple[str, ...]:
    """Say, in a sentence each, which theme files could not be read and that the wanted theme is not there."""
    listed = "; ".join(str(failure) for failure in failed)
    unread = f"Some themes could not be read: {listed}." if listed else ""
    shown = choose_theme(wanted, available)
    absent = f"There is no theme {wanted!r}; {shown} is shown. The theme key lists all."
    return tuple(notice for notice in (unread, absent if shown != wanted else "") if notice)


def _require_color(name: str, value: object) -> None:
    if not isinstance(value, str):
        raise _BadThemeError(f'{name} is not a colour such as "#7aa2f7"')
    try:
        Color.parse(value)
    except ColorParseError:
        raise _BadThemeError(f'{name} = {value!r} is not a colour such as "#7aa2f7"') from None


def _require_type(table: dict[str, Any], name: str, wanted: type) -> None:
    if name in table and not isinstance(table[name], wanted):
        raise _BadThemeError(f"{name} = {table[name]!r} is not true or false")
