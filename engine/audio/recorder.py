"""The pre-buffered recorder: armed, it always keeps the last moments, so no first word is lost.

Its methods belong to the event loop and never block it; the work is done by the ingest thread of
`engine.audio.capture`, one for the open source.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from pathlib import Path

from engine.audio.capture import Capture
from engine.audio.commands import Abandon, Begin, Finish, Stop
from engine.audio.facts import Fact, Troubled
from engine.audio.format import FRAME_S, AudioFormat
from engine.audio.ingest import Ingest
from engine.audio.raw_sink import RawSink
from engine.audio.silence_watch import SilenceWatch
from engine.audio.sources import AudioSource
from engine.audio.spool import own_birth
from engine.audio.wake import Wake
from engine.speech.silero import StreamingVoice
from engine.speech.voice import VoiceDetector
from engine.speech.voice_loading import load_voice


def whole_frames(seconds: float) -> int:
    """Frames that cover `seconds`; rounding errors do not add one."""
    return math.ceil(seconds / FRAME_S - 1e-9)


class Recorder:
    """Owns one source of sound at a time, its ingest thread and its recordings."""

    def __init__(
        self, report: Callable[[Fact], None], *, preroll_s: float, voice: VoiceDetector | None = None
    ) -> None:
        """Make a recorder; nothing is opened before `arm`.

        Args:
            report: Told of every fact, in order, from a thread of the recorder. It must not block
                or raise.
            preroll_s: Seconds of sound kept from before a recording.
            voice: The voice detector; None is Silero.
        """
        self._report = report
        self._preroll_frames = whole_frames(preroll_s)
        self._voice: VoiceDetector = voice or StreamingVoice()
        self._capture: Capture | None = None
        self._changing = asyncio.Lock()
        self._watch = SilenceWatch(report)
        self._checked_share = 1.0

    @property
    def overflows(self) -> int:
        """Times the device said that it dropped sound, since it was opened."""
        return self._capture.sink.overflows if self._capture else 0

    @property
    def lost_frames(self) -> int:
        """Device frames that were overwritten before they were read, since it was opened."""
        return self._capture.sink.lost_frames if self._capture else 0

    @property
    def late_s(self) -> float:
        """Longest delay of a block, in seconds, beyond the sound before it, since it was opened."""
        return self._capture.sink.late_s if self._capture else 0.0

    @property
    def silent_for_s(self) -> float:
        """Seconds since the last block came; 0 when nothing is open."""
        return self._capture.sink.silent_for_s if self._capture else 0.0

    async def arm(self, source: AudioSource) -> AudioFormat:
        """Open a source and begin to keep its sound, in place of the source that was open.

        Returns:
            The form in which it delivers.

        Raises:
            AudioError: It cannot be opened; nothing is open then.
        """
        async with self._changing:
            await self._disarm()
            opening = asyncio.ensure_future(asyncio.to_thread(self._open, source))
            try:
                capture, audio_format = await asyncio.shield(opening)
            except asyncio.CancelledError:
                # The thread cannot be interrupted: what it opens must not stay open unheard.
                self._capture = (await opening)[0]
                await self._disarm()
                raise
            self._capture = capture
            capture.set_checked_share(self._checked_share)
            return audio_format

    async def disarm(self) -> None:
        """Close the source, after the sound that has come; a recording is cut. Safe to call twice."""
        async with self._changing:
            await self._disarm()

    def set_checked_share(self, share: float) -> None:
        """Choose what share of a trusted device's blocks is fully checked, now and for sources to come.

        Every block is until this is called. From any thread; returns at once.

        Args:
            share: 0 to 1. No share lets a broken sample through (`engine.audio.validate`).
        """
        self._checked_share = share
        capture = self._capture
        if capture is not None:
            capture.set_checked_share(share)

    def begin(self, folder: Path) -> None:
        """Begin a recording, spooled in `folder`, with the next frame that comes.

        `Began` follows with that frame, and exactly one `Cut` in the end. A recording that still
        waits for its tail is cut.

        Raises:
            RuntimeError: No source is armed.
        """
        if self._capture is None:
            raise RuntimeError("a recording is begun while no source is armed")
        self._capture.command(Begin(folder))
        self._watch.begun(self._capture)

    def finish(self, tail_s: float, release: float, *, at_once: bool = False) -> None:
        """Cut after `tail_s`, or as soon as it has been quiet for a moment: perhaps at once.

        What is captured elsewhere comes later: sound from before now is waited for, but not for ever.

        Args:
            tail_s: Seconds to record after now at most.
            release: Probability of speech under which a frame is quiet.
            at_once: Whether nothing that is on its way is wanted: the sound itself said that it is over.
        """
        capture = self._capture
        if capture is None:
            return
        self._watch.ends(capture, at_once=at_once)
        capture.command(Finish(whole_frames(tail_s), release, at_once))

    def wait_no_longer(self) -> bool:
        """Cut a recording that waits for its last sound, with what has come. False where none does.

        It waits no more once it was asked, though its `Cut` be still to come.
        """
        return self._watch.wait_no_longer()

    def abandon(self) -> None:
        """Cut the recording at once; what it has is kept in its spool."""
        if self._capture is not None:
            self._capture.command(Abandon())

    def _open(self, source: AudioSource) -> tuple[Capture, AudioFormat]:
        """Open `source`; in a worker thread."""
        voice = self._load_voice()
        own_birth()
        sink = RawSink(Wake())
        try:
            audio_format = source.open(sink)
            if source.link() is None:
                sink.rate = audio_format.rate
            ingest = Ingest(audio_format)
        except BaseException:
            source.close()
            raise
        capture = Capture(source, sink, ingest, voice, self._preroll_frames, self._report)
        capture.start()
        return capture, audio_format

    def _load_voice(self) -> VoiceDetector:
        self._voice, problem = load_voice(self._voice)
        if problem is not None:
            self._report(Troubled("voice", problem.what, problem.remedy))
        return self._voice

    async def _disarm(self) -> None:
        capture, self._capture = self._capture, None
        self._watch.stop()
        if capture is not None:
            closing = asyncio.ensure_future(asyncio.to_thread(self._close, capture))
            try:
                await asyncio.shield(closing)
            except asyncio.CancelledError:
                await closing
                raise

    @staticmethod
    def _close(capture: Capture) -> None:
        """Close the source and end its thread; in a worker thread."""
        try:
            capture.source.close()
        finally:
            capture.command(Stop())
            capture.join()
