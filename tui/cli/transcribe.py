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
    from engine.transcribe import FileTranscriber, FileTranscript


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="any audio or video file")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, each on a line")
    add_editing_arguments(parser)
    add_recognition_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Recognise the files in order.

    Returns:
        0, or 2 when a file failed; each failure is one line on standard error.
    """
    from engine import paths
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from engine.transcribe import FileTranscriber
    from tui.cli.options import editing_overrides, leave, recognition_overrides, say

    settings = load(args.config, recognition_overrides(args) | editing_overrides(args)).settings
    part_native_stderr(paths.log_file())
    transcriber = FileTranscriber(settings, say)
    try:
        outcomes = [_transcribe(transcriber, path, args.json) for path in args.files]
    except KeyboardInterrupt:
        say("Stopped.")
        if transcriber.working:  # deep in a file; the recogniser's process ends with this one
            leave()
        raise
    finally:
        transcriber.close()
    return 0 if all(outcomes) else 2


def _transcribe(transcriber: FileTranscriber, path: Path, as_json: bool) -> bool:
    """Recognise one file and print it; whether that went well."""
    from engine.deliver.sanitize import for_terminal
    from engine.errors import AudioError, EngineError
    from engine.models.languages import described
    from tui.cli.options import print_text, say, unforeseen

    try:
        with _progress(for_terminal(path.name)) as progress:
            transcript = asyncio.run(transcriber.transcribe(path, progress))
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
