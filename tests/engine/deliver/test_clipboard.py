"""The desktop's clipboard, on a real X server with the real xclip."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.deliver.clipboard import SystemClipboard
from engine.deliver.clipboard_mechanism import find_mechanism, why_no_mechanism
from engine.deliver.target import Delivery
from tests.support.ended import wait_until_ended
from tests.support.x_windows import wait_until

Program = Callable[[str, str], dict[str, str]]

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the programs under test are those of Linux")


def desktop(display: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name != "WAYLAND_DISPLAY"}
    return kept | {"DISPLAY": display}


def pasted(display: str) -> str:
    answer = subprocess.run(
        ["xclip", "-selection", "clipboard", "-o"], env=desktop(display), capture_output=True, check=True
    )
    return answer.stdout.decode()


@pytest.mark.parametrize("text", ["Please send the report.", "Grüße, 你好 😀\nnext line\n", "x" * 300_000])
async def test_the_text_is_on_the_clipboard(x_display: str, text: str) -> None:
    outcome = await SystemClipboard(desktop(x_display)).deliver(text)
    assert (outcome.status, outcome.target, outcome.detail) == (
        Delivery.DELIVERED,
        "clipboard (xclip)",
        "",
    )
    assert pasted(x_display) == text


async def test_what_a_terminal_would_obey_is_removed(x_display: str) -> None:
    await SystemClipboard(desktop(x_display)).deliver("ls\x1b[201~\rrm\ud800")
    assert pasted(x_display) == "ls\nrm\ufffd"


async def test_a_prepared_child_delivers_and_an_unused_one_leaves_the_clipboard_alone(x_display: str) -> None:
    clipboard = SystemClipboard(desktop(x_display))
    await clipboard.prepare()
    await clipboard.prepare()
    assert (await clipboard.deliver("first")).status is Delivery.DELIVERED
    await clipboard.prepare()
    await clipboard.close()
    await clipboard.close()
    assert pasted(x_display) == "first"


async def test_a_child_that_starts_while_the_clipboard_is_closed_is_ended(x_display: str) -> None:
    clipboard = SystemClipboard(desktop(x_display))
    before = psutil.Process().children()
    await asyncio.gather(clipboard.prepare(), clipboard.close())
    await clipboard.prepare()
    assert [child for child in psutil.Process().children() if child not in before] == []


async def test_an_empty_text_does_not_clear_the_clipboard(x_display: str) -> None:
    clipboard = SystemClipboard(desktop(x_display))
    await clipboard.deliver("kept")
    outcome = await clipboard.deliver("\x1b")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, "There is no text to copy.")
    assert pasted(x_display) == "kept"


async def test_without_an_x_server_it_fails_with_the_reason(
    x_display: str, capfd: pytest.CaptureFixture[str]
) -> None:
    outcome = await SystemClipboard(desktop(":4095")).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert "Can't open display" in outcome.detail
    assert capfd.readouterr() == ("", "")


def test_a_pipe_behind_us_ends_with_us(x_display: str) -> None:
    """xclip stays to serve the clipboard; it must not hold our standard output open."""
    script = (
        "import asyncio; from engine.deliver.clipboard import SystemClipboard;"
        "print(asyncio.run(SystemClipboard().deliver('text')).status)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], env=desktop(x_display), capture_output=True, timeout=30, check=True
    )
    assert (answer.stdout, answer.stderr) == (b"delivered\n", b"")


async def test_a_hung_program_is_stopped(program: Program, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    environ = program("xclip", f"echo $$ > {note}; exec sleep 1000")
    for patience_s in (1, 4, 16):  # until it came to run
        outcome = await SystemClipboard(environ, time_out_s=patience_s).deliver("text")
        assert outcome.status is Delivery.FAILED
        assert outcome.detail == f"xclip did not answer within {patience_s} s and was stopped."
        if note.exists() and note.read_text():
            break
    await wait_until_ended(note)


async def test_a_program_that_swallows_the_text_is_found_out(program: Program) -> None:
    outcome = await SystemClipboard(program("xclip", "cat > /dev/null")).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == "xclip failed: the clipboard does not hold the text afterwards."


async def test_what_cannot_be_read_back_is_only_sent(program: Program, tmp_path: Path) -> None:
    program("wl-paste", "exit 1")
    environ = program("wl-copy", f"cat > {tmp_path}/copied") | {"WAYLAND_DISPLAY": "wayland-0"}
    outcome = await SystemClipboard(environ).deliver("text")
    assert (outcome.status, outcome.target) == (Delivery.SENT, "clipboard (wl-copy)")
    assert (tmp_path / "copied").read_text() == "text"


async def test_complaints_of_a_program_that_is_not_read_back_are_a_failure(program: Program) -> None:
    program("wl-paste", "exit 1")
    environ = program("wl-copy", "cat > /dev/null; echo 'Failed to connect to a Wayland server' >&2; exit 1")
    outcome = await SystemClipboard(environ | {"WAYLAND_DISPLAY": "wayland-0"}).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == "wl-copy failed: Failed to connect to a Wayland server."


async def test_cancelling_a_delivery_leaves_nothing_running(program: Program, tmp_path: Path) -> None:
    note = tmp_path / "pid"
    environ = program("xclip", f"echo $$ > {note}; exec sleep 60")
    task = asyncio.create_task(SystemClipboard(environ, time_out_s=60).deliver("text"))
    await asyncio.to_thread(wait_until, lambda: note.exists() and bool(note.read_text().strip()))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await wait_until_ended(note)


def test_no_desktop_is_said_without_running_anything() -> None:
    clipboard = SystemClipboard({"PATH": "/usr/bin:/bin"})
    assert find_mechanism({"PATH": "/usr/bin:/bin"}) is None
    assert clipboard.can_deliver() == why_no_mechanism({})
    assert "DISPLAY" in why_no_mechanism({})


def test_a_missing_program_is_named() -> None:
    assert "install xclip" in why_no_mechanism({"DISPLAY": ":0"})
    assert "install wl-clipboard" in why_no_mechanism({"WAYLAND_DISPLAY": "wayland-0"})


async def test_without_a_mechanism_delivery_fails() -> None:
    assert (await SystemClipboard({"PATH": ""}).deliver("text")).status is Delivery.FAILED
