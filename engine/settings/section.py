"""What the tables of config.toml have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

EXPLAINED = "explained"
"""Kind of a mistake that is explained where it was found; its context has a sentence and a remedy."""


class Section(BaseModel):
    """A table of config.toml: unknown keys are mistakes, values do not change once loaded.

    Strict: a number is no truth value, a text no number, and neither nan nor inf is a setting.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)
