"""What went wrong and what to do about it, where the eyes are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from textual.content import Content
from textual.timer import Timer
from textual.widgets import Static

from tui.panels.plain import homely, one_line

Severity = Literal["information", "success", "warning", "error"]

PASSING = ("information", "success")
"""What passes by itself unless it is made to stay."""

SHOWN_S = 6.0
"""How long a passing message stays, in seconds; the others stay until they are dismissed."""

MARKS: dict[Severity, tuple[str, str]] = {
    "information": ("·", "$text-primary"),
    "success": ("✓", "$text-success"),
    "warning": ("!", "bold $text-warning"),
    "error": ("✕", "bold $text-error"),
}

_FIGURE = re.compile(r"[-−]?\d[\d.,]*")
"""A number in a message, such as a length or a level."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message: what happened, and what the user can do.

    Attributes:
        stays: Whether it waits to be dismissed; otherwise it passes by itself.
    """

    severity: Severity
    message: str
    remedy: str = ""
    stays: bool = True


class MessageStrip(Static):
    """The newest error under the transcript, else the newest message; the others wait behind it."""

    DEFAULT_CSS = """
    MessageStrip {
        display: none;
        height: auto;
        max-height: 50vh;
        padding: 0 1;
        background: $surface;
        &.-shown { display: block; }
    }
    """

    def __init__(self, dismiss_key: str) -> None:
        """Make an empty strip; `dismiss_key` is named beside what must be dismissed."""
        super().__init__(id="messages")
        self._dismiss_key = dismiss_key
        self._dismissable = True
        self._notices: list[Notice] = []
        self._timer: Timer | None = None

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What waits to be read; the last one is shown."""
        return tuple(self._notices)

    def add(self, severity: Severity, message: str, remedy: str = "", *, stays: bool = False) -> None:
        """Show a message; the same message is not shown twice.

        Args:
            severity: Warnings and errors always stay until they are dismissed.
            message: What happened.
            remedy: What the user can do, or needs to know about it.
            stays: Whether a piece of information stays too. Of such and of warnings the newest takes
                the place of one before that has the same message but for its numbers.
        """
        stays = stays or severity not in PASSING
        notice = Notice(severity, one_line(homely(message)), one_line(homely(remedy)), stays)
        self._drop_passing()
        self._notices = [one for one in self._notices if not _is_outdated(one, notice)]
        self._notices.append(notice)
        self._notices.sort(key=_rank)
        if not stays:
            self._timer = self.set_timer(SHOWN_S, self.drop_passing)
        self._redraw()

    def dismiss(self) -> bool:
        """Take the shown message away. Returns whether there was one."""
        if not self._notices:
            return False
        self._notices.pop()
        self._redraw()
        return True

    def set_dismissable(self, dismissable: bool) -> None:
        """Name the key only while it dismisses: in a dictation it cancels that first."""
        if dismissable is not self._dismissable:
            self._dismissable = dismissable
            self._redraw()

    def withdraw(self, message: str) -> None:
        """Take a message away that does not hold any more; an empty or unknown one changes nothing."""
        gone = one_line(homely(message))
        self._notices = [notice for notice in self._notices if notice.message != gone]
        self._redraw()

    def drop_passing(self) -> None:
        """Take away what would pass by itself."""
        self._drop_passing()
        self._redraw()

    def _drop_passing(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._notices = [notice for notice in self._notices if notice.stays]

    def _redraw(self) -> None:
        self.set_class(bool(self._notices), "-shown")
        if not self._notices:
            self.update("")
            return
        notice = self._notices[-1]
        mark, style = MARKS[notice.severity]
        waiting = len(self._notices) - 1
        more = f"  ({waiting} more)" if waiting else ""
        keys = f"  {self._dismiss_key} dismisses{more}" if notice.stays and self._dismissable else ""
        self.update(
            Content.assemble(
                (f"{mark} ", style),
                (notice.message, "$foreground"),
                (f" {notice.remedy}" if notice.remedy else "", "$foreground"),
                (keys, "$text-muted"),
            )
        )


def _rank(notice: Notice) -> int:
    """What covers what: an error everything; what passes by itself may cover what stays."""
    return 2 if notice.severity == "error" else 0 if notice.stays else 1


def _is_outdated(old: Notice, new: Notice) -> bool:
    """Whether a newer message makes an older one superfluous: it says the same of another case.

    Errors are never that: each names sound or text that somebody may want back.
    """
    if old.severity == new.severity != "error" and old.stays:
        return _FIGURE.sub("", old.message) == _FIGURE.sub("", new.message)
    return old == new
