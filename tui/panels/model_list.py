"""The rows of the models screen: drawn again only where they read otherwise, with a cursor that stays."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList

from engine.models.shelf_model import ShelfModel
from tui.panels.model_words import row
from tui.panels.shelved import is_fetched


class ModelList(OptionList):
    """One model a row, in the width there is.

    Attributes:
        rows: The models, as they are shown.
    """

    def __init__(self) -> None:
        super().__init__(id="list")
        self.rows: Sequence[ShelfModel] = ()
        self._drawn: list[Content] = []
        self._awaited = ""

    @property
    def room(self) -> int:
        """Cells of a row; 0 before there is a layout."""
        return self.scrollable_content_region.width

    @property
    def current(self) -> ShelfModel | None:
        """The model under the cursor."""
        place = self.highlighted
        return self.rows[place] if place is not None and place < len(self.rows) else None

    def go(self, name: str) -> None:
        """Put the cursor on a model, as soon as it has a row."""
        self._awaited = name

    def show(self, rows: Sequence[ShelfModel]) -> None:
        """Show other rows, or the same ones in another state; the cursor stays on its model.

        At first it is on what is being fetched, else on the model in use.
        """
        before, place, current = [model.name for model in self.rows], self.highlighted, self.current
        self.rows = rows
        names = [model.name for model in rows]
        if names != before:
            self._drawn = [Content()] * len(names)
            self.set_options(self._drawn)
            in_use = next((model.name for model in rows if model.chosen), "")
            fetched = next((model.name for model in rows if is_fetched(model)), "")
            wanted = current.name if current else fetched or in_use
            nearest = min(place or 0, len(names) - 1)
            self._put(names.index(wanted) if wanted in names else nearest)
        if self._awaited in names:
            self._put(names.index(self._awaited))
            self._awaited = ""
        for place, model in enumerate(rows):
            new = row(model, self.room, bare=place == self.highlighted)
            if not new.is_same(self._drawn[place]):
                self._drawn[place] = new
                self.replace_option_prompt_at_index(place, new)

    def reveal(self) -> None:
        """Scroll to the cursor once the layout is as it will be."""
        self.call_after_refresh(self.scroll_to_highlight)

    def _put(self, place: int) -> None:
        self.highlighted = place
        self.reveal()
