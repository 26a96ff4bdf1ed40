"""The panes of a tmux server as its `list-panes` tells of them, and which of them was used last; pure."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.deliver.sanitize import for_terminal

MOST_CHARS = 60
"""How much of a title is shown."""

_FACTS = (
    *("pane_id", "session_id", "window_id", "session_activity", "session_attached"),
    *("window_active", "window_last_flag", "pane_active", "pane_last"),
    *("pane_dead", "pane_input_off", "pane_in_mode", "pane_tty", "version"),
    *("pid", "start_time"),
)
"""Formats without blanks in what they become (tmux's manual, FORMATS); an old tmux leaves out what it
does not know."""

_PLACE = "#{session_name}:#{window_index}.#{pane_index} #{window_name}"

LISTING: tuple[str, ...] = (
    *("list-panes", "-a", "-F", " ".join(["pane", *(f"#{{{fact}}}" for fact in _FACTS), _PLACE])),
    *(";", "list-panes", "-a", "-F", "command #{pane_id} #{pane_current_command}"),
    *(";", "list-panes", "-a", "-F", "title #{pane_id} #{pane_title}"),
)
"""Commands whose answer `parse` reads. What programs may choose comes in lists of its own: whatever is in
a title, it cannot be taken for a fact about another pane."""


@dataclass(frozen=True, slots=True)
class Pane:
    """One pane, as it is shown in one session.

    Attributes:
        id: Its number with a per cent sign, which no other pane of this server will ever have.
        session: The session's number.
        window: The window's number.
        used: When a key was last pressed in the session, in seconds since 1970.
        attached: Whether the session is shown in a terminal now.
        in_current_window: Whether its window is the one that the session shows.
        in_last_window: Whether its window is the one that the session showed before.
        active: Whether it is the active pane of its window.
        last: Whether it was the active pane of its window before.
        dead: Whether its program has ended and the pane stayed.
        input_off: Whether tmux was told to let no input through.
        in_mode: Whether it shows something of tmux, such as its history in copy mode.
        tty: The device of its pseudo-terminal.
        version: The version of the server.
        server: Which server it is: one that was started anew gives the same ids to other panes.
        place: Session, window and pane as users of tmux write them, and the window's name, in full.
        command: The program that runs in it.
        title: What that program calls itself; empty where it says nothing.
    """

    id: str
    session: str
    window: str
    used: int
    attached: bool
    in_current_window: bool
    in_last_window: bool
    active: bool
    last: bool
    dead: bool
    input_off: bool
    in_mode: bool
    tty: str
    version: str
    server: str
    place: str
    command: str = ""
    title: str = ""

    @property
    def described(self) -> str:
        """Its number and its program."""
        return f"{self.id} ({self.command})" if self.command else self.id


def parse(listing: str) -> tuple[Pane, ...]:
    """Read the answer to `LISTING`; what is not understood is left out."""
    lines = listing.split("\n")
    first = next((at for at, line in enumerate(lines) if not line.startswith("pane ")), len(lines))
    commands, titles = _by_pane(lines[first:], "command"), _by_pane(lines[first:], "title")
    host = socket.gethostname()
    panes = []
    for line in lines[:first]:
        _, *facts = line.split(" ", len(_FACTS) + 1)
        if len(facts) != len(_FACTS) + 1 or not re.fullmatch(r"%\d+", facts[0]):
            continue
        pane, session, window, used, *flags, tty, version, pid, started, place = facts
        attached, in_current, in_last, active, last, dead, off, in_mode = (
            flag not in ("", "0") for flag in flags
        )
        title = titles.get(pane, "")
        panes.append(
            Pane(
                id=pane,
                session=session,
                window=window,
                used=int(used) if used.isdecimal() else 0,
                attached=attached,
                in_current_window=in_current,
                in_last_window=in_last,
                active=active,
                last=last,
                dead=dead,
                input_off=off,
                in_mode=in_mode,
                tty=tty,
                version=version,
                server=f"{pid} {started}",
                place=_harmless(place),
                command=commands.get(pane, ""),
                title="" if title in (host, host.partition(".")[0]) else title,  # tmux's own choice
            )
        )
    return tuple(panes)


def used_last(panes: Sequence[Pane], ours: str = "") -> Pane | None:
    """Find the pane in which the user was last, which is not our own.

    Where we run in a pane, that is the active pane beside us; else the one that was active in our window
    before; else, alone in a window, the active pane of the window before. Otherwise it is the active
    pane of the session in which a key was pressed last, of those that a terminal shows if there are any.

    Args:
        panes: All panes.
        ours: The pane in which we run; empty when there is none.
    """
    mine = next((pane for pane in panes if pane.id == ours), None)
    others = [pane for pane in panes if pane.id != ours and not pane.dead]
    if mine is not None:
        here = [pane for pane in others if pane.session == mine.session]
        current = [pane for pane in here if pane.in_current_window]
        before = [pane for pane in here if pane.in_last_window]
        for near in (current, before if mine.in_current_window else []):
            if near:
                return max(near, key=lambda pane: (pane.active, pane.last))
    shown = [pane for pane in others if pane.in_current_window] or others
    return max(shown, key=lambda pane: (pane.attached, pane.used, pane.active, pane.last), default=None)


def _by_pane(lines: Iterable[str], kind: str) -> dict[str, str]:
    """What lines of a kind say of each pane, made fit to be shown."""
    said = (line.split(" ", 2) for line in lines if line.startswith(f"{kind} %"))
    return {words[1]: _shown(words[2]) for words in said if len(words) == 3}


def _harmless(text: str) -> str:
    """Make what a program chose fit to be shown."""
    return " ".join(for_terminal(text).split())


def _shown(text: str) -> str:
    """The same, short enough for a line."""
    text = _harmless(text)
    return text if len(text) <= MOST_CHARS else text[: MOST_CHARS - 1] + "…"
