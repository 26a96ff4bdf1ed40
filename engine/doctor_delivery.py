"""The doctor's checks of the places that a text can go to: clipboard, panes, and the focused window."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine import registry
from engine.deliver.clipboard_mechanism import find_mechanism
from engine.deliver.clipboards import choose_clipboard, is_remote
from engine.deliver.desktop_server import why_no_compositor, why_no_x_server
from engine.deliver.destination import LAST, Destination
from engine.deliver.offer import Offer
from engine.deliver.router import surroundings
from engine.deliver.surroundings import Surroundings
from engine.deliver.window_ways import fitting
from engine.findings import Finding, Patient

PANES = {"tmux": "tmux", "kitty": "kitty", "wezterm": "WezTerm", "screen": "screen"}
"""Kind of a destination that is a pane → the program's name."""

NAMED_MOST = 6
"""Panes of one program that are named; there may be hundreds."""

_NONE = {"screen": ("STY", "No session of screen runs here.", "Start one with: screen.")}
"""Kind of panes → the variable that tells that we run in such a pane, and what is said where none is offered
and we do not: all its sessions would be."""

_SERVERS: dict[str, Callable[[Mapping[str, str]], str | None]] = {
    "wl-copy": why_no_compositor,
    "wtype": why_no_compositor,
    "xclip": why_no_x_server,
    "xsel": why_no_x_server,
    "xdotool": why_no_x_server,
}
"""Program → what says why its desktop does not answer."""


def clipboard(patient: Patient) -> list[Finding]:
    """Which way a text takes to the clipboard, and why."""
    setting = patient.settings.delivery.clipboard
    chosen = choose_clipboard(setting, patient.environ)
    problem = chosen.can_deliver()
    if problem:
        fix = "Text stays on the screen and `utter record` prints it; install a clipboard program to copy it."
        return [Finding("clipboard", "warning", problem, fix)]
    unheard = _unheard(chosen.name, patient.environ)
    if unheard:
        return [_problem("clipboard", unheard)]
    why = f'delivery.clipboard = "{setting}"' + (", over SSH" if is_remote(patient.environ) else "")
    what = f"Text goes to the {chosen.name} ({why})."
    return [Finding("clipboard", "ok", what, _remark(chosen.name))]


def _unheard(name: str, environ: Mapping[str, str]) -> str | None:
    """Why the desktop whose clipboard is called so does not answer."""
    found = find_mechanism(environ)
    asks = _SERVERS.get(found.program) if found and found.program in name else None
    return asks(environ) if asks else None


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
        variable, what, fix = _NONE.get(kind, ("", "", ""))
        if not variable or around.environ.get(variable):
            what, fix = f"{PANES[kind]} shows no pane beside ours.", "Open one in it."
        return Finding(PANES[kind], "warning", what, fix)
    named = ", ".join(offer.spec for offer in offers[:NAMED_MOST])
    more = f" and {len(offers) - NAMED_MOST} more" if len(offers) > NAMED_MOST else ""
    return Finding(PANES[kind], "ok", f"Text can be pasted into {named}{more}.")


def _kind(offer: Offer) -> str:
    return Destination.parse(offer.spec).kind


def window(patient: Patient) -> list[Finding]:
    """By which of this system's ways a text gets into the focused window."""
    ways = fitting(patient.environ)
    if not ways:
        what = "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        return [Finding("window", "warning", what, "Use a pane or the clipboard.")]
    backends = [registry.build_window_backend(way, patient.environ) for way in ways]
    reasons = {backend.name: backend.why_not() for backend in backends}
    for name in [name for name in reasons if reasons[name] is None and name in _SERVERS]:
        reasons[name] = _SERVERS[name](patient.environ)
    able = [name for name, reason in reasons.items() if reason is None]
    if able:
        spare = f" ({', '.join(able[1:])} could, too)" if able[1:] else ""
        return [Finding("window", "ok", f"Text gets into the focused window by {able[0]}{spare}.")]
    return [_problem("window", reason) for reason in dict.fromkeys(reasons.values()) if reason]


def places(patient: Patient) -> list[Finding]:
    """Whether texts can go where the settings send them; of clipboard and window other rows tell."""
    settings = patient.settings
    named: dict[str, list[str]] = {}
    for spec, key in [
        (settings.delivery.target, "delivery.target"),
        *((spec, "delivery.fallback") for spec in settings.delivery.fallback),
        *((mode.target, f"modes.{name}.target") for name, mode in settings.modes.items()),
    ]:
        if spec and spec not in ("clipboard", "window"):
            named.setdefault(spec, []).append(key)
    around = replace(surroundings(settings), environ=patient.environ)
    return [_place(spec, ", ".join(keys), around) for spec, keys in named.items()]


def _place(spec: str, keys: str, around: Surroundings) -> Finding:
    destination = Destination.parse(spec)
    target = registry.build_target(destination.kind, destination.what, around)

    async def look() -> str | None:
        await target.prepare()
        try:
            return target.can_deliver()
        finally:
            await target.close()

    problem = asyncio.run(look())
    if problem:
        return Finding("target", "warning", f"Texts cannot go to {target.name} ({keys}): {problem}")
    return Finding("target", "ok", f"Texts can go to {target.name} ({keys}).")


def _problem(topic: str, reason: str) -> Finding:
    """Make a finding of a sentence that says what is wrong and, behind a semicolon, what to do."""
    what, _, fix = reason.rstrip(".").partition("; ")
    return Finding(topic, "warning", f"{what}.", f"{fix[0].upper()}{fix[1:]}." if fix else "")
