"""How the link to another machine's microphone is put into words."""

from __future__ import annotations

from engine.events import LinkChanged
from tui.panels.plain import one_line


def brief(link: LinkChanged) -> str:
    """For the header: how it is and what is missing, such as "link 42 ms" or "link broken, 3 s behind"."""
    match link.state:
        case "waiting":
            parts = ["waiting for sound"]
        case "broken":
            parts = ["link broken"]
        case "connected":
            parts = ["link" if link.latency_ms is None else f"link {link.latency_ms:.0f} ms"]
    if link.behind_s:
        parts.append(f"{link.behind_s:.0f} s behind" if link.behind_s >= 1 else "catching up")
    if link.lost_s:
        parts.append(f"lost {link.lost_s:.1f} s")
    return ", ".join(parts)


def sentence(link: LinkChanged) -> str:
    """For a line of its own, where the state is new."""
    sender = one_line(link.sender) or "another machine"
    match link.state:
        case "waiting":
            return f"No sound comes from {sender}."
        case "broken":
            return f"The link to {sender} broke. What is kept there meanwhile comes when it is back."
        case "connected":
            return f"Sound comes from {sender}."
