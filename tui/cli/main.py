"""`utter`: reads the command line and hands over to one subcommand.

A subcommand is one row of `tui.cli.commands` and one module, which is imported when it is on the command
line, so that `utter --help` costs nothing but argparse.
"""

from __future__ import annotations

import argparse
import io
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from engine.errors import EngineError
from tui.cli.aimed import add_target_argument
from tui.cli.commands import COMMANDS
from tui.cli.entry import INTERRUPTED
from tui.cli.options import (
    SuggestingParser,
    add_mode_argument,
    add_recognition_arguments,
    add_source_argument,
    say,
)

BROKEN_PIPE = 141
"""Exit code when whoever read our output has gone: 128 and the number of SIGPIPE."""

WORKSTATION = "tui.cli.workstation"
"""Module whose `run` opens the workstation."""

SHARED = ("source", "recognizer", "model", "performance", "mode", "to")
"""Options of the workstation that some subcommands have too; they may stand before the subcommand."""


EXAMPLES = (
    "utter                          open the workstation; space starts and stops",
    "utter --source talk.flac       use a file as the microphone",
    "utter --to tmux:last           texts go into the tmux pane that was active last",
    "utter record --until-silence   one dictation, its text on standard output",
    "utter doctor                   what is missing here",
)


class LazyParser(SuggestingParser):
    """The parser of a subcommand; asks the subcommand for its arguments when it is used."""

    def __init__(self, *args: Any, module: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._module = module

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Import the subcommand, then parse.

        Values that are given before the subcommand hold, unless they are given again behind it.
        """
        if self._module:
            import_module(self._module).add_arguments(self)
            self._module = ""
        parsed, rest = super().parse_known_args(args, namespace)
        if rest:  # the whole command line's parser would name itself
            self.error(f"unrecognized arguments: {' '.join(rest)}")
        parsed.accepted = frozenset(vars(parsed))
        for name in SHARED:
            if getattr(parsed, name, "") is None:
                delattr(parsed, name)
        return parsed, rest


def main(argv: Sequence[str] | None = None) -> int:
    """Run `utter`.

    Args:
        argv: The arguments without the program's name; None takes those of the process.

    Returns:
        The exit code: the subcommand's, or 2 after an error that is explained in one line.
    """
    _print_anywhere()
    try:
        code = _dispatch(argv)
        if sys.stdout is not None:
            sys.stdout.flush()
    except EngineError as error:
        say(str(error))
        return 2
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Python flushes standard output once more on its way out; there must be something to take it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    return code


def _print_anywhere() -> None:
    """Let no text fail for want of a letter: where an encoding lacks one, a sign stands for it."""
    for stream, errors in ((sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def _dispatch(argv: Sequence[str] | None) -> int:
    parser = build_parser()
    args = parser.parse_args(argv)
    if args.version:
        print(f"utter {version()}")
        return 0
    if args.command is None:
        return int(import_module(WORKSTATION).run(args))
    for name in SHARED:
        if getattr(args, name) is not None and name not in args.accepted:
            parser.error(f"--{name} does not go with `utter {args.command}`")
    module = next(command.module for command in COMMANDS if command.name == args.command)
    return int(import_module(module).run(args))


def build_parser() -> argparse.ArgumentParser:
    """Make the parser of the whole command line; imports no subcommand."""
    parser = SuggestingParser(
        prog="utter",
        description="Speak, see the words, paste them: a dictation workstation for the terminal.",
        epilog=_examples(EXAMPLES),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    _add_config(parser, default=None)
    add_source_argument(parser)
    add_target_argument(parser)
    add_mode_argument(parser)
    add_recognition_arguments(parser)
    commands = parser.add_subparsers(
        dest="command", metavar="COMMAND", title="commands", parser_class=LazyParser
    )
    for command in COMMANDS:
        subparser = commands.add_parser(
            command.name,
            help=command.help,
            description=f"{command.help[0].upper()}{command.help[1:]}.",
            epilog=_examples(command.examples),
            formatter_class=argparse.RawDescriptionHelpFormatter,
            allow_abbrev=False,
            module=command.module,
        )
        # Suppressed, so that a subcommand without --config keeps the one given before it.
        _add_config(subparser, default=argparse.SUPPRESS)
    return parser


def version() -> str:
    """The version that is installed; "unknown" for a bare checkout."""
    from importlib import metadata

    try:
        return metadata.version("utter")
    except metadata.PackageNotFoundError:
        return "unknown"


def _add_config(parser: argparse.ArgumentParser, default: str | None) -> None:
    parser.add_argument(
        "--config",
        type=Path,
        metavar="FILE",
        default=default,
        help="your settings, instead of the usual file",
    )


def _examples(lines: Sequence[str]) -> str:
    return "\n".join(["examples:", *(f"  {line}" for line in lines)])
