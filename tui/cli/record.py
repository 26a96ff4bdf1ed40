"""`utter record`: one dictation without the workstation; its text goes to standard output."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.options import add_editing_arguments, add_recognition_arguments

if TYPE_CHECKING:
    from engine.bus import EventStream
    from engine.events import Event
    from engine.session import DictationSession
    from engine.settings.schema import Settings

NOTHING_SAID = 1
"""Exit code when the recording held no words."""

LONGEST_S = 24 * 3600.0
"""Most seconds that `--for` takes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--source", type=Path, metavar="FILE", help="use an audio file as the microphone")
    add_editing_arguments(parser)
    add_recognition_arguments(parser)
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--for", dest="seconds", type=_seconds, metavar="SECONDS", help="record for so long")
    end.add_argument("--until-silence", action="store_true", help="stop when speech is followed by silence")


def run(args: argparse.Namespace) -> int:
    """Dictate once.

    Without `--for` or `--until-silence` it records until Ctrl-C or Enter; a file, to its end.

    Returns:
        0 with the text on standard output, 1 when nothing was said, 2 when something failed; then
        one line on standard error says what.
    """
    from engine import paths
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.cli.options import editing_overrides, recognition_overrides, say

    overrides = recognition_overrides(args) | editing_overrides(args)
    if args.enhancer:
        overrides["delivery.policy"] = "enhanced"
    overrides["audio.auto_stop"] = args.until_silence
    loaded = load(args.config, overrides)
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    return asyncio.run(_dictate(_without_review(loaded.settings), args.source, args.seconds))


def _without_review(settings: Settings) -> Settings:
    """The settings for a dictation whose changes nobody can take or leave.

    A text that would wait to be accepted goes out once it is enhanced; where the raw one is wanted,
    nobody edits it.
    """
    policy = settings.delivery.policy
    delivery = settings.delivery.model_copy(update={"policy": "enhanced"})
    change = {"enabled": False, "enhancer": "tidy"} if policy == "raw" else {}
    enhancement = settings.enhancement.model_copy(update=change)
    return settings.model_copy(update={"delivery": delivery, "enhancement": enhancement})


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= LONGEST_S:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number of seconds above 0, a day at most")
    return seconds


async def _dictate(settings: Settings, source: Path | None, seconds: float | None) -> int:
    from engine.deliver.stdout import StandardOutput
    from engine.registry import build_source
    from engine.session import DictationSession

    session = DictationSession(
        settings,
        source=build_source("file", source) if source else None,
        target=StandardOutput(),
        stop_at_end=True,
    )
    follower = asyncio.create_task(_follow(session, session.events(), seconds))
    try:
        await session.start()
        session.start_recording()
        return await follower
    finally:
        follower.cancel()
        kept = await session.close()
        if kept:
            from tui.cli.options import say

            say(f"The recording is kept: {kept}")


async def _follow(session: DictationSession, stream: EventStream, seconds: float | None) -> int:
    """Read the session's events until the dictation has ended one way or the other."""
    from engine.events import RecordingStarted

    loop = asyncio.get_running_loop()
    async for event in stream:
        if isinstance(event, RecordingStarted):
            if seconds is not None:
                loop.call_later(seconds, session.stop_recording)
            _explain_how_to_stop(session, seconds)
        code = _tell(event)
        if code is not None:
            return code
    return 2


def _tell(event: Event) -> int | None:
    """Say on standard error what the user should know; the exit code when that was the end."""
    from engine import events
    from engine.deliver.target import Delivery
    from engine.models.languages import described
    from tui.cli.options import say

    match event:
        case events.Delivered(outcome=outcome):
            if outcome.status is Delivery.DELIVERED:
                return 0
            say(f"The text could not be printed. {outcome.detail}")
            return 2
        case events.SourceChanged(info=None, problem=problem, remedy=remedy) if problem:
            say(f"{problem} {remedy}")
            return 2
        case events.DictationFailed(problem=problem, remedy=remedy):
            say(f"{problem} {remedy}")
            return 2
        case events.DictationFinished(text=""):
            return NOTHING_SAID
        case events.DictationCancelled(audio=audio):
            say(f"Cancelled; the audio is kept: {audio}" if audio else "Cancelled.")
            return 130
        case events.RecognizerChanged(status="loading", remark=remark) if remark:
            say(remark)
        case events.LanguageHeard(language=language, probability=probability):
            say(f"The language is {described(language, probability)}.")
        case events.Enhanced(remark=remark) if remark:
            say(remark)
        case events.Notice(message=message, remedy=remedy):
            say(f"{message} {remedy}")
    return None


def _explain_how_to_stop(session: DictationSession, seconds: float | None) -> None:
    """Let Enter and Ctrl-C end the recording, and say so on a terminal."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, _interrupted, session)
    if sys.stdin is not None and sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), _entered, session)
        if sys.stderr.isatty() and seconds is None:
            print("Recording. Enter ends it; Ctrl-C twice cancels it.", file=sys.stderr, flush=True)


def _entered(session: DictationSession) -> None:
    sys.stdin.readline()
    session.stop_recording()


def _interrupted(session: DictationSession) -> None:
    """The first Ctrl-C ends the recording, the second gives up."""
    from engine.state import DictationState

    if session.state is DictationState.RECORDING:
        session.stop_recording()
    else:
        session.cancel()
