"""The settings that ship, for tests."""

from __future__ import annotations

from engine import paths
from engine.settings.load import read_toml
from engine.settings.schema import Settings


def shipped_settings() -> Settings:
    """The shipped defaults, whatever the user's own settings are."""
    return Settings.model_validate(read_toml(paths.shipped("config.toml")))
