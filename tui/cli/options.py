"""What several subcommands share: recognition options and plain words on standard error."""

from __future__ import annotations

import argparse
import sys


def say(message: str) -> None:
    """Print one line for the user on standard error, safe for a terminal."""
    from engine.deliver.sanitize import for_terminal

    print(f"utter: {for_terminal(message)}".replace("\n", " "), file=sys.stderr, flush=True)


def unforeseen(error: Exception) -> str:
    """Say in a sentence what happened, and where the log has the rest."""
    from engine import paths
    from engine.log import log_error

    log = paths.log_file()
    details = f" {log} has the details." if log_error(log, error) else ""
    return f"{type(error).__name__}: {error}.{details}"


def add_recognition_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options that `recognition_overrides` reads."""
    parser.add_argument("--recognizer", metavar="NAME", help="auto, whisper or pocketsphinx")
    parser.add_argument("--model", metavar="NAME", help="Whisper model: a name such as base.en, or a folder")
    parser.add_argument(
        "--language", metavar="CODE", help="spoken language, such as de, or auto to have it found out"
    )
    parser.add_argument(
        "--translate", action="store_true", help="write English, whatever is spoken (Whisper only)"
    )
    parser.add_argument("--performance", metavar="MODE", help="quality, balanced or speed")


def recognition_overrides(args: argparse.Namespace) -> dict[str, str | bool]:
    """The settings that `--recognizer`, `--model`, `--language` and the others stand for.

    A model that is named asks for Whisper: a stand-in without that model would be a surprise.
    """
    overrides: dict[str, str | bool] = {}
    if args.recognizer:
        overrides["recognition.recognizer"] = args.recognizer
    elif args.model:
        overrides["recognition.recognizer"] = "whisper"
    if args.model:
        overrides["recognition.model"] = args.model
    if args.language:
        overrides["recognition.language"] = args.language
    if args.translate:
        overrides["recognition.translate"] = True
    if args.performance:
        overrides["recognition.performance"] = args.performance
    return overrides
