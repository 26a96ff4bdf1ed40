"""Keeps a source of sound open: one that breaks or falls silent is opened again when it is back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress

from engine.audio.raw_sink import FIRST_BLOCK_S, SILENT_S
from engine.audio.sources import AudioSource
from engine.errors import AudioError
from engine.remote.backoff import Backoff
from engine.remote.encoding_capture import Captured, EncodingCapture
from engine.remote.wire import Codec

LOOK_S = 0.5
"""Seconds between two looks whether a source still delivers."""


class KeptSource:
    """One source, opened as often as it takes. Used on one event loop.

    Attributes:
        name: What is heard, for people; empty while nothing is.
    """

    def __init__(
        self,
        make: Callable[[], AudioSource],
        codec: Codec,
        captured: Callable[[Captured], None],
        tell: Callable[[str], None],
    ) -> None:
        """Prepare; nothing is opened before `open`.

        Args:
            make: Makes the source, not opened, each time it is to be opened.
            codec: How its sound is encoded.
            captured: Told of sound, on the event loop.
            tell: Told in sentences when it goes and when it comes back.
        """
        self.name = ""
        self._make = make
        self._tell = tell
        self._lost: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def on_loop(moment: Captured) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(captured, moment)

        def lost(why: str) -> None:
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(self._lost.put_nowait, why)

        self._capture = EncodingCapture(codec, on_loop, lost)

    async def open(self) -> None:
        """Open it.

        Raises:
            AudioError: It cannot be opened; says which and why.
        """
        source = self._make()
        await asyncio.to_thread(self._capture.open, source)
        source.recording_started()
        self.name = source.describe().name

    async def keep(self) -> None:
        """Open it again whenever it has broken or fallen silent; until cancelled."""
        while True:
            why = await self._end()
            self.name = ""
            self._tell(f"{why} Waiting for it to come back.")
            backoff = Backoff()
            while not self.name:
                await asyncio.to_thread(self._capture.close)
                await backoff.pause()
                with suppress(AudioError):
                    await self.open()
            self._tell(f"The microphone is back: {self.name}.")

    async def close(self) -> None:
        """Let go of it for good."""
        await asyncio.to_thread(self._capture.end)

    async def _end(self) -> str:
        """Wait until what is open is of no use any more; says why.

        A source that was silent once is looked at again: after a stop of this program, or a sleep of the
        machine, the clock is late before any sound could come.
        """
        is_suspect = False
        while True:
            # Not `wait_for`, in which Python 3.11 loses a cancellation that comes together with the word.
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_S):
                    return await self._lost.get()
            silent_s = self._capture.silent_for_s
            was_suspect = is_suspect
            is_suspect = silent_s > (SILENT_S if self._capture.has_begun else FIRST_BLOCK_S)
            if is_suspect and was_suspect:
                return f"{self.name} has delivered no sound for {silent_s:.0f} s."
