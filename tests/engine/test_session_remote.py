"""A session whose microphone is at another machine."""

from __future__ import annotations

import asyncio
import os
import platform
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME_S, Samples
from engine.audio.raw_socket import SocketSource
from engine.audio.remote import RemoteSource
from engine.events import (
    DictationCancelled,
    DictationFinished,
    Levels,
    LinkChanged,
    Notice,
    RecordingStarted,
    RecordingStopped,
    SourceChanged,
    StateChanged,
)
from engine.remote.pcm import PcmEncoder
from engine.remote.wire import Audio
from engine.state import DictationState
from tests.support.dictating import Driver, driving
from tests.support.scripted_sender import ScriptedSender, now_us
from tests.support.voices import SENTENCES, Voices, word_errors

SPHINX = {"recognition__recognizer": "pocketsphinx"}
RATE = 16_000


def send(sender: ScriptedSender, sound: Samples, first: int, until: int, ago_s: float) -> None:
    """Send `sound[first:until]`, of which the last sample was captured some seconds ago."""
    for at in range(first, until, 320):
        end = min(at + 320, until)
        ((data, _),) = PcmEncoder().encode(sound[at:end])
        early_s = (until - end) / RATE
        sender.say(Audio(at, now_us() - round((ago_s + early_s) * 1e6), end - at, data))


async def recorded(driver: Driver, seconds: float) -> None:
    """Wait until so much sound is in the recording."""

    def enough(_: Levels) -> bool:
        columns = [column for levels in driver.all(Levels) for column in levels.columns]
        return sum(column.recorded for column in columns) * FRAME_S >= seconds

    await driver.wait_until(Levels, enough)


