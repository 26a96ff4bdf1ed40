"""OSC 52: exact bytes on a real pseudo-terminal, and a real tmux server."""

from __future__ import annotations

import asyncio
import base64
import os
import pty
import re
import subprocess
import time
import tty
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.deliver.osc52 import MAX_BYTES, MAX_BYTES_OF_BOTH, SCREEN_CHUNK, TerminalClipboard, osc52
from engine.deliver.target import Delivery
from tests.support.debian import require

XTERM = {"TERM": "xterm-256color", "PATH": os.environ["PATH"]}
UTF8 = st.text(st.characters(exclude_categories=["Cs"]))


@pytest.fixture
def terminal() -> Iterator[tuple[int, str]]:
    """A pseudo-terminal: the reading end, and the name of the device to write to."""
    reading, device = pty.openpty()
    tty.setraw(device)
    yield reading, os.ttyname(device)
    os.close(reading)
    os.close(device)


async def read_until(descriptor: int, end: bytes) -> bytes:
    """Read off the loop, so that a writer that waits for room gets on."""
    data = b""
    while not data.endswith(end):
        data += await asyncio.to_thread(os.read, descriptor, 65_536)
    return data


async def test_the_bytes_that_reach_the_terminal(terminal: tuple[int, str]) -> None:
    reading, device = terminal
    outcome = await TerminalClipboard(environ=XTERM, tty=device).deliver("Grüße\x1b")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "terminal (OSC 52)")
    assert os.read(reading, 4096) == b"\x1b]52;c;" + base64.b64encode("Grüße".encode()) + b"\a"


async def test_a_long_text_waits_for_a_slow_terminal(terminal: tuple[int, str]) -> None:
    reading, device = terminal
    text = "x" * MAX_BYTES
    outcome, data = await asyncio.gather(
        TerminalClipboard(environ=XTERM, tty=device, time_out_s=30).deliver(text), read_until(reading, b"\a")
    )
    assert outcome.status is Delivery.SENT
    assert len(data) == 100_000
    assert base64.b64decode(data[7:-1]).decode() == text


async def test_a_stopped_terminal_does_not_hang_us(terminal: tuple[int, str]) -> None:
    _, device = terminal
    outcome = await TerminalClipboard(environ=XTERM, tty=device, time_out_s=0.2).deliver("x" * MAX_BYTES)
    assert outcome.status is Delivery.FAILED
    assert "took nothing for 0.2 s" in outcome.detail


