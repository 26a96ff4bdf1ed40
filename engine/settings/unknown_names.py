"""Says of a name in a configuration that it is neither table nor key, and what was probably meant."""

from __future__ import annotations

from collections.abc import Mapping

from engine.deliver.destination import PANES
from engine.errors import SettingsError
from engine.settings.modes import ModeSettings
from engine.settings.names import MODES, dotted, every_key, fields_of, nearest
from engine.settings.schema import Settings

PLACES = "into_"
"""Begins the names of the tables with the shape of texts for each sort of place."""

TERMINAL = f"{PLACES}terminal"
"""The one of them for panes."""


def explain_unknown(where: str, parts: list[str], value: object) -> SettingsError:
    """Explain a name that is neither a table nor a key."""
    name = dotted(parts)
    if parts[0] == MODES:
        near = nearest(parts[-1], ModeSettings.model_fields)
        keys = ", ".join(ModeSettings.model_fields)
        return SettingsError(
            f"{where}: {name} is no setting.",
            f"Did you mean {dotted([*parts[:-1], near])}?" if near else f"The keys of a mode are {keys}.",
        )
    if len(parts) > 1:
        section, key = parts[0], parts[1]
        keys = f"The keys of [{section}] are {', '.join(fields_of(section))}."
        near = _within(section, key)
        remedy = _elsewhere(key) or (f"Did you mean {near}?" if near else keys)
        return SettingsError(f"{where}: {name} is no setting.", remedy)
    tables = ", ".join(Settings.model_fields)
    if isinstance(value, Mapping):
        near = _table(parts[0])
        remedy = f"Did you mean [{near}]?" if near else f"The tables are {tables}."
        return SettingsError(f"{where}: there is no table [{name}].", remedy)
    near = nearest(parts[0], every_key())
    guess = f"Did you mean {near}?" if near else f"Keys stand in one of the tables {tables}."
    return SettingsError(f"{where}: {name} is no setting.", _elsewhere(parts[0]) or guess)


def _elsewhere(key: str) -> str:
    """Say which tables have exactly this key; empty where none has."""
    owners = [name.partition(".")[0] for name in every_key() if name.endswith(f".{key}")]
    if len(owners) == 1:
        return f"Did you mean {owners[0]}.{key}?"
    *others, last = [f"[{owner}]" for owner in owners] or [""]
    return f"Only {', '.join(others)} and {last} have {key}." if others else ""


def _within(section: str, key: str) -> str | None:
    return f"{section}.{near}" if (near := nearest(key, fields_of(section))) else None


def _table(name: str) -> str | None:
    """The table that was probably meant; programs with panes are no tables of their own."""
    kind = name.lower().removeprefix(PLACES)
    return TERMINAL if kind in (*PANES, "pane", "panes") else nearest(name, Settings.model_fields)
