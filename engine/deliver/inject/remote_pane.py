"""What is the same for panes that a terminal program takes text into, by its remote control."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import ClassVar, NamedTuple

from engine.deliver.destination import LAST
from engine.deliver.inject.line_limit import SYSTEM_BYTES, longest_line, refuse_loss, remember
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

ENTER = b"\r"
"""What the enter key sends to a program in a terminal."""

SHIFT_ENTER = b"\x1b[13;2u"
"""What shift+enter sends to a program that asked its terminal to tell such keys apart (CSI u,
https://sw.kovidgoyal.net/kitty/keyboard-protocol/). A program that did not ask shows signs of it, and is
not made to submit half a text."""

CHOOSE_ANOTHER = "Choose another place for the text."


class Found(NamedTuple):
    """The pane that is meant.

    Attributes:
        id: Its number.
        tty: The device of its pseudo-terminal; empty where that is not known.
    """

    id: str
    tty: str = ""


class RemotePane(Target, ABC):
    """One pane, or the one that was active last: `last` is looked up anew with each text."""

    program: ClassVar[str]
    """The terminal program, as people know it."""

    def __init__(self, what: str, around: Surroundings) -> None:
        """Look for nothing yet.

        Args:
            what: The pane's number, or "last".
            around: The user's options and the environment.
        """
        self._what = what
        self._environ = around.environ
        self._shape = around.shapes.terminal
        self._missing: str | None = None

    @property
    def name(self) -> str:
        """What people call it."""
        return f"last {self.program} pane" if self._what == LAST else f"{self.program} {self._what}"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why it cannot work: the program is out of reach, or the pane was not there the last time."""
        return self._why_not() or self._missing

    @abstractmethod
    def _why_not(self) -> str | None:
        """Say in one sentence why the program cannot be commanded here, and one what to do."""

    async def prepare(self) -> None:
        """See whether the pane is there: that is known then before a text is."""
        if self._why_not() is None:
            with suppress(DeliveryError), self._remembered():
                await self._look()

    @contextmanager
    def _remembered(self) -> Iterator[None]:
        """Look for the pane in it: what comes of that is what `can_deliver` says from now on."""
        try:
            yield
        except DeliveryError as error:
            self._missing = str(error)
            raise
        self._missing = None

    async def _look(self) -> None:
        """See whether the pane is there.

        Raises:
            DeliveryError: It is not, or it is the one that shows us.
        """
        await self._find()

    async def deliver(self, text: str) -> Outcome:
        """Paste `text`, without anything that a terminal obeys, and press enter where that is wanted."""
        reason = self._why_not()
        if reason is not None:
            return Outcome(Delivery.FAILED, self.name, reason)
        name = self.name
        lines = self._shape.lines(for_terminal(text))
        whole = SHIFT_ENTER.decode().join(lines)
        try:
            with self._remembered():
                found = await self._find()
            name = f"{self.program} {found.id}"
            refuse_loss(found.tty, whole, f"The program in {name}")
            confirmed = await self._paste(found.id, [line.encode() for line in lines])
        except DeliveryError as error:
            return Outcome(Delivery.FAILED, name, str(error))
        remarks = []
        if not found.tty and longest_line(whole) > SYSTEM_BYTES:
            confirmed = False
            remarks.append("A program that leaves its line to the system loses the end of one so long.")
        trouble = await self._enter(found.id) if self._shape.enter else ""
        if trouble:
            remarks.append(f"Enter was not pressed: {trouble}")
        remember(found.tty, whole, entered=self._shape.enter and not trouble)
        return Outcome(Delivery.DELIVERED if confirmed else Delivery.SENT, name, " ".join(remarks))

    async def _enter(self, pane: str) -> str:
        """Press enter; says why that failed, for the text is there all the same."""
        try:
            await self._press(pane, ENTER)
        except DeliveryError as error:
            return str(error)
        return ""

    @abstractmethod
    async def _find(self) -> Found:
        """The pane that is meant.

        Raises:
            DeliveryError: There is no such pane, or it is the one that shows us.
        """

    @abstractmethod
    async def _paste(self, pane: str, pieces: Sequence[bytes]) -> bool:
        """Paste the pieces, with shift+enter between them.

        Returns:
            Whether the program confirmed that it took them.

        Raises:
            DeliveryError: It did not, or not wholly.
        """

    @abstractmethod
    async def _press(self, pane: str, key: bytes) -> None:
        """Send what a key sends.

        Raises:
            DeliveryError: That failed.
        """


def refuse_own(program: str, pane: str, own: str) -> None:
    """Refuse to paste into ourselves.

    Raises:
        DeliveryError: The pane is the one that shows us.
    """
    if own and pane == own:
        raise DeliveryError(f"{program} {pane} is where utter runs.", CHOOSE_ANOTHER)
