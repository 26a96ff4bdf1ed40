"""Owns the selections of an X server, and tells who has asked for them; run with `-m`, as a child.

The owner of a selection is asked for its text by each program that pastes it ("Inter-Client
Communication Conventions Manual", section 2). So it knows, as nobody else does, that a text has
arrived: the things of one program have ids that begin alike, and the window that was pasted into is
known by its id.

Standard input has messages, each a line and then a text: `hold SELECTION WINDOW BYTES` takes the
selection with a text that is meant for the program of that window, 0 for none; `back SELECTION 0
BYTES` replaces the text if the selection is still ours. Standard output has lines: `held SELECTION`,
`fetched SELECTION` when that program has all of the text, `asked SELECTION` when another has it,
`lost SELECTION` when somebody else owns the selection now, `refused SELECTION` where a message could not
be obeyed.

When standard input ends it goes into the background, as xclip does, until it owns nothing any more.
"""

from __future__ import annotations

import os
import select
import sys
from dataclasses import dataclass, field

from engine.deliver import xcb
from engine.errors import DeliveryError

AT_ONCE = 200_000
"""Bytes that a property takes in one request of the core protocol, whose longest has 262,140."""

IN_PARTS = 65_536
"""Bytes of a part, where a text is longer (ICCCM, section 2.7.2: INCR)."""

TEXTS = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain", "TEXT")
"""Names under which programs ask for a text in UTF-8."""

SECRET = "x-kde-passwordManagerHint"
"""By this target, when it says "secret", managers of clipboards (Klipper, CopyQ and others) know what
they must not keep: a text that is there for the moment of a paste alone."""


@dataclass
class Held:
    """What one selection holds.

    Attributes:
        text: Its text, in UTF-8.
        window: A window of the program that it is meant for; 0 for none.
        since: The server's time when it was taken.
    """

    text: bytes
    window: int
    since: int


@dataclass
class Parts:
    """A text on its way in parts.

    Attributes:
        selection: From which selection.
        kind: The atom of its form.
        rest: What has not been sent yet.
        meant: Whether it goes to the program that it is meant for.
    """

    selection: str
    kind: int
    rest: bytes
    meant: bool


@dataclass
class Owner:
    """The selections, and what is going out of them."""

    to: xcb.Connection
    held: dict[str, Held] = field(default_factory=dict)
    going: dict[tuple[int, int], Parts] = field(default_factory=dict)
    time: int = 0

    def take(self, order: str, selection: str, window: int, text: bytes) -> None:
        """Obey a message."""
        self.time = 0
        self.to.touch_property(self.to.atom("_UTTER_TIME"))
        while not self.time and not self.to.broken:
            self.serve()
            if not self.time:
                select.select([self.to.descriptor], [], [])
        if order == "back" and selection not in self.held:
            say("refused", selection)
        elif self.to.own(self.to.atom(selection), self.time):
            self.held[selection] = Held(text, window, self.time)
            say("held", selection)
        else:
            say("refused", selection)

    def serve(self) -> None:
        """Answer what has arrived, until nothing is left: what is sent may make room for more."""
        while events := list(self.to.events()):
            for event in events:
                if event.kind == xcb.SELECTION_REQUEST:
                    self._answer(event)
                elif event.kind == xcb.PROPERTY_NOTIFY:
                    self._property_changed(event)
                elif event.kind == xcb.SELECTION_CLEAR:
                    self._cleared(event)

    def _cleared(self, event: xcb.Event) -> None:
        _, _, atom = event.numbers(3)
        name = next((name for name in self.held if self.to.atom(name) == atom), None)
        if name is not None:
            del self.held[name]
            say("lost", name)

    def _answer(self, event: xcb.Event) -> None:
        time, _, requestor, selection, target, name = event.numbers(6)
        name = name or target  # as old clients ask
        source = next((one for one in self.held if self.to.atom(one) == selection), "")
        told = bool(source) and self._tell(source, requestor, target, name)
        self.to.send(
            requestor, xcb.SELECTION_NOTIFY, time, requestor, selection, target, name if told else xcb.NONE
        )

    def _tell(self, source: str, requestor: int, target: int, name: int) -> bool:
        """Write what was asked for; gives whether it could be had."""
        atom, held = self.to.atom, self.held[source]
        if target == atom("TARGETS"):
            names = ["TARGETS", "TIMESTAMP", *TEXTS, "STRING", *([SECRET] if held.window else [])]
            data = b"".join(atom(one).to_bytes(4, sys.byteorder) for one in names)
            self.to.change_property(requestor, name, atom("ATOM"), 32, data)
        elif target == atom("TIMESTAMP"):
            data = held.since.to_bytes(4, sys.byteorder)
            self.to.change_property(requestor, name, atom("INTEGER"), 32, data)
        elif target == atom(SECRET) and held.window:
            self.to.change_property(requestor, name, target, 8, b"secret")
        elif target == atom("STRING"):
            try:
                data = held.text.decode().encode("latin-1")
            except UnicodeEncodeError:
                return False
            self._write(source, requestor, name, target, data)
        elif target in [atom(one) for one in TEXTS]:
            kind = atom("UTF8_STRING") if target == atom("TEXT") else target
            self._write(source, requestor, name, kind, held.text)
        else:
            return False
        return True

    def _write(self, source: str, requestor: int, name: int, kind: int, data: bytes) -> None:
        window = self.held[source].window
        meant = bool(window) and not (requestor ^ window) & ~self.to.id_mask
        if len(data) <= AT_ONCE:
            self.to.change_property(requestor, name, kind, 8, data)
            say("fetched" if meant else "asked", source)
            return
        self.to.watch_properties(requestor)
        self.going[requestor, name] = Parts(source, kind, data, meant)
        self.to.change_property(
            requestor, name, self.to.atom("INCR"), 32, len(data).to_bytes(4, sys.byteorder)
        )

    def _property_changed(self, event: xcb.Event) -> None:
        window, name, time = event.numbers(3)
        deleted = bool(event.data[16])
        if window == self.to.window:
            self.time = time
        elif deleted and (parts := self.going.get((window, name))):
            # The end is told by a part without bytes.
            part, parts.rest = parts.rest[:IN_PARTS], parts.rest[IN_PARTS:]
            self.to.change_property(window, name, parts.kind, 8, part)
            if not part:
                del self.going[window, name]
                say("fetched" if parts.meant else "asked", parts.selection)


def say(what: str, selection: str) -> None:
    """Tell our parent, if it is still there."""
    try:
        os.write(1, f"{what} {selection}\n".encode())
    except OSError:
        return


def _into_background() -> None:
    """Let our parent see us end, and close what it may wait for."""
    if os.fork():
        os._exit(0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)


def main() -> int:
    """Obey until standard input has ended and nothing is owned."""
    try:
        owner = Owner(xcb.Connection())
    except DeliveryError as error:
        print(error, file=sys.stderr)
        return 1
    said, listening = b"", True
    while not owner.to.broken:
        owner.serve()
        if not (listening or owner.held or owner.going):
            break
        ready = select.select([owner.to.descriptor, *([0] if listening else [])], [], [])[0]
        if 0 not in ready:
            continue
        data = os.read(0, 1 << 16)
        listening, said = bool(data), said + data
        if not listening:
            _into_background()
        while b"\n" in said:
            line, _, rest = said.partition(b"\n")
            order, selection, window, size = line.decode().split()
            if len(rest) < int(size):
                break
            said = rest[int(size) :]
            owner.take(order, selection, int(window), rest[: int(size)])
    return 0


if __name__ == "__main__":
    sys.exit(main())
