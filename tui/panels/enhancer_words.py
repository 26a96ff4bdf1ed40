"""The enhancer in words: its model, where it runs, how far it is, and what an edit costs; pure."""

from __future__ import annotations

from textual.content import Content

from engine.enhance.enhancer_status import EnhancerState, EnhancerStatus
from tui.panels.figures import alarm, pair
from tui.panels.plain import one_line

STATES: dict[EnhancerState, str] = {
    "asking": "asking…",
    "loading": "loading…",
    "ready": "ready",
    "unloaded": "not in memory",
    "missing": "model missing",
    "unreachable": "not reachable",
}
"""What is said of a server and its model."""

BRIEF_STATES: dict[EnhancerState, str] = {
    "loading": "ollama loading…",
    "missing": "ollama: no model",
    "unreachable": "no ollama",
}
"""What the header says, of what keeps the enhancer from its work."""

EDIT_WORDS = 100
"""Words of the edit whose time is told."""


def edit_time(seconds: float | None) -> str:
    """What an edit of `EDIT_WORDS` words costs, as people read it; empty where it is not known."""
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def gpu(share: float | None) -> str:
    """How much of a model lies in graphics memory; empty where it is not known."""
    if share is None:
        return ""
    return "CPU" if share <= 0 else f"GPU {share:.0%}".replace("%", " %")


def figures(status: EnhancerStatus) -> list[Content]:
    """What the performance panel tells, each part to be shown whole or not at all; nothing of tidy."""
    if not status.model and not status.host:
        return []
    name = one_line(status.model) or one_line(status.host)
    parts = [pair("ollama", name)]
    if status.state in ("missing", "unreachable"):
        return [*parts, alarm(STATES[status.state], "$text-warning")]
    known = [gpu(status.gpu_share), STATES[status.state]]
    if status.tokens_per_s is not None:
        known.append(f"{status.tokens_per_s:.0f} tok/s")
    parts += [Content(text) for text in known if text]
    if status.edit_s is not None:
        parts.append(pair(f"{EDIT_WORDS} words ≈", edit_time(status.edit_s)))
    return parts
