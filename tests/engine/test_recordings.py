"""What is kept of a recording: where its folder takes it, where it does not, and where nothing does."""

from __future__ import annotations

import asyncio
import os
import stat
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine import paths, recordings, runtime_folder
from engine.audio.spool import Spool
from engine.events import DictationCancelled, Event, Notice
from tests.engine.audio.scripted import ScriptedSource
from tests.support.commanding import Client
from tests.support.dictating import driving
from tests.support.enhanced_session import Desk

SOUND = np.random.default_rng(1).normal(0, 0.1, 40_000).astype(np.float32)


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def refused(tmp_path: Path) -> Spool:
    """A recording whose folder cannot be made: all its sound is in memory."""
    (tmp_path / "file").write_bytes(b"")
    spool = Spool(tmp_path / "file" / "recordings")
    spool.append(SOUND)
    spool.close()
    return spool


@pytest.fixture
def runtime(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The one folder for sockets, under one that cannot be made."""
    folder = tmp_path / "runtime" / "utter"
    folder.parent.mkdir()

    def named() -> Iterator[str]:
        yield str(tmp_path / "file" / "utter")
        yield str(folder)

    monkeypatch.setattr(runtime_folder, "_named", named)
    return folder


def frames_of(audio: Path) -> int:
    with wave.open(str(audio)) as file:
        return int(file.getnframes())


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


async def test_sound_is_kept_beside_its_samples(tmp_path: Path, told: list[Event]) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND)
    audio = await recordings.keep(spool, told.append)
    assert files_in(tmp_path) == [audio]
    assert audio == spool.path.with_suffix(".wav")
    assert told == []


async def test_nothing_is_kept_of_no_sound(tmp_path: Path, told: list[Event]) -> None:
    assert await recordings.keep(None, told.append) is None
    assert await recordings.keep(Spool(tmp_path), told.append) is None
    assert told == []


async def test_sound_that_its_folder_refuses_is_kept_elsewhere(
    refused: Spool, runtime: Path, told: list[Event]
) -> None:
    before = os.umask(0)
    try:
        audio = await recordings.keep(refused, told.append)
    finally:
        os.umask(before)
    assert audio is not None
    assert audio.parent == runtime / "recordings"
    assert frames_of(audio) == len(SOUND)
    assert stat.S_IMODE(audio.stat().st_mode) == 0o600
    assert {stat.S_IMODE(folder.stat().st_mode) for folder in (runtime, audio.parent)} == {0o700}
    assert told == []


async def test_sound_that_can_be_written_nowhere_is_said_to_be_lost(
    refused: Spool, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runtime_folder, "_named", lambda: iter(()))
    assert await recordings.keep(refused, told.append) is None
    (notice,) = told
    assert isinstance(notice, Notice)
    assert (notice.severity, notice.message[:29]) == ("error", "2.5 of 2.5 s of sound are los")
    assert str(refused.path.parent) in notice.remedy


async def test_samples_that_are_on_disk_stay_there(
    tmp_path: Path, runtime: Path, told: list[Event], monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND)
    spool.close()
    spool.path.with_suffix(".wav").mkdir()
    assert await recordings.keep(spool, told.append) == spool.path
    assert recordings.how_to_recognize(spool.path).endswith(f"utter transcribe --raw - < {spool.path}")
    assert runtime not in files_in(runtime.parent)
    assert told == []


async def test_a_recording_is_kept_once_however_often_that_is_asked(
    tmp_path: Path, told: list[Event]
) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND)
    first, second = await asyncio.gather(*(recordings.keep(spool, told.append) for _ in range(2)))
    given_up = asyncio.create_task(recordings.keep(spool, told.append))
    await asyncio.sleep(0)
    given_up.cancel()
    assert first == second == await recordings.keep(spool, told.append)
    assert first is not None
    assert frames_of(first) == len(SOUND)
    await recordings.discard(spool)
    assert frames_of(first) == len(SOUND), "what was kept was discarded"


async def test_a_recording_that_was_discarded_is_not_said_to_be_lost(
    tmp_path: Path, told: list[Event]
) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND)
    await recordings.discard(spool)
    assert await recordings.keep(spool, told.append) is None
    assert told == []
    assert files_in(tmp_path) == []


def test_recovered_recordings_are_named_in_one_warning() -> None:
    one = recordings.recovered([Path("/data/a.wav")])
    assert one.severity == "warning"
    assert one.remedy == "Recognise it: utter transcribe /data/a.wav"
    two = recordings.recovered([Path("/data/a.wav"), Path("/data/b c.wav")])
    assert two.message.startswith("2 recordings ")
    assert two.remedy == "Recognise them: utter transcribe /data/a.wav '/data/b c.wav'"


async def test_a_session_tells_where_cancelled_sound_is_that_its_folder_refuses(
    desk: Desk, client: Client, home: Path
) -> None:
    paths.recordings().parent.mkdir(parents=True, exist_ok=True)
    paths.recordings().write_bytes(b"")
    await client.ask("start")
    await desk.say("hello there")
    cancelled = await client.ask("cancel")
    event = await desk.driver.wait_for(DictationCancelled)
    assert event.audio is not None
    assert event.audio.parent == home / "runtime" / "utter" / "recordings"
    assert frames_of(event.audio) > 0
    assert cancelled["said"] == f"The dictation is cancelled; its sound is kept: {event.audio}"


async def test_a_session_says_what_it_cannot_keep(
    desk: Desk, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recordings, "shelters", lambda: iter(()))
    paths.recordings().parent.mkdir(parents=True, exist_ok=True)
    paths.recordings().write_bytes(b"")
    await client.ask("start")
    await desk.say("hello there")
    cancelled = await client.ask("cancel")
    assert cancelled["said"] == "The dictation is cancelled; its sound could be kept nowhere."
    await desk.driver.wait_for(DictationCancelled, audio=None)
    assert any("of sound are lost" in notice.message for notice in desk.driver.all(Notice))


async def test_a_session_warns_of_what_a_dead_run_left_and_names_its_files(tmp_path: Path) -> None:
    folder = paths.recordings()
    folder.mkdir(parents=True)
    for name in ("a", "b"):
        (folder / f"{name}.pcm").write_bytes(bytes(3200))
    async with driving(ScriptedSource(), recognition__recognizer="pocketsphinx") as driver:
        notice = await driver.wait_for(Notice, severity="warning")
    assert notice.remedy.endswith(f" {folder / 'a.wav'} {folder / 'b.wav'}")
