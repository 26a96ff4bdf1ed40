"""Texts that nobody speaks just now, edited through the real client, with a server and without."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.enhance.diff import joined
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance_text import TextEnhancer
from engine.settings.load import load
from tests.support.enhanced_session import GOOD, SPOKEN
from tests.support.ollama_script import Messages, Served, dictated
from tests.support.ollama_server import OllamaServer, free_port

SENTENCE = f"{GOOD} "

Edit = Callable[..., Awaitable[Edited]]


def edited(messages: Messages) -> str:
    """What a model makes of a piece: without "um", in sentences."""
    text = dictated(messages)
    return GOOD if text.lower().rstrip(".") == SPOKEN else text


@pytest.fixture
def server(server: OllamaServer) -> OllamaServer:
    server.answer = edited
    return server


@pytest.fixture
async def edit() -> AsyncIterator[Edit]:
    """Edits a text by hand, in the mode that is set."""
    made: list[TextEnhancer] = []

    async def run(text: str, *, more: dict[str, Any] | None = None, **overrides: object) -> Edited:
        settings = load(overrides={key.replace("__", "."): one for key, one in overrides.items()}).settings
        made.append(TextEnhancer(settings))
        return await made[-1].enhance(Draft(text), settings.writing_mode, **(more or {"by_hand": True}))

    yield run
    for one in made:
        await one.close()


async def test_the_model_edits_and_the_guard_judges(server: OllamaServer, edit: Edit) -> None:
    good = await edit(SPOKEN, ollama__host=server.host)
    assert (good.text, good.enhancer, good.model, good.mode) == (GOOD, "ollama", "qwen2.5:3b", "clean")
    assert (good.accepted, good.remark) == (True, "")
    assert good.first_ms is not None
    assert 0 < good.first_ms <= good.total_ms
    assert joined(change.before for change in good.changes) == SPOKEN
    assert joined(change.after for change in good.changes) == GOOD
    server.answer = lambda _: "Sure! Here is a poem about the sea."
    bad = await edit(SPOKEN, ollama__host=server.host)
    assert (bad.text, bad.accepted) == (bad.plain, False)
    assert bad.remark.startswith("Refused: ")


async def test_by_hand_the_model_is_asked_whatever_the_policy_says(server: OllamaServer, edit: Edit) -> None:
    short = await edit("um hello", ollama__host=server.host, enhancement__enabled=False)
    assert short.enhancer == "ollama"
    from_file: dict[str, Any] = {"more": {"recognized_by": "large-v3"}, "ollama__host": server.host}
    skipped = await edit("um hello", **from_file)
    assert (skipped.enhancer, skipped.text) == ("tidy", "Hello.")
    assert skipped.remark == "qwen2.5:3b was not asked: 2 words need no model."
    written = await edit(SPOKEN, **from_file)
    assert written.remark == "qwen2.5:3b was not asked: large-v3 writes well already."
    off = await edit("um hello", enhancement__enabled=False, **from_file)
    assert (off.enhancer, off.text) == ("off", "Um hello.")
    assert len(server.asked()) == 1


async def test_without_a_server_tidy_edits_and_no_client_is_imported(
    edit: Edit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ollama", None)  # importing it fails
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("OLLAMA_HOST", nobody)
    silent = await edit(SPOKEN)
    assert (silent.enhancer, silent.remark, silent.accepted) == ("tidy", "", True)
    for wanted in ({"enhancement__enhancer": "ollama"}, {"ollama__host": nobody}):
        asked = await edit(SPOKEN, **wanted)
        assert asked.text == silent.text
        remark = f"Ollama cannot be reached at {nobody} (connection refused); tidy edited the text."
        assert asked.remark == remark
    translated = await edit(SPOKEN, enhancement__mode="translate")
    assert translated.remark.endswith("; nothing was translated.")


async def test_paragraphs_are_edited_one_by_one_and_kept(server: OllamaServer, edit: Edit) -> None:
    whole = await edit(f"{SPOKEN}\n\n\n{SPOKEN}\n\nhello there", ollama__host=server.host)
    assert whole.text == f"{GOOD}\n\n{GOOD}\n\nHello there."
    assert len(server.asked()) == 3
    assert whole.accepted
    assert whole.remark == ""
    assert joined(change.after for change in whole.changes) == whole.text
    assert whole.first_ms is not None
    assert whole.server_ms > 0


async def test_a_mode_that_rewrites_sees_the_whole_text(server: OllamaServer, edit: Edit) -> None:
    await edit(f"{SPOKEN}\n\n{SPOKEN}", ollama__host=server.host, enhancement__mode="email")
    assert len(server.asked()) == 1


async def test_a_text_of_pages_is_never_too_long(server: OllamaServer, edit: Edit) -> None:
    text = (SENTENCE * 150).strip()
    shares: list[float] = []
    long = await edit(text, more={"by_hand": True, "progress": shares.append}, ollama__host=server.host)
    assert long.text == text
    assert (long.enhancer, long.accepted, long.remark) == ("ollama", True, "")
    assert len(shares) == len(server.asked()) > 10
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


async def test_a_text_that_is_too_long_for_a_rewriting_mode_is_tidied(
    server: OllamaServer, edit: Edit
) -> None:
    long = await edit(SENTENCE * 400, ollama__host=server.host, enhancement__mode="email")
    assert long.enhancer == "tidy"
    assert "too long for the model" in long.remark
    assert server.asked() == []


async def test_one_bad_piece_spoils_no_other(server: OllamaServer, edit: Edit) -> None:
    server.answer = lambda messages: (
        "I cannot help." if "secret" in messages[-1]["content"] else edited(messages)
    )
    whole = await edit(f"{SPOKEN}\n\num tell bob the secret word now\n\n{SPOKEN}", ollama__host=server.host)
    assert whole.text == f"{GOOD}\n\nUm tell bob the secret word now.\n\n{GOOD}"
    assert whole.accepted
    assert whole.enhancer == "ollama"
    assert whole.remark.startswith("1 of 3 pieces: Refused: ")


async def test_a_server_that_keeps_failing_is_left(server: OllamaServer, edit: Edit) -> None:
    server.fail("status", times=None, text="out of order")
    whole = await edit("\n\n".join([SPOKEN] * 5), ollama__host=server.host)
    assert (whole.enhancer, whole.accepted) == ("tidy", True)
    assert whole.remark.startswith("5 of 5 pieces: ")
    assert "out of order" in whole.remark
    assert len(server.asked()) == 2


async def test_a_missing_model_is_told_and_tidy_edits(server: OllamaServer, edit: Edit) -> None:
    whole = await edit(SPOKEN, ollama__host=server.host, ollama__model="none:1b")
    assert whole.enhancer == "tidy"
    assert "has no model none:1b" in whole.remark


async def test_the_mode_may_name_the_model(server: OllamaServer) -> None:
    server.models["other:1b"] = Served("other:1b")
    settings = load(overrides={"ollama.host": server.host}).settings
    enhancer = TextEnhancer(settings)
    mode = replace(settings.writing_mode, model="other:1b")
    assert (await enhancer.enhance(Draft(SPOKEN), mode, by_hand=True)).model == "other:1b"
    assert [request.body["model"] for request in server.asked()] == ["other:1b"]
    await enhancer.close()
    await enhancer.close()


async def test_cancelling_closes_the_connection(server: OllamaServer, edit: Edit) -> None:
    server.fail("stall", after=3)
    working = asyncio.ensure_future(edit(SPOKEN, ollama__host=server.host))
    assert await asyncio.to_thread(server.reached.wait, 30)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await asyncio.to_thread(server.disconnected.wait, 30)
