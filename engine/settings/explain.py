"""Says what is wrong in a configuration, in words: the key, what is allowed, the nearest valid name.

The limits come from the schema itself, so that a message cannot disagree with it.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from engine.errors import SettingsError
from engine.models import languages
from engine.settings.modes import ModeSettings
from engine.settings.names import MODES, dotted, fields_of, nearest, written
from engine.settings.schema import KEEP_ALIVE, LANGUAGE, MEMORY
from engine.settings.section import EXPLAINED
from engine.settings.unknown_names import explain_unknown

TEXTS = "a list of texts"
"""How `allowed` begins where several texts are wanted, of which one is often written alone."""

_PATTERNS = {
    LANGUAGE: '"auto" or the code of a language that Whisper knows, such as "en"',
    KEEP_ALIVE: 'a time such as "30m", "2h" or "90s", or "-1"',
    MEMORY: '"auto" or an amount such as "3 GB" or "800 MB"',
}
_TYPES: Mapping[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "a text"}


def shown(path: Path) -> str:
    """Write a path as people do, with ~ for the home folder."""
    try:
        home = Path.home()
    except RuntimeError:
        return str(path)
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)


def _fields_at(loc: Sequence[int | str]) -> tuple[Mapping[str, FieldInfo], int]:
    """The fields of the table in which a place lies, and how many parts of it name that table."""
    return (ModeSettings.model_fields, 2) if loc[0] == MODES else (fields_of(str(loc[0])), 1)


def allowed(field: FieldInfo) -> str:
    """Say what a setting may be, such as "a number from 0 to 10"."""
    limits = {kind: value for item in field.metadata for kind, value in _limits(item)}
    return _range(_kind(field.annotation), limits)


def mistakes(where: str, error: ValidationError) -> list[SettingsError]:
    """Turn what pydantic found in the layer named `where` into plain sentences, one per mistake."""
    return [_mistake(where, detail["loc"], detail) for detail in error.errors(include_url=False)]


def _mistake(where: str, loc: tuple[int | str, ...], detail: ErrorDetails) -> SettingsError:
    kind, value = detail["type"], detail["input"]
    if kind == "extra_forbidden":
        return explain_unknown(where, [str(part) for part in loc], value)
    if not loc:
        return _no_such_mode(where, value)
    if kind == "value_error":
        return SettingsError(
            f"{where}: {detail['msg'].removeprefix('Value error, ')}.", "Change one of the two."
        )
    if kind == EXPLAINED:
        named = "" if dotted(loc) in detail["ctx"]["what"] else f" {dotted(loc)}:"
        return SettingsError(f"{where}:{named} {detail['ctx']['what']}", detail["ctx"]["remedy"])
    fields, depth = _fields_at(loc)
    key = dotted(loc[: depth + 1])
    if len(loc) <= depth:
        return SettingsError(f"{where}: {key} must be a table.", f"Begin it with a line [{key}].")
    if kind == "missing":
        return SettingsError(f"{where}: {key} is missing.", f"Write it under a line [{dotted(loc[:depth])}].")
    if loc[0] == "replacements":
        return SettingsError(
            f"{where}: {key} is {written(value)}, but must be a text.",
            'Write what is to stand there in quotes; "" takes the words out.',
        )
    if loc[0] == "keys":
        return SettingsError(
            f"{where}: {key} is {written(value)}, but must be a text of key names.",
            'Write them comma separated, such as "space,f9".',
        )
    field = fields[str(loc[depth])]
    choices = _choices(field.annotation)
    near = nearest(value, choices) if isinstance(value, str) else None
    guess = f'Did you mean "{near}"?' if near else ""
    if ("pattern", LANGUAGE) in (limit for item in field.metadata for limit in _limits(item)):
        guess = _languages_near(str(value))
    if len(loc) == depth + 1 and isinstance(value, str) and allowed(field).startswith(TEXTS):
        guess = f"Write it in brackets: [{written(value)}]."
    is_or_holds = "holds" if len(loc) > depth + 1 else "is"
    return SettingsError(
        f"{where}: {key} {is_or_holds} {written(value)}, but must be {allowed(field)}.",
        guess or _remedy(loc, key, field),
    )


def _remedy(loc: Sequence[int | str], key: str, field: FieldInfo) -> str:
    """What to do about a value: only a mode's instruction may have no default."""
    if loc[0] == MODES and field.is_required():
        return "Write what a model is to do with the words, in a sentence or two."
    return f"Change it, or remove {key} to get the default."


def _no_such_mode(where: str, tree: object) -> SettingsError:
    """Explain a writing mode without a table, the one mistake that no single table holds."""
    settings = tree if isinstance(tree, Mapping) else {}
    mode, names = settings["enhancement"]["mode"], tuple(settings[MODES])
    near = nearest(mode, names)
    known = ", ".join(f'"{name}"' for name in names)
    return SettingsError(
        f"{where}: enhancement.mode is {written(mode)}, but must be one of {known}.",
        f'Did you mean "{near}"?' if near else f"Write a table [{MODES}.{mode}] for it, or take another.",
    )


def _languages_near(meant: str) -> str:
    near = languages.nearest(meant)
    if near is None:
        some = ", ".join(f"{code} ({languages.name_of(code)})" for code in ("de", "es", "fr", "ja", "zh"))
        return f"Codes are those of ISO 639-1, such as {some}."
    return (
        f'Did you mean "{near}" ({languages.name_of(near)})?'
        if near != languages.AUTO
        else 'Did you mean "auto"?'
    )


def _kind(annotation: Any) -> str:
    """Name a type; a choice is named by its values."""
    choices = _choices(annotation)
    if choices:
        return (
            "one of " + ", ".join(f'"{choice}"' for choice in choices)
            if len(choices) > 1
            else f'"{choices[0]}"'
        )
    if isinstance(annotation, types.GenericAlias):
        (item,) = get_args(annotation)
        inner, *details = get_args(item) if get_origin(item) is Annotated else (item,)
        pieces = [piece for detail in details for piece in getattr(detail, "metadata", ())]
        limits = {kind: value for piece in pieces for kind, value in _limits(piece)}
        return _range(f"a list of {_kind(inner).removeprefix('a ')}s", limits)
    return _TYPES[annotation]


def _choices(annotation: Any) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return tuple(str(member.value) for member in annotation)
    return ()


def _limits(constraint: Any) -> list[tuple[str, Any]]:
    """Read the bounds out of one piece of a field's metadata (annotated-types objects)."""
    names = ("ge", "le", "min_length", "max_length", "pattern")
    return [
        (name, getattr(constraint, name)) for name in names if getattr(constraint, name, None) is not None
    ]


def _range(kind: str, limits: Mapping[str, Any]) -> str:
    if "ge" in limits and "le" in limits:
        return f"{kind} from {limits['ge']:.10g} to {limits['le']:.10g}"
    if "pattern" in limits:
        return _PATTERNS[limits["pattern"]]
    if "max_length" in limits:
        return f"{kind} of {limits.get('min_length', 0)} to {limits['max_length']} characters"
    return f"{kind} that is not empty" if "min_length" in limits else kind
