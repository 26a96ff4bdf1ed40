"""`utter transcribe`: recognise files and print their text."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.transcribe import FileTranscriber, FileTranscript


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="any audio or video file")
    parser.add_argument("--json", action="store_true", help="one JSON object a file, each on a line")
    parser.add_argument("--recognizer", metavar="NAME", help="auto, whisper or pocketsphinx")
    parser.add_argument("--model", metavar="NAME", help="Whisper model: a name such as base.en, or a folder")


def run(args: argparse.Namespace) -> int:
    """Recognise the files in order.

    Returns:
        0, or 2 when a file failed; each failure is one line on standard error.
    """
    from engine.settings.load import load
    from engine.transcribe import FileTranscriber
    from tui.cli.options import recognition_overrides, say

    settings = load(args.config, recognition_overrides(args)).settings
    transcriber = FileTranscriber(settings)
    if transcriber.choice.remark:
        say(transcriber.choice.remark)
    try:
        outcomes = [_transcribe(transcriber, path, args.json) for path in args.files]
    finally:
        transcriber.close()
    return 0 if all(outcomes) else 2


def _transcribe(transcriber: FileTranscriber, path: Path, as_json: bool) -> bool:
    from engine.errors import EngineError
    from tui.cli.options import say

    try:
        with _progress(path.name) as progress:
            transcript = asyncio.run(transcriber.transcribe(path, progress))
    except EngineError as error:
        say(str(error))
        return False
    print(_json(path, transcript) if as_json else transcript.text, flush=True)
    return True


def _json(path: Path, transcript: FileTranscript) -> str:
    return json.dumps(
        {
            "file": str(path),
            "text": transcript.text,
            "raw": transcript.raw,
            "segments": [
                {"text": segment.text, "start_s": round(segment.start_s, 3), "end_s": round(segment.end_s, 3)}
                for segment in transcript.segments
            ],
            "recognizer": transcript.recognizer,
            "model": transcript.model,
            "duration_s": round(transcript.duration_s, 3),
            "stages": {name: round(ms, 1) for name, ms in transcript.stages_ms.items()},
        },
        ensure_ascii=False,
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
