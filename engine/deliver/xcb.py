"""The little of the X protocol that the owner of a selection needs, through libxcb.

libxcb is there wherever a program for X is, so that nothing has to be installed. Requests and the
layout of events are those of "X Window System Protocol", X Consortium Standard, appendix B.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
from collections.abc import Iterator
from typing import NamedTuple

from engine.errors import DeliveryError

DESTROY_NOTIFY = 17
PROPERTY_NOTIFY, SELECTION_CLEAR, SELECTION_REQUEST, SELECTION_NOTIFY = 28, 29, 30, 31
"""Numbers of events."""

NONE = 0
"""No window, no atom."""

_SENT = 0x80
"""The bit that marks events which another client sent."""

_EVENT_BYTES = 32
_REPLACE, _APPEND = 0, 2
_INPUT_ONLY = 2
_CW_EVENT_MASK = 1 << 11
_STRUCTURE_CHANGES, _PROPERTY_CHANGES = 1 << 17, 1 << 22
_RESOURCES = struct.Struct("=8xIII")
"""Of the set-up: release number, first id and mask of the ids of a client."""

_DEFAULT_LIBRARY = "libxcb.so.1"


class Event(NamedTuple):
    """One event.

    Attributes:
        kind: Its number.
        data: All of its 32 bytes.
    """

    kind: int
    data: bytes

    def numbers(self, count: int) -> tuple[int, ...]:
        """The 32-bit numbers behind its head."""
        return struct.unpack_from(f"={count}I", self.data, 4)


class _Cookie(ctypes.Structure):
    _fields_ = (("sequence", ctypes.c_uint),)


class _Screens(ctypes.Structure):
    _fields_ = (("data", ctypes.c_void_p), ("rem", ctypes.c_int), ("index", ctypes.c_int))


class Connection:
    """A connection to the X server that DISPLAY names, with one window that is never shown.

    Attributes:
        window: The window's id.
        descriptor: What can be waited on for events.
        id_mask: The bits of an id that differ among the things of one client.
    """

    def __init__(self) -> None:
        """Connect.

        Raises:
            DeliveryError: There is no libxcb, or the server cannot be reached.
        """
        try:
            self._xcb = ctypes.CDLL(ctypes.util.find_library("xcb") or _DEFAULT_LIBRARY)
        except OSError as error:
            raise DeliveryError(f"libxcb cannot be loaded: {error}.") from None
        self._free = ctypes.CDLL(None).free
        self._free.argtypes = [ctypes.c_void_p]
        self._declare()
        self._to = ctypes.c_void_p(self._xcb.xcb_connect(None, None))
        if self.broken:
            raise DeliveryError("The X server cannot be reached.")
        self.descriptor: int = self._xcb.xcb_get_file_descriptor(self._to)
        setup = ctypes.c_void_p(self._xcb.xcb_get_setup(self._to))
        _, _, self.id_mask = _RESOURCES.unpack(ctypes.string_at(setup, _RESOURCES.size))
        root = struct.unpack("=I", ctypes.string_at(self._xcb.xcb_setup_roots_iterator(setup).data, 4))[0]
        self.window: int = self._xcb.xcb_generate_id(self._to)
        mask = (ctypes.c_uint32 * 1)(_PROPERTY_CHANGES)
        self._xcb.xcb_create_window(
            self._to, 0, self.window, root, 0, 0, 1, 1, 0, _INPUT_ONLY, 0, _CW_EVENT_MASK, mask
        )
        self._atoms: dict[str, int] = {}

    @property
    def broken(self) -> bool:
        """Whether the server is gone."""
        return bool(self._xcb.xcb_connection_has_error(self._to))

    def atom(self, name: str) -> int:
        """The number of a name."""
        if name not in self._atoms:
            encoded = name.encode()
            cookie = self._xcb.xcb_intern_atom(self._to, 0, len(encoded), encoded)
            self._atoms[name] = self._number(self._xcb.xcb_intern_atom_reply, cookie)
        return self._atoms[name]

    def events(self) -> Iterator[Event]:
        """What has arrived; waits for nothing. Complaints of the server are passed over.

        A window that asked for the selection may be gone before it is answered, which is no fault.
        """
        self._xcb.xcb_flush(self._to)
        while pointer := self._xcb.xcb_poll_for_event(self._to):
            data = ctypes.string_at(pointer, _EVENT_BYTES)
            self._free(pointer)
            if data[0]:
                yield Event(data[0] & ~_SENT, data)

    def change_property(self, window: int, name: int, kind: int, width: int, data: bytes) -> None:
        """Set a property, of items of `width` bits."""
        self._change(_REPLACE, window, name, kind, width, data)

    def touch_property(self, name: int) -> None:
        """Have the server tell its time: it reports that a property of our window has changed."""
        self._change(_APPEND, self.window, name, name, 8, b"")

    def watch(self, window: int) -> None:
        """Be told of changes of another window's properties, and of its end."""
        mask = (ctypes.c_uint32 * 1)(_PROPERTY_CHANGES | _STRUCTURE_CHANGES)
        self._xcb.xcb_change_window_attributes(self._to, window, _CW_EVENT_MASK, mask)

    def own(self, selection: int, time: int) -> bool:
        """Take a selection; gives whether it is ours now."""
        self._xcb.xcb_set_selection_owner(self._to, self.window, selection, time)
        cookie = self._xcb.xcb_get_selection_owner(self._to, selection)
        return self._number(self._xcb.xcb_get_selection_owner_reply, cookie) == self.window

    def send(self, window: int, kind: int, *numbers: int) -> None:
        """Send an event to the client that made a window."""
        event = struct.pack(f"=BxH{len(numbers)}I", kind, 0, *numbers).ljust(_EVENT_BYTES, b"\0")
        self._xcb.xcb_send_event(self._to, 0, window, 0, event)

    def _change(self, mode: int, window: int, name: int, kind: int, width: int, data: bytes) -> None:
        items = len(data) * 8 // width
        self._xcb.xcb_change_property(self._to, mode, window, name, kind, width, items, data)

    def _number(self, reply: ctypes._NamedFuncPointer, cookie: _Cookie) -> int:
        """The number in a reply behind its head; 0 where the server is gone."""
        pointer = reply(self._to, cookie, None)
        if not pointer:
            return NONE
        number: int = struct.unpack("=8xI", ctypes.string_at(pointer, 12))[0]
        self._free(pointer)
        return number

    def _declare(self) -> None:
        """Say what functions give and take: pointers have 64 bits, some numbers 8 or 16."""
        to, u8, u16, u32 = ctypes.c_void_p, ctypes.c_uint8, ctypes.c_uint16, ctypes.c_uint32
        i16, text, pointer = ctypes.c_int16, ctypes.c_char_p, ctypes.c_void_p
        rows: dict[str, tuple[object, tuple[object, ...]]] = {
            "connect": (pointer, (text, pointer)),
            "connection_has_error": (ctypes.c_int, (to,)),
            "get_file_descriptor": (ctypes.c_int, (to,)),
            "get_setup": (pointer, (to,)),
            "setup_roots_iterator": (_Screens, (pointer,)),
            "generate_id": (u32, (to,)),
            "create_window": (
                _Cookie,
                (to, u8, u32, u32, i16, i16, u16, u16, u16, u16, u32, u32, pointer),
            ),
            "intern_atom": (_Cookie, (to, u8, u16, text)),
            "intern_atom_reply": (pointer, (to, _Cookie, pointer)),
            "poll_for_event": (pointer, (to,)),
            "change_property": (_Cookie, (to, u8, u32, u32, u32, u8, u32, text)),
            "change_window_attributes": (_Cookie, (to, u32, u32, pointer)),
            "set_selection_owner": (_Cookie, (to, u32, u32, u32)),
            "get_selection_owner": (_Cookie, (to, u32)),
            "get_selection_owner_reply": (pointer, (to, _Cookie, pointer)),
            "send_event": (_Cookie, (to, u8, u32, u32, text)),
            "flush": (ctypes.c_int, (to,)),
        }
        for name, (gives, takes) in rows.items():
            function = getattr(self._xcb, f"xcb_{name}")
            function.restype, function.argtypes = gives, takes
