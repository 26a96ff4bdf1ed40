"""Windows that are busy, lose the focus or take no enter, and clipboards that cannot be read."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine.deliver.inject.window_backend import Key, Window
from engine.deliver.inject.x11 import Xdotool
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from engine.deliver.window import FocusedWindow
from engine.errors import DeliveryError
from tests.support.x_windows import ShownWindow, copy, pasted, text_field, wait_until

ENTER = Shapes(window=Shape("keep", enter=True))


@pytest.fixture(scope="module")
def other(environ: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShownWindow]:
    with text_field(environ, tmp_path_factory.mktemp("other")) as shown:
        yield shown


@pytest.fixture
def busy(field: ShownWindow, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], None]]:
    """Stop the field's program once it is known to have the focus; gives what lets it go on."""
    monkeypatch.setattr("engine.deliver.clipboard_holder.FETCH_S", 0.1)
    field.focus()
    os.kill(field.pid, signal.SIGSTOP)
    try:
        yield lambda: os.kill(field.pid, signal.SIGCONT)
    finally:
        os.kill(field.pid, signal.SIGCONT)


async def soon(condition: Callable[[], bool]) -> None:
    await asyncio.to_thread(wait_until, condition)


def failing(monkeypatch: pytest.MonkeyPatch, refused: Key) -> None:
    """Have xdotool fail at one key."""
    press = Xdotool.press

    async def refusing(backend: Xdotool, *keys: Key) -> None:
        if refused in keys:
            raise DeliveryError("xdotool failed: no such key.")
        await press(backend, *keys)

    monkeypatch.setattr(Xdotool, "press", refusing)


async def test_a_busy_window_gets_its_text_and_then_the_clipboard_is_as_before(
    field: ShownWindow, busy: Callable[[], None]
) -> None:
    copy(field.environ, b"earlier")
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ, shapes=ENTER))
    outcome = await target.deliver("dictated")
    assert outcome.status is Delivery.SENT
    assert "has not taken the text yet" in outcome.detail
    assert "Enter was not pressed" in outcome.detail
    busy()
    await asyncio.to_thread(field.wait_for, before + "dictated")
    await soon(lambda: pasted(field.environ) == b"earlier")
    await target.close()


async def test_a_busy_window_gets_its_text_from_what_outlives_us(
    field: ShownWindow, busy: Callable[[], None]
) -> None:
    copy(field.environ, b"earlier")
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ))
    assert (await target.deliver("dictated")).status is Delivery.SENT
    await target.close()
    busy()
    await asyncio.to_thread(field.wait_for, before + "dictated")
    await soon(lambda: pasted(field.environ) == b"earlier")


async def test_the_next_text_waits_for_one_that_is_late(
    field: ShownWindow, busy: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(field.environ, b"earlier")
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ))
    assert (await target.deliver("first ")).status is Delivery.SENT
    monkeypatch.setattr("engine.deliver.clipboard_holder.FETCH_S", 60.0)
    second = asyncio.create_task(target.deliver("second"))
    await asyncio.sleep(0)  # it begins
    busy()
    assert await second == Outcome(Delivery.DELIVERED, "window (xdotool)")
    await asyncio.to_thread(field.wait_for, before + "first second")
    await target.close()
    assert pasted(field.environ) == b"earlier"


async def test_a_window_that_takes_no_text_does_not_hold_up_the_next(
    field: ShownWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.clipboard_holder.FETCH_S", 0.1)
    copy(field.environ, b"earlier")
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ))
    # A terminal's class, and so its paste key, which a text field does not know.
    with text_field(field.environ, tmp_path, "Konsole") as deaf:
        await asyncio.to_thread(deaf.focus)
        outcome = await target.deliver("dictated")
        assert outcome.status is Delivery.SENT
        assert outcome.detail.startswith(f'The window "Letter {tmp_path.name}"'[:40])
        assert pasted(field.environ) == b"dictated"
    monkeypatch.setattr("engine.deliver.clipboard_holder.FETCH_S", 60.0)
    await asyncio.to_thread(field.focus)
    outcome = await target.deliver("again")
    assert outcome.status is Delivery.DELIVERED
    await asyncio.to_thread(field.wait_for, before + "again")
    await target.close()
    assert pasted(field.environ) == b"earlier"


async def test_a_text_that_was_never_taken_is_told_of(
    field: ShownWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.deliver.clipboard_holder.FETCH_S", 0.1)
    monkeypatch.setattr("engine.deliver.lending.AGAIN_S", 0.05)
    target = FocusedWindow("", Surroundings(environ=field.environ))
    with text_field(field.environ, tmp_path, "Konsole") as deaf:
        await asyncio.to_thread(deaf.focus)
        await target.deliver("one")
        outcome = await target.deliver("two")
    assert outcome.status is Delivery.SENT
    assert outcome.detail.endswith("The text before this one was not taken.")
    await target.close()


async def test_a_window_that_takes_only_a_part_is_a_failure(
    field: ShownWindow, busy: Callable[[], None]
) -> None:
    before = field.text()
    shapes = Shapes(window=Shape("shift-enter"))
    target = FocusedWindow("", Surroundings(environ=field.environ, shapes=shapes))
    outcome = await target.deliver("one\ntwo")
    assert outcome.status is Delivery.FAILED
    assert "took only a part of the text, up to line 1." in outcome.detail
    busy()
    await asyncio.to_thread(field.wait_for, before + "one")
    await target.close()


async def test_a_text_that_arrived_is_no_failure_where_enter_cannot_be_pressed(
    field: ShownWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing(monkeypatch, "enter")
    await asyncio.to_thread(field.focus)
    before = field.text()
    target = FocusedWindow("", Surroundings(environ=field.environ, shapes=ENTER))
    outcome = await target.deliver("there")
    assert outcome.status is Delivery.DELIVERED
    assert outcome.detail == "Enter was not pressed: xdotool failed: no such key."
    await target.close()
    await asyncio.to_thread(field.wait_for, before + "there")


async def test_a_text_goes_nowhere_where_the_focus_moved_while_it_was_copied(
    field: ShownWindow, other: ShownWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(field.environ, b"earlier")
    await asyncio.to_thread(field.focus)
    target = FocusedWindow("", Surroundings(environ=field.environ))
    put = target._lender.put

    async def put_while_the_focus_moves(text: str, window: Window, *selections: object) -> None:
        await put(text, window, "clipboard")
        await asyncio.to_thread(other.focus)

    monkeypatch.setattr(target._lender, "put", put_while_the_focus_moves)
    before = field.text(), other.text()
    outcome = await target.deliver("for the first")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith("Another window got the focus")
    await target.close()
    assert (field.text(), other.text()) == before
    assert pasted(field.environ) == b"earlier"


async def test_a_clipboard_that_cannot_be_read_is_spared_or_told_of(
    field: ShownWindow, tmp_path: Path
) -> None:
    for program in ("xdotool", "xprop"):
        (tmp_path / program).symlink_to(f"/usr/bin/{program}")
    copy(field.environ, b"precious")
    await asyncio.to_thread(field.focus)
    target = FocusedWindow("", Surroundings(environ=field.environ | {"PATH": str(tmp_path)}))
    assert (await target.deliver("short")).status is Delivery.SENT
    assert pasted(field.environ) == b"precious"
    outcome = await target.deliver("Grüße")
    assert outcome.detail == "What the clipboard held could not be read, and so not be put back."
    await target.close()
