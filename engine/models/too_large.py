"""What is said of models that find no room, and of those that had to make it; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.errors import RecognitionError
from engine.models.amounts import amount
from engine.models.loaded import Place

_WHERE: dict[Place, str] = {"memory": "", "cuda": " on the graphics card"}
SETTING = "models.memory"


class ModelTooLargeError(RecognitionError):
    """There is no room for a model; nothing of it was loaded."""


class NoRoomNowError(ModelTooLargeError):
    """There is no room beside the models in use; there will be when they are free."""


def larger_than_all(
    name: str, size: int, budget: int, place: Place, *, crowded: bool = False
) -> ModelTooLargeError:
    """The refusal of a model that alone takes more than is allowed, or than there is.

    Args:
        name: The model.
        size: Bytes that it needs.
        budget: Bytes that it may take.
        place: Where.
        crowded: Whether `budget` is what other programs leave, and less than the setting allows.
    """
    if crowded:
        return ModelTooLargeError(
            f"{name} needs about {amount(size)}{_WHERE[place]}, and other programs leave"
            f" {amount(budget)} for models.",
            "Choose a smaller model, or close other programs.",
        )
    return ModelTooLargeError(
        f"{name} needs about {amount(size)}{_WHERE[place]}, and models may take"
        f" {amount(budget)} ({SETTING}).",
        f"Choose a smaller model, or raise {SETTING}.",
    )


def no_room_beside(
    name: str,
    size: int,
    budget: int,
    place: Place,
    used: Sequence[tuple[str, int]],
    *,
    crowded: bool = False,
) -> NoRoomNowError:
    """The refusal of a model that does not fit beside those in use.

    Args:
        name: The model.
        size: Bytes that it needs.
        budget: Bytes that all models may take.
        place: Where.
        used: Names and bytes of the models in use.
        crowded: Whether `budget` is what other programs leave, and less than the setting allows.
    """
    why = f"models may take {amount(budget)} together ({SETTING})"
    more = f"raise {SETTING}"
    if crowded:
        why, more = f"other programs leave {amount(budget)} for models", "close other programs"
    others = " and ".join(f"{other} ({amount(taken)})" for other, taken in used)
    return NoRoomNowError(
        f"{name} needs about {amount(size)}{_WHERE[place]}, which does not fit beside {others} in use:"
        f" {why}.",
        f"Wait until the other is no longer in use, choose a smaller model, or {more}.",
    )


def placed_elsewhere(error: ModelTooLargeError) -> str:
    """What is told of a model for which its first place has no room, and another one is tried."""
    return f"{error.what} It goes into the machine's memory instead, and runs on the CPU."


def made_room(victim: str, size: int, other: str) -> str:
    """What is told of a model that left for another."""
    return f"{victim} ({amount(size)}) was unloaded to make room for {other}."


def over_budget(victim: str, size: int, budget: int, place: Place) -> str:
    """What is told of a model that left because there was more in memory than is allowed."""
    return (
        f"{victim} ({amount(size)}) was unloaded, because models may take"
        f" {amount(budget)}{_WHERE[place]} together ({SETTING})."
    )
