"""What became of a text, in a line for a terminal: of every command that delivers."""

from __future__ import annotations

from engine.deliver.sanitize import for_terminal
from engine.deliver.target import Delivery, Outcome


def outcome_words(outcome: Outcome, amount: str = "") -> str:
    """Say what became of a text, safe for a terminal.

    Args:
        outcome: What is known of it.
        amount: How much it was, such as "3 characters"; empty where that is not to be said.
    """
    how_much = f"{amount} " if amount else ""
    match outcome.status:
        case Delivery.DELIVERED:
            said = f"Delivered {how_much}to: {outcome.target}."
        case Delivery.SENT:
            said = f"Sent {how_much}to: {outcome.target}; it cannot confirm that."
        case Delivery.FAILED:
            said = f"The text did not reach: {outcome.target}."
    kept = f"Paste it from: {outcome.kept}." if outcome.kept else ""
    return for_terminal(" ".join(part for part in (said, outcome.detail, kept) if part))
