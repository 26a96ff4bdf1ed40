"""`utter config`: the effective settings with where each came from, and their check."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.settings.load import Loaded, Origin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--check", action="store_true", help="say every mistake in your file, and nothing else")
    what.add_argument("--path", action="store_true", help="print where your file is, or would be")
    what.add_argument("--keys", action="store_true", help="list the actions with their keys")


def run(args: argparse.Namespace) -> int:
    """Print what was asked for.

    Returns:
        0, or 2 when the settings have a mistake: one line on standard error, with `--check` one
        for each.
    """
    from engine import paths
    from engine.settings.load import examine
    from tui.actions import check_keys, list_keys
    from tui.cli.options import say

    own: Path = args.config or paths.config_file()
    if args.path:
        print(own)
        return 0
    loaded = examine(args.config, check_keys=check_keys)
    if isinstance(loaded, list):
        for mistake in loaded if args.check else loaded[:1]:
            say(str(mistake))
        return 2
    for warning in loaded.warnings:
        say(warning)
    if args.check:
        print(_verdict(own))
    elif args.keys:
        print(list_keys(loaded.settings.keys))
    else:
        print(effective(loaded), end="")
    return 0


def effective(loaded: Loaded) -> str:
    """Write the effective settings as TOML, each with its origin as a comment."""
    tables = loaded.settings.model_dump(mode="json")
    return "\n".join(_table(name, values, loaded.origins) for name, values in tables.items())


def _table(name: str, values: dict[str, Any], origins: dict[str, Origin]) -> str:
    """One table; those within it follow, each under its full name."""
    within = {key: table for key, table in values.items() if isinstance(table, dict)}
    lines = [
        (f"{_toml(key)} = {_toml_value(value)}", origins.get(f"{name}.{key}"))
        for key, value in values.items()
        if key not in within
    ]
    width = min(40, max((len(line) for line, _ in lines), default=0))
    own = [f"[{name}]", *(f"{line:{width}}  # {_named(origin)}" for line, origin in lines), ""]
    parts = [] if within else ["\n".join(own)]
    return "\n".join([*parts, *(_table(f"{name}.{_toml(key)}", within[key], origins) for key in within)])


def _named(origin: Origin | None) -> str:
    """Where a setting came from; what no layer names has its default."""
    from engine.settings.explain import shown
    from engine.settings.load import Layer

    if origin is None:
        return Layer.DEFAULT.value
    match origin.layer:
        case Layer.FILE if origin.file:
            return shown(origin.file)
        case Layer.REMEMBERED if origin.file:
            return f"changed live, {shown(origin.file)}"
        case _:
            return origin.layer.value


def _toml(key: str) -> str:
    """Write a key, quoted where TOML asks for it."""
    import tomli_w

    return tomli_w.dumps({key: 0}).partition(" = ")[0]


def _toml_value(value: object) -> str:
    """Write a value on one line."""
    import tomli_w

    if isinstance(value, list):
        return f"[{', '.join(_toml_value(item) for item in value)}]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip("\n")


def _verdict(own: Path) -> str:
    from engine.settings.explain import shown

    if own.exists():
        return f"{shown(own)} is valid."
    return f"{shown(own)} does not exist; everything has its default."
