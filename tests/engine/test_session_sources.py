"""A session whose source cannot be opened, breaks, or is exchanged."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path

from engine.audio.file import FileSource
from engine.audio.format import AudioFormat
from engine.audio.raw_socket import SocketSource
from engine.audio.sources import AudioSink, SourceInfo
from engine.errors import AudioError
from engine.events import (
    Delivered,
    DictationCancelled,
    Notice,
    RecordingStarted,
    RecordingStopped,
    SettingChanged,
    SourceChanged,
)
from engine.state import DictationState
from tests.support.dictating import Driver, dictate, driving
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import SENTENCES, Voices, word_errors

SPHINX = {"recognition__recognizer": "pocketsphinx"}


class Wrapped:
    """A file that plays the part of another source."""

    def __init__(self, source: FileSource) -> None:
        self._source = source

    def open(self, sink: AudioSink) -> AudioFormat:
        return self._source.open(sink)

    def close(self) -> None:
        self._source.close()

    def describe(self) -> SourceInfo:
        return self._source.describe()

    def recording_started(self) -> None:
        self._source.recording_started()

    def link(self) -> None:
        """It is at this machine."""


class BrokenMicrophone(Wrapped):
    """A source that cannot be opened until it is mended."""

    mended = False

    def open(self, sink: AudioSink) -> AudioFormat:
        if not self.mended:
            raise AudioError("The microphone is on fire.", "Put it out.")
        return super().open(sink)


class Unplugged(Wrapped):
    """A source that breaks some seconds after its recording began."""

    def __init__(self, source: FileSource, after_s: float) -> None:
        super().__init__(source)
        self._after_s = after_s
        self._sink: AudioSink | None = None

    def open(self, sink: AudioSink) -> AudioFormat:
        self._sink = sink
        return super().open(sink)

    def recording_started(self) -> None:
        super().recording_started()
        threading.Timer(self._after_s, self._pull).start()

    def _pull(self) -> None:
        assert self._sink is not None
        self._source.close()
        self._sink.lost("The cable was pulled.")


class LostAtOnce(Wrapped):
    """A source that breaks while it is being opened, as often as it is told to."""

    def __init__(self, source: FileSource, times: int) -> None:
        super().__init__(source)
        self._left = times

    def open(self, sink: AudioSink) -> AudioFormat:
        opened = super().open(sink)
        if self._left:
            self._left -= 1
            sink.lost("It came loose.")
        return opened


async def test_a_source_that_cannot_be_opened_is_said_and_tried_again(voices: Voices) -> None:
    source = BrokenMicrophone(FileSource(voices.speak(SENTENCES[0]).path))
    async with driving(source, stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(SourceChanged, problem="The microphone is on fire.", remedy="Put it out.")
        assert driver.session.state is DictationState.FAILED
        source.mended = True
        await dictate(driver)
        assert driver.session.final_text


async def test_the_sample_is_dictated_without_any_microphone(voices: Voices) -> None:
    source = BrokenMicrophone(FileSource(voices.speak(SENTENCES[0]).path))
    async with driving(source, **SPHINX) as driver:
        await driver.session.sources.play_sample()
        await driver.wait_for(Delivered)
        assert "quarterly report" in driver.session.final_text
        assert driver.session.state is DictationState.FAILED


async def test_a_source_that_breaks_while_recording_still_yields_its_words(voices: Voices) -> None:
    spoken = voices.speak(SENTENCES[0])
    source = Unplugged(FileSource(spoken.path), after_s=len(spoken.samples()) / 16_000)
    async with driving(source, **SPHINX) as driver:
        driver.session.start_recording()
        stopped = await driver.wait_for(RecordingStopped)
        assert stopped.reason == "lost"
        await driver.wait_for(Delivered)
        assert word_errors(spoken.text, driver.session.final_text) <= 0.25
        gone = await driver.wait_for(SourceChanged, info=None)
        assert gone.problem == "The cable was pulled."
        assert driver.session.state is DictationState.FAILED


async def test_a_source_that_breaks_while_it_is_opened_never_counts_as_ready(voices: Voices) -> None:
    source = LostAtOnce(FileSource(voices.speak(SENTENCES[0]).path), times=2)
    async with driving(source, stop_at_end=True, **SPHINX) as driver:
        await driver.wait_for(SourceChanged, info=None, problem="It came loose.")
        await asyncio.sleep(0.2)
        assert driver.session.state is DictationState.FAILED
        driver.session.start_recording()
        driver.session.start_recording()
        await asyncio.sleep(0.5)
        assert driver.session.state is DictationState.FAILED
        await dictate(driver)
        assert len(driver.target.texts) == 1


async def test_another_microphone_is_remembered_and_refused_while_recording(
    voices: Voices, virtual_microphone: VirtualMicrophone
) -> None:
    async with driving(FileSource(voices.speak(SENTENCES[0]).path), **SPHINX) as driver:
        session = driver.session
        session.start_recording()
        await driver.wait_for(RecordingStarted)
        await session.sources.choose(virtual_microphone.device)
        assert "has to wait" in (await driver.wait_for(Notice)).message
        session.cancel()
        await driver.wait_for(DictationCancelled)
        await session.sources.choose("no such device")
        assert session.state is DictationState.FAILED
        assert virtual_microphone.device in await session.sources.microphones()
        await session.sources.choose(virtual_microphone.device)
        assert session.state is DictationState.READY
        assert session.settings.audio.device == virtual_microphone.device
        await driver.wait_for(SettingChanged, key="audio.device", value=virtual_microphone.device)


async def test_a_program_that_leaves_without_sound_is_told_of_once_each_time(tmp_path: Path) -> None:
    path = str(tmp_path / "raw.sock")
    async with driving(SocketSource(path), **SPHINX) as driver:
        for times in (1, 2):
            _, writer = await asyncio.open_unix_connection(path)
            writer.close()
            await driver.wait_until(
                Notice, lambda _, times=times: len(told(driver, "raw.sock and left without sound")) == times
            )
        driver.session._listener.tell_link()
        assert len(told(driver, "left without sound")) == 2


def told(driver: Driver, words: str) -> list[Notice]:
    return [notice for notice in driver.all(Notice) if words in notice.message]
