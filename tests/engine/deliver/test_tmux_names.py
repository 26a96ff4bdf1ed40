"""Which panes of tmux a name means, over listings as tmux writes them."""

from __future__ import annotations

import pytest

from engine.deliver.inject.tmux_names import meant
from engine.deliver.inject.tmux_panes import MOST_CHARS, Pane, parse

LONG = "long " * MOST_CHARS


def pane(number: int, place: str, *, current: bool = False, active: bool = True) -> Pane:
    """One pane, as a listing has it."""
    flags = f"1 {current:d} 0 {active:d} 0 0 0 0"
    return parse(f"pane %{number} $0 @1 1 {flags} /dev/null 3.3a 7 9 {place}\n")[0]


PANES = [
    pane(0, "work:0.0 main"),
    pane(1, "work:1.0 editor", current=True, active=False),
    pane(2, "work:1.1 editor", current=True),
    pane(3, "work:2.0 we:ird.na  me"),
    pane(4, "work:3.0 logs"),
    pane(5, "work:4.0 logs"),
    pane(6, "work:5.0 3"),
    pane(7, "work:6.0 logs.0"),
    pane(8, "workshop:0.0 main"),
    pane(9, f"workshop:1.0 {LONG}"),
    pane(10, "workshop:2.0 "),
    pane(0, "two words:1.0 main"),
    pane(0, "two words:2.0 main"),
]


@pytest.mark.parametrize(
    ("what", "numbers"),
    [
        ("%3", [3]),
        ("%99", []),
        ("work", [2]),
        ("wor", []),
        ("workshop", []),  # it shows no window of these
        ("work:1", [2]),
        ("work:1.0", [1]),
        ("work:editor", [2]),
        ("work:editor.0", [1]),
        ("work:editor.7", []),
        ("work:we:ird.na me", [3]),
        ("work:we:ird.na  me.0", [3]),
        ("work:logs", [4, 5]),
        ("work:logs.0", [4, 5, 7]),
        ("work:3", [4]),
        ("work:5", [6]),
        ("work:", []),
        ("workshop:", []),
        ("workshop:main", [8]),
        (f"workshop:{LONG}", [9]),
        ("two words:main", [0]),
        ("editor", []),
        ("", []),
    ],
)
def test_what_a_name_means(what: str, numbers: list[int]) -> None:
    assert [found.id for found in meant(PANES, what)] == [f"%{number}" for number in numbers]
