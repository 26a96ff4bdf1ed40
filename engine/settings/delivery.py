"""`[delivery]` and `[into_…]` of config.toml: where the final text goes, and in which shape."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from engine.deliver.destination import Destination
from engine.deliver.shape import Ending, Newlines, Shape
from engine.deliver.surroundings import ClipboardSetting, WindowSetting
from engine.errors import DeliveryError
from engine.settings.section import EXPLAINED, Section


def _destination(written: str) -> str:
    """Refuse what is no destination."""
    try:
        return str(Destination.parse(written))
    except DeliveryError as error:
        raise PydanticCustomError(EXPLAINED, "{what}", {"what": error.what, "remedy": error.remedy}) from None


def _optional_destination(written: str) -> str:
    return _destination(written) if written else ""


DestinationText = Annotated[str, AfterValidator(_destination)]
"""A destination, as `Destination.parse` reads it."""

OptionalDestination = Annotated[str, AfterValidator(_optional_destination)]
"""The same, or an empty text."""


class DeliverySettings(Section):
    """`[delivery]`: where the final text goes."""

    target: DestinationText
    """Where it goes, unless the writing mode has a target of its own."""
    fallback: list[DestinationText]
    """Where it goes when that fails, in this order."""
    policy: Literal["enhanced", "raw", "accept"]
    """Which text goes out by itself: the enhanced one, the raw one at once, or none before it is accepted."""
    clipboard: ClipboardSetting
    """How the clipboard is reached; auto is OSC 52 over SSH or without a clipboard program."""
    primary: bool
    """Whether the primary selection gets what the clipboard gets."""
    window: WindowSetting
    """How text gets into the focused window; auto takes what works best on this desktop."""
    restore: bool
    """Whether the clipboard gets back what it held before a paste into a window."""


class _Into(Section):
    """What all shapes have."""

    ending: Ending
    """What stands behind the text."""


class TextShape(_Into):
    """`[into_clipboard]`, `[into_file]`, `[into_command]`, `[into_stdout]`: the shape of a text there."""

    newlines: Literal["join", "keep"]
    """What becomes of line ends: a space each, or kept."""

    @property
    def shape(self) -> Shape:
        """The shape as targets take it."""
        return Shape(self.newlines, self.ending)


class KeyedShape(_Into):
    """`[into_terminal]`, `[into_window]`: the same where keys can be pressed."""

    newlines: Newlines
    """What becomes of line ends: a space each, kept, or pressed as shift+enter."""
    enter: bool
    """Whether enter is pressed afterwards."""

    @property
    def shape(self) -> Shape:
        """The shape as targets take it."""
        return Shape(self.newlines, self.ending, self.enter)
