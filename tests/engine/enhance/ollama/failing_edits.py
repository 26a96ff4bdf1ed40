"""Edits that fail, and what is said of them."""

from __future__ import annotations

import gc
from typing import Any

import pytest

from engine.enhance.enhancer import Draft
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError

CLEAN = WritingMode("clean", "Edit lightly.")
SPOKEN = Draft("the quarterly report is due on friday and anna has twelve pages")


async def failure(host: str, **changed: Any) -> tuple[EnhancementError, str]:
    """How an edit fails, and what of the text had come by then."""
    enhancer = Ollama(OllamaOptions(**{"host": host, **changed}))
    come: list[str] = []

    async def edit() -> None:
        async for delta in enhancer.enhance(SPOKEN, CLEAN):
            come.append(delta.text)

    with pytest.raises(EnhancementError) as caught:
        await edit()
    await enhancer.close()
    gc.collect(1)  # a connection left open would be a warning, and a warning is an error
    return caught.value, "".join(come)


async def says(host: str, *essentials: str, **changed: Any) -> str:
    """Hold that an edit fails with two plain sentences that have the essentials; returns what had come."""
    error, come = await failure(host, **changed)
    for essential in essentials:
        assert essential in str(error), str(error)
    for line in (error.what, error.remedy):
        assert line
        assert "\n" not in line
        assert len(line) < 320
        assert "Traceback" not in line
    assert error.what.endswith(".")
    return come
