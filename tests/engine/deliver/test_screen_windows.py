"""A real GNU screen: what arrives in its windows, and what is refused."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.deliver.inject.screen import ScreenWindow, offers
from engine.deliver.inject.screen_session import REGISTER
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from tests.support.debian import require
from tests.support.raw_reader import RawReader
from tests.support.terminal import terminal
from tests.support.unicode_text import MANY_SCRIPTS

NAME = "utter-test"


class Screen:
    """One detached session: window 0 is a shell, window 1 a reader."""

    def __init__(self, folder: Path) -> None:
        self.environ = {
            **{name: value for name, value in os.environ.items() if name not in ("STY", "WINDOW")},
            **{"SCREENDIR": str(folder), "TERM": "xterm", "LC_ALL": "C.UTF-8", "SHELL": "/bin/sh"},
        }
        self.reader = RawReader(folder / "read")
        self.run("-dmS", NAME, "-U", "-c", "/dev/null", "-t", "shell", "sh")
        self._wait_until_it_listens()
        self.run("-S", NAME, "-X", "screen", "-t", "a  2- reader", "1", *self.reader.command)
        self.reader.wait_until_ready()
        self.session = next(path.name for path in folder.iterdir() if path.name.endswith(NAME))

    def close(self) -> None:
        subprocess.run(["screen", "-S", NAME, "-X", "quit"], env=self.environ, check=False, timeout=20)

    def _wait_until_it_listens(self) -> None:
        """Wait for the session's process, which `screen -dm` leaves behind before it takes commands."""
        deadline = time.monotonic() + 20
        asked = ["screen", "-S", NAME, "-Q", "windows"]
        while subprocess.run(
            asked, env=self.environ, capture_output=True, check=False, timeout=20
        ).returncode:
            assert time.monotonic() < deadline, "screen did not start"
            time.sleep(0.02)

    def run(self, *command: str) -> None:
        """Run screen."""
        subprocess.run(["screen", *command], env=self.environ, check=True, timeout=20)


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    require("screen", package="screen")
    # A short path: it is a socket's.
    with tempfile.TemporaryDirectory(prefix="screen-") as folder:
        os.chmod(folder, 0o700)
        session = Screen(Path(folder))
        try:
            yield session
        finally:
            session.close()


async def deliver(
    screen: Screen, text: str, what: str, shape: Shape | None = None, own: Mapping[str, str] | None = None
) -> Outcome:
    shapes = Shapes(terminal=shape) if shape else Shapes()
    around = Surroundings(environ={**screen.environ, **(own or {})}, shapes=shapes)
    return await ScreenWindow(what, around).deliver(text)


async def test_each_byte_arrives_and_lines_are_joined(screen: Screen) -> None:
    outcome = await deliver(screen, f"{MANY_SCRIPTS}\n\x1b[2Jtwo", "1")
    assert (outcome.status, outcome.target) == (Delivery.SENT, f"screen {screen.session}:1")
    screen.reader.wait_for(f"{MANY_SCRIPTS} two".encode())


async def test_long_texts_arrive_whole(screen: Screen) -> None:
    text = "漢字 word " * 2_000
    assert (await deliver(screen, text, f"{screen.session}:1")).status is Delivery.SENT
    screen.reader.wait_for(text.encode())


async def test_keys_are_pressed_where_they_are_wanted(screen: Screen) -> None:
    assert (await deliver(screen, "one\ntwo", "1", Shape("shift-enter", enter=True))).status is Delivery.SENT
    screen.reader.wait_for(b"one\x1b[13;2utwo\r")
    assert (await deliver(screen, "one\ntwo", "1", Shape("keep"))).status is Delivery.SENT
    screen.reader.wait_for(b"one\rtwo")


