"""The delivery policies as the interface shows them."""

from __future__ import annotations

POLICIES = ("enhanced", "raw", "accept")
"""Their names, in the order in which a key takes them."""

BRIEF = {"enhanced": "", "raw": "raw first", "accept": "on accept"}
"""What the header says of each; nothing of the one that everybody expects."""


def meaning(policy: str, accept_key: str, reject_key: str) -> str:
    """What a policy means, short enough for the frame of a panel of half a screen.

    Args:
        policy: One of `POLICIES`.
        accept_key: The key that accepts a text, as people write it.
        reject_key: The key that goes back to the raw one.
    """
    return {
        "enhanced": "The enhanced text goes out.",
        "raw": f"Raw goes out at once; {accept_key} takes the enhanced.",
        "accept": f"Texts wait: {accept_key} accepts, {reject_key} takes the raw one.",
    }[policy]
