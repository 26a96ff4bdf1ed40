"""What the tables of config.toml have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of config.toml: unknown keys are mistakes, values do not change once loaded.

    Strict: a number is no truth value, a text no number, and neither nan nor inf is a setting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
