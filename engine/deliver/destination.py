"""Where a text is to go, as users write it: "clipboard", "tmux:%3", "file:notes.md"; pure."""

from __future__ import annotations

import difflib
import json
import unicodedata
from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

from engine.errors import DeliveryError

Kind: TypeAlias = Literal[
    "clipboard", "tmux", "kitty", "wezterm", "screen", "window", "file", "command", "stdout"
]
"""What sort of place takes the text."""

_KINDS: dict[str, Kind] = {kind: kind for kind in get_args(Kind)}

LAST = "last"
"""The pane that was active last, in the place of a pane's id."""

_WHAT: dict[str, str] = {
    "tmux": "a pane, such as tmux:%3, or tmux:last",
    "kitty": "a window, such as kitty:2, or kitty:last",
    "wezterm": "a pane, such as wezterm:0, or wezterm:last",
    "screen": "a window, such as screen:1, or screen:last",
    "file": "a path, such as file:~/notes.md",
    "command": "a command, such as command:wc -w",
}
"""What has to stand behind the colon, by kind; the others take nothing there."""

PANES: frozenset[Kind] = frozenset(("tmux", "kitty", "wezterm", "screen"))
"""The kinds that are panes of a program."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One place that a text can go to.

    Attributes:
        kind: What sort of place it is.
        what: Which one: a pane's id or "last", a path, a command line; empty for the other kinds.
    """

    kind: Kind
    what: str = ""

    @classmethod
    def parse(cls, written: str) -> Destination:
        """Read what a user wrote.

        Raises:
            DeliveryError: It is no destination; says what would be one.
        """
        if any(unicodedata.category(character) == "Cc" for character in written):
            shown = json.dumps(written, ensure_ascii=True)
            raise DeliveryError(
                f"{shown} has a line end or another control character in it.", "Write a place without one."
            )
        named, _, what = (part.strip() for part in written.strip().partition(":"))
        kind = _KINDS.get(named)
        if kind is None:
            near = difflib.get_close_matches(named, _KINDS, n=1)
            meant = f" Did you mean {near[0]}?" if near else ""
            raise DeliveryError(
                f'"{written}" is no place for a text.{meant}', f"Write one of: {', '.join(_KINDS)}."
            )
        if kind in _WHAT and not what:
            raise DeliveryError(f'"{written}" does not say where.', f"Write {_WHAT[kind]}.")
        if kind not in _WHAT and what:
            raise DeliveryError(f'"{written}" says too much.', f"Write {kind} alone.")
        return cls(kind, what)

    @property
    def lasts(self) -> bool:
        """Whether it means the same place in the next run: the numbers of panes are given anew."""
        return self.kind not in PANES or self.what == LAST

    def __str__(self) -> str:
        """As users write it."""
        return f"{self.kind}:{self.what}" if self.what else self.kind
