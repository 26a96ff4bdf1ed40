"""What is known of the enhancer in force, for those who show it; pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

EnhancerState: TypeAlias = Literal["asking", "loading", "ready", "unloaded", "missing", "unreachable"]
"""Asking: whether there is a server is being found out. Loading: the server loads the model. Ready: in
its memory. Unloaded: there, but not in memory. Missing: the server does not have it. Unreachable: there is no
server."""


@dataclass(frozen=True, slots=True)
class EnhancerStatus:
    """One enhancer with what it runs on.

    Attributes:
        name: Which enhancer edits now: "ollama" or "tidy".
        host: Address of the server, as shown to people; empty where none is asked for.
        model: Name of the model; empty for an enhancer without one.
        state: How far the server and its model are; "ready" for an enhancer without a server.
        problem: One sentence with what is wrong; mostly empty.
        remedy: One sentence with what to do about it.
        gpu_share: Share of the model that lies in graphics memory, 0 to 1; None where it is not known.
        tokens_per_s: Tokens of answer that it last made a second; None before the first.
        edit_s: Seconds that it takes to edit 100 words, as measured; None before it was.
        load_s: Seconds that loading it took; None where it was not loaded while we watched.
    """

    name: str
    host: str = ""
    model: str = ""
    state: EnhancerState = "ready"
    problem: str = ""
    remedy: str = ""
    gpu_share: float | None = None
    tokens_per_s: float | None = None
    edit_s: float | None = None
    load_s: float | None = None

    @property
    def remark(self) -> str:
        """What is wrong and what to do; mostly empty."""
        return f"{self.problem} {self.remedy}".strip()
