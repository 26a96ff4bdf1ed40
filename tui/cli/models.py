"""`utter models`: which recognition models there are; fetch one, find one, take one off the disk."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from engine.models.catalog import meant
from tui.cli.options import SuggestingParser

if TYPE_CHECKING:
    from engine.models.loaded_file import LoadedBy
    from engine.models.shelf_model import ShelfModel
    from engine.settings.schema import RecognitionSettings

FAILED = 1
"""Exit code when a model is not there, or could not be removed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own subcommands; without one it lists."""
    parser.set_defaults(action=_list, json=False, all_types=False)
    actions = parser.add_subparsers(
        metavar="ACTION", title="actions", parser_class=SuggestingParser, dest="models_action"
    )
    rows = _add(actions, "list", "all models: what they take, what they know, which are here", _list)
    rows.add_argument(
        "--config", type=Path, metavar="FILE", default=argparse.SUPPRESS, help=argparse.SUPPRESS
    )
    rows.add_argument("--all-types", action="store_true", help="the memory for each kind of arithmetic")
    rows.add_argument("--json", action="store_true", help="print one JSON object")
    _add(actions, "pull", "fetch a model from the hub", _pull, "a name such as base.en, or OWNER/NAME")
    gone = _add(actions, "rm", "delete a model from utter's own folder", _remove, "a name, or OWNER/NAME")
    gone.add_argument(
        "--shared", action="store_true", help="from the hub's cache as well, which others share"
    )
    _add(actions, "path", "print the folder of a model", _path, "a name, OWNER/NAME, or a folder")


def run(args: argparse.Namespace) -> int:
    """Do what was asked for.

    Returns:
        0; 1 when a model is not there or could not be fetched or removed, with one line on standard
        error; 130 after Ctrl-C.
    """
    action: Callable[[argparse.Namespace], int] = args.action
    return action(args)


def _add(
    actions: argparse._SubParsersAction[SuggestingParser],
    name: str,
    what: str,
    action: Callable[[argparse.Namespace], int],
    model: str = "",
) -> argparse.ArgumentParser:
    parser = actions.add_parser(
        name, help=what, description=f"{what[0].upper()}{what[1:]}.", allow_abbrev=False
    )
    parser.set_defaults(action=action)
    if model:
        parser.add_argument("names", metavar="NAME", nargs="+", type=meant, help=model)
    return parser


def _list(args: argparse.Namespace) -> int:
    from engine.models.loaded_file import read_all
    from engine.models.shelf_rows import known_models
    from engine.settings.load import load
    from tui.cli.models_table import loaded_table, models_table, types_table

    settings = load(args.config).settings.recognition
    rows, loaded = known_models(settings), read_all()
    used = in_use(settings)
    if args.json:
        print(json.dumps(_as_json(rows, loaded, used), indent=2, ensure_ascii=False))
        return 0
    print(types_table(rows) if args.all_types else models_table(rows, used, loaded, settings))
    for one in loaded:
        print(f"\n{loaded_table(one)}")
    return 0


def _pull(args: argparse.Namespace) -> int:
    from tui.cli.entry import INTERRUPTED
    from tui.cli.models_pull import pull

    codes = []
    for name in args.names:
        codes.append(_built_in(name, "needs no download") or pull(name))
        if codes[-1] == INTERRUPTED:
            break
    return max(codes)


def _remove(args: argparse.Namespace) -> int:
    return max([_remove_one(name, shared=args.shared) for name in args.names])


def _remove_one(name: str, *, shared: bool) -> int:
    from engine.deliver.sanitize import for_terminal
    from engine.errors import ModelError
    from engine.models.amounts import amount
    from engine.models.catalog import MODELS
    from engine.models.removal import remove
    from tui.cli.options import say

    if code := _built_in(name, "is a part of utter, and stays"):
        return code
    try:
        removed = remove(name, shared=shared)
    except ModelError as error:
        say(str(error))
        return FAILED
    other = removed.folders[0].name
    lay = f" (it lay there as {other})" if other in MODELS and other != name else ""
    what = f"{name} is removed{lay}" if removed.whole else f"What had come of {name} is removed"
    print(for_terminal(f"{what}; {amount(removed.bytes)} are free again.").replace("\n", " "))
    return 0


def _path(args: argparse.Namespace) -> int:
    return max([_path_of(name) for name in args.names])


def _path_of(name: str) -> int:
    from engine.models.catalog import how_to_get
    from engine.models.on_disk import find, flaw, incomplete
    from engine.models.shelf_model import BUILT_IN
    from engine.models.shelf_rows import built_in
    from tui.cli.options import print_path, say

    folder = built_in().path if name == BUILT_IN else find(name)
    if folder is not None:
        print_path(folder)
        return 0
    part = incomplete(name)
    why = f"{part} {flaw(part)}." if part else f"{name} is not on this machine."
    say(f"{why} {how_to_get(name)}")
    return FAILED


def _built_in(name: str, why: str) -> int:
    """Say of the recogniser that is no model of the hub why nothing is done; 0 for all others."""
    from engine.models.shelf_model import BUILT_IN
    from tui.cli.options import say

    if name != BUILT_IN:
        return 0
    say(f"{name} {why}.")
    return FAILED


def in_use(settings: RecognitionSettings) -> str:
    """The name in the list of the model that a dictation would begin with."""
    from engine.models.shelf_model import BUILT_IN
    from engine.speech.selection import choose

    choice = choose(settings)
    return choice.model if choice.name == "whisper" else BUILT_IN


def _as_json(rows: list[ShelfModel], loaded: list[LoadedBy], used: str) -> dict[str, object]:
    """Everything the tables show, and what they have no room for."""
    from engine.models.catalog import named
    from tui.cli.models_table import memory_by_type

    models = []
    for row in rows:
        known = named(row.name)
        models.append(
            {
                "name": row.name,
                "in_use": row.name == used,
                "path": _text(row.path),
                "own": row.removable,
                "disk_bytes": row.download_bytes,
                "kept_bytes": row.kept_bytes,
                "memory_bytes": row.memory_bytes,
                "memory_bytes_by_type": memory_by_type(row),
                "languages": row.languages,
                "translates": known.translates if known else None,
                "speed": row.speed,
                "repository": known.repository if known else None,
            }
        )
    return {"models": models, "loaded": [asdict(one) for one in loaded]}


def _text(path: Path | None) -> str | None:
    return str(path) if path else None
