"""What the screens ask of the models: a part of the session's own shelf."""

from __future__ import annotations

from typing import Protocol

from engine.models.shelf_model import ShelfModel


class Shelf(Protocol):
    """Models that can be had. All calls return at once; events tell what becomes of them."""

    async def rows(self) -> tuple[ShelfModel, ...]:
        """All models, in the order in which they are shown; reads the disk."""
        ...

    def choose(self, name: str) -> None:
        """Use a model from the next phrase on."""
        ...

    def make_default(self, name: str) -> None:
        """Use a model from the next phrase on, and at the next start."""
        ...

    def load(self, name: str) -> None:
        """Bring a model into memory."""
        ...

    def unload(self, name: str) -> None:
        """Let a model go from memory."""
        ...

    def download(self, name: str) -> None:
        """Fetch a model: a name, or a repository such as "owner/name"."""
        ...

    def cancel_download(self, name: str) -> None:
        """Stop fetching a model."""
        ...

    def remove(self, name: str) -> None:
        """Delete a model from the disk."""
        ...
