"""WezTerm against the command lines that its documentation gives, recorded by a program of that name."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest

from engine.deliver.inject.wezterm import WeztermPane, offers
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome

Program = Callable[[str, str], dict[str, str]]

PANES = [
    {
        "window_id": 0,
        "tab_id": 0,
        "pane_id": 0,
        "title": "zsh",
        "is_active": True,
        "tab_title": "",
        "window_title": "w",
    },
    {
        "window_id": 0,
        "tab_id": 0,
        "pane_id": 3,
        "title": "vim\x1b[2J",
        "is_active": False,
        "tab_title": "edit",
    },
    {"window_id": 1, "tab_id": 2, "pane_id": 7, "title": "ssh", "is_active": True},
]
"""What `wezterm cli list --format json` prints, without what is not read."""

CLIENTS = [
    {"username": "a", "idle_time": {"secs": 90, "nanos": 0}, "focused_pane_id": 0},
    {"username": "a", "idle_time": {"secs": 2, "nanos": 5}, "focused_pane_id": 3},
]
"""The same of `wezterm cli list-clients --format json`."""


class Wezterm:
    """Lists panes, and keeps what it is called with."""

    def __init__(self, folder: Path, program: Program) -> None:
        self._log = folder / "log"
        self._panes = folder / "panes.json"
        self.list(PANES)
        (folder / "clients.json").write_text(json.dumps(CLIENTS))
        script = (
            f'case "$2" in list) cat {folder}/panes.json;; list-clients) cat {folder}/clients.json;;\n'
            f'send-text) {{ echo "$*"; cat; echo; }} >> {self._log};; esac'
        )
        self.environ = program("wezterm", script) | {"WEZTERM_PANE": "0"}

    def list(self, panes: Sequence[Mapping[str, object]]) -> None:
        """Have these panes from now on."""
        self._panes.write_text(json.dumps(panes))

    @property
    def sent(self) -> str:
        return self._log.read_bytes().decode()


@pytest.fixture
def wezterm(tmp_path: Path, program: Program) -> Wezterm:
    return Wezterm(tmp_path, program)


async def deliver(wezterm: Wezterm, text: str, what: str, shape: Shape | None = None) -> Outcome:
    shapes = Shapes(terminal=shape) if shape else Shapes()
    return await WeztermPane(what, Surroundings(environ=wezterm.environ, shapes=shapes)).deliver(text)


async def test_the_text_goes_to_standard_input_as_a_paste(wezterm: Wezterm) -> None:
    outcome = await deliver(wezterm, "h\u00e9\n\x1b[2Jtwo", "7")
    assert (outcome.status, outcome.target) == (Delivery.DELIVERED, "wezterm 7")
    assert wezterm.sent == "cli send-text --pane-id 7\nh\u00e9 two\n"


async def test_keys_are_sent_beside_the_paste(wezterm: Wezterm) -> None:
    await deliver(wezterm, "one\ntwo", "7", Shape("shift-enter", enter=True))
    assert wezterm.sent == (
        "cli send-text --pane-id 7\none\n"
        "cli send-text --pane-id 7 --no-paste\n\x1b[13;2u\n"
        "cli send-text --pane-id 7\ntwo\n"
        "cli send-text --pane-id 7 --no-paste\n\r\n"
    )


async def test_the_last_pane_is_the_one_used_last_and_never_ours(wezterm: Wezterm) -> None:
    assert (await deliver(wezterm, "x", "last")).target == "wezterm 3"
    wezterm.environ["WEZTERM_PANE"] = "3"
    assert (await deliver(wezterm, "x", "last")).target == "wezterm 0"
    outcome = await deliver(wezterm, "x", "3")
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "wezterm 3 is where utter runs. Choose another place for the text.",
    )


async def test_a_pane_that_is_not_there_is_known_before_a_text_is(wezterm: Wezterm) -> None:
    gone, there = (WeztermPane(what, Surroundings(environ=wezterm.environ)) for what in ("5", "3"))
    assert gone.can_deliver() is None
    for target in (gone, there):
        await target.prepare()
    assert gone.can_deliver() == "WezTerm has no pane 5 now. Choose the pane again."
    assert there.can_deliver() is None
    wezterm.list([pane | {"pane_id": 5} for pane in PANES])
    assert (await gone.deliver("x")).status is Delivery.DELIVERED
    assert gone.can_deliver() is None
    wezterm.list(PANES)
    failed = await gone.deliver("x")
    assert (failed.status, gone.can_deliver()) == (Delivery.FAILED, failed.detail)


async def test_a_pane_that_is_not_there_is_named(wezterm: Wezterm) -> None:
    outcome = await deliver(wezterm, "x", "5")
    assert outcome.detail == "WezTerm has no pane 5 now. Choose the pane again."


async def test_panes_are_offered_without_ours(wezterm: Wezterm) -> None:
    offered = await offers(wezterm.environ)
    assert [(one.spec, one.name, one.detail, one.place, one.active) for one in offered] == [
        ("wezterm:3", "wezterm 3", "vim", "edit", False),
        ("wezterm:7", "wezterm 7", "ssh", "", True),
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'no running wezterm' >&2; exit 1", "wezterm failed: no running wezterm."),
        ("echo '{}'", "`wezterm cli list` prints something that utter does not know."),
        ("echo nonsense", "`wezterm cli list` prints something that utter does not know."),
        ("echo '[{}]'", "This version of WezTerm lists its panes in a way that utter does not know."),
    ],
)
async def test_other_answers_are_told_in_a_sentence(program: Program, script: str, said: str) -> None:
    environ = program("wezterm", script) | {"WEZTERM_PANE": "0"}
    outcome = await WeztermPane("3", Surroundings(environ=environ)).deliver("text")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)
    assert [(one.spec, one.reason) for one in await offers(environ)] == [("wezterm:last", said)]


async def test_without_wezterm_it_says_so(tmp_path: Path) -> None:
    environ = {"PATH": str(tmp_path), "WEZTERM_PANE": "0"}
    outcome = await WeztermPane("3", Surroundings(environ=environ)).deliver("text")
    assert outcome.detail.startswith("The program wezterm is not on the search path;")
    assert [one.reason for one in await offers(environ)] == [outcome.detail]
    del environ["WEZTERM_PANE"]
    outcome = await WeztermPane("3", Surroundings(environ=environ)).deliver("text")
    assert outcome.detail == "utter does not run in WezTerm (WEZTERM_PANE is not set)."
    assert await offers(environ) == []


async def test_a_line_that_may_be_cut_off_is_not_called_delivered(wezterm: Wezterm) -> None:
    outcome = await deliver(wezterm, "x" * 4096, "7")
    assert (outcome.status, outcome.detail) == (
        Delivery.SENT,
        "A program that leaves its line to the system loses the end of one so long.",
    )


async def test_the_terminal_of_a_pane_is_asked_for_its_limit(tmp_path: Path, program: Program) -> None:
    keyboard, follower = os.openpty()
    try:
        wezterm = Wezterm(tmp_path, program)
        (tmp_path / "panes.json").write_text(json.dumps([{"pane_id": 7, "tty_name": os.ttyname(follower)}]))
        outcome = await deliver(wezterm, "x" * 4096, "7")
    finally:
        os.close(keyboard)
        os.close(follower)
    assert outcome.status is Delivery.FAILED
    assert "takes 4,095 bytes a line, and the text has a line of 4,096" in outcome.detail


async def test_an_enter_that_fails_takes_nothing_from_a_text_that_is_there(
    tmp_path: Path, program: Program
) -> None:
    Wezterm(tmp_path, program)  # for what it lists
    script = f'case "$*" in *list*) cat {tmp_path}/panes.json;; *--no-paste*) echo gone >&2; exit 1;; esac'
    wezterm = program("wezterm", script) | {"WEZTERM_PANE": "0"}
    shapes = Shapes(terminal=Shape("join", enter=True))
    outcome = await WeztermPane("7", Surroundings(environ=wezterm, shapes=shapes)).deliver("words")
    assert (outcome.status, outcome.detail) == (
        Delivery.DELIVERED,
        "Enter was not pressed: wezterm failed: gone.",
    )
