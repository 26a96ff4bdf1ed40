"""What a session deletes from the disk: nothing that it has loaded, by whichever name that is called."""

from __future__ import annotations

import pytest

from engine import paths
from engine.events import ModelsChanged, Notice, RecognizerChanged
from tests.support import random_whisper
from tests.support.dictating import driving

BOTH = ("turbo", "large-v3-turbo")


@pytest.mark.parametrize("name", [*BOTH, "mobiuslabsgmbh/faster-whisper-large-v3-turbo"])
async def test_a_loaded_model_stays_by_whichever_name_it_is_to_go(name: str) -> None:
    folder = random_whisper.build(paths.models() / "turbo")
    async with driving(recognition__model="turbo", recognition__recognizer="whisper") as driver:
        await driver.wait_for(RecognizerChanged, status="ready")
        driver.session.models.remove(name)
        notice = await driver.wait_for(Notice, severity="warning")
        assert notice.message == f"{name} is loaded."
        assert "Unload it" in notice.remedy
        assert folder.is_dir()
        driver.session.models.unload("turbo")
        await driver.wait_until(ModelsChanged, lambda event: not event.loaded)
        driver.session.models.remove(name)
        await driver.wait_until(Notice, lambda notice: notice.message.endswith("removed from the disk."))
        assert not folder.exists()