async def test_a_text_that_terminals_would_drop_fails_instead() -> None:
    written: list[str] = []
    outcome = await TerminalClipboard(written.append, XTERM).deliver("é" * (MAX_BYTES // 2 + 1))
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith("The text has 74,996 bytes, and terminals drop more than 74,994")
    assert written == []


async def test_the_writer_of_the_screen_owner_is_used() -> None:
    written: list[str] = []
    clipboard = TerminalClipboard(written.append, XTERM, tty="/nowhere")
    assert clipboard.can_deliver() is None
    assert (await clipboard.deliver("hi")).status is Delivery.SENT
    assert written == ["\x1b]52;c;aGk=\a"]


async def test_a_broken_writer_is_a_failure() -> None:
    def broken(sequence: str) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    outcome = await TerminalClipboard(broken, XTERM).deliver("hi")
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "The terminal cannot be written to: Broken pipe.",
    )


async def test_an_empty_text_does_not_clear_the_clipboard() -> None:
    written: list[str] = []
    assert (await TerminalClipboard(written.append, XTERM).deliver("\x07")).status is Delivery.FAILED
    assert written == []


async def test_the_primary_selection_gets_the_text_too() -> None:
    written: list[str] = []
    both = TerminalClipboard(written.append, XTERM, primary=True)
    assert (await both.deliver("hi")).status is Delivery.SENT
    assert written == ["\x1b]52;cp;aGk=\a"]
    assert (await both.deliver("x" * MAX_BYTES_OF_BOTH)).status is Delivery.SENT
    assert 99_996 < len(written[1]) <= 100_000
    too_long = await both.deliver("x" * (MAX_BYTES_OF_BOTH + 1))
    assert (too_long.status, len(written)) == (Delivery.FAILED, 2)


def test_where_there_is_no_terminal() -> None:
    assert "no terminal" in (TerminalClipboard(environ=XTERM, tty="/nowhere/tty").can_deliver() or "")


@pytest.mark.parametrize("term", ["", "dumb", "linux"])
def test_terminals_without_a_clipboard(term: str) -> None:
    reason = TerminalClipboard(lambda sequence: None, {"TERM": term}).can_deliver()
    assert reason is not None
    assert reason.startswith("This terminal has no clipboard")


@given(UTF8)
def test_the_payload_is_the_text(text: str) -> None:
    match = re.fullmatch(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", osc52(text))
    assert match is not None
    assert base64.b64decode(match[1]).decode() == text


@given(st.text("abc é", max_size=2000))
def test_gnu_screen_unwraps_to_the_plain_sequence(text: str) -> None:
    wrapped = osc52(text, in_screen=True)
    pieces = re.findall(r"\x1bP(.*?)\x1b\\", wrapped, re.DOTALL)
    assert "".join(pieces) == osc52(text)
    assert "".join(f"\x1bP{piece}\x1b\\" for piece in pieces) == wrapped
    assert all(len(piece) <= SCREEN_CHUNK for piece in pieces)


async def test_screen_is_noticed() -> None:
    written: list[str] = []
    await TerminalClipboard(written.append, XTERM | {"STY": "1.tty"}).deliver("hi")
    assert written == [osc52("hi", in_screen=True)]


Tmux = Callable[..., str]


@pytest.fixture
def tmux(tmp_path: Path) -> Iterator[tuple[Tmux, dict[str, str]]]:
    """A tmux server of its own: a function that runs tmux commands, and the environment of its pane."""
    require("tmux", "tmux")
    socket = tmp_path / "tmux.sock"

    def run(*arguments: str) -> str:
        command = ["tmux", "-S", str(socket), "-f", "/dev/null", *arguments]
        answer = subprocess.run(command, capture_output=True, check=True, env=XTERM | {"LC_ALL": "C.UTF-8"})
        return answer.stdout.decode()

    run("new-session", "-d", "-s", "work", "sleep 1000")
    server, pane = run("display-message", "-p", "-t", "work", "#{pid} #{pane_id}").split()
    yield run, XTERM | {"TMUX": f"{socket},{server},0", "TMUX_PANE": pane}
    run("kill-server")


@pytest.mark.parametrize("text", ["Grüße aus tmux\nzweite Zeile", "y" * 200_000])
async def test_tmux_takes_the_text(tmux: tuple[Tmux, dict[str, str]], text: str) -> None:
    run, environ = tmux
    written: list[str] = []
    outcome = await TerminalClipboard(written.append, environ).deliver(text)
    assert (outcome.status, outcome.target) == (Delivery.SENT, "tmux's paste buffer")
    assert outcome.detail == "No terminal shows tmux now: paste it within tmux, by its prefix and ]."
    assert run("show-buffer") == text
    assert written == []


async def test_a_tmux_that_hangs_is_stopped_and_the_sequence_sent(tmp_path: Path) -> None:
    stuck = tmp_path / "tmux"
    stuck.write_text("#!/bin/sh\nexec sleep 1000\n")
    stuck.chmod(0o755)
    written: list[str] = []
    environ = XTERM | {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMUX": "/nowhere,1,0"}
    outcome = await TerminalClipboard(written.append, environ, time_out_s=0.2).deliver("hi")
    assert (outcome.status, written) == (Delivery.SENT, [osc52("hi")])


def attach(socket: str, device: str) -> subprocess.Popen[bytes]:
    """Show the session in the pseudo-terminal."""
    with open(device, "r+b", buffering=0) as screen:
        return subprocess.Popen(
            ["tmux", "-S", socket, "attach"],
            stdin=screen,
            stdout=screen,
            stderr=screen,
            env=XTERM | {"LC_ALL": "C.UTF-8"},
            start_new_session=True,
        )


def wait_until_attached(run: Tmux) -> None:
    while "attached" not in run("list-clients", "-F", "attached"):
        time.sleep(0.02)


async def test_tmux_hands_the_text_to_the_terminal_it_is_shown_in(
    tmux: tuple[Tmux, dict[str, str]], terminal: tuple[int, str]
) -> None:
    run, environ = tmux
    reading, device = terminal
    socket = environ["TMUX"].split(",")[0]
    client = attach(socket, device)
    await asyncio.to_thread(wait_until_attached, run)
    long = await TerminalClipboard(environ=environ).deliver("y" * 200_000)
    assert long.detail.startswith("It is in tmux's paste buffer, but too long for the clipboard")
    assert not long.standing, "it holds for this text alone"
    both = await TerminalClipboard(environ=environ, primary=True).deliver("hi")
    assert both.detail == "The primary selection has it not: tmux sets the clipboard alone."
    assert both.standing
    outcome = await TerminalClipboard(environ=environ).deliver("for the outer clipboard")
    assert (outcome.status, outcome.target, outcome.detail) == (Delivery.SENT, "terminal (through tmux)", "")
    payload = base64.b64encode(b"for the outer clipboard")
    shown = b""
    while payload not in shown:
        shown += await asyncio.to_thread(os.read, reading, 65_536)
    assert re.search(rb"\x1b\]52;c?;" + re.escape(payload), shown)
    run("detach-client")
    client.wait()


async def test_an_old_tmux_falls_back_to_the_sequence(tmp_path: Path) -> None:
    old = tmp_path / "tmux"
    old.write_text("#!/bin/sh\necho 'unknown option -- w' >&2\nexit 1\n")
    old.chmod(0o755)
    written: list[str] = []
    environ = XTERM | {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMUX": "/nowhere,1,0"}
    outcome = await TerminalClipboard(written.append, environ).deliver("hi")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "terminal (OSC 52)")
    assert written == [osc52("hi")]
