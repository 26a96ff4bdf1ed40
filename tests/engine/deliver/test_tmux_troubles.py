"""Panes of a real tmux server that take no text, or not all of it: nothing is lost unseen."""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.deliver.inject.tmux_panes import parse
from engine.deliver.inject.tmux_paste import _pasting, paste
from engine.deliver.inject.tmux_server import server_for
from engine.deliver.shape import Shape
from engine.deliver.target import Delivery
from engine.errors import DeliveryError
from tests.support.panes import Panes, read_until, tmux_panes, until


@pytest.fixture(scope="module")
def panes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panes]:
    with tmux_panes(tmp_path_factory.mktemp("tmux")) as opened:
        yield opened


def test_a_pane_that_vanishes_meanwhile_leaves_no_buffer_behind(panes: Panes) -> None:
    server = server_for(panes.environ)
    lost = replace(parse("pane %1 $0 @1 1 1 1 0 1 0 0 0 0 /dev/null 3.3a 7 9 work:1.0 sh")[0], id="%998")
    with pytest.raises(DeliveryError, match="can't find pane: %998"):
        asyncio.run(paste(server, panes.environ, lost, ["one", "two"], enter=False))
    assert "utter" not in panes.run("list-buffers")


def test_a_dead_pane_is_refused_and_the_server_lives(panes: Panes) -> None:
    pane = panes.start("read end")  # a signal might come before there is anybody to take it
    panes.run("set-window-option", "-t", pane, "remain-on-exit", "on")
    panes.run("send-keys", "-t", pane, "Enter")
    until(lambda: panes.run("display-message", "-p", "-t", pane, "#{pane_dead}") == "1\n")
    outcome = panes.paste(pane, "words")
    assert outcome.status is Delivery.FAILED
    assert f"Pane {pane} takes no input" in outcome.detail
    # It may die between the look and the paste: a paste would then end the server, with all its panes.
    panes.run("set-buffer", "-b", "late", "words")
    assert panes.run(*_pasting(pane, "late", "-p")) == "refused\n"
    assert "late" not in panes.run("list-buffers")
    panes.run("kill-pane", "-t", pane)


def test_a_pane_whose_input_is_off_is_refused(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("select-pane", "-d", "-t", pane)
    outcome = panes.paste(pane, "lost")
    assert (outcome.status, outcome.target) == (Delivery.FAILED, f"tmux {pane} (cat)")
    assert "takes no input" in outcome.detail
    panes.run("select-pane", "-e", "-t", pane)
    panes.paste(pane, "kept")
    assert read_until(file, b"kept") == b"kept"


def test_a_line_that_the_terminal_would_cut_off_is_refused(panes: Panes) -> None:
    file = panes.folder / "lines"
    pane = panes.start(f"exec cat > {file}")
    until(file.exists)
    outcome = panes.paste(pane, "ä" * 2048)
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == (
        f"cat in {pane} takes 4,095 bytes a line, and the text has a line of 4,096: nothing was pasted;"
        " choose another target."
    )
    fits = "ä" * 2047 + "x"
    assert panes.paste(pane, f"{fits}\n{fits}", Shape("keep", "newline")).status is Delivery.DELIVERED
    assert read_until(file, f"{fits}\n{fits}\n".encode()).decode() == f"{fits}\n{fits}\n"


def test_lines_that_utter_left_open_count(panes: Panes) -> None:
    file = panes.folder / "line"
    pane = panes.start(f"exec cat > {file}")
    until(file.exists)
    assert panes.paste(pane, "a" * 3000).status is Delivery.DELIVERED
    outcome = panes.paste(pane, "b" * 1096)
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == (
        f"cat in {pane} takes 4,095 bytes a line, and 3,000 wait on it already: nothing was pasted."
        " Press enter there, or choose another target."
    )
    panes.run("send-keys", "-t", pane, "Enter")
    first = f"{'a' * 3000}\n"
    assert read_until(file, first.encode()).decode() == first
    assert panes.paste(pane, "b" * 3000).status is Delivery.DELIVERED
    assert panes.paste(pane, "c" * 1095, Shape("join", enter=True)).status is Delivery.DELIVERED
    assert panes.paste(pane, "d" * 4095, Shape("join", enter=True)).status is Delivery.DELIVERED
    expected = f"{first}{'b' * 3000}{'c' * 1095}\n{'d' * 4095}\n"
    assert read_until(file, expected.encode()).decode() == expected


def test_a_server_that_was_started_anew_has_other_panes(tmp_path: Path) -> None:
    with tmux_panes(tmp_path) as first:
        pane = first.start("exec cat")
        chosen = first.target(pane)
        assert asyncio.run(chosen.deliver("one")).status is Delivery.DELIVERED
    until(lambda: server_for(first.environ).why_not(first.environ))
    with tmux_panes(tmp_path) as second:
        assert second.start("exec cat") == pane
        outcome = asyncio.run(chosen.deliver("two"))
        said = f"tmux was started anew, and {pane} is another pane there; choose the pane again."
        assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)
        assert chosen.can_deliver() == said
        assert second.paste(pane, "three").status is Delivery.DELIVERED


def test_an_enter_that_fails_takes_nothing_from_a_text_that_is_there(panes: Panes) -> None:
    pane, file = panes.raw()
    server = server_for(panes.environ)
    ask = server.ask

    async def off_before_enter(*commands: str, text: bytes = b"", environ: dict[str, str]) -> str:
        if "set-buffer" in commands:
            at = commands.index("set-buffer")
            commands = (*commands[:at], "select-pane", "-d", "-t", pane, ";", *commands[at:])
        return await ask(*commands, text=text, environ=environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "ask", off_before_enter)
        outcome = asyncio.run(panes.target(pane, Shape("join", enter=True)).deliver("words"))
    assert outcome.status is Delivery.DELIVERED
    assert outcome.detail.startswith(f"Enter was not pressed: Pane {pane} takes no input")
    assert read_until(file, b"words") == b"words"


def test_a_text_that_arrives_in_part_is_told_so(panes: Panes) -> None:
    pane, file = panes.raw()
    server = server_for(panes.environ)
    ask, calls = server.ask, 0

    async def until_the_pane_is_gone(*commands: str, text: bytes = b"", environ: dict[str, str]) -> str:
        nonlocal calls
        calls += "load-buffer" in commands
        if calls == 2 and "load-buffer" in commands:
            read_until(file, b"one")
            panes.run("kill-pane", "-t", pane)
        return await ask(*commands, text=text, environ=environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "ask", until_the_pane_is_gone)
        outcome = panes.paste(pane, "one\ntwo", Shape("shift-enter"))
    assert outcome.status is Delivery.FAILED
    assert "can't find pane" in outcome.detail
    assert outcome.detail.endswith(f"The first 1 of 2 lines are in {pane}.")


def test_a_program_that_hangs_is_no_reason_to_hang(panes: Panes) -> None:
    pane, file = panes.raw()
    reader = int(panes.run("display-message", "-p", "-t", pane, "#{pane_pid}"))
    subprocess.run(["kill", "-STOP", str(reader)], check=True)
    text = "x" * 300_000
    assert panes.paste(pane, text).status is Delivery.DELIVERED  # tmux keeps it until it is read
    subprocess.run(["kill", "-CONT", str(reader)], check=True)
    assert read_until(file, text.encode()) == text.encode()
