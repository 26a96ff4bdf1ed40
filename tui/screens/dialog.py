"""What all dialogs share: escape closes, and speaking is never out of reach."""

from __future__ import annotations

from pathlib import PurePath
from typing import ClassVar, Generic, TypeAlias, TypeVar

from textual.binding import Binding, BindingType
from textual.screen import ModalScreen

Result = TypeVar("Result")

StyleSheets: TypeAlias = str | PurePath | list[str | PurePath]
"""One style sheet or several, beside the screen's module."""


class Dialog(ModalScreen[Result | None], Generic[Result]):
    """A box in the middle of the workstation, closed with None by escape.

    The record keys close it and start to record, because a thought does not wait.
    """

    CSS_PATH: ClassVar[StyleSheets | None] = "dialog.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "close"),
        Binding("space,f9", "record", "record", id="record"),
    ]

    def action_close(self) -> None:
        """Close without a choice."""
        self.dismiss(None)

    def action_copy_text(self) -> None:
        """Copy a selection the way all texts go."""
        self.app.call_later(self.app.run_action, "app.copy_selection")

    async def action_record(self) -> None:
        """Close, and start or stop recording."""
        self.action_close()
        await self.app.run_action("app.record")
