"""`utter record`: one dictation without the workstation; its text goes to standard output."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tui.cli.aimed import add_target_argument
from tui.cli.options import add_editing_arguments, add_recognition_arguments, add_source_argument

if TYPE_CHECKING:
    from engine.bus import EventStream
    from engine.deliver.target import Outcome
    from engine.events import Event
    from engine.remote.feed import Feed
    from engine.session import DictationSession
    from engine.settings.schema import Settings

NOTHING_SAID = 1
"""Exit code when the recording held no words."""

PRINTED = "stdout"
"""The target that needs no `--to`."""

UNCONFIRMED = 3
"""Exit code when the text was sent to a place that cannot confirm it."""

LONGEST_S = 24 * 3600.0
"""Most seconds that `--for` takes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_source_argument(parser)
    add_target_argument(parser)
    parser.add_argument(
        "--json", action="store_true", help="print what happens instead, a JSON object a line"
    )
    parser.add_argument("--levels", action="store_true", help="with --json: the levels of sound too")
    add_editing_arguments(parser)
    add_recognition_arguments(parser)
    end = parser.add_mutually_exclusive_group()
    end.add_argument("--for", dest="seconds", type=_seconds, metavar="SECONDS", help="record for so long")
    end.add_argument("--until-silence", action="store_true", help="stop when speech is followed by silence")


def run(args: argparse.Namespace) -> int:
    """Dictate once.

    Without `--for` or `--until-silence` it records until Ctrl-C or Enter; a file, to its end.

    Returns:
        0 with the text on standard output or where `--to` says, 1 when nothing was said, 2 when something
        failed, 3 when it was sent where nobody confirms it; in these two one line on standard error says
        what.
    """
    from engine import paths
    from engine.remote.feed import Feed
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.cli.aimed import aimed
    from tui.cli.options import editing_overrides, recognition_overrides, say

    overrides = recognition_overrides(args) | editing_overrides(args)
    if args.enhancer:
        overrides["delivery.policy"] = "enhanced"
    overrides["audio.auto_stop"] = args.until_silence
    loaded = load(args.config, overrides)
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    settings = aimed(_without_review(loaded.settings), args.to or PRINTED)
    feed = Feed(levels=args.levels) if args.json else None
    to = settings.delivery.target
    return asyncio.run(_dictate(settings, args.source, args.seconds, to=to, feed=feed))


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


async def _dictate(
    settings: Settings,
    source: str | None,
    seconds: float | None,
    *,
    to: str = PRINTED,
    feed: Feed | None = None,
) -> int:
    """Run one session for one dictation.

    Args:
        settings: With the target of `to` in them.
        source: What is in the place of the microphone.
        seconds: How long to record; None is until somebody or something stops it.
        to: Where the text goes.
        feed: Takes what happens, to be printed in the place of the text.
    """
    from engine.deliver.stdout import StandardOutput
    from engine.session import DictationSession
    from engine.source_spec import source_named
    from tui.cli.printed_events import PrintedEvents, print_events

    printed = (PrintedEvents() if feed else StandardOutput()) if to == PRINTED else None
    session = DictationSession(
        settings,
        source=source_named(source) if source else None,
        target=printed,
        stop_at_end=True,
    )
    printing = asyncio.create_task(print_events(session.events(), feed)) if feed else None
    follower = asyncio.create_task(_follow(session, session.events(), seconds))
    try:
        await session.start()
        session.start_recording()
        await asyncio.wait({follower, *([printing] if printing else [])}, return_when=asyncio.FIRST_COMPLETED)
        if printing is not None and printing.done():
            await printing  # nobody reads any more
        return await follower
    finally:
        follower.cancel()
        kept = await session.close()
        if kept:
            from tui.cli.options import say

            say(f"The recording is kept: {kept}")
        if printing is not None:
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)  # from now on it ends us
            await printing


async def _follow(session: DictationSession, stream: EventStream, seconds: float | None) -> int:
    """Read the session's events until the dictation has ended one way or the other."""
    from engine.events import LinkChanged, RecordingStarted
    from tui.cli.options import say
    from tui.link_words import sentence

    link = "waiting"
    loop = asyncio.get_running_loop()
    async for event in stream:
        if isinstance(event, RecordingStarted):
            if seconds is not None:
                loop.call_later(seconds, session.stop_recording)
            _explain_how_to_stop(session, seconds)
        if isinstance(event, LinkChanged) and event.state != link:
            link = event.state
            say(sentence(event))
        code = _tell(event)
        if code is not None:
            return code
    return 2


def _tell(event: Event) -> int | None:
    """Say on standard error what the user should know; the exit code when that was the end."""
    from engine import events
    from tui.cli.event_words import in_words
    from tui.cli.options import say

    if isinstance(event, events.Delivered):
        return _tell_outcome(event.outcome)
    words = in_words(event)
    if words:
        say(words)
    match event:
        case events.SourceChanged(info=None, problem=problem) if problem:
            return 2
        case events.DictationFailed():
            return 2
        case events.DictationFinished(text=""):
            return NOTHING_SAID
        case events.DictationCancelled():
            return 130
    return None


def _tell_outcome(outcome: Outcome) -> int:
    """Say what became of the text, unless it simply arrived; the exit code."""
    from engine.deliver.target import Delivery
    from tui.cli.options import say

    detail = f" {outcome.detail}".rstrip()
    match outcome.status:
        case Delivery.DELIVERED:
            if outcome.detail:
                say(f"Delivered to: {outcome.target}.{detail}")
            return 0
        case Delivery.SENT:
            say(f"Sent to: {outcome.target}; it cannot confirm that.{detail}")
            return UNCONFIRMED
    kept = f" The text is kept: {outcome.kept}." if outcome.kept else ""
    say(f"The text did not reach: {outcome.target}.{detail}{kept}")
    return 2


def _explain_how_to_stop(session: DictationSession, seconds: float | None) -> None:
    """Let Enter and Ctrl-C end the recording, and say so on a terminal."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGINT, _interrupted, session)
    if sys.stdin is not None and sys.stdin.isatty():
        loop.add_reader(sys.stdin.fileno(), _entered, session)
        if sys.stderr is not None and sys.stderr.isatty() and seconds is None:
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
