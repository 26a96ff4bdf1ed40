"""Where a run's options send texts: `--to` to one place, and `--json` none to standard output."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.settings.schema import Settings


def add_target_argument(parser: argparse.ArgumentParser) -> None:
    """Add the option that `aimed` reads."""
    parser.add_argument(
        "--to",
        metavar="TARGET",
        help="where texts go: clipboard, tmux:PANE, window, file:PATH, command:CMD, stdout and so on",
    )


def aimed(settings: Settings, target: str | None) -> Settings:
    """The settings with this target for all texts; as they are where none is given.

    Raises:
        DeliveryError: It is no target; says what would be one.
    """
    if target is None:
        return settings
    from engine.deliver.destination import Destination

    delivery = settings.delivery.model_copy(update={"target": str(Destination.parse(target))})
    modes = {name: mode.model_copy(update={"target": ""}) for name, mode in settings.modes.items()}
    return settings.model_copy(update={"delivery": delivery, "modes": modes})


def not_printed(settings: Settings) -> Settings:
    """The settings without standard output among the fallbacks, for a run that prints JSON there."""
    rest = [spec for spec in settings.delivery.fallback if spec != "stdout"]
    return settings.model_copy(update={"delivery": settings.delivery.model_copy(update={"fallback": rest})})
