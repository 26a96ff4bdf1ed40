"""Reads the settings from their layers and remembers where each one came from.

Four layers, the later over the earlier: the `config.toml` that ships, the user's file, what was
changed live (the state file), the command line. One exception: when the user's file has changed a
key since it was changed live, the file wins, because it was edited last.

A mistake in a file that people write is an error. One in the state file is a warning, and the entry
is left out: nobody should be locked out by what the program itself wrote.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeAlias

from pydantic import ValidationError

from engine import paths
from engine.errors import SettingsError
from engine.models.catalog import unknown
from engine.settings.explain import mistakes, shown
from engine.settings.names import written
from engine.settings.remembered import read_state
from engine.settings.schema import Settings

Tree = dict[str, Any]
"""Tables of a TOML document."""

KeyCheck: TypeAlias = Callable[[Mapping[str, str]], Sequence[str]]
"""Finds the mistakes in `[keys]`, one sentence each. Actions and keys are the interface's business,
so whoever has an interface hands its check in."""


class Layer(StrEnum):
    """Where a setting can come from, the later over the earlier."""

    DEFAULT = "default"
    FILE = "file"
    REMEMBERED = "remembered"
    COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one setting came from; `file` is None for the command line."""

    layer: Layer
    file: Path | None


@dataclass(frozen=True, slots=True)
class Loaded:
    """The effective settings and how they came about.

    Attributes:
        settings: The settings.
        origins: Where each came from, by dotted key.
        warnings: What was left out of the state file, one sentence each.
        own: What the user's own file sets, by dotted key; `Remembered` needs it.
    """

    settings: Settings
    origins: dict[str, Origin]
    warnings: list[str]
    own: dict[str, Any]


def load(
    config: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    state: Path | None = None,
    check_keys: KeyCheck | None = None,
) -> Loaded:
    """Read the effective settings.

    Args:
        config: The user's file; None takes the usual one, which need not exist.
        overrides: Values of the command line by dotted key.
        state: The state file; None takes the usual one.
        check_keys: Finds the mistakes in `[keys]`; None leaves that table unchecked.

    Raises:
        SettingsError: The first mistake, with the file, the key, what is allowed and what was meant.
    """
    loaded = examine(config, overrides, state=state, check_keys=check_keys)
    if isinstance(loaded, list):
        raise loaded[0]
    return loaded


def examine(
    config: Path | None = None,
    overrides: Mapping[str, Any] | None = None,
    *,
    state: Path | None = None,
    check_keys: KeyCheck | None = None,
) -> Loaded | list[SettingsError]:
    """Read the settings as `load` does, but give all mistakes of the first layer that has any."""
    default = paths.shipped("config.toml")
    own = config or paths.config_file()
    try:
        shipped_tree = read_toml(default)
        own_tree = read_toml(own) if config is not None or os.path.lexists(own) else {}
    except SettingsError as error:
        return [error]
    origins = dict.fromkeys(flatten(shipped_tree), Origin(Layer.DEFAULT, default))
    settings = _validated(shown(own), overlay(shipped_tree, own_tree), own_tree, check_keys)
    if isinstance(settings, list):
        return settings
    own_values = flatten(own_tree)
    origins |= dict.fromkeys(own_values, Origin(Layer.FILE, own))
    tree = overlay(shipped_tree, own_tree)
    tree, remembered, warnings = _with_state(tree, state or paths.state_file(), own_values)
    origins |= remembered
    flags = dict(overrides or {})
    settings = _validated("The command line", overlay(tree, unflatten(flags)), unflatten(flags), check_keys)
    if isinstance(settings, list):
        return settings
    origins |= dict.fromkeys(flags, Origin(Layer.COMMAND_LINE, None))
    warnings += [
        f"{shown(own)}: models.preload: {problem}"
        for name in dict.fromkeys(settings.models.preload)
        if (problem := unknown(name))
    ]
    return Loaded(settings, origins, warnings, own_values)


def read_toml(path: Path) -> Tree:
    """Read a TOML file; a byte order mark at its start is allowed.

    Raises:
        SettingsError: It is missing, cannot be read, is not UTF-8 or not TOML; names the line.
    """
    name = shown(path)
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise SettingsError(f"{name} does not exist.", "Check the name, or create the file.") from None
    except IsADirectoryError:
        raise SettingsError(f"{name} is a folder, not a file.", "Name the file within it.") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise SettingsError(
            f"{name} is not UTF-8 text in line {line}.", "Save it as UTF-8 in your editor."
        ) from None
    except (ValueError, RecursionError) as error:
        raise SettingsError(
            f"{name} is not valid TOML: {str(error).rstrip('.')}.",
            "Texts stand in quotes, and truth values are true and false, in small letters.",
        ) from None
    except OSError as error:
        raise SettingsError(
            f"{name} cannot be read: {error.strerror or error}.", "Check its permissions."
        ) from None


def flatten(tree: Mapping[str, Any]) -> dict[str, Any]:
    """Give the values of all tables by dotted key, those of tables within tables too."""
    values: dict[str, Any] = {}
    for section, table in tree.items():
        for key, value in table.items() if isinstance(table, Mapping) else ():
            name = f"{section}.{key}"
            values |= flatten({name: value}) if isinstance(value, Mapping) else {name: value}
    return values


def unflatten(values: Mapping[str, Any]) -> Tree:
    """Give the tables for values by dotted key of two parts; the opposite of `flatten` for these."""
    tree: Tree = {}
    for dotted, value in values.items():
        section, _, key = dotted.partition(".")
        tree.setdefault(section, {})[key] = value
    return tree


def overlay(below: Mapping[str, Any], above: Mapping[str, Any]) -> Tree:
    """Lay the tables of `above` over those of `below`, key by key."""
    merged: Tree = dict(below)
    for name, table in above.items():
        under = merged.get(name)
        if isinstance(table, Mapping) and isinstance(under, Mapping):
            merged[name] = overlay(under, table)
        else:
            merged[name] = table
    return merged


def _validated(
    where: str, tree: Tree, layer: Tree, check_keys: KeyCheck | None
) -> Settings | list[SettingsError]:
    """Validate the merged tree; mistakes are put down to `where`, the layer that was added last."""
    try:
        settings = Settings.model_validate(tree)
    except ValidationError as error:
        return mistakes(where, error)
    found = check_keys(layer["keys"]) if check_keys and "keys" in layer else ()
    remedy = "`utter config --keys` lists the actions and their keys."
    return [SettingsError(f"{where}: {mistake}", remedy) for mistake in found] or settings


def _with_state(tree: Tree, state: Path, own: Mapping[str, Any]) -> tuple[Tree, dict[str, Origin], list[str]]:
    """Lay what was changed live over `tree`, leaving out what is broken or overtaken by the file."""
    entries, problem = read_state(state)
    warnings = [problem] if problem else []
    origins: dict[str, Origin] = {}
    for key, entry in entries.items():
        if entry.instead_of != own.get(key):
            continue
        changed = overlay(tree, unflatten({key: entry.value}))
        try:
            Settings.model_validate(changed)
        except ValidationError:
            warnings.append(
                f"{shown(state)}: {key} = {written(entry.value)} is not valid any more and is left out."
            )
        else:
            tree = changed
            origins[key] = Origin(Layer.REMEMBERED, state)
    return tree, origins, warnings