async def test_a_text_that_screen_cannot_read_is_not_replaced_by_another(
    screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen.run("-S", NAME, "-X", "register", REGISTER, "by hand")
    missing = contextlib.nullcontext(str(tmp_path / "missing"))
    with monkeypatch.context() as patch:
        patch.setattr("engine.deliver.inject.screen_session.in_private_file", lambda _: missing)
        assert (await deliver(screen, "lost", "1")).status is not Delivery.DELIVERED
    await deliver(screen, "the next", "1")
    screen.reader.wait_for(b"the next")


async def test_nothing_stays_behind(screen: Screen, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    await deliver(screen, "text", "1")
    screen.reader.wait_for(b"text")
    assert os.listdir(tmp_path) == []


async def test_the_last_window_is_the_one_that_is_shown_and_never_ours(screen: Screen) -> None:
    outcome = await deliver(screen, "one", "last")
    assert outcome.target == f"screen {screen.session}:1"
    screen.reader.wait_for(b"one")
    here = {"STY": screen.session, "WINDOW": "0"}
    assert (await deliver(screen, "two", "last", own=here)).target == f"screen {screen.session}:1"
    screen.reader.wait_for(b"two")
    there = {"STY": screen.session, "WINDOW": "1"}
    assert (await deliver(screen, "true", "last", own=there)).target == f"screen {screen.session}:0"
    outcome = await deliver(screen, "x", "0", own=here)
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        f"screen {screen.session}:0 is where utter runs. Choose another place for the text.",
    )


async def test_a_line_that_the_terminal_would_cut_off_is_refused(screen: Screen, tmp_path: Path) -> None:
    reader = f"touch {tmp_path}/ready; exec cat > {tmp_path}/read"
    screen.run("-S", NAME, "-X", "screen", "5", "sh", "-c", reader)
    deadline = time.monotonic() + 30
    while not (tmp_path / "read").exists():
        assert time.monotonic() < deadline, "the reader did not start"
        await asyncio.sleep(0.01)
    outcome = await deliver(screen, "x" * 4096, "5")
    assert outcome.status is Delivery.FAILED
    assert "takes 4,095 bytes a line, and the text has a line of 4,096" in outcome.detail
    assert (await deliver(screen, "x" * 3000, "5")).status is Delivery.SENT
    assert "3,000 wait on it already" in (await deliver(screen, "x" * 3000, "5")).detail
    screen.run("-S", NAME, "-p", "5", "-X", "kill")


@pytest.mark.parametrize("what", ["7", "reader", "-"])
async def test_a_window_that_is_not_there_is_named(screen: Screen, what: str) -> None:
    outcome = await deliver(screen, "text", what)
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        f"screen has no window {what} in {screen.session} now. Choose the window again.",
    )


@pytest.mark.parametrize("named", ["nowhere", NAME[:-1], "test"])
async def test_a_session_that_is_not_there_is_known_before_and_after_a_text(
    screen: Screen, named: str
) -> None:
    target = ScreenWindow(f"{named}:1", Surroundings(environ=screen.environ))
    said = f"screen has no session {named} now. Choose the window again."
    await target.prepare()
    assert target.can_deliver() == said
    outcome = await target.deliver("text")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)


async def test_a_session_is_meant_by_its_name_or_its_number(screen: Screen) -> None:
    for named in (NAME, screen.session, screen.session.partition(".")[0]):
        target = ScreenWindow(f"{named}:1", Surroundings(environ=screen.environ))
        await target.prepare()
        assert target.can_deliver() is None


async def test_a_session_may_share_its_name(screen: Screen, tmp_path: Path) -> None:
    listed = f"\t1.{NAME}\t(Detached)\n\t2.{NAME}\t(Detached)"
    program = tmp_path / "screen"
    program.write_text(f"#!/bin/sh\necho '{listed}'\n")
    program.chmod(0o755)
    outcome = await deliver(screen, "text", f"{NAME}:1", own={"PATH": f"{tmp_path}:/usr/bin:/bin"})
    assert outcome.detail == (
        f"Several sessions of screen are called {NAME}: 1.{NAME}, 2.{NAME}. "
        f"Name one, such as screen:1.{NAME}:0."
    )


async def test_windows_are_offered_with_their_titles(screen: Screen) -> None:
    offered = await offers({**screen.environ, "STY": screen.session, "WINDOW": "0"})
    assert [(one.spec, one.name, one.detail, one.place) for one in offered] == [
        (f"screen:{screen.session}:1", "screen 1", "a  2- reader", screen.session)
    ]


async def test_while_it_is_attached_screen_says_that_it_read_the_text(screen: Screen, tmp_path: Path) -> None:
    with terminal(tmp_path) as display:
        display.start(["screen", "-x", NAME], {"SCREENDIR": screen.environ["SCREENDIR"]})
        deadline = time.monotonic() + 30
        while not any(one.active for one in await offers(screen.environ)):
            assert time.monotonic() < deadline, display.screen()
        outcome = await deliver(screen, "seen", "1")
        assert (outcome.status, outcome.target) == (Delivery.DELIVERED, f"screen {screen.session}:1")
        screen.reader.wait_for(b"seen")
        outcome = await deliver(screen, "seen", "7")
        assert outcome.detail == f"screen has no window 7 in {screen.session} now. Choose the window again."


async def test_without_screen_or_a_session_it_says_so(tmp_path: Path) -> None:
    nowhere = Surroundings(environ={"PATH": str(tmp_path)})
    outcome = await ScreenWindow("last", nowhere).deliver("text")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, "GNU screen is not installed.")
    assert await offers(nowhere.environ) == []
    folder = tmp_path / "sessions"
    folder.mkdir(mode=0o700)
    none = Surroundings(environ={"PATH": os.environ["PATH"], "SCREENDIR": str(folder)})
    target = ScreenWindow("last", none)
    outcome = await target.deliver("text")
    assert outcome.detail == "No session of screen runs here. Start one with: screen."
    assert target.can_deliver() == outcome.detail
    assert await offers(none.environ) == []
