"""The doctor's checks of the places that a text can go to: clipboard, panes, and the focused window."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator

from engine import registry
from engine.deliver.clipboards import choose_clipboard, is_remote
from engine.deliver.destination import LAST, Destination
from engine.deliver.offer import Offer
from engine.deliver.surroundings import Surroundings
from engine.findings import Finding, Patient

PANES = {"tmux": "tmux", "kitty": "kitty", "wezterm": "WezTerm", "screen": "screen"}
"""Kind of a destination that is a pane → the program's name."""

NAMED_MOST = 6
"""Panes of one program that are named; there may be hundreds."""

_OF_SYSTEM = {"darwin": ("macos",), "win32": ("windows",)}
_OF_DESKTOP = {
    "WAYLAND_DISPLAY": ("wtype", "dotool", "ydotool"),
    "DISPLAY": ("xdotool",),
}
"""The variable that a desktop sets → the ways into its windows, keys of `registry.WINDOW_BACKENDS`."""


def clipboard(patient: Patient) -> list[Finding]:
    """Which way a text takes to the clipboard, and why."""
    setting = patient.settings.delivery.clipboard
    chosen = choose_clipboard(setting, patient.environ)
    problem = chosen.can_deliver()
    if problem:
        fix = "Text stays on the screen and `utter record` prints it; install a clipboard program to copy it."
        return [Finding("clipboard", "warning", problem, fix)]
    why = f'delivery.clipboard = "{setting}"' + (", over SSH" if is_remote(patient.environ) else "")
    what = f"Text goes to the {chosen.name} ({why})."
    return [Finding("clipboard", "ok", what, _remark(chosen.name))]


def _remark(name: str) -> str:
    if not name.startswith("terminal"):
        return ""
    return "The terminal never confirms it; if nothing can be pasted, allow clipboard access (OSC 52) there."


def panes(patient: Patient) -> list[Finding]:
    """Into which panes a text can be pasted, of each program that has panes."""
    offers = asyncio.run(registry.list_panes(patient.environ))
    around = Surroundings(patient.environ)
    return [_pane(kind, around, [offer for offer in offers if _kind(offer) == kind]) for kind in PANES]


def _pane(kind: str, around: Surroundings, offers: list[Offer]) -> Finding:
    problem = registry.build_target(kind, LAST, around).can_deliver()
    problem = problem or next((offer.reason for offer in offers if offer.reason), "")
    if problem:
        return _problem(PANES[kind], problem)
    if not offers:
        return Finding(PANES[kind], "warning", f"{PANES[kind]} shows no pane beside ours.", "Open one in it.")
    named = ", ".join(offer.spec for offer in offers[:NAMED_MOST])
    more = f" and {len(offers) - NAMED_MOST} more" if len(offers) > NAMED_MOST else ""
    return Finding(PANES[kind], "ok", f"Text can be pasted into {named}{more}.")


def _kind(offer: Offer) -> str:
    return Destination.parse(offer.spec).kind


def window(patient: Patient) -> list[Finding]:
    """By which of this system's ways a text gets into the focused window."""
    ways = list(_ways(patient))
    if not ways:
        what = "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        return [Finding("window", "warning", what, "Use a pane or the clipboard.")]
    backends = [registry.build_window_backend(way, patient.environ) for way in ways]
    reasons = {backend.name: backend.why_not() for backend in backends}
    able = [name for name, reason in reasons.items() if reason is None]
    if able:
        spare = f" ({', '.join(able[1:])} could, too)" if able[1:] else ""
        return [Finding("window", "ok", f"Text gets into the focused window by {able[0]}{spare}.")]
    return [_problem("window", reason) for reason in dict.fromkeys(reasons.values()) if reason]


def _ways(patient: Patient) -> Iterator[str]:
    if sys.platform in _OF_SYSTEM:
        yield from _OF_SYSTEM[sys.platform]
        return
    for variable, ways in _OF_DESKTOP.items():
        if patient.environ.get(variable):
            yield from ways
            # On Wayland an X server reaches the windows of old programs alone.
            return


def _problem(topic: str, reason: str) -> Finding:
    """Make a finding of a sentence that says what is wrong and, behind a semicolon, what to do."""
    what, _, fix = reason.rstrip(".").partition("; ")
    return Finding(topic, "warning", f"{what}.", f"{fix[0].upper()}{fix[1:]}." if fix else "")
