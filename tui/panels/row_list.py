"""A list of rows: drawn again only where they read otherwise, with a cursor that stays on its row."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

from textual.content import Content
from textual.widgets import OptionList


class Named(Protocol):
    """A row: its name tells it from all others."""

    @property
    def name(self) -> str:
        """What it is called."""


Row = TypeVar("Row", bound=Named)


class RowList(OptionList, Generic[Row]):
    """One thing a row, in the width there is.

    Attributes:
        rows: The rows, as they are shown.
    """

    def __init__(self) -> None:
        super().__init__(id="list")
        self.rows: Sequence[Row] = ()
        self._drawn: list[Content] = []
        self._awaited = ""

    @abstractmethod
    def words(self, row: Row, *, bare: bool) -> Content:
        """What is shown of a row; `bare` without colours, for the one under the cursor."""

    @abstractmethod
    def begins_at(self, rows: Sequence[Row]) -> str:
        """The name of the row that the cursor is on at first."""

    @property
    def room(self) -> int:
        """Cells of a row; 0 before there is a layout."""
        return self.scrollable_content_region.width

    @property
    def current(self) -> Row | None:
        """The row under the cursor."""
        place = self.highlighted
        return self.rows[place] if place is not None and place < len(self.rows) else None

    def go(self, name: str) -> None:
        """Put the cursor on a row, as soon as it is there."""
        self._awaited = name

    def show(self, rows: Sequence[Row]) -> None:
        """Show other rows, or the same ones in another state; the cursor stays on its row."""
        before, place, current = [row.name for row in self.rows], self.highlighted, self.current
        self.rows = rows
        names = [row.name for row in rows]
        if names != before:
            self._drawn = [Content()] * len(names)
            self.set_options(self._drawn)
            wanted = current.name if current else self.begins_at(rows)
            nearest = min(place or 0, len(names) - 1)
            self._put(names.index(wanted) if wanted in names else nearest)
        if self._awaited in names:
            self._put(names.index(self._awaited))
            self._awaited = ""
        for place, row in enumerate(rows):
            new = self.words(row, bare=place == self.highlighted)
            if not new.is_same(self._drawn[place]):
                self._drawn[place] = new
                self.replace_option_prompt_at_index(place, new)

    def reveal(self) -> None:
        """Scroll to the cursor once the layout is as it will be."""
        self.call_after_refresh(self.scroll_to_highlight)

    def _put(self, place: int) -> None:
        self.highlighted = place
        self.reveal()
