"""What several subcommands share: recognition options and plain words on standard error."""

from __future__ import annotations

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NoReturn


def say(message: str) -> None:
    """Print one line for the user on standard error, safe for a terminal; where that is gone, log it."""
    from engine.deliver.sanitize import for_terminal
    from tui.cli.unheard import Unheard

    line = f"utter: {for_terminal(message)}".replace("\n", " ").rstrip()
    try:
        print(line, file=sys.stderr or Unheard(), flush=True)
    except OSError:
        # Python flushes standard error once more on its way out, and would fail again.
        vars(sys)["stderr"] = Unheard()
        print(line, file=sys.stderr)


def print_path(path: Path) -> None:
    """Print a path on standard output: each of its bytes for a script, what is harmless for a terminal."""
    from engine.deliver.sanitize import for_terminal

    if sys.stdout.isatty():
        print(for_terminal(str(path)).replace("\n", " "), flush=True)
        return
    sys.stdout.flush()
    sys.stdout.buffer.write(os.fsencode(path) + b"\n")
    sys.stdout.buffer.flush()


def print_text(text: str, what: str) -> bool:
    """Print a result on standard output; whether that could be done.

    Args:
        text: Safe for a terminal.
        what: How it is called where it cannot be printed.
    """
    if sys.stdout is None:
        say(f"{what} cannot be printed: standard output is closed.")
        return False
    try:
        print(text, flush=True)
    except BrokenPipeError:
        raise
    except OSError as error:
        # Python flushes standard output once more on its way out, and would fail again.
        sys.stdout = None
        say(f"{what} cannot be printed: {error.strerror or error}.")
        return False
    return True


def instead_of_file(command: str, name: str, usage: str) -> str:
    """What to type in the place of a file's name, or of a text, for a command that reads standard input."""
    return f"Type: {command} < {shlex.quote(name)}" if Path(name).is_file() else usage


@contextmanager
def logged() -> Iterator[None]:
    """Keep what is logged off standard error: there each trouble is one line; the log has the rest."""
    from engine import paths
    from engine.log_records import RecordLog

    log = RecordLog(paths.log_file())
    log.start()
    try:
        yield
    finally:
        log.remove()


def leave() -> NoReturn:
    """End the process now, as after Ctrl-C: a thread is deep in a library, and nothing else interrupts it."""
    from tui.cli.entry import INTERRUPTED

    if sys.stdout is not None:
        with suppress(OSError):
            sys.stdout.flush()
    os._exit(INTERRUPTED)


class SuggestingParser(argparse.ArgumentParser):
    """A parser that says which command was probably meant, and any mistake in one line."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong, and end."""
        from engine.deliver.sanitize import for_terminal

        line = for_terminal(f"{self.prog}: {message} (see {self.prog} --help)")
        self.exit(2, line.replace("\n", " ") + "\n")

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        import difflib

        try:
            super()._check_value(action, value)
        except argparse.ArgumentError as error:
            near = difflib.get_close_matches(str(value), map(str, action.choices or ()), n=1)
            if not near:
                raise
            raise argparse.ArgumentError(action, f'no "{value}"; did you mean "{near[0]}"?') from error


def unforeseen(error: Exception) -> str:
    """Say in a sentence what happened, and where the log has the rest."""
    from engine import paths
    from engine.log import log_error

    log = paths.log_file()
    details = f" {log} has the details." if log_error(log, error) else ""
    return f"{type(error).__name__}: {error}.{details}"


def add_source_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option that names another source of sound than the microphone, for `engine.source_spec`."""
    parser.add_argument(
        "--source",
        metavar="SOURCE",
        help="in the place of the microphone: an audio FILE, remote (sent by `utter mic`), or unix:PATH",
    )


def add_mode_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option that `mode_overrides` reads."""
    parser.add_argument("--mode", metavar="NAME", help="writing mode, such as clean, email or notes")


def add_editing_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that `editing_overrides` reads."""
    add_mode_argument(parser)
    parser.add_argument("--enhancer", metavar="NAME", help="auto, ollama or tidy")


def editing_overrides(args: argparse.Namespace) -> dict[str, str | bool]:
    """The settings that `--mode` and `--enhancer` stand for; who names an enhancer wants the text edited."""
    enhancer = {"enhancement.enhancer": args.enhancer, "enhancement.enabled": True} if args.enhancer else {}
    return {**mode_overrides(args), **enhancer}


def mode_overrides(args: argparse.Namespace) -> dict[str, str]:
    """The setting that `--mode` stands for."""
    return {"enhancement.mode": args.mode} if args.mode else {}


def add_recognition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that `recognition_overrides` reads."""
    parser.add_argument("--recognizer", metavar="NAME", help="auto, whisper or pocketsphinx")
    parser.add_argument(
        "--model",
        metavar="NAME",
        help="a name such as base.en, a repository OWNER/NAME, a folder, or built-in",
    )
    parser.add_argument(
        "--language", metavar="CODE", help="spoken language, such as de, or auto to have it found out"
    )
    parser.add_argument(
        "--translate", action="store_true", help="write English, whatever is spoken (Whisper only)"
    )
    parser.add_argument("--performance", metavar="MODE", help="quality, balanced or speed")


def recognition_overrides(args: argparse.Namespace) -> dict[str, str | bool]:
    """The settings that `--recognizer`, `--model`, `--language` and the others stand for.

    A model that is named asks for Whisper, a stand-in without that model would be a surprise; the
    built-in one is PocketSphinx.
    """
    from engine.models.shelf_model import BUILT_IN

    overrides: dict[str, str | bool] = {}
    if args.recognizer:
        overrides["recognition.recognizer"] = args.recognizer
    elif args.model:
        overrides["recognition.recognizer"] = "pocketsphinx" if args.model == BUILT_IN else "whisper"
    if args.model and args.model != BUILT_IN:
        overrides["recognition.model"] = args.model
    if args.language:
        overrides["recognition.language"] = args.language
    if args.translate:
        overrides["recognition.translate"] = True
    if args.performance:
        overrides["recognition.performance"] = args.performance
    return overrides


def seconds_up_to(longest_s: float, in_words: str) -> Callable[[str], float]:
    """What reads an option's number of seconds, above 0 and at most `longest_s`, which is so `in_words`."""

    def read(text: str) -> float:
        try:
            seconds = float(text)
        except ValueError:
            seconds = 0.0
        if not 0 < seconds <= longest_s:
            raise argparse.ArgumentTypeError(
                f"{text!r} is not a number of seconds above 0, {in_words} at most"
            )
        return seconds

    return read
