"""Commands as targets: what they read, and how they end."""

from __future__ import annotations

import os
from pathlib import Path

import psutil
import pytest

from engine.deliver.command import CommandInput, _parted
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from tests.support.ended import wait_until_ended
from tests.support.unicode_text import MANY_SCRIPTS

LONG = "word " * 100_000
"""More than a pipe holds."""


async def deliver(text: str, what: str, time_out_s: float = 20.0) -> Outcome:
    return await CommandInput(what, Surroundings(), time_out_s=time_out_s).deliver(text)


@pytest.mark.parametrize("text", [MANY_SCRIPTS, LONG], ids=["many scripts", "long"])
async def test_a_command_reads_the_text(tmp_path: Path, text: str) -> None:
    outcome = await deliver(text, f"tee '{tmp_path}/a b'")
    assert (outcome.status, outcome.detail) == (Delivery.DELIVERED, "")
    assert (tmp_path / "a b").read_bytes() == f"{text}\n".encode()


async def test_a_tilde_is_the_home_folder_in_each_word(home: Path) -> None:
    assert (await deliver("text", "tee -a ~/notes.md")).status is Delivery.DELIVERED
    assert (home / "notes.md").read_text() == "text\n"


def test_backslashes_part_folders_on_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.deliver.command.sys.platform", "win32")
    parted = _parted('C:\\tools\\x.exe "a b" -v')
    assert parted == ["C:\\tools\\x.exe", "a b", "-v"]


async def test_no_shell_reads_the_line_and_one_can_be_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert (await deliver("text", f"tee {tmp_path}/a; touch {tmp_path}/b")).status is Delivery.DELIVERED
    assert sorted(os.listdir(tmp_path)) == ["a;", "b", "touch"]  # files that tee wrote
    assert (tmp_path / "b").read_text() == "text\n"
    assert (await deliver("text", f"sh -c 'tr a-z A-Z > {tmp_path}/c'")).status is Delivery.DELIVERED
    assert (tmp_path / "c").read_text() == "TEXT\n"


async def test_a_command_that_does_not_read_is_told_from_one_that_does() -> None:
    for text in ("text", LONG):
        outcome = await deliver(text, "true")
        assert (outcome.status, outcome.detail) == (
            Delivery.SENT,
            "true ended well without reading the whole text.",
        )


async def test_a_command_that_fails_has_the_last_word() -> None:
    outcome = await deliver("text", "sh -c 'cat > /dev/null; echo first >&2; echo No such key. >&2; exit 3'")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, "sh failed: No such key.")
    assert (await deliver(LONG, "sh -c 'exit 3'")).detail == "sh failed: exit code 3."
    assert (await deliver("text", "sh -c 'kill -9 $$'")).detail == "sh failed: SIGKILL."


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("utter-has-no-such-command -v", "There is no command utter-has-no-such-command."),
        ("wc 'a", "The command wc 'a cannot be read: no closing quotation. Check its quotes."),
        ("''", "There is no command ."),
        (" ", "There is no command."),
    ],
)
async def test_what_is_no_command_is_named(what: str, said: str) -> None:
    outcome = await deliver("text", what)
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith(said)
    assert CommandInput(what, Surroundings()).can_deliver() == outcome.detail


async def test_what_hangs_is_stopped_with_all_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "child"
    for patience_s in (0.5, 2, 8, 32):  # until it came to run
        outcome = await deliver("text", f"sh -c 'sleep 1000 & echo $! > {note}; wait'", patience_s)
        assert (outcome.status, outcome.detail) == (
            Delivery.FAILED,
            f"sh did not end within {patience_s} s and was stopped.",
        )
        if note.exists() and note.read_text():
            break
    await wait_until_ended(note)


async def test_what_a_command_leaves_running_is_not_waited_for(tmp_path: Path) -> None:
    left = f"sh -c 'cat > /dev/null; sleep 1000 & echo $! > {tmp_path}/child'"
    try:
        assert (await deliver("text", left)).status is Delivery.DELIVERED
    finally:
        psutil.Process(int((tmp_path / "child").read_text())).kill()


async def test_the_text_is_on_no_command_line(tmp_path: Path) -> None:
    await deliver("secret", f'sh -c \'cat > /dev/null; tr "\\0" " " < /proc/$$/cmdline > {tmp_path}/line\'')
    line = (tmp_path / "line").read_text()
    assert "sh -c cat" in line
    assert "secret" not in line
