"""SendInput of Windows: the structures as Windows lays them out, and what is made of its answers."""

from __future__ import annotations

import ctypes
import struct
import sys

import pytest

from engine.deliver.inject.key_input import Input, batch, of_keys, of_text
from engine.deliver.inject.window_backend import Key, Window
from engine.deliver.inject.windows import SendInput
from engine.errors import DeliveryError

UNICODE, UP, EXTENDED = 4, 2, 1
SHIFT, CONTROL, RETURN, TAB, INSERT, V = 0x10, 0x11, 0x0D, 0x09, 0x2D, 0x56


def recorded(*strokes: tuple[int, int, int]) -> bytes:
    """INPUT with a KEYBDINPUT on 64 bits: type and padding, wVk, wScan, dwFlags, time and padding,
    dwExtraInfo, and the rest of the union."""
    return b"".join(
        struct.pack("<IIHHIIIQQ", 1, 0, key, unit, flags, 0, 0, 0, 0) for key, unit, flags in strokes
    )


def typed(*units: int) -> bytes:
    return recorded(*((0, unit, UNICODE | up) for unit in units for up in (0, UP)))


class Recorder:
    """What is needed of Windows, with a window in front."""

    def __init__(self, window: tuple[int, str, str] = (7, "", ""), takes: int = sys.maxsize) -> None:
        self.sent: list[bytes] = []
        self._window, self._takes = window, takes

    def send(self, events: ctypes.Array[Input]) -> int:
        self.sent.append(bytes(events))
        return min(len(events), self._takes)

    def foreground(self) -> tuple[int, str, str]:
        return self._window

    def console(self) -> int:
        return 9


def test_the_structure_has_the_size_that_windows_checks() -> None:
    assert ctypes.sizeof(Input) == 40


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("aé", [0x61, 0xE9]),
        ("e\u0301", [0x65, 0x301]),
        ("漢ש", [0x6F22, 0x5E9]),
        ("👍", [0xD83D, 0xDC4D]),
    ],
)
def test_characters_are_utf_16_code_units(text: str, units: list[int]) -> None:
    assert bytes(batch(of_text(text))) == typed(*units)


def test_line_ends_and_tabs_are_keys() -> None:
    expected = (*((RETURN, 0, up) for up in (0, UP)), *((TAB, 0, up) for up in (0, UP)))
    assert bytes(batch(of_text("\n\t"))) == recorded(*expected)


@pytest.mark.parametrize(
    ("key", "strokes"),
    [
        ("paste", [(CONTROL, 0, 0), (V, 0, 0), (V, 0, UP), (CONTROL, 0, UP)]),
        (
            "terminal-paste",
            [(SHIFT, 0, 0), (INSERT, 0, EXTENDED), (INSERT, 0, EXTENDED | UP), (SHIFT, 0, UP)],
        ),
        ("enter", [(RETURN, 0, 0), (RETURN, 0, UP)]),
        ("shift-enter", [(SHIFT, 0, 0), (RETURN, 0, 0), (RETURN, 0, UP), (SHIFT, 0, UP)]),
    ],
)
def test_keys_are_held_together(key: Key, strokes: list[tuple[int, int, int]]) -> None:
    assert bytes(batch(of_keys(key))) == recorded(*strokes)


async def test_any_length_goes_in_one_call() -> None:
    system = Recorder()
    backend = SendInput({}, system)
    await backend.type("ab 👍" * 2000)
    await backend.press("paste", "enter")
    assert [len(sent) for sent in system.sent] == [5 * 2 * 2000 * 40, 6 * 40]
    await backend.type("")
    assert len(system.sent) == 2


async def test_what_windows_did_not_take_is_told() -> None:
    backend = SendInput({}, Recorder(takes=4))
    with pytest.raises(DeliveryError) as caught:
        await backend.type("abc")
    assert "took 4 of 6 key events" in caught.value.what
    assert "administrator" in caught.value.remedy


@pytest.mark.parametrize(
    ("window", "known"),
    [
        (
            (7, "PowerShell", "CASCADIA_HOSTING_WINDOW_CLASS"),
            Window("PowerShell", is_terminal=True, handle=7),
        ),
        ((9, "cmd.exe", "ConsoleWindowClass"), Window("cmd.exe", is_terminal=True, is_ours=True, handle=9)),
        ((7, "~", "mintty"), Window("~", is_terminal=True, handle=7)),
        ((7, "Letter - Notepad", "Notepad"), Window("Letter - Notepad", is_terminal=False, handle=7)),
        ((7, "", ""), Window("", is_terminal=None, handle=7)),
    ],
)
async def test_the_window_in_front_is_known(window: tuple[int, str, str], known: Window) -> None:
    assert await SendInput({}, Recorder(window)).focused() == known


async def test_no_window_in_front_is_told() -> None:
    with pytest.raises(DeliveryError, match="No window has the focus"):
        await SendInput({}, Recorder((0, "", ""))).focused()


def test_it_works_on_this_machine_alone() -> None:
    assert SendInput({}, Recorder()).why_not() is None
    assert "over SSH" in (SendInput({"SSH_CONNECTION": "1 2 3 4"}, Recorder()).why_not() or "")


@pytest.mark.skipif(sys.platform == "win32", reason="this is Windows")
async def test_elsewhere_it_says_so() -> None:
    backend = SendInput({})
    assert backend.why_not() == "This is not Windows."
    with pytest.raises(DeliveryError, match="not Windows"):
        await backend.press("enter")
