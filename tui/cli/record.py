"""`utter record`: one dictation without the workstation; its text goes to standard output."""

from __future__ import annotations

import argparse
import asyncio
import signal
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tui.cli.aimed import add_target_argument
from tui.cli.options import (
    add_editing_arguments,
    add_recognition_arguments,
    add_source_argument,
    seconds_up_to,
)

if TYPE_CHECKING:
    from engine.remote.feed import Feed
    from engine.settings.schema import Settings

PRINTED = "stdout"
"""The target that needs no `--to`."""

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
    end.add_argument(
        "--for",
        dest="seconds",
        type=seconds_up_to(LONGEST_S, "a day"),
        metavar="SECONDS",
        help="record for so long",
    )
    end.add_argument("--until-silence", action="store_true", help="stop when speech is followed by silence")


def run(args: argparse.Namespace) -> int:
    """Dictate once.

    Without `--for` or `--until-silence` it records until Ctrl-C or Enter; a file, to its end.

    Returns:
        0 with the text on standard output or where `--to` says, 1 when nothing was said, 2 when something
        failed, 3 when it was sent where nobody confirms it; in these two one line on standard error says
        what. 129 or 143 where SIGHUP or SIGTERM ended it.
    """
    from engine import paths
    from engine.errors import EngineError
    from engine.remote.feed import Feed
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.cli.aimed import aimed, not_printed
    from tui.cli.options import editing_overrides, recognition_overrides, say

    overrides = recognition_overrides(args) | editing_overrides(args)
    if args.enhancer:
        overrides["delivery.policy"] = "enhanced"
    overrides["audio.auto_stop"] = args.until_silence
    if args.levels and not args.json:
        raise EngineError("--levels speaks of events.", "Say --json too.")
    loaded = load(args.config, overrides)
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    settings = aimed(_without_review(loaded.settings), PRINTED if args.to is None else args.to)
    if args.json:
        settings = not_printed(settings)
    _check_language(settings)
    feed = Feed(levels=args.levels) if args.json else None
    to = settings.delivery.target
    return asyncio.run(_dictate(settings, args.source, args.seconds, to=to, feed=feed))


def _check_language(settings: Settings) -> None:
    """Refuse a language that nobody here knows before anything is said in it.

    Raises:
        RecognitionError: Names the recogniser and the language, and says what to choose instead.
    """
    from engine.speech.language_fit import check_language
    from engine.speech.selection import choose

    choice = choose(settings.recognition)
    check_language(choice.name, choice.model, settings.recognition.language)


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
    from tui.cli.one_dictation import OneDictation
    from tui.cli.options import say
    from tui.cli.printed_events import PrintedEvents, print_events

    printed = (PrintedEvents() if feed else StandardOutput()) if to == PRINTED else None
    session = DictationSession(
        settings,
        source=None if source is None else source_named(source),
        target=printed,
        stop_at_end=True,
    )
    printing = asyncio.create_task(print_events(session.events(), feed)) if feed else None
    dictation = OneDictation(session, seconds, prints_lost=to != PRINTED and feed is None)
    course = asyncio.create_task(dictation.run())
    try:
        with dictation.ended_by_signals() as ended:
            awaited: set[asyncio.Future[Any]] = {course, ended, *([printing] if printing else [])}
            await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if printing is not None and printing.done():
            await printing  # nobody reads any more
        return await (course if course.done() else ended)
    finally:
        course.cancel()
        kept = await session.close()
        if kept:
            say(f"The recording is kept: {kept}")
        dictation.tell_undelivered()
        if printing is not None:
            with suppress(NotImplementedError):  # Windows
                asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)  # from now on it ends us
            await printing
