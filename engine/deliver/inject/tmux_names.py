"""Which panes of tmux a name means; pure.

Names are compared whole, with the list of panes. tmux's own `-t` would take the beginning of another name,
a pattern, or a place beside the current one (its manual, COMMANDS), and so lead a text elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from engine.deliver.inject.tmux_panes import Pane

_PLACE = re.compile(r"(?P<session>[^:]*):(?P<window>\d+)\.(?P<pane>\d+) ?(?P<name>.*)")
"""`Pane.place`; tmux lets no session have a colon in its name."""


def meant(panes: Sequence[Pane], what: str) -> list[Pane]:
    """All panes that a user may mean; none where nothing is called so.

    An id such as "%3" is one pane. SESSION is the active pane of the window that the session shows, and
    SESSION:WINDOW that of a window, by its number or else by its name; with a dot and a number behind
    either it is that pane of the window. Windows may share a name, and a name may end as if a pane were
    meant: then there are several.
    """
    if re.fullmatch(r"%\d+", what):
        return _once(pane for pane in panes if pane.id == what)
    session, colon, rest = (" ".join(part.split()) for part in what.partition(":"))
    by_number: list[Pane] = []
    by_name: list[Pane] = []
    for pane in panes:
        place = _PLACE.fullmatch(pane.place)
        if place is None or place["session"] != session:
            continue
        window, number, name = place["window"], place["pane"], place["name"]
        if not colon:
            by_number += [pane] if pane.in_current_window and pane.active else []
        elif rest == f"{window}.{number}" or (rest == window and pane.active):
            by_number.append(pane)
        elif name and (rest == f"{name}.{number}" or (rest == name and pane.active)):
            by_name.append(pane)
    return _once(by_number or by_name)


def _once(panes: Iterable[Pane]) -> list[Pane]:
    """A window that is linked into several sessions, or twice into one, has its panes in each place."""
    return list({pane.id: pane for pane in panes}.values())
