"""Which source a session listens to: its own, another microphone, for a while the sample."""

from __future__ import annotations

import asyncio
import os

from engine import registry
from engine.audio.sample import sample_path
from engine.audio.sources import AudioSource
from engine.deliver.clipboards import is_remote
from engine.events import Notice
from engine.lifecycle import Lifecycle
from engine.listening import Listener
from engine.preferences import Preferences
from engine.source_spec import REMOTE, microphone_named, source_named
from engine.state import DictationState

_S = DictationState

BUSY = frozenset({_S.STARTING, _S.ARMING, _S.RECORDING, _S.FINISHING})
"""States in which the source must stay."""


class SourceChoice:
    """Opens sources for a session and moves its state with them."""

    def __init__(
        self,
        preferences: Preferences,
        listener: Listener,
        life: Lifecycle,
        given: AudioSource | None,
        stop_at_end: bool,
    ) -> None:
        """Wire the parts together; nothing is opened yet.

        Args:
            preferences: Names the microphone.
            listener: Holds what is open.
            life: Holds the state.
            given: The session's own source; None is the microphone.
            stop_at_end: Whether the end of the given source stops the recording.
        """
        self._preferences = preferences
        self._listener = listener
        self._life = life
        self._given = given
        self._stop_at_end = stop_at_end

    async def open_own(self) -> bool:
        """Open the session's own source; returns whether it is open.

        Whoever is logged in over SSH sits at another machine, and so does the microphone, most often: it is
        waited for where this machine has none.
        """
        device = self._preferences.settings.audio.device
        source = self._given or microphone_named(device)
        stand_in = None
        if self._given is None and device != REMOTE and is_remote(os.environ):
            stand_in = source_named(REMOTE)
        if not await self._open(source, stop_at_end=self._stop_at_end, stand_in=stand_in):
            return False
        link, info = self._listener.link, self._listener.info
        if link is not None and link.state == "waiting" and info is not None:
            why = "This is a login over SSH with no microphone; w" if stand_in is not None else "W"
            self._life.publish(Notice("information", f"{why}aiting for {info.detail}.", topic="link"))
        return True

    async def open_own_and_record(self) -> None:
        """Open the session's own source once more, and begin a recording if that works."""
        if await self.open_own():
            self._life.begin()

    async def choose(self, name: str) -> None:
        """Record from another microphone ("" is the system's default) and remember it.

        Refused with a notice while a dictation needs the source.
        """
        if self._is_busy("The microphone"):
            return
        self._preferences.change("audio.device", name)
        self._given = None
        self._stop_at_end = False
        await self.open_own()

    async def play_sample(self) -> None:
        """Dictate the built-in sample recording, then put the former source back, if there was one."""
        if self._is_busy("The sample"):
            return
        had_source = self._listener.is_open
        if await self._open(registry.build_source("file", sample_path()), stop_at_end=True):
            self._life.begin()
            await self._life.settled.wait()
        if had_source:
            await self.open_own()
        else:
            await self._listener.close()
            self._life.move(_S.FAILED)

    async def microphones(self) -> list[str]:
        """Names of the microphones that are there now.

        Raises:
            AudioError: They cannot be listed, for instance because PortAudio is missing.
        """
        return await asyncio.to_thread(_input_names)

    async def _open(
        self, source: AudioSource, *, stop_at_end: bool, stand_in: AudioSource | None = None
    ) -> bool:
        self._life.move(_S.STARTING)
        opened = await self._listener.open(source, stand_in)
        self._life.stop_at_end = stop_at_end
        self._life.move(_S.READY if opened else _S.FAILED)
        return opened

    def _is_busy(self, what: str) -> bool:
        if self._life.state not in BUSY:
            return False
        self._life.publish(Notice("information", f"{what} has to wait until the dictation is finished."))
        return True


def _input_names() -> list[str]:
    from engine.audio.devices import list_inputs

    return [device.name for device in list_inputs()]
