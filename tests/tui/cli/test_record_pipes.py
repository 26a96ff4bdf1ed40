"""`utter record` for scripts: events as JSON lines, and the text to any target."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from engine.audio.sample import sample_path
from engine.bus import EventBus
from engine.deliver.target import Delivery, Outcome
from engine.errors import DeliveryError
from engine.event_json import NAMES
from engine.events import Delivered, Notice
from engine.remote.feed import Feed
from tests.support.long_sample import long_sample
from tui.cli import one_dictation, printed_events
from tui.cli.main import main

RECORD = [sys.executable, "-m", "tui.cli", "record", "--recognizer", "pocketsphinx"]

SHORT = [*RECORD, "--source", str(sample_path()), "--for", "1.5"]


def recorded(*arguments: str, then: str = "") -> subprocess.CompletedProcess[str]:
    """Record a second and a half of the sample, in a shell where something is to follow."""
    command = ["sh", "-c", f'"$@" {then}', "sh", *SHORT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_events_are_printed_as_they_happen_in_the_place_of_the_text() -> None:
    done = recorded("--json", "--levels")
    assert (done.returncode, done.stderr) == (0, "")
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    names = [line["event"] for line in lines]
    assert set(names) <= set(NAMES)
    assert {"state", "started", "levels", "transcript", "stopped"} < set(names)
    finished = next(line for line in lines if line["event"] == "finished")
    assert "quarterly" in finished["text"].lower()
    assert names.index("started") < names.index("transcript") < names.index("finished")
    assert names.index("finished") < names.index("delivered") < names.index("closed") == len(names) - 1


def test_the_text_goes_where_it_is_sent_and_nothing_is_printed(tmp_path: Path) -> None:
    done = recorded("--to", f"file:{tmp_path / 'notes.txt'}")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "quarterly" in (tmp_path / "notes.txt").read_text().lower()


@pytest.mark.parametrize(
    ("then", "said"),
    [
        (">/dev/full", "utter: What happens cannot be printed: No space left on device.\n"),
        (">&-", "utter: Standard output is closed: what happens cannot be printed. Redirect it.\n"),
    ],
)
def test_events_that_cannot_be_printed_end_it_with_a_word(then: str, said: str) -> None:
    done = recorded("--json", then=then)
    assert (done.returncode, done.stderr) == (2, said)


def test_who_reads_no_further_ends_it_quietly() -> None:
    done = recorded("--json", "--source", str(long_sample()), "--for", "120", then="| head -n 1")
    assert json.loads(done.stdout)["event"] in NAMES
    assert done.stderr == ""


def test_a_target_that_is_none_is_told_before_anything_is_recorded() -> None:
    done = recorded("--to", "tmuxx:1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith('utter: "tmuxx:1" is no place for a text. Did you mean tmux?')


@pytest.mark.parametrize("then", ["", "--json"])
def test_a_text_that_does_not_arrive_is_not_lost(home: Path, then: str) -> None:
    done = recorded("--to", "file:/nowhere/notes.txt", *then.split())
    (audio,) = (home / "data" / "utter" / "recordings").glob("*.wav")
    first, second, third = done.stderr.splitlines()
    assert first.startswith("utter: The text will not reach: file /nowhere/notes.txt, as things are. ")
    assert second.startswith("utter: The text did not reach: file /nowhere/notes.txt. ")
    assert third == f"utter: The text is kept beside its sound: {audio}"
    text = audio.with_suffix(".txt").read_text(encoding="utf-8")
    assert "quarterly" in text.lower()
    if then:
        assert any(str(audio) in line for line in done.stdout.splitlines())
    else:
        assert done.stdout == text


def test_a_text_that_cannot_be_printed_is_kept_beside_its_sound(home: Path) -> None:
    done = recorded(then=">/dev/full")
    (audio,) = (home / "data" / "utter" / "recordings").glob("*.wav")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.endswith(f"utter: The text is kept beside its sound: {audio}\n")


@pytest.mark.parametrize(
    ("begun", "sent"),
    [
        ("", [signal.SIGTERM]),
        ("", [signal.SIGHUP]),
        ('trap "" HUP;', [signal.SIGHUP, signal.SIGTERM]),  # as `nohup` has it
    ],
)
def test_a_signal_ends_it_in_order_and_its_sound_is_kept(
    home: Path, begun: str, sent: list[signal.Signals]
) -> None:
    recordings = home / "data" / "utter" / "recordings"
    command = ["sh", "-c", f'{begun} exec "$@"', "sh", *RECORD, "--source", str(long_sample())]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        deadline, more = time.monotonic() + 60, 1
        for number in sent:
            while sum(one.stat().st_size for one in recordings.glob("*.pcm")) < more:
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.02)
            process.send_signal(number)
            more += 16_000  # half a second later
        _, said = process.communicate(timeout=60)
    (audio,) = recordings.glob("*.wav")
    assert process.returncode == 128 + sent[-1]
    assert said.count("Ended by") == 1
    assert f"utter: Ended by {sent[-1].name}.\n" in said
    assert said.endswith(f"utter: The recording is kept: {audio}\n")


def test_a_text_that_a_signal_cuts_off_on_its_way_is_kept_and_printed(home: Path, tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    slow = f"command:sh -c 'touch {begun}; exec sleep 9'"
    with subprocess.Popen(
        [*SHORT, "--to", slow], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while not begun.exists():
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        printed, said = process.communicate(timeout=60)
    (audio,) = (home / "data" / "utter" / "recordings").glob("*.wav")
    assert process.returncode == 128 + signal.SIGTERM
    assert said.endswith(f"utter: The text is kept beside its sound: {audio}\n")
    assert "quarterly" in printed.lower()
    assert printed == audio.with_suffix(".txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--levels"], "--levels speaks of events. Say --json too."),
        (["--source", ""], "--source names nothing."),
        (["--recognizer", "pocketsphinx", "--language", "de"], "utter models pull base"),
    ],
)
def test_what_cannot_work_is_refused_before_anything_is_recorded(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["record", *arguments]) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("outcome", "code", "said"),
    [
        (Outcome(Delivery.DELIVERED, "clipboard"), 0, ""),
        (
            Outcome(Delivery.SENT, "terminal (OSC 52)"),
            3,
            "Sent to: terminal (OSC 52); it cannot confirm that.",
        ),
        (
            Outcome(Delivery.FAILED, "pane %3", "It is gone.", "clipboard"),
            2,
            "The text did not reach: pane %3. It is gone. Paste it from: clipboard.",
        ),
    ],
)
def test_what_became_of_the_text_is_told_and_is_the_exit_code(
    outcome: Outcome, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert one_dictation._tell(Delivered(1, outcome)) == code
    assert capsys.readouterr().err == (f"utter: {said}\n" if said else "")


def test_ctrl_c_ends_it_while_nobody_reads_on() -> None:
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    command = [*RECORD, "--source", str(long_sample()), "--json", "--levels"]
    with subprocess.Popen(command, stdout=writing, stderr=subprocess.PIPE, text=True) as process:
        os.close(writing)
        assert os.read(reading, 1)
        deadline = time.monotonic() + 30
        while process.poll() is None:
            assert time.monotonic() < deadline
            process.send_signal(signal.SIGINT)
            time.sleep(0.03)  # somebody is impatient, also while Python is on its way out
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()
        assert process.returncode == 130
    os.close(reading)


async def test_who_does_not_read_on_after_the_end_is_waited_for_no_longer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reading, writing = os.pipe()
    monkeypatch.setattr(printed_events, "PATIENCE_S", 0.05)
    with os.fdopen(writing, "w") as out, monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        bus, feed = EventBus(), Feed(levels=False)
        printing = asyncio.create_task(printed_events.print_events(bus.subscribe(), feed))
        await asyncio.sleep(0)
        for number in range(500):
            bus.publish(Notice("information", f"{number} {'x' * 1000}"))
        bus.close()
        with pytest.raises(DeliveryError, match="Nobody has read"):
            await printing
        os.close(reading)
