"""Says on standard error how the sound of `utter mic` gets on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.cli.options import say
from tui.cli.overwritten import OverwrittenLine

if TYPE_CHECKING:
    from engine.remote.sender import Status

LEVEL_CELLS, LEVEL_FLOOR_DB = 12, -60.0
"""Width of the level, and the peak at which it begins."""


class SendingLine(OverwrittenLine):
    """One line that is written over on a terminal, and plain lines for what changes."""

    def __init__(self, receiver: str, *, ssh_may_ask: bool) -> None:
        """Show nothing yet.

        Args:
            receiver: What the command line calls it.
            ssh_may_ask: Whether ssh may ask something on this terminal while it connects.
        """
        super().__init__()
        self._receiver = receiver
        self._ssh_may_ask = ssh_may_ask
        self._said: set[str] = set()
        self._is_shown = False

    def tell(self, sentence: str) -> None:
        """Say something that changed; the same again only after there was a connection."""
        if sentence not in self._said:
            self._said.add(sentence)
            self._take_away()
            say(sentence)

    def show(self, status: Status) -> None:
        """Show how it goes now."""
        if status.link == "connected":
            self._said.clear()
        if not self.on_terminal:
            return
        if status.link == "connecting" and self._ssh_may_ask:
            # A question of ssh may stand there, with half a password behind it.
            self._take_away()
        else:
            self.overwrite(in_one_line(self._receiver, status))
            self._is_shown = True

    def _take_away(self) -> None:
        if self._is_shown:
            self.overwrite("")
            self._is_shown = False


def in_one_line(receiver: str, status: Status) -> str:
    """How it goes, the most important first; harmless on a terminal."""
    from engine.deliver.sanitize import for_terminal

    link = {"connecting": "connecting", "waiting": "waiting for utter there", "connected": "connected"}
    parts = [f"{status.microphone or 'no microphone'} -> {receiver}", link[status.link]]
    if status.microphone:
        parts.append(f"[{level(status.level_db)}]")
    if status.latency_ms is not None:
        parts.append(f"{status.latency_ms:.0f} ms")
    if status.link == "connected" or status.lost_s:
        parts += [f"{status.behind_s:.1f} s behind", f"{status.lost_s:.0f} s lost"]
    return " ".join(for_terminal("  ".join(parts)).split("\n"))


def level(level_db: float) -> str:
    """A peak as a bar."""
    share = min(1.0, max(0.0, 1 - level_db / LEVEL_FLOOR_DB))
    return ("#" * round(share * LEVEL_CELLS)).ljust(LEVEL_CELLS)
