"""A real kitty on an X server without a screen: what arrives in its windows, and what is refused."""

from __future__ import annotations

import asyncio
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from engine.deliver.inject import kitty_socket
from engine.deliver.inject.kitty import CHUNK, KittyWindow, _chunks, offers
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from tests.support.debian import require
from tests.support.display import x_server
from tests.support.raw_reader import RawReader
from tests.support.unicode_text import MANY_SCRIPTS


class Kitty:
    """A running kitty: window 1 is a reader, window 2, which has the focus, shows us."""

    def __init__(self, folder: Path, display: str) -> None:
        self.environ = {"KITTY_LISTEN_ON": f"unix:{folder}/kitty.sock"}
        self.reader = RawReader(folder / "read")
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("KITTY")},
            **{"DISPLAY": display, "LIBGL_ALWAYS_SOFTWARE": "1", "XDG_RUNTIME_DIR": str(folder)},
            **{"KITTY_CACHE_DIRECTORY": str(folder), "LC_ALL": "C.UTF-8"},
        }
        environment.pop("WAYLAND_DISPLAY", None)
        options = ("allow_remote_control=socket-only", "update_check_interval=0", "enabled_layouts=fat")
        self._process = subprocess.Popen(
            [
                *("kitty", "--config", "NONE", "--listen-on", self.environ["KITTY_LISTEN_ON"]),
                *(word for option in options for word in ("-o", option)),
                *self.reader.command,
            ],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.reader.wait_until_ready()
        self.run("new-window", "/usr/bin/sleep", "1000")

    def run(self, *command: str) -> None:
        """Have it do something."""
        address = self.environ["KITTY_LISTEN_ON"]
        subprocess.run(["kitty", "@", "--to", address, *command], check=True, timeout=60, capture_output=True)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()


@pytest.fixture(scope="module")
def kitty() -> Iterator[Kitty]:
    require("kitty", package="kitty")
    # A short path: it is a socket's.
    with x_server() as display, tempfile.TemporaryDirectory(prefix="kitty-") as folder:
        running = Kitty(Path(folder), display)
        try:
            yield running
        finally:
            running.close()


async def deliver(
    kitty: Kitty, text: str, what: str, shape: Shape | None = None, own: Mapping[str, str] | None = None
) -> Outcome:
    shapes = Shapes(terminal=shape) if shape else Shapes()
    around = Surroundings(environ={**kitty.environ, **(own or {})}, shapes=shapes)
    return await KittyWindow(what, around).deliver(text)


async def test_each_byte_arrives_and_lines_are_joined(kitty: Kitty) -> None:
    outcome = await deliver(kitty, f"{MANY_SCRIPTS}\n\x1b[2Jtwo", "1")
    assert (outcome.status, outcome.target, outcome.detail) == (Delivery.DELIVERED, "kitty 1", "")
    kitty.reader.wait_for(f"{MANY_SCRIPTS} two".encode())


async def test_a_line_that_the_terminal_would_cut_off_is_refused(kitty: Kitty, tmp_path: Path) -> None:
    kitty.run("launch", "--keep-focus", "sh", "-c", f"exec cat > {tmp_path}/read")
    deadline = time.monotonic() + 30
    while not (tmp_path / "read").exists():
        assert time.monotonic() < deadline, "the reader did not start"
        await asyncio.sleep(0.01)
    outcome = await deliver(kitty, "x" * 4096, "3")
    assert outcome.status is Delivery.FAILED
    assert "takes 4,095 bytes a line, and the text has a line of 4,096" in outcome.detail
    assert (await deliver(kitty, "x" * 3000, "3")).status is Delivery.DELIVERED
    assert "3,000 wait on it already" in (await deliver(kitty, "x" * 3000, "3")).detail
    kitty.run("close-window", "--match", "id:3")


async def test_texts_longer_than_a_command_may_be_arrive_whole(kitty: Kitty) -> None:
    text = "漢字 word " * 10_000
    assert (await deliver(kitty, text, "1")).status is Delivery.DELIVERED
    kitty.reader.wait_for(text.encode())


def test_long_texts_are_cut_between_characters() -> None:
    for ahead in range(4):  # so that the limit falls on each byte of a character
        text = "x" * ahead + "\U0001f600" * 20_000
        parts = [chunk.decode() for chunk in _chunks(text.encode())]
        assert "".join(parts) == text
        assert max(len(part.encode()) for part in parts) <= CHUNK


async def test_keys_are_pressed_where_they_are_wanted(kitty: Kitty) -> None:
    outcome = await deliver(kitty, "one\ntwo", "1", Shape("shift-enter", enter=True))
    assert outcome.status is Delivery.DELIVERED
    kitty.reader.wait_for(b"one\x1b[13;2utwo\r")


async def test_the_last_window_is_the_one_with_the_focus_and_never_ours(kitty: Kitty) -> None:
    assert (await deliver(kitty, "x", "last")).target == "kitty 2"
    ours = {"KITTY_WINDOW_ID": "2"}
    outcome = await deliver(kitty, "text", "last", own=ours)
    assert (outcome.status, outcome.target) == (Delivery.DELIVERED, "kitty 1")
    kitty.reader.wait_for(b"text")
    outcome = await deliver(kitty, "text", "2", own=ours)
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "kitty 2 is where utter runs. Choose another place for the text.",
    )


