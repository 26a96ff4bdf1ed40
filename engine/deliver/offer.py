"""A place for texts as it is offered to the user; pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of the list of targets.

    Attributes:
        spec: As `Destination.parse` reads it.
        name: What people call it, such as "tmux %3".
        detail: What is there: a pane's title and command, the program that is used.
        place: Where it is, such as "work:1.0 editor"; empty where that says nothing.
        active: Whether it is the pane in which the user was last.
        reason: Why it cannot be used here; None when it can.
    """

    spec: str
    name: str
    detail: str = ""
    place: str = ""
    active: bool = False
    reason: str | None = None
