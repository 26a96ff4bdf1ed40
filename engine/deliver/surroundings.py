"""What targets are made with: the environment, the user's options, the way to the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from engine.deliver.copies import Copies
from engine.deliver.shape import Shapes

ClipboardSetting: TypeAlias = Literal["auto", "system", "osc52"]
"""`delivery.clipboard` of the settings."""

WindowSetting: TypeAlias = Literal["auto", "paste", "type"]
"""`delivery.window` of the settings."""

Writer: TypeAlias = Callable[[str], None]
"""Writes a control sequence to the terminal; may raise OSError."""


def _no_focus() -> bool:
    return False


@dataclass(frozen=True)
class Surroundings:
    """What is the same for all targets of a session.

    Attributes:
        environ: The environment to look in, and to hand on to programs.
        shapes: In which shape texts go to which sort of place.
        clipboard: How the clipboard is reached.
        window: How text gets into the focused window.
        restore: Whether the clipboard gets back what it held before a paste.
        primary: Whether the primary selection gets what the clipboard gets.
        writer: Writes a control sequence to the terminal that the interface owns; None opens `/dev/tty`.
        has_focus: Whether the terminal that shows us has the focus now: no text may be typed into it.
        copies: What is copied for the user, so that a paste does not put its own earlier content over that.
    """

    environ: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    shapes: Shapes = field(default_factory=Shapes)
    clipboard: ClipboardSetting = "auto"
    window: WindowSetting = "auto"
    restore: bool = True
    primary: bool = False
    writer: Writer | None = None
    has_focus: Callable[[], bool] = _no_focus
    copies: Copies = field(default_factory=Copies)
