"""What is read from tmux's lists, and which pane counts as the one used last."""

from __future__ import annotations

import socket

from hypothesis import given
from hypothesis import strategies as st

from engine.deliver.inject.tmux_panes import MOST_CHARS, Pane, parse, used_last


def pane(number: int, session: int = 0, window: int = 0, **facts: int) -> Pane:
    """One pane; facts that are not given are false."""
    names = ("attached", "in_current_window", "in_last_window", "active", "last", "dead")
    assert set(facts) <= {*names, "used"}
    flags = [bool(facts.get(name)) for name in names]
    identity = (f"%{number}", f"${session}", f"@{window}", facts.get("used", 0))
    facts_behind = (False, False, f"/dev/pts/{number}", "3.3a", "7 9", "work:0.0 sh", "sh")
    return Pane(*identity, *flags, *facts_behind)  # type: ignore[arg-type, call-arg]  # six flags


def test_the_pane_beside_us() -> None:
    panes = [
        pane(0, in_current_window=1, active=1),
        pane(1, in_current_window=1),
        pane(2, in_current_window=1, last=1),
        pane(3, window=1, active=1, in_last_window=1),
    ]
    assert used_last(panes, "%0") == panes[2]
    assert used_last(panes, "%1") == panes[0]


def test_alone_in_a_window_it_is_the_window_before() -> None:
    panes = [
        pane(0, window=0, in_current_window=1, active=1),
        pane(1, window=1, active=1),
        pane(2, window=2, in_last_window=1, last=1),
        pane(3, window=2, in_last_window=1, active=1),
        pane(4, session=1, window=3, in_current_window=1, active=1, attached=1, used=99),
    ]
    assert used_last(panes, "%0") == panes[3]


def test_the_user_has_gone_to_another_window() -> None:
    panes = [
        pane(0, window=0, in_last_window=1, active=1),
        pane(1, window=0, in_last_window=1, last=1),
        pane(2, window=1, in_current_window=1, active=1),
    ]
    assert used_last(panes, "%0") == panes[2]


def test_alone_in_a_session_it_is_the_session_used_last() -> None:
    panes = [
        pane(0, window=0, in_current_window=1, active=1, attached=1, used=9),
        pane(1, 1, 1, in_current_window=1, active=1, attached=1, used=5),
        pane(2, 2, 2, in_current_window=1, active=1, attached=1, used=7),
        pane(3, 2, 2, in_current_window=1, last=1, attached=1, used=7),
        pane(4, 3, 3, in_current_window=1, active=1, used=8),
    ]
    assert used_last(panes, "%0") == panes[2]
    assert used_last(panes) == panes[0]
    assert used_last(panes[4:]) == panes[4]


def test_a_pane_whose_program_has_ended_is_passed_over() -> None:
    panes = [pane(0, in_current_window=1, active=1), pane(1, in_current_window=1, last=1, dead=1)]
    assert used_last(panes, "%0") is None
    assert used_last([], "%0") is None


def test_a_window_never_shown_is_better_than_none() -> None:
    panes = [pane(0, in_current_window=1, active=1), pane(1, window=1, active=1)]
    assert used_last(panes, "%0") == panes[1]


FACTS = "pane %1 $0 @1 1700000000 1 1 0 1 0 0 0 1 /dev/pts/4 3.3a 77 1700000001 work:1.0 my editor"


def test_a_listing_is_read() -> None:
    listing = f"{FACTS}\ncommand %1 vim\ntitle %1 notes.md — vim\n"
    expected = Pane(
        *("%1", "$0", "@1", 1_700_000_000, True, True, False, True, False, False, False, True),
        *("/dev/pts/4", "3.3a", "77 1700000001", "work:1.0 my editor", "vim", "notes.md — vim"),
    )
    assert parse(listing) == (expected,)
    assert expected.described == "%1 (vim)"


def test_an_old_tmux_leaves_facts_empty() -> None:
    (read,) = parse("pane %1 $0 @1  1 1  1   0   7  work:1.0 editor\n")
    assert (read.id, read.used, read.active, read.last, read.in_mode) == ("%1", 0, True, False, False)


def test_what_programs_call_themselves_is_no_fact_and_harmless() -> None:
    fake = FACTS.replace("%1", "%7")
    listing = f"{FACTS}\ncommand %1 sh\n{fake}\ntitle %1 \x1b]0;x\x07{'long ' * 99}\u202e\n"
    (read,) = parse(listing)
    assert read.id == "%1"
    assert read.title.startswith("long long")
    assert len(read.title) == MOST_CHARS
    assert "\u202e" not in read.title


def test_the_name_of_the_machine_is_no_title() -> None:
    (read,) = parse(f"{FACTS}\ncommand %1 sh\ntitle %1 {socket.gethostname()}\n")
    assert read.title == ""


@given(st.text())
def test_any_answer_is_read_somehow(answer: str) -> None:
    assert parse(answer) == ()
    assert len(parse(f"{FACTS}\n{answer}")) == 1
