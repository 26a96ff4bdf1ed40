"""The names of settings and tables: which there are, how they are written, and which one was meant."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from engine.settings.schema import Settings

MODES = "modes"
"""The table whose tables are the writing modes."""


def nearest(name: str, valid: Iterable[str]) -> str | None:
    """Find the valid name that `name` was probably meant to be; None when nothing is near."""
    lowered = {candidate.lower(): candidate for candidate in valid}
    return next((lowered[near] for near in difflib.get_close_matches(name.lower(), lowered, n=1)), None)


def dotted(parts: Iterable[object]) -> str:
    """Join the parts of a key; a part that is no bare TOML key is quoted."""
    return ".".join(_bare(str(part)) for part in parts)


def written(value: object) -> str:
    """Show a value as TOML would, cut short when it is long."""
    text = repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else f"{text[:59]}…"


def fields_of(section: str) -> Mapping[str, FieldInfo]:
    """List the keys of a table such as "audio"; empty for `keys` and for unknown tables."""
    field = Settings.model_fields.get(section)
    kind = field.annotation if field else None
    return kind.model_fields if isinstance(kind, type) and issubclass(kind, BaseModel) else {}


def every_key() -> list[str]:
    """List all dotted keys but those of `[keys]`, in the order of config.toml."""
    return [f"{section}.{key}" for section in Settings.model_fields for key in fields_of(section)]


def _bare(part: str) -> str:
    plain = part.isascii() and part.replace("-", "").replace("_", "").isalnum()
    return part if plain else json.dumps(part, ensure_ascii=False)
