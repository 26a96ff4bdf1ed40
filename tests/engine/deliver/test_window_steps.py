"""The order in which keys are pressed and the clipboard is lent, on a desktop that writes down each step."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from engine.deliver.clipboard_holder import Taken
from engine.deliver.clipboard_mechanism import Selection
from engine.deliver.inject.window_backend import Key, Window, WindowBackend
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from engine.deliver.window import FocusedWindow
from engine.deliver.window_ways import WindowWays

LETTER = Window("Letter", is_terminal=False, handle=1)


class Desktop(WindowBackend):
    """Its keyboard, and its clipboard with what a holder of it does here.

    Attributes:
        steps: What was done, in order.
        windows: Which have the focus, one after the other; the last keeps it.
        pasted: Set while the program with the focus fetches what is pasted.
        waiting: Set once a paste waits for that.
    """

    name = "desktop"
    can_type = True

    def __init__(self, *windows: Window) -> None:
        self.steps: list[str] = []
        self.windows = list(windows)
        self.pasted, self.waiting = asyncio.Event(), asyncio.Event()
        self.pasted.set()

    def why_not(self) -> str | None:
        return None

    async def focused(self) -> Window:
        return self.windows.pop(0) if len(self.windows) > 1 else self.windows[0]

    async def press(self, *keys: Key) -> None:
        self.steps += [f"press {key}" for key in keys]

    async def type(self, text: str) -> None:
        self.steps.append(f"type {text}")

    async def hold(self, _selection: Selection, text: str, _window: Window) -> None:
        self.steps.append(f"hold {text}")

    async def taken(self, _text: str) -> Taken:
        self.waiting.set()
        await self.pasted.wait()
        return Taken()

    async def settled(self) -> None:
        self.steps.append("settled")

    async def arrived(self) -> None:
        await asyncio.sleep(0)
        self.steps.append("arrived")

    async def close(self) -> None:
        return


def window(monkeypatch: pytest.MonkeyPatch, desktop: Desktop, **around: Any) -> FocusedWindow:
    """The focused window of that desktop as a target."""
    monkeypatch.setattr("engine.deliver.lending.choose_holder", lambda _: desktop)
    monkeypatch.setattr(WindowWays, "first", lambda _: desktop)
    return FocusedWindow("", Surroundings(environ={}, restore=False, **around))


async def test_nothing_is_typed_where_the_focus_moved_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(LETTER, Window("Passwords", is_terminal=False, handle=2))
    outcome = await window(monkeypatch, desktop, window="type").deliver("text")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith("Another window got the focus before the text was there.")
    assert desktop.steps == []


async def test_a_window_whose_title_changes_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(LETTER, Window("Letter *", is_terminal=False, handle=1))
    outcome = await window(monkeypatch, desktop, window="type").deliver("text")
    assert (outcome, desktop.steps) == (Outcome(Delivery.SENT, "window (desktop)"), ["type text"])


async def test_enter_is_pressed_once_the_text_has_had_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    desktop = Desktop(LETTER)
    target = window(monkeypatch, desktop, window="paste", shapes=Shapes(window=Shape("keep", enter=True)))
    assert (await target.deliver("text")).status is Delivery.SENT
    assert desktop.steps == ["hold text", "press paste", "settled", "press enter"]
    await target.close()


async def test_a_text_that_was_cancelled_behind_its_key_is_waited_for_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desktop = Desktop(LETTER)
    target = window(monkeypatch, desktop, window="paste")
    desktop.pasted.clear()
    first = asyncio.create_task(target.deliver("first"))
    await desktop.waiting.wait()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    desktop.pasted.set()
    assert await target.deliver("second") == Outcome(Delivery.SENT, "window (desktop)")
    await target.close()
    before = desktop.steps[: desktop.steps.index("hold second")]
    assert before == ["hold first", "press paste", "arrived", "settled"]
