"""What several subcommands share: recogniser options and plain words on standard error."""

from __future__ import annotations

import argparse
import sys


def say(message: str) -> None:
    """Print one line for the user on standard error, safe for a terminal."""
    from engine.deliver.sanitize import for_terminal

    print(f"utter: {for_terminal(message)}".replace("\n", " "), file=sys.stderr, flush=True)


def recognition_overrides(args: argparse.Namespace) -> dict[str, str]:
    """The settings that `--recognizer` and `--model` stand for.

    A model that is named asks for Whisper: a stand-in without that model would be a surprise.
    """
    overrides: dict[str, str] = {}
    if args.recognizer:
        overrides["recognition.recognizer"] = args.recognizer
    elif args.model:
        overrides["recognition.recognizer"] = "whisper"
    if args.model:
        overrides["recognition.model"] = args.model
    return overrides
