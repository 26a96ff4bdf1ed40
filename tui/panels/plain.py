"""Makes text of unknown origin safe to draw."""

from __future__ import annotations

import re
from pathlib import Path

from engine.deliver.sanitize import for_terminal

_MARKS = re.compile("[\u061c\u200e\u200f]")
"""Marks of direction: they belong into a text, but terminals differ in what they do with them."""


def plain(text: str) -> str:
    """Strip what a terminal could act on, and what would draw nothing or in a wrong place.

    What `for_terminal` leaves of a text, with spaces in the place of tabs. Every kind of line end
    becomes a newline; the joiners that scripts and emoji need are kept.
    """
    return _MARKS.sub("", for_terminal(text)).replace("\t", " ")


def one_line(text: str) -> str:
    """As `plain`, on one line and with single spaces."""
    return " ".join(plain(text).split())


def homely(text: str) -> str:
    """Write the home folder at the head of paths as ~, which every shell understands."""
    home = str(Path.home()).rstrip("/")
    return re.sub(rf"(?<![\w./~-]){re.escape(home)}(?=/)", "~", text) if home else text
