"""The enhancer in words: its model, where it runs, how far it is, and what an edit costs; pure."""

from __future__ import annotations

from textual.content import Content

from engine.enhance.enhancer_status import EnhancerState, EnhancerStatus
from engine.enhance.served_model import EDIT_WORDS
from tui.panels.amounts import per_cent
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

JOINT = " · "


def edit_time(seconds: float | None) -> str:
    """What an edit of `EDIT_WORDS` words costs, as people read it; empty where it is not known."""
    if seconds is None:
        return ""
    return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"


def gpu(share: float | None) -> str:
    """How much of a model lies in graphics memory; empty where it is not known."""
    if share is None:
        return ""
    return "CPU" if share <= 0 else f"GPU {per_cent(share)}"


def figures(status: EnhancerStatus, room: int) -> Content:
    """What the performance panel tells of a server and its model in `room` cells; nothing of tidy.

    What matters least is left out first; where there is not even room for the name and how it is, all of it.
    """
    if not status.model and not status.host:
        return Content()
    name = pair("ollama", one_line(status.model) or one_line(status.host))
    if status.state in ("missing", "unreachable"):
        parts = [name, alarm(STATES[status.state], "$text-warning")]
    else:
        speed = "" if status.tokens_per_s is None else f"{status.tokens_per_s:.0f} tok/s"
        cost = pair(f"{EDIT_WORDS} words ≈", edit_time(status.edit_s)) if status.edit_s is not None else ""
        texts = [STATES[status.state], gpu(status.gpu_share), cost, speed]
        parts = [name, *(Content.assemble(text) for text in texts if text)]
    for count in range(len(parts), 1, -1):
        line = Content(JOINT).join(parts[:count])
        if line.cell_length <= room:
            return line
    return Content()
