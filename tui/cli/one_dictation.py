"""The course of the one dictation of `utter record`: what is said of it, what ends it, the exit code."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.deliver.target import Outcome
    from engine.events import Event
    from engine.session import DictationSession

NOTHING_SAID = 1
"""Exit code when the recording held no words."""

UNCONFIRMED = 3
"""Exit code when the text was sent to a place that cannot confirm it."""

BY_SIGNAL = 128
"""What shells add to the number of the signal that ended a program."""


class OneDictation:
    """Begins the one dictation of a session, and follows it until it has ended one way or the other."""

    def __init__(self, session: DictationSession, seconds: float | None, *, prints_lost: bool) -> None:
        """Begin nothing yet.

        Args:
            session: Its events are kept from now on.
            seconds: How long to record; None is until somebody or something stops it.
            prints_lost: Whether standard output is free for a text that did not arrive where it was sent.
        """
        self._session = session
        self._stream = session.events()
        self._seconds = seconds
        self._prints_lost = prints_lost
        self._link = "waiting"
        self._is_told = False

    async def run(self) -> int:
        """Dictate once; the exit code."""
        await self._session.start()
        self._session.start_recording()
        async for event in self._stream:
            code = self._hear(event)
            if code is not None:
                return code
        return 2

    @contextmanager
    def ended_by_signals(self) -> Iterator[asyncio.Future[int]]:
        """Give what is done once SIGTERM or SIGHUP asks for the end, which is then to be made in order.

        It has the exit code of then. A signal that comes later ends the process at once.
        """
        from tui.cli.end_signals import TOGETHER_S, let_go_of

        loop = asyncio.get_running_loop()
        ended: asyncio.Future[int] = loop.create_future()
        names = [name for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
        # `nohup` has the end of the terminal ignored.
        ends = [one for name in names if signal.getsignal(one := signal.Signals[name]) != signal.SIG_IGN]
        with suppress(NotImplementedError):  # Windows
            for one in ends:
                loop.add_signal_handler(one, _end, ended, one)
        yield ended
        let_go_of(ends, TOGETHER_S if ended.done() else 0.0)

    def _hear(self, event: Event) -> int | None:
        """Do what an event asks for; the exit code when that was the end."""
        from engine import events
        from tui.cli.options import say
        from tui.link_words import sentence

        match event:
            case events.RecordingStarted():
                if self._seconds is not None:
                    asyncio.get_running_loop().call_later(self._seconds, self._session.stop_recording)
                _explain_how_to_stop(self._session, self._seconds)
            case events.LinkChanged(state=state) if state != self._link:
                self._link = state
                say(sentence(event))
            case events.TargetChanged(name=name, problem=problem) if problem:
                say(f"The text will not reach: {name}, as things are. {problem}")
        code = _tell(event)
        if isinstance(event, events.Delivered):
            self._is_told = True
            if not event.outcome.spec:
                self._print_lost()
        return code

    def tell_undelivered(self) -> None:
        """After the session is closed: say where a text is kept that did not arrive, or was cut off."""
        from tui.cli.options import say

        for kept in self._session.undelivered:
            say(f"The text {kept}")
            if not self._is_told:
                self._print_lost()

    def _print_lost(self) -> None:
        """Print a text that is nowhere else."""
        from engine.deliver.sanitize import for_terminal
        from tui.cli.options import print_text

        if self._prints_lost:
            print_text(for_terminal(self._session.final_text), "The text")


def _end(ended: asyncio.Future[int], number: signal.Signals) -> None:
    from tui.cli.options import say

    if not ended.done():
        say(f"Ended by {number.name}.")
        ended.set_result(BY_SIGNAL + number)


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
    from engine.deliver.outcome_words import outcome_words
    from engine.deliver.target import Delivery
    from tui.cli.options import say

    if outcome.status is not Delivery.DELIVERED or outcome.detail:
        say(outcome_words(outcome))
    return {Delivery.DELIVERED: 0, Delivery.SENT: UNCONFIRMED, Delivery.FAILED: 2}[outcome.status]


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
