"""`[modes.NAME]` of config.toml: the writing modes, the shipped ones and the user's own."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from engine.enhance.writing_mode import Fidelity, Layout, WritingMode
from engine.settings.delivery import OptionalDestination

LONGEST_INSTRUCTION = 1000
"""Characters that an instruction may have. Small models follow short ones better."""

Instruction = Annotated[str, Field(min_length=1, max_length=LONGEST_INSTRUCTION)]
_USUAL = WritingMode("", "")
"""What a mode is that says nothing but its instruction."""

Example = Annotated[str, Field(max_length=2000)]


class ModeSettings(BaseModel):
    """One writing mode; `WritingMode` says what each key means.

    The one table with defaults of its own: a user's own mode needs an instruction, and nothing else.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    instruction: Instruction
    example_spoken: Example = _USUAL.example_spoken
    example_written: Example = _USUAL.example_written
    token_factor: Annotated[float, Field(ge=0.1, le=10.0)] = _USUAL.token_factor
    model: str = _USUAL.model
    fidelity: Fidelity = _USUAL.fidelity
    rules: bool = _USUAL.rules
    layout: Layout = _USUAL.layout
    by_phrase: bool = _USUAL.by_phrase
    optional: bool = _USUAL.optional
    join_lines: bool = _USUAL.join_lines
    target: OptionalDestination = ""
    """Where its texts go, in the place of `delivery.target`."""

    def named(self, name: str) -> WritingMode:
        """The mode as enhancers take it."""
        return WritingMode(name, **self.model_dump(exclude={"target"}))
