"""The host of models while it chooses and loads."""

from __future__ import annotations

import asyncio
import threading

import pytest

from engine.events import Event, RecognizerChanged
from engine.settings.load import load
from engine.settings.schema import RecognitionSettings
from engine.speech import host as hosts
from engine.speech.host import RecognizerHost
from engine.speech.selection import Choice, choose
from tests.support.gated import PATIENCE_S, Gated


async def test_a_load_that_has_just_begun_is_on_its_way(monkeypatch: pytest.MonkeyPatch) -> None:
    Gated().install(monkeypatch)
    looked = threading.Event()

    def look(recognition: RecognitionSettings) -> Choice:
        assert looked.wait(PATIENCE_S)
        return choose(recognition)

    monkeypatch.setattr(hosts, "choose", look)
    settings = load(overrides={"recognition.recognizer": "pocketsphinx"}).settings
    told: list[Event] = []
    host = RecognizerHost(lambda: settings, told.append)
    try:
        assert host.needs_loading()
        loading = asyncio.create_task(host.load())
        await asyncio.sleep(0)
        assert not host.needs_loading(), "the disk is looked at for it"
        looked.set()
        await loading
        assert not host.needs_loading()
        statuses = [one.status for one in told if isinstance(one, RecognizerChanged)]
        assert statuses == ["loading", "ready"]
    finally:
        looked.set()
        await host.close()
