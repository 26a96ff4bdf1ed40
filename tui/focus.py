"""Whether the terminal that shows us has the focus: a text for "the focused window" must not be typed here.

Terminals say so when they are asked to (XTerm control sequences, "FocusIn/FocusOut", mode 1004), and
Textual asks. Some never do: GNU screen, and tmux without `focus-events`. There we go by what is seen:
whoever presses a key here is here; and a recording that begins without a key pressed here was begun from
elsewhere, by `utter ctl`, with another window in front. In doubt we are in front, for a text that is kept
on the clipboard is better than one that is typed into this program as keys.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from engine.state import DictationState

KEY_S = 2.0
"""How long a key that begins a recording may take to do so, in seconds, on a machine that is busy."""


class Focus:
    """Keeps what is known of the focus.

    Attributes:
        here: Whether the terminal that shows us has it.
    """

    def __init__(self, tell: Callable[[bool], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with the focus here, for somebody has just started us in this terminal.

        Args:
            tell: Told whenever that changes.
            clock: Gives the time in seconds.
        """
        self.here = True
        self._tell = tell
        self._clock = clock
        self._reported = False
        self._touched_at = clock()

    def report(self, here: bool) -> None:
        """Hear what the terminal says."""
        self._reported = True
        self._set(here)

    def touch(self) -> None:
        """Hear that a key or a mouse button was pressed here."""
        self._touched_at = self._clock()
        self._set(True)

    def change_state(self, state: DictationState) -> None:
        """Hear what the session is doing."""
        away = self._clock() - self._touched_at > KEY_S
        if state is DictationState.ARMING and away and not self._reported:
            self._set(False)

    def _set(self, here: bool) -> None:
        if here is not self.here:
            self.here = here
            self._tell(here)