async def test_a_window_that_is_not_there_is_named(kitty: Kitty) -> None:
    outcome = await deliver(kitty, "text", "99")
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "kitty has no window 99 now. Choose the window again.",
    )


async def test_windows_are_offered_with_title_and_command(kitty: Kitty) -> None:
    offered = await offers({**kitty.environ, "KITTY_WINDOW_ID": "1"})
    assert [(one.spec, one.name, one.detail, one.active) for one in offered] == [
        ("kitty:2", "kitty 2", "sleep · /usr/bin/sleep 1000", True)
    ]
    assert [(one.spec, one.active) for one in await offers(kitty.environ)] == [
        ("kitty:2", True),
        ("kitty:1", False),
    ]


async def test_where_kitty_takes_no_commands_it_says_what_to_do() -> None:
    environ = {"KITTY_WINDOW_ID": "1"}
    outcome = await KittyWindow("last", Surroundings(environ=environ)).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith(
        "This kitty listens to no commands (KITTY_LISTEN_ON is not set). Put `allow"
    )
    assert [(one.spec, one.reason) for one in await offers(environ)] == [("kitty:last", outcome.detail)]
    outcome = await KittyWindow("last", Surroundings(environ={})).deliver("text")
    assert outcome.detail == "utter does not run in kitty (KITTY_LISTEN_ON is not set)."
    assert await offers({}) == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("unix:/nowhere/kitty.sock", "kitty at unix:/nowhere/kitty.sock cannot be reached: "),
        ("unix:@utter-nobody-listens", "kitty at unix:@utter-nobody-listens cannot be reached: "),
        ("tcp:127.0.0.1:9", "kitty at tcp:127.0.0.1:9 cannot be reached: "),
        ("fd:5", "KITTY_LISTEN_ON is fd:5, which is no address."),
    ],
)
async def test_an_address_where_no_kitty_is_is_named(address: str, said: str) -> None:
    outcome = await KittyWindow("1", Surroundings(environ={"KITTY_LISTEN_ON": address})).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith(said)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (
            b'\x1bP@kitty-cmd{"ok": false, "error": "Remote control is disabled."}\x1b\\',
            "kitty refused: Remote control is disabled.",
        ),
        (b"HTTP/1.1 400 Bad Request\r\n\x1b\\", " does not answer as kitty does."),
        (b"\x1bP@kitty-cmd[]\x1b\\", " does not answer as kitty does."),
        (b'\x1bP@kitty-cmd{"ok": true, "data": "[{}]"}\x1b\\', "a way that utter does not know."),
        (None, " did not answer within 0.1 s."),
    ],
)
async def test_other_answers_are_told_in_a_sentence(
    monkeypatch: pytest.MonkeyPatch, answer: bytes | None, said: str
) -> None:
    monkeypatch.setattr(kitty_socket, "TIME_OUT_S", 0.1 if answer is None else 30.0)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\x1b\\")
        if answer is not None:
            writer.write(answer)
        await reader.read()
        writer.close()

    with tempfile.TemporaryDirectory() as folder:
        async with await asyncio.start_unix_server(serve, f"{folder}/s"):
            environ = {"KITTY_LISTEN_ON": f"unix:{folder}/s"}
            outcome = await KittyWindow("1", Surroundings(environ=environ)).deliver("text")
    assert outcome.status is Delivery.FAILED
    assert said in outcome.detail
