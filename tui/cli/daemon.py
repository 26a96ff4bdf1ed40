"""`utter daemon`: the engine without a screen, commanded by `utter ctl`."""

from __future__ import annotations

import argparse
import asyncio
import signal
from typing import TYPE_CHECKING

from tui.cli.aimed import add_target_argument
from tui.cli.options import add_editing_arguments, add_recognition_arguments, add_source_argument

if TYPE_CHECKING:
    from engine.events import Event
    from engine.session import DictationSession
    from engine.settings.remembered import Remembered
    from engine.settings.schema import Settings
    from tui.cli.commanded import Commanded
    from tui.session_runner import MakeSession

READY = "Ready; command it with `utter ctl`."
"""What is said once commands are answered."""

IGNORED = signal.SIG_IGN
"""What `nohup` makes of the signal that a terminal sends when it is closed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    add_source_argument(parser)
    add_target_argument(parser)
    add_editing_arguments(parser)
    add_recognition_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Run until SIGTERM or Ctrl-C.

    What happens is told on standard error, a line each; the words of dictations are not, for others may
    read a log.

    Returns:
        0. An error before it is ready is raised.

    Raises:
        AnotherEngineError: This user has an engine that runs already.
        RemoteError: It could not be commanded here.
    """
    from engine.errors import RemoteError
    from tui.cli.commanded import one_engine

    with one_engine("daemon") as commanded:
        if commanded.problem or not hasattr(signal, "SIGHUP"):
            what = commanded.problem or "On this system there is no way to command a daemon."
            raise RemoteError(what, "" if commanded.problem else "Use the workstation: `utter`.")
        return _run(args, commanded)


def _run(args: argparse.Namespace, commanded: Commanded) -> int:
    from engine import paths
    from engine.settings.load import load
    from engine.settings.remembered import Remembered
    from engine.stderr import part_native_stderr
    from tui.cli.aimed import aimed
    from tui.cli.options import editing_overrides, recognition_overrides, say

    overrides = recognition_overrides(args) | editing_overrides(args)
    loaded = load(args.config, overrides)
    settings = aimed(loaded.settings, args.to)
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    lasting = load(args.config).settings
    remembered = Remembered(paths.state_file(), loaded.own, on_problem=lambda error: say(str(error)))
    make = _session_maker(settings, lasting, args.source, remembered, commanded)
    try:
        return asyncio.run(_serve(make, commanded))
    finally:
        remembered.close()


def _session_maker(
    settings: Settings, lasting: Settings, source: str | None, remembered: Remembered, commanded: Commanded
) -> MakeSession:
    def make(_: object) -> DictationSession:
        from engine.session import DictationSession
        from engine.source_spec import source_named

        session = DictationSession(
            settings,
            source=None if source is None else source_named(source),
            remember=remembered.set,
            lasting=lasting,
        )
        commanded.attend(session)
        return session

    return make


async def _serve(make: MakeSession, commanded: Commanded) -> int:
    """Run the session until a signal asks for its end, and close it in order."""
    from tui.cli.end_signals import TOGETHER_S, let_go_of
    from tui.cli.options import say
    from tui.session_runner import SessionRunner

    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    ends = [one for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP) if signal.getsignal(one) != IGNORED]
    for one in ends:
        loop.add_signal_handler(one, over.set)
    log = Log()
    runner = SessionRunner(make, log.write, lambda _: None)
    session = await runner.open(_no_terminal)
    starting, ending = asyncio.create_task(session.start()), asyncio.create_task(over.wait())
    say(READY)
    try:
        await asyncio.wait({starting, ending}, return_when=asyncio.FIRST_COMPLETED)
        if not ending.done():
            await starting
            await ending
    finally:
        starting.cancel()
        ending.cancel()
        let_go_of(ends, TOGETHER_S)
        for kept in await runner.close():
            say(kept)
        await commanded.finish()
    return 0


class Log:
    """Tells on standard error what happens, in a line a dictation and a line a trouble."""

    def __init__(self) -> None:
        """Tell nothing yet."""
        self._seconds: dict[int, float] = {}
        self._words: dict[int, int] = {}
        self._link = ("waiting", "")

    def write(self, event: Event) -> None:
        """Tell an event, if it is one to be told; safe for a terminal."""
        line = self._line(event)
        if line:
            from tui.cli.options import say

            say(line)

    def _line(self, event: Event) -> str:
        from engine import events
        from engine.deliver.target import Delivery
        from tui.cli.event_words import in_words
        from tui.link_words import sentence

        match event:
            case events.RecordingStopped(dictation=number, duration_s=seconds):
                self._seconds[number] = seconds
            case events.DictationFinished(dictation=number, text=text):
                self._words[number] = len(text.split())
                if not text:
                    return f"{self._dictation(number)}: no words were heard."
            case events.Delivered(dictation=number, outcome=outcome):
                went = "did not reach" if outcome.status is Delivery.FAILED else f"{outcome.status} to"
                kept = f"Kept: {outcome.kept}." if outcome.kept else ""
                arrived = f"{self._dictation(number)}: {went} {outcome.target}."
                return " ".join(part for part in (arrived, outcome.detail, kept) if part)
            case events.LinkChanged(state=state, sender=sender) as event if (state, sender) != self._link:
                self._link = (state, sender)
                return sentence(event)
            case events.TargetChanged(problem=problem) if problem:
                return problem
        return in_words(event)

    def _dictation(self, number: int) -> str:
        if number not in self._words:
            return "A text"
        seconds, words = self._seconds.pop(number, 0.0), self._words.pop(number)
        return f"Dictation {number} ({seconds:.1f} s, {words} word{'s' * (words != 1)})"


def _no_terminal(_: str) -> None:
    """There is no screen of ours to write to."""
