"""The target picker over offers that are given: what is listed, found, refused, typed and answered."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from textual.pilot import Pilot

from engine.deliver.offer import Offer
from tests.tui.conftest import Stage, screen_lines, shown, words
from tui.panels.target_rows import TYPED, details, row, rows
from tui.screens.target_picker import LOOKING, TargetPicker

MakeStage = Callable[..., Stage]
GONE = "DISPLAY is not set, so no window can be reached."
PLACES = [
    Offer("clipboard", "clipboard", "xclip"),
    Offer("window", "focused window", reason=GONE),
    Offer("stdout", "standard output"),
]
PANES = [
    Offer("tmux:last", "last tmux pane", "now %3 (vim)"),
    Offer("tmux:%3", "tmux %3", "vim · notes.md", "work:1.0 editor", active=True),
    Offer("tmux:%12", "tmux %12", "bash", "work:2.0 shell"),
    Offer("kitty:2", "kitty 2", "irssi", "chat"),
]


@dataclass
class FakeTargets:
    """Targets whose panes are known only once the programs have answered."""

    spec: str = "clipboard"
    mode: str = ""
    panes: list[Offer] = field(default_factory=lambda: list(PANES))
    looks: int = 0
    answered: asyncio.Event = field(default_factory=asyncio.Event)

    def places(self) -> list[Offer]:
        return PLACES

    async def offers(self) -> list[Offer]:
        self.looks += 1
        await self.answered.wait()
        return PLACES + self.panes


@dataclass
class Open:
    app: Stage
    pilot: Pilot[None]
    targets: FakeTargets
    screen: TargetPicker
    answers: list[str | None]

    async def answer(self) -> None:
        self.targets.answered.set()
        await self.app.workers.wait_for_complete()
        await self.pilot.pause()

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    @property
    def listed(self) -> list[str]:
        return [target.name for target in self.screen._list.rows]

    @property
    def current(self) -> str:
        target = self.screen._list.current
        return target.name if target else ""


@asynccontextmanager
async def opened(
    stage: MakeStage,
    targets: FakeTargets | None = None,
    size: tuple[int, int] = (80, 24),
    *,
    hang: bool = False,
) -> AsyncIterator[Open]:
    app, offered = stage(), targets or FakeTargets()
    answers: list[str | None] = []
    async with app.run_test(size=size) as pilot:
        screen = TargetPicker(offered)
        await app.push_screen(screen, answers.append)
        await pilot.pause()
        it = Open(app, pilot, offered, screen, answers)
        if not hang:
            await it.answer()
        yield it


async def test_places_are_there_at_once_and_escape_closes_while_a_program_hangs(stage: MakeStage):
    async with opened(stage, hang=True) as it:
        assert it.listed == ["clipboard", "window", "stdout"]
        assert LOOKING in words(it.app)
        await it.press("escape")
        assert it.answers == [None]


async def test_panes_come_with_what_runs_in_them_and_where_they_are(stage: MakeStage):
    async with opened(stage) as it:
        assert LOOKING not in words(it.app)
        text = words(it.app)
        assert "● clipboard xclip" in text
        assert "○ tmux %3 vim · notes.md work:1.0 editor" in text
        assert "kitty 2 irssi chat" in text
        assert it.current == "clipboard"


async def test_a_small_window_keeps_names_and_places(stage: MakeStage):
    async with opened(stage, size=(40, 8)) as it:
        await it.press(*"tmux")
        lines = screen_lines(it.app)
        assert any("tmux %3" in line and "work:1.0 editor" in line for line in lines)
        assert "esc keeps" in lines[-1]
        assert "vim · notes.md" in details(rows(PANES, "")[1])[0].plain


async def test_panes_that_run_the_same_are_told_apart_and_found_by_their_place(stage: MakeStage):
    shells = [Offer(f"tmux:%{at}", f"tmux %{at}", "bash", f"s:{at}.0 name{at}") for at in (3, 4)]
    async with opened(stage, FakeTargets(panes=shells), size=(60, 20)) as it:
        text = words(it.app)
        assert "tmux %3 s:3.0 name3 · bash" in text
        assert "tmux %4 s:4.0 name4 · bash" in text
        await it.press(*"ame4", "enter")
        assert it.answers == ["tmux:%4"]


async def test_typing_finds_by_program_and_enter_answers_with_the_pane(stage: MakeStage):
    async with opened(stage) as it:
        await it.press(*"irs", "enter")
        assert it.answers == ["kitty:2"]


async def test_the_cursor_stays_where_it_was_moved_when_the_panes_come(stage: MakeStage):
    async with opened(stage, hang=True) as it:
        await it.press("down", "down")
        assert it.current == "stdout"
        await it.answer()
        assert it.current == "stdout"
        await it.press("down", "down", "enter")
        assert it.answers == ["tmux:%3"]


async def test_what_cannot_be_used_says_why_and_is_not_chosen(stage: MakeStage):
    async with opened(stage) as it:
        await it.press(*"window", "enter")
        assert it.answers == []
        assert f"✕ Texts cannot go there: {GONE}" in words(it.app)
        await it.press(*["backspace"] * 6)
        assert "Texts cannot go there" not in words(it.app)
        assert it.current == "clipboard"


async def test_a_place_that_is_typed_out_comes_first(stage: MakeStage):
    async with opened(stage) as it:
        await it.press(*"command:wc -w")
        assert it.current == "command:wc -w"
        assert TYPED in words(it.app)
        await it.press("enter")
        assert it.answers == ["command:wc -w"]


@pytest.mark.parametrize("typed", ["tmux:%3", "tmux %3", "%3"])
async def test_a_pane_that_is_typed_out_comes_before_those_that_are_called_alike(
    stage: MakeStage, typed: str
):
    alike = [Offer("tmux:%30", "tmux %30", "bash"), *PANES]
    async with opened(stage, FakeTargets(panes=alike)) as it:
        await it.press(*typed)
        assert it.listed[:2] == ["tmux:%3", "tmux:%30"]
        await it.press("enter")
        assert it.answers == ["tmux:%3"]


async def test_a_pane_that_is_typed_out_is_taken_though_one_called_alike_comes_later(stage: MakeStage):
    async with opened(
        stage, FakeTargets(panes=[Offer("tmux:%30", "tmux %30", "bash"), *PANES]), hang=True
    ) as it:
        await it.press(*"tmux:%3")
        await it.answer()
        assert it.listed == ["tmux:%3", "tmux:%30"]
        await it.press("enter")
        assert it.answers == ["tmux:%3"]


async def test_a_program_that_shows_no_pane_can_be_chosen_for_later(stage: MakeStage):
    async with opened(stage) as it:
        await it.press(*"wezterm")
        assert '"wezterm" does not say where. Write a pane, such as wezterm:0, or wezterm:last.' in words(
            it.app
        )
        await it.press(*":last", "enter")
        assert it.answers == ["wezterm:last"]


async def test_the_name_of_a_program_finds_its_panes_with_a_colon_too(stage: MakeStage):
    async with opened(stage) as it:
        await it.press(*"tmux:")
        assert it.listed == ["tmux:last", "tmux:%3", "tmux:%12"]


def test_no_place_is_found_by_half_of_another_and_paths_are_spelt_in_one_way():
    path = f"{Path.home()}/nodir/notes.md"
    offer = Offer(f"file:{path}", f"file {path}", reason=f"The folder {Path.home()}/nodir is not there.")
    assert rows([offer], offer.spec, "file:") == []
    (found,) = rows([offer], offer.spec, "notes")
    for drawn in (row(found, 120), *details(found)):
        assert "~/nodir" in drawn.plain
        assert str(Path.home()) not in drawn.plain


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("fiel:x", '"fiel:x" is no place for a text. Did you mean file?'),
        ("file:", '"file:" does not say where. Write a path, such as file:~/notes.md.'),
        ("command:", '"command:" does not say where. Write a command, such as command:wc -w.'),
        ("emacs", '"emacs" is no place for a text. Write one of: clipboard, tmux, kitty,'),
    ],
)
async def test_a_mistake_is_said_in_words_and_stays_to_be_mended(stage: MakeStage, typed: str, said: str):
    async with opened(stage) as it:
        await it.press(*typed)
        assert said in words(it.app)
        assert it.listed == []
        await it.press("enter")
        assert f"✕ {said}" in words(it.app)
        assert it.answers == []
        await it.press("backspace")
        assert said not in words(it.app)


async def test_looking_again_asks_the_programs_once_more(stage: MakeStage):
    async with opened(stage) as it:
        it.targets.panes = [Offer("tmux:%40", "tmux %40", "htop")]
        await it.press("f5")
        await it.answer()
        assert it.targets.looks == 2
        assert it.listed == ["clipboard", "window", "stdout", "tmux:%40"]


async def test_a_writing_mode_with_a_target_of_its_own_is_named(stage: MakeStage):
    async with opened(stage, FakeTargets("stdout", "notes")) as it:
        assert "target of texts in mode notes" in shown(it.app)
        assert it.current == "stdout"


def test_hostile_titles_are_drawn_as_text():
    pane = Offer("tmux:%3", "tmux %3", "[red]x[/] \x1b[2J\x1b]0;owned\x07", "a\nb")
    (hostile,) = rows([pane], "")
    for drawn in (row(hostile, 78), *details(hostile)):
        assert not any(ord(char) < 32 for char in drawn.plain)
        assert "\x1b" not in drawn.plain
    assert "[red]x[/]" in row(hostile, 78).plain


@pytest.mark.parametrize("width", [20, 38, 55, 56, 78, 106])
def test_rows_are_exactly_as_wide_as_the_list(width: int):
    for target in rows(PLACES + PANES, "tmux:%3"):
        assert row(target, width).cell_length == width
