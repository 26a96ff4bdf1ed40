"""`utter ctl` answers a key: it brings nothing with it that takes time."""

from __future__ import annotations

import asyncio
import sys

import pytest

from tests.support.commanding import commanded
from tests.support.enhanced_session import Desk

OURS = {
    *("engine", "engine.remote", "engine.remote.moment", "engine.runtime_folder"),
    *("tui", "tui.cli", "tui.cli.control_client", "tui.cli.ctl", "tui.cli.entry"),
}
"""The modules of utter that it needs."""

OTHERS = {
    *("__future__", "array", "collections", "contextlib", "copyreg", "enum", "errno", "functools"),
    *("itertools", "json", "keyword", "math", "operator", "re", "reprlib", "select", "selectors"),
    *("socket", "types"),
}
"""What it takes of the standard library: json and socket, and what these bring with them."""

SCRIPT = """
import sys
before = set(sys.modules)
sys.argv = ["utter", "ctl", *sys.argv[1:]]
from tui.cli import control_client
from tui.cli.entry import main
control_client.TIMEOUT_S = 20  # for a busy machine
print(main(), *set(sys.modules) - before, file=sys.stderr)
"""


async def imported_by(command: str) -> tuple[str, set[str]]:
    """The exit code of a command, and all modules that it imported."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SCRIPT, command),
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await process.communicate()
    code, *names = said.decode().splitlines()[-1].split()
    return code, set(names)


def is_builtin_part(name: str) -> bool:
    """Whether a module is a part of one of the standard library that is counted, or written in C for one."""
    return name.startswith("_") or name.partition(".")[0] in OTHERS


@pytest.mark.parametrize(("command", "code"), [("status", "0"), ("cancel", "1")])
async def test_it_imports_no_more_than_it_needs(desk: Desk, command: str, code: str) -> None:
    async with commanded(desk.session):
        ended, names = await imported_by(command)
    assert ended == code
    assert {name for name in names if not is_builtin_part(name)} == OURS


async def test_where_no_utter_runs_it_looks_no_further_for_help() -> None:
    ended, names = await imported_by("status")
    assert ended == "2"
    assert {name for name in names if not is_builtin_part(name)} == OURS
