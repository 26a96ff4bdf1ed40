"""What `utter mic` says of itself: one line over itself on a terminal, sentences that do not repeat."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest

from engine.remote.sender import Status
from tui.cli.sending_line import LEVEL_CELLS, SendingLine, in_one_line, level

CONNECTED = Status("connected", "USB Audio", 41.6, 0.2, 0.0, -12.0, 1000)
AWAY = replace(CONNECTED, link="connecting", latency_ms=None)


class Screen(io.StringIO):
    """A standard error that says of itself that it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_it_says_latency_level_what_is_behind_and_what_is_lost() -> None:
    line = in_one_line("me@host", CONNECTED)
    assert line == "USB Audio -> me@host  connected  [##########  ]  42 ms  0.2 s behind  0 s lost"
    waiting = replace(CONNECTED, link="waiting", latency_ms=None, microphone="", lost_s=3.2)
    assert in_one_line("h", waiting) == "no microphone -> h  waiting for utter there  0.2 s behind  3 s lost"


def test_names_of_devices_and_hosts_cannot_command_the_terminal() -> None:
    hostile = replace(CONNECTED, microphone="USB\x1b]0;title\x07\nmicrophone")
    assert "\x1b" not in in_one_line("h", hostile)
    assert "\n" not in in_one_line("h", hostile)


@pytest.mark.parametrize(("peak", "cells"), [(-90.0, 0), (-60.0, 0), (-30.0, 6), (0.0, 12), (3.0, 12)])
def test_the_level_fills_its_bar(peak: float, cells: int) -> None:
    assert level(peak) == "#" * cells + " " * (LEVEL_CELLS - cells)


def test_a_sentence_is_said_once_until_there_was_a_connection(
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = SendingLine("h", ssh_may_ask=False)
    for _ in range(3):
        line.tell("The link broke.")
    line.show(AWAY)
    line.tell("The link broke.")
    assert capsys.readouterr().err == "utter: The link broke.\n"
    line.show(CONNECTED)
    line.tell("The link broke.")
    assert capsys.readouterr().err == "utter: The link broke.\n"


def test_while_ssh_may_ask_for_a_password_nothing_is_written(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    line = SendingLine("h", ssh_may_ask=True)
    line.show(AWAY)
    assert screen.getvalue() == ""
    line.show(CONNECTED)
    assert "USB Audio -> h" in screen.getvalue()
    line.show(AWAY)
    drawn = screen.getvalue()
    assert drawn.endswith("\r")
    line.show(AWAY)
    assert screen.getvalue() == drawn
    SendingLine("h", ssh_may_ask=False).show(AWAY)
    assert "connecting" in screen.getvalue()
