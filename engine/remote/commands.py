"""What `utter ctl` can have an engine do, and what it answers.

`start` and `stop` are a pair for a key that is held: a keyboard repeats the first, the two come as processes
that may overtake each other, and a key may be let go before the first sound is there. So each says what state
is wanted, and holds as soon as it can: recording that was asked for begins when the source is open, and
recording that was to end before its first sound ends with it, with the sound from before the key in it. Where
that sound does not come soon, nothing is recorded: what is said minutes later is for nobody.

What is read only after who asked has given up waiting is not done: they were told that it failed, and may
have asked again. But a recording is ended however late, for nobody holds its key any more.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine import events
from engine.deliver.outcome_words import outcome_words
from engine.deliver.sanitize import for_terminal
from engine.deliver.target import Delivery, Outcome
from engine.remote import request_times
from engine.remote.cancellations import Cancellations
from engine.remote.status_board import StatusBoard
from engine.state import DictationState

if TYPE_CHECKING:
    from engine.session import DictationSession

_S = DictationState

Result: TypeAlias = Literal["done", "nothing", "failed"]
"""Whether it is as was asked now, there was nothing to do, or it could not be done."""

DELIVERY_S = 2.0
"""Seconds that an answer waits for a delivery: who asked waits for three."""

FIRST_SOUND_S = 3.0
"""Seconds that a recording that is to end waits for its first sound: a Bluetooth headset wakes in less."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to one command.

    Attributes:
        result: What came of it.
        said: The same in plain words.
        status: Everything that is known, where that was asked for.
    """

    result: Result
    said: str
    status: dict[str, object] | None = None


class Commands:
    """Does what is asked for, and what had to wait. All on the session's event loop."""

    def __init__(self, session: DictationSession, board: StatusBoard) -> None:
        """Command `session`, of which `board` is told everything."""
        self._session = session
        self._board = board
        self._start_when_ready = False
        self._stop_when_begun = False
        self._first_sound: asyncio.TimerHandle | None = None
        self._stopped_at = 0.0
        self._handing: set[asyncio.Task[Outcome | None]] = set()
        self._cancellations = Cancellations()
        self._known: dict[str, Callable[[Mapping[str, object]], Awaitable[Reply]]] = {
            "start": self._start,
            "stop": self._stop,
            "toggle": self._toggle,
            "cancel": self._cancel,
            "status": self._status,
            "mode": self._mode,
            "paste-last": self._paste_last,
        }

    def note(self, event: events.Event) -> None:
        """See whether something is due now that had to wait."""
        self._cancellations.note(event)
        if isinstance(event, events.StateChanged):
            self._do_what_waited()

    async def do(self, request: Mapping[str, object]) -> Reply:
        """Do what a request asks for. Never raises for what stands in it."""
        name = request.get("command")
        known = self._known.get(name) if isinstance(name, str) else None
        if known is None:
            return Reply(
                "failed", f"There is no command {_quoted(name)}. There are: {', '.join(self._known)}."
            )
        if name != "stop" and request_times.time_left_s(request) < 0:
            return Reply("failed", "That was asked too long ago: it was not done. Ask again.")
        return await known(request)

    def _do_what_waited(self) -> None:
        state = self._session.state
        if self._stop_when_begun and state is _S.RECORDING:
            self._session.stop_recording()
        if self._stop_when_begun and state is _S.ARMING:
            self._stop_with_the_first_sound()
        if state not in (_S.STARTING, _S.ARMING):
            self._stop_when_begun = False
        if self._start_when_ready and state is _S.READY:
            self._session.start_recording()
        if state is not _S.STARTING:
            self._start_when_ready = False

    def _stop_with_the_first_sound(self) -> None:
        """End what is to be recorded with its first sound, or without any, where that does not come soon."""
        if self._board.is_cut_off:
            self._stop_when_begun = False
            self._session.stop_recording()
            return
        self._stop_when_begun = True
        if self._first_sound is not None:
            self._first_sound.cancel()
        self._first_sound = asyncio.get_running_loop().call_later(FIRST_SOUND_S, self._wait_no_longer)

    def _wait_no_longer(self) -> None:
        if self._stop_when_begun and self._session.state is _S.ARMING:
            self._stop_when_begun = False
            self._session.stop_recording()

    async def _start(self, request: Mapping[str, object]) -> Reply:
        at = request_times.began(request)
        if at is not None and at < self._stopped_at:
            return Reply("nothing", "The key was let go already: nothing is recorded.")
        session = self._session
        if session.state in (_S.ARMING, _S.RECORDING):
            again, self._stop_when_begun = self._stop_when_begun, False
            return Reply("done", "Recording goes on." if again else "Recording already.")
        if session.state is _S.STARTING:
            self._start_when_ready, self._stop_when_begun = True, False
            return Reply("done", "Recording begins as soon as the source of sound is open.")
        session.start_recording()
        match session.state:
            case _S.ARMING | _S.RECORDING:
                return Reply("done", "Recording.")
            case _S.STARTING:
                self._start_when_ready, self._stop_when_begun = True, False
                return Reply("done", "The source of sound is opened again; recording begins then.")
        return Reply(
            "nothing", "The last dictation is still being recognised, and no source of sound is open."
        )

    async def _stop(self, request: Mapping[str, object]) -> Reply:
        self._stopped_at = max(self._stopped_at, request_times.began(request) or 0.0)
        match self._session.state:
            case _S.RECORDING:
                self._session.stop_recording()
                return Reply("done", "Stopped; the last words are being recognised.")
            case _S.ARMING:
                self._stop_with_the_first_sound()
                match self._session.state:
                    case _S.ARMING:
                        said = "It stops with the first sound; what was said before is in it."
                    case _S.FINISHING:
                        said = "Stopped; sound that is on its way is waited for."
                    case _:
                        said = "Nothing is recorded: no microphone is connected."
                return Reply("done", said)
            case _S.STARTING:
                # Somebody at the screen may have asked for it: then it ends as soon as it has begun.
                waited, self._start_when_ready = self._start_when_ready, False
                self._stop_when_begun = True
                return Reply("done", "Taken back." if waited else "Nothing will be recorded.")
            case _S.FINISHING:
                return Reply("done", "It has stopped already; the last words are being recognised.")
        return Reply("done", "Nothing is being recorded.")

    async def _toggle(self, request: Mapping[str, object]) -> Reply:
        state = self._session.state
        wanted = self._start_when_ready if state is _S.STARTING else state in (_S.ARMING, _S.RECORDING)
        return await (self._stop if wanted and not self._stop_when_begun else self._start)({})

    async def _cancel(self, request: Mapping[str, object]) -> Reply:
        waited, self._start_when_ready = self._start_when_ready, False
        state, dictation = self._session.state, self._session.dictation
        if self._session.cancel():
            if dictation is None:
                return Reply("done", "Enhancing is stopped.")
            if state is _S.ARMING:
                return Reply("done", "Taken back; nothing was recorded yet.")
            if self._session.state is _S.FINISHING:
                return Reply("done", "It waits no longer; what has come is being recognised.")
            left_s = request_times.time_left_s(request)
            return Reply("done", await self._cancellations.sentence(dictation, left_s))
        if waited:
            return Reply("done", "Taken back.")
        return Reply("nothing", "There is nothing to cancel.")

    async def _status(self, request: Mapping[str, object]) -> Reply:
        return Reply("done", self._board.sentences(), self._board.fields())

    async def _mode(self, request: Mapping[str, object]) -> Reply:
        modes = list(self._session.settings.modes)
        name = request.get("name")
        if not isinstance(name, str) or name not in modes:
            near = difflib.get_close_matches(str(name), modes, n=1)
            meant = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(modes)}."
            return Reply("failed", f"There is no writing mode {_quoted(name)}. {for_terminal(meant)}")
        self._session.live.set_mode(name)
        return Reply("done", f"The writing mode is {for_terminal(name)}.")

    async def _paste_last(self, request: Mapping[str, object]) -> Reply:
        if not self._board.text:
            return Reply("nothing", "There is no text yet.")
        handing = asyncio.create_task(self._session.texts.deliver_again(newest=True))
        self._handing.add(handing)
        handing.add_done_callback(self._handing.discard)
        done, _ = await asyncio.wait({handing}, timeout=min(DELIVERY_S, request_times.time_left_s(request)))
        if not done:
            return Reply("done", f"The text is on its way to: {for_terminal(self._session.targets.name)}.")
        outcome = handing.result()
        if outcome is None:
            return Reply("nothing", "Another decision on the text was made meanwhile.")
        return Reply("failed" if outcome.status is Delivery.FAILED else "done", outcome_words(outcome))


def _quoted(name: object) -> str:
    """A name that somebody else made up, safe and short enough to be repeated."""
    said = for_terminal(name if isinstance(name, str) else "").replace("\n", " ")
    return f'"{said[:40]}{"…" * (len(said) > 40)}"'
