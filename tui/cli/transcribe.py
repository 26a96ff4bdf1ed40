"""`utter transcribe`: recognise files and print their text."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.options import add_editing_arguments, add_recognition_arguments

if TYPE_CHECKING:
    from engine.audio.piped import RawForm
    from engine.transcribe import FileTranscriber, FileTranscript, Sound

STANDARD_INPUT = Path("-")
"""The name of a file that stands for standard input."""

RATES = (1_000, 768_000)
"""Least and most frames a second of bare samples."""

MOST_CHANNELS = 32
"""Most channels of bare samples."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "files", nargs="*", type=_file, metavar="FILE", help="any audio or video file; - is standard input"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a file, each on a line")
    raw = parser.add_argument_group("bare samples on standard input")
    raw.add_argument("--raw", action="store_true", help="standard input is bare samples, little-endian")
    raw.add_argument("--rate", type=_rate, metavar="HZ", help="with --raw: frames a second (16000)")
    raw.add_argument("--channels", type=_channels, metavar="N", help="with --raw: samples a frame (1)")
    raw.add_argument(
        "--format", choices=("s16le", "f32le"), help="with --raw: how a sample is written (s16le)"
    )
    add_editing_arguments(parser)
    add_recognition_arguments(parser)


def _file(name: str) -> Path:
    if not name:
        raise argparse.ArgumentTypeError("the name of a file is empty")
    return Path(name)


def _rate(text: str) -> int:
    return _whole(text, *RATES)


def _channels(text: str) -> int:
    return _whole(text, 1, MOST_CHANNELS)


def _whole(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from {least} to {most}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Recognise the files in order.

    Returns:
        0, or 2 when a file failed; each failure is one line on standard error. A file without words is none,
        and is told there as well.
    """
    from engine import paths
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from engine.transcribe import FileTranscriber
    from tui.cli.options import editing_overrides, leave, recognition_overrides, say

    form = _raw_form(args)
    settings = load(args.config, recognition_overrides(args) | editing_overrides(args)).settings
    part_native_stderr(paths.log_file())
    transcriber = FileTranscriber(settings, say)
    try:
        outcomes = [_transcribe(transcriber, path, form, args.json) for path in args.files]
    except KeyboardInterrupt:
        say("Stopped.")
        if transcriber.working:  # deep in a file; the recogniser's process ends with this one
            leave()
        raise
    finally:
        transcriber.close()
    return 0 if all(outcomes) else 2


def _raw_form(args: argparse.Namespace) -> RawForm | None:
    """How bare samples come; None where there are none.

    Raises:
        AudioError: The options do not go together; says which.
    """
    from engine.audio.piped import RawForm
    from engine.errors import AudioError

    if not args.files:
        named = "--raw -" if args.raw else "-"
        raise AudioError("No file is named.", f"Name one; standard input is: utter transcribe {named}")
    piped = args.files.count(STANDARD_INPUT)
    if piped > 1:
        raise AudioError("Standard input can be read once.", "Name - only once.")
    details = {"rate": args.rate, "channels": args.channels, "sample": args.format}
    given = {name: value for name, value in details.items() if value is not None}
    if args.raw:
        if not piped:
            raise AudioError("--raw speaks of standard input.", "Name it: `utter transcribe --raw -`.")
        return RawForm(**given)
    if given:
        raise AudioError("--rate, --channels and --format are for bare samples.", "Say --raw too.")
    return None


def _sound(path: Path, form: RawForm | None) -> Path | Sound:
    """What a name stands for: a file, or standard input.

    Raises:
        AudioError: Standard input cannot have sound on it.
    """
    if path != STANDARD_INPUT:
        return path
    from engine.audio.piped import PipedSound
    from engine.errors import AudioError
    from tui.cli.options import say

    if sys.stdin is None or sys.stdin.isatty():
        what = "closed" if sys.stdin is None else "a terminal"
        raise AudioError(f"Standard input is {what}.", "Pipe sound into it: `utter transcribe - < talk.ogg`.")
    return PipedSound(sys.stdin.fileno(), form, say)


def _transcribe(transcriber: FileTranscriber, path: Path, form: RawForm | None, as_json: bool) -> bool:
    """Recognise one file and print it; whether that went well."""
    from engine.deliver.sanitize import for_terminal
    from engine.errors import AudioError, EngineError
    from engine.models.languages import described
    from tui.cli.options import print_text, say, unforeseen

    try:
        with _progress(for_terminal(path.name)) as progress:
            transcript = asyncio.run(transcriber.transcribe(_sound(path, form), progress))
    except AudioError as error:
        say(str(error))
        return False
    except EngineError as error:
        say(f"{path}: {error}")
        return False
    except Exception as error:  # the edge of the program: what is unforeseen is told, and logged in full
        say(f"{path} could not be transcribed. {unforeseen(error)}")
        return False
    if transcript.language_probability:
        say(f"{path.name}: {described(transcript.language, transcript.language_probability)}.")
    if not transcript.text:
        say(f"No words were heard in {'standard input' if path == STANDARD_INPUT else path}.")
    shown = _json(path, transcript) if as_json else for_terminal(transcript.text)
    return print_text(shown, f"The text of {path}")


def _json(path: Path, transcript: FileTranscript) -> str:
    """One line of ASCII: whatever a recogniser wrote, it reaches no terminal unescaped."""
    from engine.deliver.sanitize import for_terminal

    return json.dumps(
        {
            "file": os.fsencode(path).decode(errors="replace"),
            "text": for_terminal(transcript.text),
            "raw": transcript.raw,
            "segments": [
                {"text": segment.text, "start_s": round(segment.start_s, 3), "end_s": round(segment.end_s, 3)}
                for segment in transcript.segments
            ],
            "recognizer": transcript.recognizer,
            "model": transcript.model,
            "language": transcript.language,
            "language_probability": round(transcript.language_probability, 3),
            "translated": transcript.translated,
            "duration_s": round(transcript.duration_s, 3),
            "stages": {name: round(ms, 1) for name, ms in transcript.stages_ms.items()},
        }
    )


@contextmanager
def _progress(name: str) -> Iterator[Callable[[float], None]]:
    """A progress bar on standard error where that is a terminal, else nothing."""
    if not sys.stderr.isatty():
        yield lambda share: None
        return
    from rich.console import Console
    from rich.markup import escape
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(escape(name), total=1.0)
        yield lambda share: bar.update(task, completed=share)
