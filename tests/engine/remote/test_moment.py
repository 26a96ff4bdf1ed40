"""When a process began: what it has done before it became this program does not count."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace

import pytest

from engine.remote import moment

SCRIPT = "from engine.remote import moment; asked = moment.now(); print(moment.began() < asked)"
"""Says whether the process began before it asked when it did."""


def asked_by_a_shell(script: str) -> str:
    """What Python says in the place of a shell, as the last command of its script."""
    command = ["sh", "-c", f'{script} exec "$0" -c "$1"', sys.executable, SCRIPT]
    return subprocess.run(command, capture_output=True, text=True, timeout=20, check=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps when a process began")
def test_a_key_that_runs_a_shell_that_runs_us_is_known_by_its_press() -> None:
    assert asked_by_a_shell("") == "True\n"


def test_what_a_script_did_before_is_not_taken_for_the_press() -> None:
    assert asked_by_a_shell("ls / >&2;") == "False\n"


@pytest.mark.parametrize(("platform", "clock"), [("linux", "CLOCK_BOOTTIME"), ("darwin", "CLOCK_MONOTONIC")])
def test_the_clock_goes_on_while_the_machine_sleeps(
    platform: str, clock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = {name: number for number, name in enumerate(("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"))}
    clocks = SimpleNamespace(**known, clock_gettime=lambda asked: 100.0 + asked, monotonic=lambda: 1.0)
    monkeypatch.setattr(moment, "time", clocks)
    monkeypatch.setattr(sys, "platform", platform)
    assert moment.now() == 100.0 + known[clock]


def test_a_moment_is_not_ahead() -> None:
    assert 0 <= moment.began() <= moment.now()
