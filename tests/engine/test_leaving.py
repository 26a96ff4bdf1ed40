"""What becomes of texts that are on their way when the session closes."""

from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

import engine.recordings
from engine.audio.spool import Spool
from engine.events import Delivered, DictationFinished, RecordingStopped
from engine.state import DictationState
from tests.support.dictating import recordings
from tests.support.enhanced_session import READABLE, SPOKEN, TIDIED, Desk, at_desk, until


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let closing wait for nothing."""
    monkeypatch.setattr("engine.tasks.PATIENCE_S", 0.0)


async def open_soon(desk: Desk) -> None:
    """Have the place take its text while the session closes."""
    await asyncio.sleep(0.05)
    desk.driver.target.is_open.set()


async def test_a_place_that_takes_too_long_costs_neither_text_nor_sound(
    monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        desk.driver.target.is_open.clear()
        await desk.dictate(SPOKEN, until=DictationFinished)
        await until(lambda: desk.driver.target.begun)
    assert desk.texts == []
    (audio,) = recordings(".wav")
    assert [kept.audio for kept in desk.session.undelivered] == [audio]
    assert audio.with_suffix(".txt").read_text(encoding="utf-8") == f"{TIDIED}\n"
    assert recordings(".pcm") == []


@pytest.mark.parametrize("again", ["deliver_again", "reject"])
async def test_what_is_cut_off_of_a_text_that_was_delivered_before_is_told(
    monkeypatch: pytest.MonkeyPatch, soon: None, again: str
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        await desk.dictate(SPOKEN)
        desk.driver.target.is_open.clear()
        asking = getattr(desk.session.texts, again)()
        task = asyncio.create_task(asking) if asking else None
        await until(lambda: len(desk.driver.target.begun) == 2)
    assert desk.session.broken_off == ["collection"]
    assert desk.session.undelivered == recordings("") == []
    if task:
        await asyncio.wait({task})


async def test_nor_does_one_that_others_wait_for(monkeypatch: pytest.MonkeyPatch, soon: None) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        desk.driver.target.is_open.clear()
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.dictate(SPOKEN, until=RecordingStopped)
        await until(lambda: desk.session.state is DictationState.READY)
    assert len(desk.session.undelivered) == 2
    assert [audio.with_suffix(".txt").is_file() for audio in recordings(".wav")] == [True, True]


async def test_an_accepted_text_is_still_delivered(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.until_kept(1)
        desk.driver.target.is_open.clear()
        desk.session.texts.accept()
        await asyncio.gather(open_soon(desk), desk.session.close())
    assert desk.texts == [TIDIED]
    assert desk.session.undelivered == recordings("") == []


async def test_a_rejected_text_still_takes_the_place_of_the_one_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        await desk.dictate(SPOKEN)
        desk.driver.target.is_open.clear()
        desk.session.texts.reject()
        await asyncio.gather(open_soon(desk), desk.session.close())
    assert desk.texts == [TIDIED, READABLE]


@pytest.mark.parametrize("again", ["deliver_again", "copy_final", "copy_raw"])
async def test_what_was_asked_for_goes_on_when_the_screen_that_asked_is_gone(
    monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy") as desk:
        await desk.dictate(SPOKEN)
        desk.driver.target.is_open.clear()
        asking = asyncio.create_task(getattr(desk.session.texts, again)())
        await until(lambda: len(desk.driver.target.begun) == 2)
        asking.cancel()
        await asyncio.gather(open_soon(desk), desk.session.close())
    assert desk.texts == [TIDIED, SPOKEN if again == "copy_raw" else TIDIED]


async def test_a_text_that_waits_is_written_though_its_sound_takes_long(
    monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    keep, begun = engine.recordings._write, threading.Event()

    def slow(spool: Spool) -> Path | None:
        begun.set()
        time.sleep(0.2)
        return keep(spool)

    monkeypatch.setattr(engine.recordings, "_write", slow)
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await until(begun.is_set)
    (kept,) = desk.session.undelivered
    assert kept.text is not None
    assert kept.text.read_text(encoding="utf-8") == f"{TIDIED}\n"


async def test_a_text_that_arrived_is_not_said_to_be_undelivered(
    monkeypatch: pytest.MonkeyPatch, soon: None
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.until_kept(1)
        monkeypatch.setattr(desk.session.targets, "see", asyncio.Event().wait)
        desk.session.texts.accept()
        await until(lambda: desk.texts)
    assert desk.texts == [TIDIED]
    assert desk.driver.all(Delivered)
    assert desk.session.undelivered == desk.session.broken_off == recordings("") == []
