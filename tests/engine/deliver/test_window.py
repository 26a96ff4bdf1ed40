"""Texts into the focused window: a real X server, a real terminal, a real text field, real clipboards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from engine.deliver.window import FocusedWindow
from tests.support.unicode_text import MANY_SCRIPTS
from tests.support.x_windows import (
    ShownWindow,
    copy,
    pasted,
    wait_until,
    xterm,
)

Program = Callable[[str, str], dict[str, str]]


@pytest.fixture(scope="module")
def terminal(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShownWindow]:
    with xterm(environ, tmp_path_factory.mktemp("terminal")) as shown:
        yield shown


async def deliver(text: str, into: ShownWindow, **around: Any) -> Outcome:
    """Focus a window, deliver, and close, as a run does."""
    await asyncio.to_thread(into.focus)
    target = FocusedWindow("", Surroundings(environ=into.environ, **around))
    try:
        await target.prepare()
        return await target.deliver(text)
    finally:
        await target.close()


async def received(window: ShownWindow, before: str, text: str) -> None:
    await asyncio.to_thread(window.wait_for, before + text)


@pytest.mark.parametrize(
    "text", [MANY_SCRIPTS, "x" * 10_000, ("漢" * 99 + "\n") * 800], ids=["scripts", "long", "in parts"]
)
async def test_a_field_gets_every_byte_and_the_clipboard_is_as_before(field: ShownWindow, text: str) -> None:
    copy(field.environ, "earlier, Grüße\n".encode())
    before = field.text()
    outcome = await deliver(text, field)
    assert outcome == Outcome(Delivery.DELIVERED, "window (xdotool)")
    await received(field, before, text)
    assert pasted(field.environ).decode() == "earlier, Grüße\n"


@pytest.mark.parametrize("text", [MANY_SCRIPTS, "x" * 10_000], ids=["scripts", "long"])
async def test_a_terminal_gets_it_by_its_own_key_and_both_selections_are_as_before(
    terminal: ShownWindow, text: str
) -> None:
    copy(terminal.environ, b"copied")
    copy(terminal.environ, b"selected", "primary")
    before = terminal.text()
    assert (await deliver(text, terminal)).status is Delivery.DELIVERED
    await received(terminal, before, text)
    assert pasted(terminal.environ) == b"copied"
    assert pasted(terminal.environ, "primary") == b"selected"


async def test_vim_gets_a_text_in_its_insert_mode(environ: dict[str, str], tmp_path: Path) -> None:
    command = 'exec vim -Nu NONE -n --cmd "set encoding=utf-8" -c "set paste" -c startinsert $TAKEN'
    with xterm(environ, tmp_path, command) as vim:
        outcome = await deliver(MANY_SCRIPTS, vim)
        assert outcome.status is Delivery.DELIVERED
        vim.xdotool("key", "Escape")
        vim.xdotool("type", ":w\n")
        await asyncio.to_thread(vim.wait_for, MANY_SCRIPTS + "\n")


async def test_a_terminal_gets_one_line_and_a_field_its_lines(
    terminal: ShownWindow, field: ShownWindow
) -> None:
    for window, expected in ((terminal, "one two"), (field, "one\ntwo")):
        before = window.text()
        await deliver("one\ntwo", window)
        await received(window, before, expected)


async def test_nothing_that_a_terminal_obeys_gets_through(terminal: ShownWindow) -> None:
    before = terminal.text()
    await deliver("ls\x1b[201\rrm\x03", terminal)
    await received(terminal, before, "ls[201 rm")


async def test_lines_by_shift_enter_and_enter_after(terminal: ShownWindow) -> None:
    before = terminal.text()
    shapes = Shapes(terminal=Shape("shift-enter", "space", enter=True))
    assert (await deliver("one\n\ntwo", terminal, shapes=shapes)).status is Delivery.DELIVERED
    await received(terminal, before, "one\r\rtwo \r")


async def test_every_key_is_typed_and_the_text_is_only_sent(
    terminal: ShownWindow, field: ShownWindow
) -> None:
    copy(terminal.environ, b"copied")
    for window in (terminal, field):
        before = window.text()
        text = "".join(map(chr, range(32, 127)))
        outcome = await deliver(text, window, window="type")
        assert outcome == Outcome(Delivery.SENT, "window (xdotool)")
        await received(window, before, text)
    assert pasted(terminal.environ) == b"copied"


async def test_a_tab_is_typed_as_a_space(terminal: ShownWindow) -> None:
    before = terminal.text()
    await deliver("one\ttwo", terminal, window="type")
    await received(terminal, before, "one two")


async def test_an_image_stays_on_the_clipboard_because_the_text_is_typed(field: ShownWindow) -> None:
    copy(field.environ, b"\x89PNG", form="image/png")
    before = field.text()
    outcome = await deliver("short", field)
    assert outcome.status is Delivery.SENT
    await received(field, before, "short")
    assert pasted(field.environ, form="image/png") == b"\x89PNG"


@pytest.mark.parametrize("text", ["x" * 400, "Grüße", "one\ntwo", "a\tb"])
async def test_an_image_that_had_to_give_way_is_told_of(field: ShownWindow, text: str) -> None:
    copy(field.environ, b"\x89PNG", form="image/png")
    before = field.text()
    outcome = await deliver(text, field)
    assert outcome.status is Delivery.DELIVERED
    assert outcome.detail == "The clipboard held an image, which could not be put back."
    await received(field, before, text)


async def test_what_somebody_copied_meanwhile_is_kept(field: ShownWindow) -> None:
    copy(field.environ, b"earlier")
    await asyncio.to_thread(field.focus)
    target = FocusedWindow("", Surroundings(environ=field.environ))
    await target.deliver("dictated")
    copy(field.environ, b"copied meanwhile")
    await target.close()
    assert pasted(field.environ) == b"copied meanwhile"


async def test_a_second_text_at_once_is_not_given_the_first_as_what_was_there(field: ShownWindow) -> None:
    copy(field.environ, b"earlier")
    before = field.text()
    await asyncio.to_thread(field.focus)
    target = FocusedWindow("", Surroundings(environ=field.environ))
    for text in ("first ", "second "):
        assert (await target.deliver(text)).status is Delivery.DELIVERED
    await target.close()
    await target.close()
    await received(field, before, "first second ")
    assert pasted(field.environ) == b"earlier"


async def test_the_clipboard_comes_back_without_a_close(field: ShownWindow) -> None:
    copy(field.environ, b"earlier")
    await asyncio.to_thread(field.focus)
    target = FocusedWindow("", Surroundings(environ=field.environ))
    await target.deliver("dictated")
    await asyncio.to_thread(wait_until, lambda: pasted(field.environ) == b"earlier")
    await target.close()
    assert pasted(field.environ) == b"earlier"


async def test_a_text_stays_on_the_clipboard_where_that_is_wanted(field: ShownWindow) -> None:
    copy(field.environ, b"earlier")
    await deliver("dictated", field, restore=False)
    assert pasted(field.environ) == b"dictated"


async def test_our_own_window_is_refused(field: ShownWindow) -> None:
    before = field.text()
    ours = replace(field, environ=field.environ | {"WINDOWID": str(field.handle)})
    for outcome in (await deliver("text", ours), await deliver("text", field, has_focus=lambda: True)):
        assert outcome.status is Delivery.FAILED
        assert "utter itself has the focus" in outcome.detail
    assert field.text() == before


async def test_an_empty_text_presses_nothing(field: ShownWindow) -> None:
    assert (await deliver("\x1b", field)).detail == "There is no text to paste."


def test_reasons_are_those_of_the_desktop() -> None:
    def reason(**environ: str) -> str:
        return FocusedWindow("", Surroundings(environ={"PATH": "", **environ})).can_deliver() or ""

    assert reason() == "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
    assert reason(DISPLAY=":0") == "xdotool is not installed; install it, with Debian: apt install xdotool."
    assert "xdotool" not in reason(DISPLAY=":0", WAYLAND_DISPLAY="wayland-0")
