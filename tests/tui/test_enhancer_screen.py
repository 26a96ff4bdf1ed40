"""The enhancer screen over enhancers that only remember what they were asked for."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList

from engine.enhance.enhancer_status import EnhancerStatus
from engine.enhance.served_model import InMemory, ServedModel
from engine.errors import EnhancementError
from engine.events import EnhancerChanged, Event, Notice, SettingChanged
from tests.tui.conftest import Stage, screen_lines, words
from tui.messages import EngineEvent
from tui.screens.enhancer import EnhancerScreen

MakeStage = Callable[..., Stage]
READY = EnhancerStatus(
    "ollama", "127.0.0.1:11434", "qwen2.5:3b", gpu_share=1.0, tokens_per_s=42.4, edit_s=2.14, load_s=3.2
)
SERVED = (
    ServedModel("gemma3:1b", "1.0B", "Q4_K_M", 815_000_000, None, 0.9, measured=False),
    ServedModel("qwen2.5:3b", "3.1B", "Q4_K_M", 1_930_000_000, InMemory(1.0, 2, 4096, None), 2.14, True),
    ServedModel("mixtral:8x7b", "46.7B", "Q4_0", 26_400_000_000, InMemory(0.25, 2, 4096, None)),
)
GONE = EnhancementError("Nothing answers at 127.0.0.1:11434.", "Start it with `ollama serve`.")


@dataclass
class FakeEnhancers:
    """Remembers what is chosen; says what it was told to."""

    status: EnhancerStatus = READY
    models: tuple[ServedModel, ...] | EnhancementError = SERVED
    asked: list[tuple[str, str]] = field(default_factory=list)
    questions: int = 0
    answers: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.answers.set()

    async def served(self) -> tuple[ServedModel, ...]:
        self.questions += 1
        await self.answers.wait()
        if isinstance(self.models, EnhancementError):
            raise self.models
        return self.models

    def choose_enhancer(self, name: str) -> None:
        self.asked.append(("enhancer", name))

    def choose_model(self, name: str) -> None:
        self.asked.append(("model", name))

    def choose_host(self, host: str) -> None:
        self.asked.append(("host", host))


@dataclass
class Open:
    """An open enhancer screen."""

    app: Stage
    pilot: Pilot[None]
    enhancers: FakeEnhancers
    screen: EnhancerScreen

    async def settle(self) -> None:
        if self.enhancers.answers.is_set():
            await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def publish(self, *happened: Event) -> None:
        for event in happened:
            self.screen.post_message(EngineEvent(event))
        await self.pilot.pause()
        await self.settle()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.settle()

    async def go(self, name: str) -> None:
        rows = self.screen.query_one("#list", OptionList)
        rows.highlighted = [row.name for row in self.screen._list.rows].index(name)
        await self.pilot.pause()

    def row(self, name: str) -> str:
        lines = (" ".join(re.sub("[│╭╮╰╯─]", " ", line).split()) for line in screen_lines(self.app))
        return next(line for line in lines if re.match(rf"[●○✓ ]*{re.escape(name)} ", line))


@asynccontextmanager
async def opened(
    stage: MakeStage, size: tuple[int, int] = (80, 24), enhancers: FakeEnhancers | None = None
) -> AsyncIterator[Open]:
    app, asked = stage(), enhancers or FakeEnhancers()
    async with app.run_test(size=size) as pilot:
        screen = EnhancerScreen(asked, app.settings)
        await app.push_screen(screen)
        it = Open(app, pilot, asked, screen)
        await it.settle()
        yield it


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_each_choice_has_a_row_with_what_it_costs(stage: MakeStage, size: tuple[int, int]):
    async with opened(stage, size) as it:
        assert it.row("auto").startswith("✓ auto the chosen model if it is there, else tidy")
        assert it.row("tidy") == "tidy rules, at once"
        assert it.row("gemma3:1b") == "gemma3:1b 1.0B Q4_K_M 815 MB ≈ 0.9 s"
        assert it.row("qwen2.5:3b") == "●✓ qwen2.5:3b 3.1B Q4_K_M 1.93 GB GPU 100 % 2.1 s measured"
        assert it.row("mixtral:8x7b") == "○ mixtral:8x7b 46.7B Q4_0 26.4 GB GPU 25 % not measured"
        text = words(it.app)
        assert "an edit of 100 words takes 2.1 s here, as measured" in text
        assert "127.0.0.1:11434 · ready · GPU 100 % · 42 tokens/s · loaded in 3.2 s" in text


@pytest.mark.parametrize(
    ("name", "asked"),
    [("auto", ("enhancer", "auto")), ("tidy", ("enhancer", "tidy")), ("gemma3:1b", ("model", "gemma3:1b"))],
)
async def test_enter_chooses_live(stage: MakeStage, name: str, asked: tuple[str, str]):
    async with opened(stage) as it:
        await it.go(name)
        await it.press("enter")
        assert it.enhancers.asked == [asked]
        assert it.app.screen is it.screen


async def test_what_was_chosen_is_marked_once_it_holds(stage: MakeStage):
    async with opened(stage) as it:
        it.enhancers.status = replace(READY, model="gemma3:1b")
        await it.publish(SettingChanged("ollama.model", "gemma3:1b"), EnhancerChanged(it.enhancers.status))
        assert it.row("gemma3:1b").startswith("●✓")
        assert it.row("qwen2.5:3b").startswith("○ qwen")
        it.enhancers.status = EnhancerStatus("tidy")
        await it.publish(SettingChanged("enhancement.enhancer", "tidy"), EnhancerChanged(it.enhancers.status))
        assert it.row("tidy").startswith("●✓")
        assert not it.row("gemma3:1b").startswith("●")


async def test_the_list_is_read_behind_the_open_screen(stage: MakeStage):
    slow = FakeEnhancers()
    slow.answers.clear()
    async with opened(stage, enhancers=slow) as it:
        assert "asking OLLAMA_HOST, or this machine…" in words(it.app)
        assert "tidy rules, at once" in words(it.app)
        await it.press("down")
        slow.answers.set()
        await it.settle()
        assert "asking" not in words(it.app)
        assert it.row("gemma3:1b")


async def test_a_server_that_is_not_there_is_one_sentence_and_can_be_asked_again(stage: MakeStage):
    silent = FakeEnhancers(replace(READY, state="unreachable"), GONE)
    async with opened(stage, enhancers=silent) as it:
        assert "✕ Nothing answers at 127.0.0.1:11434. Start it with `ollama serve`." in words(it.app)
        assert "qwen2.5:3b not there" in it.row("qwen2.5:3b")
        it.enhancers.models = SERVED
        await it.press("l")
        assert "Nothing answers" not in words(it.app)
        assert it.row("gemma3:1b")
        it.enhancers.models = ()
        await it.press("f5")
        assert "The server has no model. `ollama pull NAME` fetches one." in words(it.app)


async def test_another_server_is_asked_once_it_is_chosen(stage: MakeStage):
    async with opened(stage) as it:
        await it.press("o")
        assert isinstance(it.app.focused, Input)
        await it.press(*"box:1", "enter")
        assert it.enhancers.asked == [("host", "box:1")]
        it.enhancers.answers.clear()
        await it.publish(SettingChanged("ollama.host", "box:1"))
        assert "asking box:1…" in words(it.app)
        it.enhancers.answers.set()
        await it.settle()
        await it.press("o")
        assert it.screen.query_one(Input).value == "box:1"
        await it.press("escape")
        assert it.app.screen is it.screen
        assert it.enhancers.asked == [("host", "box:1")]
        await it.press("S")
        assert it.app.screen is it.app.workstation


@pytest.mark.parametrize("nonsense", ["not a host!!", "host!!", "nonsense@@", "ftp://box", "box:99999"])
async def test_what_is_no_address_is_refused_and_stays_to_be_mended(stage: MakeStage, nonsense: str):
    async with opened(stage) as it:
        await it.press("o")
        address = it.screen.query_one(Input)
        address.value = nonsense
        await it.press("enter")
        assert it.enhancers.asked == []
        assert f'✕ ollama.host holds "{nonsense}", which is no address of a server.' in words(it.app)
        assert it.app.focused is address
        assert address.value == nonsense
        address.value = "box:1"
        await it.press("enter")
        assert it.enhancers.asked == [("host", "box:1")]


async def test_the_server_is_asked_again_only_for_what_stands_in_a_row(stage: MakeStage):
    async with opened(stage) as it:
        it.enhancers.status = replace(READY, tokens_per_s=41.0)
        await it.publish(EnhancerChanged(it.enhancers.status))
        assert it.enhancers.questions == 1
        assert "41 tokens/s" in words(it.app)
        await it.publish(EnhancerChanged(replace(READY, state="loading")))
        assert it.enhancers.questions == 2


async def test_what_a_server_says_is_made_safe(stage: MakeStage):
    hostile = FakeEnhancers(
        replace(READY, model="a\x1b[2J", problem="It said\x1b]52;c;x\x07 no."),
        (ServedModel("a\x1b[2J", "\x9b1B", "[red]Q", 1, None),),
    )
    async with opened(stage, enhancers=hostile) as it:
        text = words(it.app)
        assert "\x1b" not in text
        assert "a 1B [red]Q" in text
        assert "! It said no." in text
        await it.publish(Notice("error", "Refused\x1b[2J.", "Do this."))
        assert "✕ Refused. Do this." in words(it.app)


@pytest.mark.parametrize("width", [20, 40, 60, 160])
async def test_a_row_is_one_line_at_every_size(stage: MakeStage, width: int):
    async with opened(stage, (width, 24)) as it:
        for height in (8, 19, 20, 48):
            await it.pilot.resize_terminal(width, height)
            await it.settle()
            rows = it.screen.query_one("#list", OptionList)
            assert rows.virtual_size.height == len(SERVED) + 2
            assert "esc" in screen_lines(it.app)[it.screen.query_one("#keys").region.y]


async def test_a_small_window_keeps_names_costs_and_keys(stage: MakeStage):
    async with opened(stage, (40, 8)) as it:
        assert it.row("auto") == "✓ auto model or tidy"
        assert it.row("qwen2.5:3b") == "●✓ qwen2.5:3b 100 words 2.1 s"
        assert it.row("gemma3:1b") == "gemma3:1b 100 words ≈ 0.9 s"
        assert screen_lines(it.app)[-1].startswith("enter use  o server…")
