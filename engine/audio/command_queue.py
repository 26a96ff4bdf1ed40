"""Commands on their way to the ingest thread, each waiting for the sound of its moment."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from time import perf_counter

from engine.audio.commands import Abandon, Begin, Command, Enough, Finish, Lose, Stop
from engine.audio.raw_sink import RawSink
from engine.audio.sources import AudioSource


@dataclass(frozen=True, slots=True)
class Given:
    """A command and its moment.

    Attributes:
        command: What to do.
        frames: Device frames that were captured before it was given.
        come: How many of them had come.
        at: When it was given, by `perf_counter`.
        number: Its place among all commands, from 1.
        ended: Whether the source had ended.
    """

    command: Command
    frames: int
    come: int
    at: float
    number: int
    ended: bool


class CommandQueue:
    """Commands in the order in which they were given.

    A command is stamped with how much sound had come when it was given. What is captured elsewhere comes
    later than the key: then the command waits for the sound that is on its way.

    Attributes:
        begins: Recordings that were asked for.
    """

    def __init__(self, source: AudioSource, sink: RawSink, rate: int) -> None:
        """Stamp commands by `sink`, to which `source` delivers `rate` frames a second."""
        self.begins = 0
        self._source = source
        self._sink = sink
        self._rate = rate
        self._given: deque[Given] = deque()
        self._count = 0
        self._hurry_to = 0
        self._latest = 0

    def give(self, command: Command) -> None:
        """Add a command, which does not wait longer than those before it. From one thread alone."""
        lag = 0
        self._count += 1
        match command:
            case Begin():
                self.begins += 1
                lag = self._lag()
            case Finish(at_once=False):
                lag = self._lag()
            case Abandon() if self._has_finish_before_begin():
                pass  # It is for the recording behind one whose last sound is waited for.
            case Abandon() | Lose() | Enough() | Stop():
                self._hurry_to = self._count
        come = self._sink.written
        self._latest = max(self._latest, come + lag)
        self._given.append(
            Given(command, self._latest, come, perf_counter(), self._count, self._sink.has_ended)
        )
        self._sink.wake.give()

    def take(self) -> Given | None:
        """The next command, if its sound has come or is not to be waited for. From the ingest thread."""
        if not self._given or not self._is_due(self._given[0]):
            return None
        return self._given.popleft()

    @property
    def next(self) -> Given | None:
        """The next command, whether its sound has come or not; None without one."""
        return self._given[0] if self._given else None

    @property
    def has_finish(self) -> bool:
        """Whether the end of a recording waits for its sound. From any thread."""
        return any(isinstance(given.command, Finish) for given in tuple(self._given))

    def _has_finish_before_begin(self) -> bool:
        """Whether one recording waits for its end, and another one behind it for its beginning."""
        has_finish = False
        for given in tuple(self._given):
            if isinstance(given.command, Begin) and has_finish:
                return True
            has_finish = has_finish or isinstance(given.command, Finish)
        return False

    def _lag(self) -> int:
        """Device frames that are captured and have not come."""
        link = self._source.link()
        return round(link.behind_s * self._rate) if link is not None else 0

    def _is_due(self, given: Given) -> bool:
        if given.number <= self._hurry_to or given.frames <= self._sink.written or self._sink.lost_why:
            return True
        # How much was on its way was an estimate. What has come may be of a later moment all the same:
        # when sound was lost, or when another sender took the place of one that is gone.
        link = self._source.link()
        return link is None or perf_counter() - link.behind_s >= given.at
