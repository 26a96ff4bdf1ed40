"""The seam between a text and the window that has the focus.

A new desktop is one file with a class that satisfies `WindowBackend`, made with the environment, and
one row in `engine.registry.WINDOW_BACKENDS`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

Key: TypeAlias = Literal["paste", "terminal-paste", "paste-anywhere", "enter", "shift-enter"]
"""What can be pressed: paste is ctrl+v (macOS: command+v), terminal-paste what terminals have for it.

paste-anywhere is shift+insert, for windows of which nothing is known: it pastes in terminals, and in the
text fields of GTK, Qt, browsers and Windows' programs; some take the primary selection and some the
clipboard.
"""


@dataclass(frozen=True, slots=True)
class Window:
    """The window that has the focus.

    Attributes:
        title: Its title, or its program; empty where that cannot be known.
        is_terminal: Whether it is a terminal; None where that cannot be known.
        is_ours: Whether it is the terminal that shows us.
        pastes_primary: Whether its paste key gives the primary selection, or may.
        handle: The desktop's number for it, by which it is told from another; on an X server its id, by
            which the owner of a selection knows who asks. 0 where there is none.
    """

    title: str = ""
    is_terminal: bool | None = None
    is_ours: bool = False
    pastes_primary: bool = False
    handle: int = 0


class WindowBackend(Protocol):
    """One way to press keys and to type on a desktop."""

    @property
    def name(self) -> str:
        """The program or system that does it, as people know it."""

    @property
    def types(self) -> bool:
        """Whether `type` brings any Unicode text across, in one call and as quickly as a paste."""
        return False

    @property
    def can_type(self) -> bool:
        """Whether `type` works at all, however slowly; else it refuses, and texts can be pasted alone."""
        return False

    def why_not(self) -> str | None:
        """Say in one sentence why it cannot work here (socket, permission, compositor), and what to do.

        None when it can. Cheap, runs no program, never raises.
        """

    async def focused(self) -> Window:
        """Find out what has the focus, as far as that is possible here.

        Raises:
            DeliveryError: No window has it.
        """

    async def press(self, *keys: Key) -> None:
        """Press keys, one after the other.

        Raises:
            DeliveryError: It did not work; says why.
        """

    async def type(self, text: str) -> None:
        """Type `text`, whose line ends are kept.

        Raises:
            DeliveryError: It did not work, or not wholly; says why.
        """
