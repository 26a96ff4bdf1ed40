"""The link through ssh where ssh does not behave: it outlives what ends us, and never holds us up."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from engine.remote import ssh_link
from engine.remote.link import Link
from engine.remote.ssh_link import open_ssh

PATIENCE_S = 30
MARKER = r"printf '\0utter relay\n'"

FakeSsh = Callable[..., list[str]]


@pytest.fixture
def fake_ssh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakeSsh:
    """Makes a program that stands in for ssh, of lines of shell."""
    monkeypatch.setattr(ssh_link, "LAST_S", 0.5)

    def make(*lines: str) -> list[str]:
        program = tmp_path / "ssh"
        program.write_text("\n".join(["#!/bin/sh", *lines]) + "\n")
        program.chmod(0o755)
        return [str(program)]

    return make


async def opened(ssh: list[str], told: list[str], *, ask: bool = False) -> Link:
    async with asyncio.timeout(PATIENCE_S):
        return await open_ssh(ssh, "host", "utter", ask=ask, tell=told.append)


@pytest.mark.parametrize("ask", [True, False])
async def test_what_ends_the_group_leaves_ssh_to_hand_on_the_last_word(
    fake_ssh: FakeSsh, ask: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    monkeypatch.setattr(ssh_link, "LAST_S", PATIENCE_S)
    kills = "INT HUP" if ask else "INT HUP TERM"
    link = await opened(
        fake_ssh(f"for one in {kills}; do kill -$one $$; done; {MARKER}; read last; echo heard $last >&2"),
        told,
        ask=ask,
    )
    link.writer.write(b"bye\n")
    assert await link.close() == ""
    assert told == ["heard bye"]
    assert not signal.pthread_sigmask(signal.SIG_BLOCK, ()) & {signal.SIGINT, signal.SIGHUP, signal.SIGTERM}


async def test_a_child_that_keeps_the_pipes_holds_nothing_up(fake_ssh: FakeSsh, tmp_path: Path) -> None:
    before = psutil.Process().num_fds()
    child = tmp_path / "child"
    link = await opened(fake_ssh(f"sleep 1000 & echo $! > {child}", MARKER, "exec sleep 1000"), [])
    try:
        async with asyncio.timeout(PATIENCE_S):
            assert await link.close() == "ssh to host was killed."
    finally:
        os.kill(int(child.read_text()), signal.SIGKILL)
    await asyncio.sleep(0)  # asyncio closes pipes in the next turn of its loop
    assert psutil.Process().num_fds() == before


async def test_an_ssh_that_asks_for_a_password_gives_the_terminal_back(
    fake_ssh: FakeSsh, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_link, "LAST_S", PATIENCE_S)
    restored = tmp_path / "restored"
    ssh = fake_ssh(f"trap 'touch {restored}; exit 1' TERM", "echo asks >&2", "while :; do sleep 0.01; done")
    told: list[str] = []
    opening = asyncio.create_task(opened(ssh, told, ask=True))
    async with asyncio.timeout(PATIENCE_S):
        while not told:  # noqa: ASYNC110 (another process says it)
            await asyncio.sleep(0.005)
    opening.cancel()
    with suppress(asyncio.CancelledError):
        await opening
    assert restored.exists()


@pytest.mark.parametrize("ask", [True, False])
async def test_where_nobody_can_be_asked_it_is_no_connection_for_others(fake_ssh: FakeSsh, ask: bool) -> None:
    told: list[str] = []
    link = await opened(fake_ssh('echo "$*" >&2', MARKER, "read last"), told, ask=ask)
    await link.close()
    (options,) = told
    assert ("-o BatchMode=yes -o ControlMaster=no" in options) is not ask
    assert options.endswith(" host utter mic --relay")
