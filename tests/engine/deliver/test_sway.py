"""wtype, wl-clipboard and the focus on a real Wayland desktop: a sway without a screen."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from engine import registry
from engine.deliver.clipboard import SystemClipboard
from engine.deliver.inject import wayland_focus
from engine.deliver.inject.ancestors import ancestors
from engine.deliver.inject.window_backend import Window
from engine.deliver.inject.wtype import Wtype
from engine.deliver.program import require as output_of
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.deliver.window import FocusedWindow
from engine.errors import DeliveryError
from tests.support.headless_sway import Desktop, Received, headless_sway

TEXTS = {
    "letters": "The quarterly report: 50 % of ~/$HOME & 'so on'; \"yes\"\\n",
    "combining marks": "e\u0301 n\u0303 o\u0308\u0323",
    "emoji": "👩\u200d👩\u200d👧 🇩🇪 👍🏽",
    "right to left": "שלום עולם، السلام عليكم",
    "CJK": "漢字かな交じり文、한국어",
    "line ends": "one\ntwo\tthree\n",
}


def long_text() -> str:
    dice = random.Random(6)
    return "".join(dice.choice("abc ÄÖÜ ßçñ אבג 漢字 🙂👍 e\u0301") for _ in range(2000))


def child_of(pid: int) -> int:
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


@pytest.fixture(scope="module")
def desktop() -> Iterator[Desktop]:
    with headless_sway() as running:
        yield running


@pytest.fixture(scope="module")
def terminal(desktop: Desktop) -> Received:
    return desktop.open_terminal("receiver")


@pytest.fixture
def focused_terminal(desktop: Desktop, terminal: Received) -> Received:
    desktop.ask("workspace", "receiver")
    desktop.wait_for_focus("con", "receiver")
    return terminal


@pytest.fixture
def wtype(desktop: Desktop) -> Wtype:
    return Wtype(desktop.environ)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
async def test_a_text_is_typed_as_it_is(wtype: Wtype, focused_terminal: Received, text: str) -> None:
    assert wtype.why_not() is None
    await wtype.type(text)
    assert focused_terminal.wait_for(text) == text


async def test_the_locale_of_the_user_loses_no_character(
    desktop: Desktop, focused_terminal: Received
) -> None:
    await Wtype(desktop.environ | {"LC_ALL": "C"}).type("naïve — 漢字")
    assert focused_terminal.wait_for("naïve — 漢字") == "naïve — 漢字"


async def test_a_long_text_is_pasted_with_the_key_of_terminals(
    desktop: Desktop, wtype: Wtype, focused_terminal: Received
) -> None:
    clipboard, text = SystemClipboard(desktop.environ), long_text()
    assert clipboard.name == "clipboard (wl-copy)"
    assert (await clipboard.deliver(text)).status is Delivery.SENT
    pasted = await output_of(["wl-paste", "--no-newline"], environ=desktop.environ)
    assert pasted.decode() == text
    await wtype.press("terminal-paste")
    assert focused_terminal.wait_for(text) == text


async def test_enter_is_pressed_alone_and_with_shift(wtype: Wtype, focused_terminal: Received) -> None:
    await wtype.press("enter", "enter", "shift-enter")
    # xterm's form for a key with modifiers: 27, 2 for shift, 13 for enter.
    expected = "\n\n\x1b[27;2;13~"
    assert focused_terminal.wait_for(expected) == expected


@pytest.mark.usefixtures("focused_terminal")
async def test_a_terminal_is_known(desktop: Desktop, wtype: Wtype) -> None:
    number = desktop.focused()["id"]
    assert await wtype.focused() == Window("receiver", is_terminal=True, is_ours=False, handle=number)


async def test_another_program_is_known(desktop: Desktop, wtype: Wtype) -> None:
    desktop.open_terminal("letter", app_id="org.gnome.gedit")
    found = await wtype.focused()
    assert (found.title, found.is_terminal, found.is_ours) == ("letter", False, False)


@pytest.mark.usefixtures("focused_terminal")
async def test_the_window_that_shows_us_is_known(
    desktop: Desktop, wtype: Wtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    foot = desktop.focused()["pid"]
    inside = child_of(foot)
    assert {inside, foot} <= ancestors(inside)
    monkeypatch.setattr(wayland_focus, "ancestors", lambda: ancestors(inside))
    assert (await wtype.focused()).is_ours


async def test_a_desktop_without_a_window_has_no_focus(desktop: Desktop, wtype: Wtype) -> None:
    desktop.ask("workspace", "empty")
    desktop.wait_for_focus("workspace", "empty")
    with pytest.raises(DeliveryError, match="No window has the focus"):
        await wtype.focused()


async def test_the_focused_window_gets_a_text_and_the_clipboard_its_content_back(
    desktop: Desktop, focused_terminal: Received
) -> None:
    clipboard, text = SystemClipboard(desktop.environ), long_text()
    await clipboard.deliver("from before")
    target = FocusedWindow("", Surroundings(desktop.environ))
    assert target.name == "window (wtype)"
    await target.prepare()
    outcome = await target.deliver(text)
    assert outcome.status is not Delivery.FAILED, outcome
    assert focused_terminal.wait_for(text) == text
    await target.close()
    there = await output_of(["wl-paste", "--no-newline"], environ=desktop.environ)
    assert there.decode() == "from before"


async def test_a_terminal_of_which_the_compositor_tells_nothing_gets_its_text(
    desktop: Desktop, focused_terminal: Received
) -> None:
    environ = {name: value for name, value in desktop.environ.items() if name != "SWAYSOCK"}
    await SystemClipboard(environ).deliver("from before")
    target = FocusedWindow("", Surroundings(environ))
    assert (await target.deliver("naïve 漢字")).status is Delivery.SENT
    assert focused_terminal.wait_for("naïve 漢字") == "naïve 漢字"
    await target.close()
    there = await output_of(["wl-paste", "--no-newline"], environ=environ)
    assert there.decode() == "from before"


async def test_a_text_is_typed_into_the_focused_window_where_that_is_chosen(
    desktop: Desktop, focused_terminal: Received
) -> None:
    target = FocusedWindow("", Surroundings(desktop.environ, window="type"))
    assert (await target.deliver("naïve\n漢字")).status is Delivery.SENT
    assert focused_terminal.wait_for("naïve 漢字") == "naïve 漢字"


async def test_what_types_quickly_pastes_a_text_whose_line_ends_might_submit_it(
    desktop: Desktop, focused_terminal: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Quick(Wtype):
        typed: ClassVar[list[str]] = []
        types = True

        async def type(self, text: str) -> None:
            self.typed.append(text)

    monkeypatch.setattr(registry, "build_window_backend", lambda _name, environ: Quick(environ))
    around = Surroundings(desktop.environ, Shapes(terminal=Shape("keep")))
    target = FocusedWindow("", around)
    await target.deliver("one line")
    assert Quick.typed == ["one line"]
    await target.deliver("one line\nand another")
    assert focused_terminal.wait_for("one line\nand another") == "one line\nand another"
    assert Quick.typed == ["one line"]
    await target.close()
