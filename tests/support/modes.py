"""The writing modes that ship, for tests."""

from __future__ import annotations

from functools import cache

from engine import paths
from engine.enhance.writing_mode import WritingMode
from engine.settings.load import read_toml
from engine.settings.modes import ModeSettings


@cache
def shipped_modes() -> dict[str, WritingMode]:
    """All modes of config.toml by name."""
    tables = read_toml(paths.shipped("config.toml"))["modes"]
    return {name: ModeSettings.model_validate(table).named(name) for name, table in tables.items()}


VERBATIM = shipped_modes()["verbatim"]
CLEAN = shipped_modes()["clean"]
