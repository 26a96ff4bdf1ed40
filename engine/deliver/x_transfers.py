"""What the owner of a selection keeps account of: texts that it holds, and texts on their way in parts."""

from __future__ import annotations

import math
from dataclasses import dataclass

LATE_S = 60.0
"""How long a text waits for a program that was too busy to ask for it when its paste key was pressed."""

QUIET_S = 0.1
"""Some programs ask twice for one paste; nobody asked for so long, it is over."""

STALLED_S = 60.0
"""How long a program may take to ask for the next part of a text; it hangs, or is gone."""


@dataclass
class Held:
    """What one selection holds.

    Attributes:
        text: Its text, in UTF-8.
        window: A window of the program that it is meant for; 0 for none.
        since: The server's time when it was taken.
        taken: Whether anybody has had all of it.
        next: The text that takes its place by itself; None for none.
        until: When it does, by the monotonic clock.
    """

    text: bytes
    window: int
    since: int
    taken: bool = False
    next: bytes | None = None
    until: float = math.inf


@dataclass
class Parts:
    """A text on its way in parts.

    Attributes:
        selection: From which selection.
        kind: The atom of its form.
        rest: What has not been sent yet.
        meant: Whether it goes to the program that it is meant for.
        until: When it is given up, by the monotonic clock, unless the next part is asked for.
    """

    selection: str
    kind: int
    rest: bytes
    meant: bool
    until: float
