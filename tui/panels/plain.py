"""Makes text of unknown origin safe to draw."""

from __future__ import annotations

import re
from pathlib import Path

_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")
_UNDRAWABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f"  # C0 and C1 controls: a terminal would act on them
    "\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"  # change the direction or take no room
    "\ufeff\ufff0-\uffff\ud800-\udfff\U000e0000-\U000e007f]"  # marks, surrogates, hidden tags
)


def plain(text: str) -> str:
    """Strip what a terminal could act on, and what would draw nothing or in a wrong place.

    Tabs become spaces and every kind of line end becomes a newline; the joiners that scripts and
    emoji need are kept.
    """
    return _UNDRAWABLE.sub("", _LINE_ENDS.sub("\n", text).replace("\t", " "))


def one_line(text: str) -> str:
    """As `plain`, on one line and with single spaces."""
    return " ".join(plain(text).split())


def homely(text: str) -> str:
    """Write the home folder at the head of paths as ~, which every shell understands."""
    home = str(Path.home()).rstrip("/")
    return re.sub(rf"(?<![\w./~-]){re.escape(home)}(?=/)", "~", text) if home else text