async def test_a_break_and_a_stop_within_it_cost_no_word(voices: Voices, tmp_path: Path) -> None:
    spoken = voices.speak(SENTENCES[0])
    sound = np.concatenate((np.zeros(RATE // 2, np.float32), spoken.samples(), np.zeros(RATE, np.float32)))
    half = len(sound) // 2
    path = str(tmp_path / "m.sock")
    async with driving(RemoteSource(path), **SPHINX) as driver:
        await driver.wait_for(LinkChanged, state="waiting")
        assert platform.node() in (await driver.wait_for(Notice, topic="link")).message
        driver.session.start_recording()
        await driver.wait_for(StateChanged, state=DictationState.ARMING)
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            send(sender, sound, 0, half, ago_s=(len(sound) - half) / RATE)
            await driver.wait_for(RecordingStarted)
            await recorded(driver, half / RATE - 0.1)
        driver.session.stop_recording()
        told = await driver.wait_until(Notice, lambda notice: "on their way" in notice.message)
        assert "desk" in told.message
        assert driver.session.state is DictationState.FINISHING
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            assert await asyncio.to_thread(sender.greet) == half
            send(sender, sound, half, len(sound), ago_s=0.0)
            await asyncio.to_thread(sender.send, len(sound), RATE)
            finished = await driver.wait_for(DictationFinished)
    assert word_errors(spoken.text, finished.raw) <= 0.25
    assert finished.raw.split()[-1].strip(".").lower() in spoken.text.lower()


@asynccontextmanager
async def waiting(spoken: Samples, path: str) -> AsyncIterator[Driver]:
    """A stopped recording whose sender broke off behind `spoken`: the rest is waited for."""
    sound = np.concatenate((np.zeros(RATE, np.float32), spoken, np.zeros(RATE // 2, np.float32)))
    async with driving(RemoteSource(path), **SPHINX) as driver:
        driver.session.start_recording()
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            send(sender, sound, 0, len(sound), ago_s=20.0)
            await recorded(driver, len(sound) / RATE - 0.1)
        driver.session.stop_recording()
        told = await driver.wait_until(Notice, lambda notice: "on their way" in notice.message)
        assert told.remedy == "To cancel once ends it now, with what has come; twice drops that."
        yield driver


async def test_to_cancel_what_waits_for_a_broken_link_keeps_the_words_that_came(
    voices: Voices, tmp_path: Path
) -> None:
    spoken = voices.speak(SENTENCES[0])
    async with waiting(spoken.samples(), str(tmp_path / "m.sock")) as driver:
        assert driver.session.cancel()
        await driver.wait_until(Notice, lambda notice: "waited for no longer" in notice.message)
        finished = await driver.wait_for(DictationFinished)
        assert not driver.all(DictationCancelled)
    assert word_errors(spoken.text, finished.raw) <= 0.25
    assert driver.target.texts == [finished.text]


async def test_to_cancel_twice_drops_what_waits_for_a_broken_link(tmp_path: Path) -> None:
    async with waiting(np.zeros(RATE, np.float32), str(tmp_path / "m.sock")) as driver:
        assert driver.session.cancel()
        assert driver.session.cancel()
        cancelled = await driver.wait_for(DictationCancelled)
        assert cancelled.audio is not None
        assert driver.session.state is DictationState.READY


async def test_what_is_asked_for_and_stopped_before_there_is_a_sender_is_dropped(tmp_path: Path) -> None:
    path = str(tmp_path / "m.sock")
    async with driving(RemoteSource(path), **SPHINX) as driver:
        driver.session.start_recording()
        driver.session.stop_recording()
        await driver.wait_for(DictationCancelled, audio=None)
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            sender.send(0, RATE)
            await driver.wait_for(Levels)
        assert not driver.all(RecordingStarted)
        assert driver.session.state is DictationState.READY


async def test_a_sender_that_leaves_is_as_good_as_a_silent_one(voices: Voices, tmp_path: Path) -> None:
    spoken = voices.speak(SENTENCES[0])
    sound = np.concatenate((np.zeros(RATE, np.float32), spoken.samples()))
    path = str(tmp_path / "raw.sock")
    stops = {"audio__auto_stop": True, "audio__auto_stop_s": 0.2}
    async with driving(SocketSource(path), **SPHINX, **stops) as driver:
        driver.session.start_recording()
        with socket.socket(socket.AF_UNIX) as program:
            program.settimeout(30)
            program.connect(path)
            await asyncio.to_thread(program.sendall, (sound * 32767).astype("<i2").tobytes())
        await driver.wait_for(RecordingStopped, reason="silence")
        finished = await driver.wait_for(DictationFinished)
    assert word_errors(spoken.text, finished.raw) <= 0.25


async def test_what_is_begun_and_ended_while_the_link_is_broken_is_not_lost(
    voices: Voices, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spoken = voices.speak(SENTENCES[0])
    quiet = np.zeros(2 * RATE, np.float32)
    sound = np.concatenate((quiet, spoken.samples(), quiet))
    path = str(tmp_path / "m.sock")
    later_s = 0.0
    monkeypatch.setattr("engine.audio.remote.monotonic", lambda: time.monotonic() + later_s)
    async with driving(RemoteSource(path), **SPHINX) as driver:
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            send(sender, sound, 0, RATE, ago_s=0.0)
            await driver.wait_for(Levels)
        await driver.wait_for(LinkChanged, state="broken")
        driver.session.start_recording()
        later_s += 1.0
        driver.session.stop_recording()
        assert driver.session.state is DictationState.FINISHING
        assert driver.session.cancel()
        await driver.wait_for(DictationCancelled, audio=None)
        driver.session.start_recording()
        later_s += len(spoken.samples()) / RATE + 0.5
        driver.session.stop_recording()
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            position = await asyncio.to_thread(sender.greet)
            send(sender, sound, position, len(sound), ago_s=0.0)
            await asyncio.to_thread(sender.send, len(sound), 4 * RATE)
            finished = await driver.wait_for(DictationFinished)
    assert word_errors(spoken.text, finished.raw) <= 0.25


async def test_what_is_missing_in_a_dictation_is_told_before_its_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.audio.take.perf_counter", lambda: time.perf_counter() + 3600)
    path = str(tmp_path / "m.sock")
    async with driving(RemoteSource(path), **SPHINX) as driver:
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            driver.session.start_recording()
            await driver.wait_for(StateChanged, state=DictationState.ARMING)
            await asyncio.to_thread(sender.send, 0, RATE)
            await driver.wait_for(RecordingStarted)
            await asyncio.to_thread(sender.send, 171 * RATE, RATE)
            await recorded(driver, 3.5)  # two seconds of silence stand for what is missing
            driver.session.stop_recording()
            await asyncio.to_thread(sender.send, 172 * RATE, RATE)
            told = await driver.wait_for(Notice, topic="missing")
            assert told.message == (
                "170 s of what was said are missing in this dictation: they did not come from desk."
            )
            await driver.wait_for(DictationFinished)


async def test_over_ssh_without_a_microphone_another_machines_is_waited_for(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/pulse.sock")
    async with driving(**SPHINX) as driver:
        assert driver.session.state is DictationState.READY
        opened = await driver.wait_for(SourceChanged)
        assert opened.info is not None
        assert opened.info.kind == "network"
        assert not [event for event in driver.all(SourceChanged) if event.problem]
        said = await driver.wait_for(Notice, topic="link")
        assert said.message == (
            "This is a login over SSH with no microphone; waiting for "
            f"`utter mic --to {platform.node()}` on the machine with the microphone."
        )
        path = os.path.join(os.environ["XDG_RUNTIME_DIR"], "utter", "microphone.sock")
        with await asyncio.to_thread(ScriptedSender, path) as sender:
            await asyncio.to_thread(sender.greet)
            await driver.wait_for(LinkChanged, state="connected", sender="desk")


async def test_another_machines_microphone_is_chosen_as_any_other(
    voices: Voices, monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/pulse.sock")
    remembered: dict[str, str | bool] = {}
    async with driving(remember=remembered.__setitem__, **SPHINX) as driver:
        assert driver.session.state is DictationState.FAILED
        await driver.session.sources.choose("remote")
        assert driver.session.state is DictationState.READY
        assert remembered == {"audio.device": "remote"}
        await driver.wait_for(LinkChanged, state="waiting")
