"""Long texts edited piece by piece through the real client: how they grow, and how they are stopped."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from engine.editing import Editor
from engine.enhance.edited import Job
from engine.enhance.edited_pieces import KEPT
from engine.enhance.enhancer import Draft
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.text_pieces import cut
from engine.enhance.tidy import Tidy
from engine.enhance.writing_mode import WritingMode
from engine.piecewise import PiecewiseEditor
from tests.support.modes import CLEAN, shipped_modes
from tests.support.ollama_server import OllamaServer, running_ollama

SENTENCE = "The report is due on Friday, and Bob will um send it to all the people. "
EDITED = SENTENCE.replace("um ", "")
LONG = (SENTENCE * 40).strip()
PIECES = len(cut(Draft(LONG)))


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama() as running:
        running.answer = lambda messages: (EDITED * messages[-1]["content"].count("um send")).strip()
        yield running


@pytest.fixture
async def model(server: OllamaServer) -> AsyncIterator[Ollama]:
    ollama = Ollama(OllamaOptions(server.host))
    yield ollama
    await ollama.close()


@pytest.fixture
def editor() -> PiecewiseEditor:
    return PiecewiseEditor(Editor())


def job(model: Ollama, text: str = LONG, mode: WritingMode = CLEAN) -> Job:
    return Job(Draft(text), mode, model, Tidy(), "qwen2.5:3b")


async def test_a_long_text_grows_piece_by_piece(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    grown: list[str] = []
    firsts: list[float | None] = []

    def grow(text: str, first_ms: float | None) -> None:
        grown.append(text)
        firsts.append(first_ms)

    edited = await editor.edit(job(model), grow)
    assert edited.text == (EDITED * 40).strip() == grown[-1]
    assert len(server.asked()) == PIECES > 3
    assert all(edited.text.startswith(text.rstrip()) for text in grown)
    assert [len(text) for text in grown] == sorted(len(text) for text in grown)
    assert len(grown) > 400
    assert set(firsts) == {edited.first_ms}
    assert (edited.enhancer, edited.model, edited.remark) == ("ollama", "qwen2.5:3b", "")
    assert (edited.accepted, edited.stopped) == (True, False)
    assert edited.plain == LONG
    assert 0 < (edited.first_ms or 0) <= edited.total_ms


@pytest.mark.parametrize(("text", "mode"), [(SENTENCE, "clean"), (LONG, "email")])
async def test_a_short_text_and_one_that_is_needed_whole_are_one_request(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor, text: str, mode: str
) -> None:
    await editor.edit(job(model, text, shipped_modes()[mode]))
    assert len(server.asked()) == 1


async def test_a_text_that_is_stopped_keeps_its_pieces_and_asks_for_no_more(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    first = (EDITED * cut(Draft(LONG))[0].draft.text.count("um")).strip()
    working = asyncio.ensure_future(
        editor.edit(job(model), progress=lambda share: server.fail("stall", after=40))
    )
    assert await asyncio.to_thread(server.reached.wait, 30)
    assert editor.stop()
    edited = await working
    assert len(server.asked()) == 2
    assert edited.text.startswith(first)
    assert edited.text.count("The report") == 40
    assert (edited.stopped, edited.accepted, edited.enhancer) == (True, True, "ollama")
    assert edited.remark == KEPT
    assert not editor.stop()


async def test_a_stop_between_two_pieces_is_heard(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    stops: list[bool] = []
    edited = await editor.edit(job(model), progress=lambda share: stops.append(editor.stop()))
    assert stops == [True] * PIECES
    assert len(server.asked()) == 1
    assert (edited.stopped, edited.remark) == (True, KEPT)
    assert edited.text.count("The report") == 40


async def test_stopped_before_its_first_words_it_is_the_text_of_the_rules(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    server.fail("stall")
    working = asyncio.ensure_future(editor.edit(job(model)))
    assert await asyncio.to_thread(server.reached.wait, 30)
    editor.stop()
    edited = await working
    assert (edited.enhancer, edited.stopped) == ("tidy", True)
    assert edited.text == (EDITED * 40).strip()
    assert edited.remark == "Stopped; tidy edited the text."
    assert len(server.asked()) == 1


async def test_closed_it_leaves_the_rest_to_the_rules(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    closed: list[bool] = []
    edited = await editor.edit(job(model), progress=lambda share: closed.append(editor.close()))
    assert closed[0]
    assert not editor.close()
    assert len(server.asked()) == 1
    assert edited.text == (EDITED * 40).strip()


async def test_cancelling_asks_for_no_more(
    server: OllamaServer, model: Ollama, editor: PiecewiseEditor
) -> None:
    server.fail("stall", after=3)
    working = asyncio.ensure_future(editor.edit(job(model)))
    assert await asyncio.to_thread(server.reached.wait, 30)
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await asyncio.to_thread(server.disconnected.wait, 30)
    assert len(server.asked()) == 1
    assert not editor.stop()
