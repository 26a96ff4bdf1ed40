"""Which source a session listens to: its own, another microphone, for a while the sample."""

from __future__ import annotations

import asyncio

from engine import registry
from engine.audio.sample import sample_path
from engine.audio.sources import AudioSource
from engine.events import Notice
from engine.lifecycle import Lifecycle
from engine.listening import Listener
from engine.preferences import Preferences
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
        """Open the session's own source; returns whether it is open."""
        device = self._preferences.settings.audio.device
        source = self._given or registry.build_source("microphone", device)
        return await self._open(source, stop_at_end=self._stop_at_end)

    async def open_own_and_record(self) -> None:
        """Open the session's own source once more, and begin a recording if that works."""
        if await self.open_own():
            self._life.begin()

    async def choose_microphone(self, name: str) -> None:
        """Open another microphone and remember it; refused while a dictation needs the source."""
        if self._is_busy("The microphone"):
            return
        self._preferences.change("audio.device", name)
        self._given = None
        self._stop_at_end = False
        await self.open_own()

    async def play_sample(self) -> None:
        """Dictate the sample recording, then put the former source back, if there was one."""
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

    async def names(self) -> list[str]:
        """Names of the microphones that are there now.

        Raises:
            AudioError: They cannot be listed, for instance because PortAudio is missing.
        """
        return await asyncio.to_thread(_input_names)

    async def _open(self, source: AudioSource, *, stop_at_end: bool) -> bool:
        self._life.move(_S.STARTING)
        opened = await self._listener.open(source)
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
