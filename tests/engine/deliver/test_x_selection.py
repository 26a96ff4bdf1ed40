"""The owner of a selection, as its parent sees it: one child, and none that stays without a reason."""

from __future__ import annotations

import asyncio
import signal
import subprocess
from collections.abc import Callable

import pytest

from engine.deliver import x_owner, xcb
from engine.deliver.x_selection import XSelection
from tests.support.x_windows import environment, pasted, wait_until

LONG = "y" * 5_000_000


@pytest.fixture
def environ(x_display: str) -> dict[str, str]:
    return environment(x_display)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[asyncio.subprocess.Process]:
    """The children that are started."""
    children: list[asyncio.subprocess.Process] = []
    start = asyncio.create_subprocess_exec

    async def noted(*command: str, **more: object) -> asyncio.subprocess.Process:
        children.append(await start(*command, **more))  # type: ignore[arg-type]
        return children[-1]

    monkeypatch.setattr(asyncio, "create_subprocess_exec", noted)
    return children


async def test_two_starts_at_once_make_one_child(
    environ: dict[str, str], started: list[asyncio.subprocess.Process]
) -> None:
    owner = XSelection(environ)
    await asyncio.gather(owner.prepare(), owner.prepare(), owner.hold("clipboard", "text", 0))
    assert len(started) == 1
    assert await asyncio.to_thread(pasted, environ) == b"text"
    await owner.close()


async def test_nothing_is_started_for_who_has_been_closed(
    environ: dict[str, str], started: list[asyncio.subprocess.Process]
) -> None:
    owner = XSelection(environ)
    await owner.close()
    await owner.prepare()
    assert started == []
    owner = XSelection(environ)
    await asyncio.gather(owner.prepare(), owner.close())
    assert [child.returncode for child in started] == [0] * len(started)


@pytest.fixture
def owner(x_display: str, monkeypatch: pytest.MonkeyPatch) -> x_owner.Owner:
    """What the child consists of, in this process; says nothing to a parent."""
    monkeypatch.setenv("DISPLAY", x_display)
    monkeypatch.setattr(x_owner, "say", lambda what, selection: None)
    return x_owner.Owner(xcb.Connection())


def serve_until(owner: x_owner.Owner, condition: Callable[[], bool]) -> None:
    def served() -> bool:
        owner.serve()
        owner.expire()
        return condition()

    wait_until(served)


def take(environ: dict[str, str]) -> subprocess.Popen[bytes]:
    """Ask for the clipboard, and read nothing of it until the pipe is full."""
    command = ["xclip", "-o", "-selection", "clipboard"]
    return subprocess.Popen(command, env=environ, stdout=subprocess.PIPE)


def test_who_dies_while_a_text_goes_to_it_is_not_waited_for(
    owner: x_owner.Owner, environ: dict[str, str]
) -> None:
    owner.take("hold", "CLIPBOARD", 0, LONG.encode())
    with take(environ) as asking:
        serve_until(owner, lambda: bool(owner.going))
        asking.kill()
    serve_until(owner, lambda: not owner.going)


def test_who_hangs_while_a_text_goes_to_it_is_given_up(
    owner: x_owner.Owner, environ: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x_owner, "STALLED_S", 0.05)
    owner.take("hold", "CLIPBOARD", 0, LONG.encode())
    with take(environ) as asking:
        serve_until(owner, lambda: bool(owner.going))
        asking.send_signal(signal.SIGSTOP)
        try:
            serve_until(owner, lambda: not owner.going)
        finally:
            asking.kill()


def test_a_text_that_nobody_fetches_gives_way_in_the_end(
    owner: x_owner.Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(x_owner, "LATE_S", 0.05)
    owner.take("hold", "CLIPBOARD", 0, b"late")
    assert owner.wait_s() is None
    owner.take("after", "CLIPBOARD", 0, b"earlier")
    serve_until(owner, lambda: owner.held["CLIPBOARD"].text == b"earlier")
    assert owner.wait_s() is None
