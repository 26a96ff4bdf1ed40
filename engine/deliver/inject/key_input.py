"""What `SendInput` of Windows takes: one batch of key events in the layout of its structures; pure.

Microsoft documents INPUT, KEYBDINPUT and KEYEVENTF_UNICODE with the function, in winuser.h. The widths are
those of Windows on every system, so that the layout can be looked at anywhere.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.deliver.inject.window_backend import Key

VK_RETURN, VK_SHIFT, VK_CONTROL, VK_INSERT, VK_V, VK_TAB = 0x0D, 0x10, 0x11, 0x2D, 0x56, 0x09
"""Virtual keys."""

EXTENDED, UP, UNICODE = 0x0001, 0x0002, 0x0004
"""KEYEVENTF_EXTENDEDKEY, KEYEVENTF_KEYUP, KEYEVENTF_UNICODE."""

_INPUT_KEYBOARD = 1

CHORDS: dict[Key, tuple[int, ...]] = {
    "paste": (VK_CONTROL, VK_V),
    "terminal-paste": (VK_SHIFT, VK_INSERT),
    "paste-anywhere": (VK_SHIFT, VK_INSERT),
    "enter": (VK_RETURN,),
    "shift-enter": (VK_SHIFT, VK_RETURN),
}
"""Virtual keys that are held together. Shift+Insert is what Windows Terminal, the console, mintty, PuTTY and
WezTerm have in common."""


class _KeyboardInput(ctypes.Structure):
    """KEYBDINPUT."""

    _fields_ = (
        ("virtual_key", ctypes.c_uint16),
        ("scan_code", ctypes.c_uint16),
        ("flags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("extra_info", ctypes.c_size_t),
    )


class _MouseInput(ctypes.Structure):
    """MOUSEINPUT: never filled in, but the largest of the union, and so what makes its size."""

    _fields_ = (
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
        ("data", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("extra_info", ctypes.c_size_t),
    )


class _AnyInput(ctypes.Union):
    _fields_ = (("mouse", _MouseInput), ("keyboard", _KeyboardInput))


class Input(ctypes.Structure):
    """INPUT: 40 bytes where addresses have 64 bits."""

    _fields_ = (("type", ctypes.c_uint32), ("event", _AnyInput))


class Stroke(NamedTuple):
    """One key event: a virtual key, or a UTF-16 code unit, goes down or up."""

    virtual_key: int
    code_unit: int
    flags: int


def of_keys(*keys: Key) -> list[Stroke]:
    """Press keys one after the other, each with what is held while it is pressed."""
    return [stroke for key in keys for stroke in _chord(CHORDS[key])]


def of_text(text: str) -> list[Stroke]:
    """Type a text: two events for each UTF-16 code unit, so that a character above U+FFFF is a pair.

    Line ends and tabs are the keys that people press for them, which is what programs wait for.
    """
    return list(_typed(text))


def batch(strokes: Sequence[Stroke]) -> ctypes.Array[Input]:
    """Lay key events out as the array that `SendInput` takes."""
    laid = (Input * len(strokes))()
    for place, stroke in zip(laid, strokes, strict=True):
        place.type = _INPUT_KEYBOARD
        place.event.keyboard = _KeyboardInput(*stroke)
    return laid


def _chord(virtual_keys: Sequence[int]) -> Iterator[Stroke]:
    for key in virtual_keys:
        yield Stroke(key, 0, _extended(key))
    for key in reversed(virtual_keys):
        yield Stroke(key, 0, _extended(key) | UP)


def _extended(virtual_key: int) -> int:
    # Insert without it is the 0 of the number pad, which together with shift is no longer Insert.
    return EXTENDED if virtual_key == VK_INSERT else 0


def _typed(text: str) -> Iterator[Stroke]:
    for character in text:
        if character in "\n\t":
            yield from _chord([VK_RETURN if character == "\n" else VK_TAB])
            continue
        encoded = character.encode("utf-16-le", "surrogatepass")
        for at in range(0, len(encoded), 2):
            unit = int.from_bytes(encoded[at : at + 2], "little")
            yield Stroke(0, unit, UNICODE)
            yield Stroke(0, unit, UNICODE | UP)
