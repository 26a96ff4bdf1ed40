"""The ingest thread of one open source: converts its sound, keeps the pre-roll, makes recordings.

Everything here runs on one thread, which sleeps until the sink or a command wakes it. A command
is stamped with how much sound had come when it was given, and obeyed between exactly that sound
and the next, so that "now" means the same for the key and for the microphone; one that is elsewhere
is heard later, and the command waits for it.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from engine.audio import link_troubles
from engine.audio.command_queue import CommandQueue, Given
from engine.audio.commands import Abandon, Begin, Command, Enough, Finish, Lose, Stop
from engine.audio.facts import Began, Cut, CutReason, Fact, Heard, Recorded, SourceEnded, SourceLost
from engine.audio.format import FRAME
from engine.audio.gap_shares import GapShares
from engine.audio.ingest import Frames, Ingest
from engine.audio.levels import level_column
from engine.audio.preroll import Preroll
from engine.audio.raw_sink import RawSink
from engine.audio.sources import AudioSource
from engine.audio.spool import Spool
from engine.audio.take import Take
from engine.audio.troubles import TroubleWatch
from engine.speech.voice import VoiceDetector

log = logging.getLogger(__name__)


class Capture:
    """Takes in the sound of one source on a thread of its own and reports what happens."""

    def __init__(
        self,
        source: AudioSource,
        sink: RawSink,
        ingest: Ingest,
        voice: VoiceDetector,
        preroll_frames: int,
        report: Callable[[Fact], None],
    ) -> None:
        """Prepare; nothing runs before `start`. `report` is called from the ingest thread."""
        self.source = source
        self.sink = sink
        self._name = source.describe().name
        self._ingest = ingest
        self._voice = voice
        self._report = report
        self._preroll = Preroll(preroll_frames)
        self._troubles = TroubleWatch(source.describe(), sink, ingest)
        self._recent: deque[float] = deque(maxlen=128)
        self._take: Take | None = None
        self._commands = CommandQueue(source, sink, ingest.format.rate)
        self._gap_shares = GapShares(ingest.format.rate)
        self._cuts = 0
        self._ended = self._lost = self._stopped = False
        self._thread = threading.Thread(target=self._run, name="utter-ingest", daemon=True)

    def set_checked_share(self, share: float) -> None:
        """Change the share of a trusted device's blocks that are fully checked. From any thread."""
        self._ingest.validator.checked_share = share

    @property
    def wanted(self) -> bool:
        """Whether a recording was asked for and is not cut yet. From any thread."""
        return self._commands.begins > self._cuts

    @property
    def finishing(self) -> bool:
        """Whether the end of a recording was asked for and has not come. From any thread."""
        take = self._take
        return self._commands.has_finish or (take is not None and take.finishing)

    def start(self) -> None:
        """Start the thread."""
        self._thread.start()

    def command(self, command: Command) -> None:
        """Hand the thread a command. From the event loop's thread alone; returns at once."""
        self._commands.give(command)

    def join(self) -> None:
        """Wait for the thread to end, after a `Stop`."""
        self._thread.join()

    def _run(self) -> None:
        while not self._stopped:
            self.sink.wake.wait()
            while (given := self._commands.take()) is not None:
                self._do(partial(self._take_in, given))
                self._do(partial(self._obey, given))
            self._do(self._take_in_rest)

    def _do(self, step: Callable[[], None]) -> None:
        """Take one step; a source whose sound cannot be processed is given up, and said so."""
        try:
            step()
        except Exception as error:
            log.exception("sound of %s could not be processed", self._name)
            self._lose(f"The sound of {self._name} could not be processed: {error}.")

    def _take_in(self, following: Given | None) -> None:
        """Take in the sound that has come, up to the command that follows it."""
        if self._lost:
            return
        if self.sink.form_differs(self._ingest.format):
            self._lose(f"{self._name} delivers sound in another form than it said.")
        else:
            sound = self.sink.read(following.frames if following is not None else None)
            missing_s = self._gap_shares.before(following, self.sink.take_gaps())
            if self._take is not None:
                self._take.miss(missing_s)
            self._hear(self._ingest.push(sound))

    def _take_in_rest(self) -> None:
        """Take in all sound that has come, then what the source said about itself."""
        # The flags are read before the sound: what came before them is then certainly in it.
        ended, lost_why = self.sink.has_ended, self.sink.lost_why
        self._take_in(self._commands.next)
        if ended:
            self._end()
        if self._lost:
            return
        if lost_why:
            self._hear(self._ingest.flush())
            self._lose(lost_why)
        for trouble in self._troubles.look(self._take.spool if self._take else None):
            self._report(trouble)

    def _obey(self, given: Given) -> None:
        match given.command:
            case Begin(folder):
                self._begin(folder, given)
            case Finish(tail_frames=tail_frames, release=release):
                if self._take is not None:
                    self._take.finish(tail_frames, release, self._recent)
                    if self._take.complete or self._ended:
                        self._cut("finished")
            case Abandon():
                self._cut("abandoned")
            case Lose(why):
                if not self._lost:
                    self._lose(why)
            case Enough():
                if self._take is not None and self._take.finishing:
                    self._cut("finished")
            case Stop():
                self._stopped = True
                if not self._lost:
                    self._hear(self._ingest.flush())
                self._cut("disarmed")

    def _begin(self, folder: Path, given: Given) -> None:
        """Begin a recording; a source that has ended may begin again, as a file does."""
        if given.ended:
            self._end()
        # A recording that is still waiting for its tail makes room for the next one.
        self._cut("finished")
        self._take = Take(folder, given.at)
        if self._lost:
            self._cut("lost")
            return
        if given.ended:
            self._ended = self.sink.has_ended = False
        self.sink.allow_pause()
        self.source.recording_started()

    def _hear(self, frames: Frames) -> None:
        """Judge, record or keep, and report whole frames, which are finite: their peaks were seen."""
        if not len(frames):
            return
        voice = [self._voice.probability(frame) for frame in frames.samples]
        self._recent.extend(voice)
        taken = 0
        if (take := self._take) is not None and (taken := take.want(voice)):
            self._record(take, frames.samples[:taken], voice[:taken])
        self._report(
            Heard(
                tuple(
                    level_column(
                        frame,
                        frames.peaks[at],
                        voice[at],
                        clipped=frames.clipped[at],
                        recorded=at < taken,
                    )
                    for at, frame in enumerate(frames.samples)
                )
            )
        )
        if take is not None and take.complete:
            self._cut("finished")
        self._preroll.keep(frames.samples[taken:], voice[taken:])

    def _record(self, take: Take, frames: NDArray[np.float32], voice: Sequence[float]) -> None:
        """Add frames to the recording, the first time with the pre-roll in front of them."""
        # The frames lie in memory that is used again. This is the one copy of them: nobody writes to
        # it any more, so whoever hears of it may keep slices.
        if take.spool is None:
            head, head_voice = self._preroll.empty()
            samples = np.concatenate((head, frames)).reshape(-1)
            voice = (*head_voice, *voice)
            take.spool = Spool(take.folder)
            self._report(Began(len(head)))
        else:
            samples = frames.reshape(-1).copy()
        samples.flags.writeable = False
        take.spool.append(samples)
        self._report(Recorded(take.frames, samples, tuple(voice)))
        take.frames += len(samples) // FRAME

    def _end(self) -> None:
        """Bring out the last sound of a source that has ended; once."""
        if self._ended or self._lost:
            return
        self._hear(self._ingest.flush())
        self._ended = True
        self._report(SourceEnded())
        if self._take is not None and self._take.finishing:
            self._cut("finished")

    def _lose(self, why: str) -> None:
        self._lost = True
        self.sink.lost(why)
        self._cut("lost")
        self._report(SourceLost(why, "Check that it is plugged in and switched on, or choose another one."))

    def _cut(self, reason: CutReason) -> None:
        """Complete the recording, where there is one."""
        take, self._take = self._take, None
        if take is None:
            return
        if take.spool is not None:
            take.spool.close()
            missing = link_troubles.is_missing(take.missing_s, self.source.describe().name)
            if missing is not None and reason != "abandoned":
                self._report(missing)
        self._cuts += 1
        self._report(Cut(take.frames, reason, take.spool))
