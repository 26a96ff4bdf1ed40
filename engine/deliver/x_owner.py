"""Owns the selections of an X server, and tells who has asked for them; run with `-m`, as a child.

The owner of a selection is asked for its text by each program that pastes it ("Inter-Client
Communication Conventions Manual", section 2). So it knows, as nobody else does, that a text has
arrived: the things of one program have ids that begin alike, and the window that was pasted into is
known by its id.

Standard input has messages, each a line and then a text: `hold SELECTION WINDOW BYTES` takes the
selection with a text that is meant for the program of that window, 0 for none; `back SELECTION 0
BYTES` replaces the text if the selection is still ours, `after SELECTION 0 BYTES` does so by itself once
somebody has the text, or after a minute, without an answer. Standard output has lines: `held SELECTION`,
`fetched SELECTION` when that program has all of the text, `asked SELECTION` when another has it,
`lost SELECTION` when somebody else owns the selection now, `refused SELECTION` where a message could not
be obeyed.

When standard input ends it goes into the background, as xclip does, until it owns nothing any more.
"""

from __future__ import annotations

import os
import select
import sys
import time
from dataclasses import dataclass, field

from engine.deliver import xcb
from engine.deliver.x_transfers import LATE_S, QUIET_S, STALLED_S, Held, Parts
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
class Owner:
    """The selections, and what is going out of them."""

    to: xcb.Connection
    held: dict[str, Held] = field(default_factory=dict)
    going: dict[tuple[int, int], Parts] = field(default_factory=dict)
    time: int = 0

    def take(self, order: str, selection: str, window: int, text: bytes) -> None:
        """Obey a message."""
        if order == "after":
            self._note_what_follows(selection, text)
            return
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

    def _note_what_follows(self, selection: str, text: bytes) -> None:
        if held := self.held.get(selection):
            held.next = text
            held.until = time.monotonic() + (QUIET_S if held.taken else LATE_S)

    def wait_s(self) -> float | None:
        """Seconds until `expire` has something to do; None when it has nothing."""
        waiting = [held.until for held in self.held.values() if held.next is not None]
        ends = [*waiting, *(parts.until for parts in self.going.values())]
        return max(0.0, min(ends) - time.monotonic()) if ends else None

    def expire(self) -> None:
        """Put texts in the place of those that are over, and give up on programs that stopped asking."""
        now = time.monotonic()
        for key in [key for key, parts in self.going.items() if parts.until <= now]:
            del self.going[key]
        for name, held in list(self.held.items()):
            if held.next is not None and held.until <= now:
                self.take("back", name, 0, held.next)

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
                elif event.kind == xcb.DESTROY_NOTIFY:
                    self._gone(event)

    def _cleared(self, event: xcb.Event) -> None:
        _, _, atom = event.numbers(3)
        name = next((name for name in self.held if self.to.atom(name) == atom), None)
        if name is not None:
            del self.held[name]
            say("lost", name)

    def _gone(self, event: xcb.Event) -> None:
        """A window that was taking a text is gone, and with it its program, most likely."""
        gone = event.numbers(2)[1]
        for key in [key for key in self.going if key[0] == gone]:
            del self.going[key]

    def _answer(self, event: xcb.Event) -> None:
        asked_at, _, requestor, selection, target, name = event.numbers(6)
        name = name or target  # as old clients ask
        source = next((one for one in self.held if self.to.atom(one) == selection), "")
        told = bool(source) and self._tell(source, requestor, target, name)
        self.to.send(
            requestor,
            xcb.SELECTION_NOTIFY,
            asked_at,
            requestor,
            selection,
            target,
            name if told else xcb.NONE,
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
            self._taken(source, meant=meant)
            return
        self.to.watch(requestor)
        until = time.monotonic() + STALLED_S
        self.going[requestor, name] = Parts(source, kind, data, meant, until)
        self.to.change_property(
            requestor, name, self.to.atom("INCR"), 32, len(data).to_bytes(4, sys.byteorder)
        )

    def _property_changed(self, event: xcb.Event) -> None:
        window, name, at = event.numbers(3)
        deleted = bool(event.data[16])
        if window == self.to.window:
            self.time = at
        elif deleted and (parts := self.going.get((window, name))):
            # The end is told by a part without bytes.
            part, parts.rest = parts.rest[:IN_PARTS], parts.rest[IN_PARTS:]
            parts.until = time.monotonic() + STALLED_S
            self.to.change_property(window, name, parts.kind, 8, part)
            if not part:
                del self.going[window, name]
                self._taken(parts.selection, meant=parts.meant)

    def _taken(self, selection: str, *, meant: bool) -> None:
        say("fetched" if meant else "asked", selection)
        if held := self.held.get(selection):
            held.taken = True
            held.until = min(held.until, time.monotonic() + QUIET_S)


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
        owner.expire()
        if not (listening or owner.held or owner.going):
            break
        ready = select.select([owner.to.descriptor, *([0] if listening else [])], [], [], owner.wait_s())[0]
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
