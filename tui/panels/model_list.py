"""The rows of the models screen."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from engine.models.shelf_model import ShelfModel
from tui.panels.model_words import row
from tui.panels.row_list import RowList
from tui.panels.shelved import is_fetched


class ModelList(RowList[ShelfModel]):
    """One model a row."""

    def words(self, model: ShelfModel, *, bare: bool) -> Content:
        """The model's row."""
        return row(model, self.room, bare=bare)

    def begins_at(self, rows: Sequence[ShelfModel]) -> str:
        """What is being fetched, else the model in use."""
        in_use = next((model.name for model in rows if model.chosen), "")
        return next((model.name for model in rows if is_fetched(model)), in_use)
