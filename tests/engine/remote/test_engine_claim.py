"""One engine a user: who comes second is told of the first, who comes after a crash takes over."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from engine.errors import RemoteError
from engine.remote.engine_claim import NOTE, AnotherEngineError, Holder, claim_engine
from engine.runtime_folder import CONTROL, own

HOLD = """
import sys
from engine.remote.engine_claim import claim_engine
claim = claim_engine("daemon")
print("claimed", flush=True)
sys.stdin.read()
"""


@contextmanager
def other_engine() -> Iterator[subprocess.Popen[str]]:
    """Another process that has claimed the engine; killed where it still lives at the end."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        yield process
        process.kill()


@pytest.fixture
def note() -> Path:
    return Path(own()) / NOTE


def test_a_claim_leaves_nothing_behind() -> None:
    claim = claim_engine("workstation")
    assert {CONTROL, NOTE} < set(os.listdir(own()))
    claim.release()
    claim.release()
    assert os.listdir(own()) == []


def test_who_comes_second_is_told_of_the_first() -> None:
    with other_engine() as first:
        with pytest.raises(AnotherEngineError) as refused:
            claim_engine("workstation")
        assert f"runs already as a daemon (process {first.pid}, since " in str(refused.value)
        assert f"`kill {first.pid}`" in refused.value.remedy
        with pytest.raises(AnotherEngineError):
            claim_engine("daemon")


def test_after_a_crash_the_next_one_takes_over() -> None:
    with other_engine() as first:
        first.kill()
        first.wait()
        assert {CONTROL, NOTE} < set(os.listdir(own()))
        claim = claim_engine("workstation")
        claim.release()
    assert os.listdir(own()) == []


def test_an_engine_in_another_folder_of_this_user_counts_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "first").mkdir(mode=0o700)
    (tmp_path / "second").mkdir(mode=0o700)
    monkeypatch.setattr(
        "engine.runtime_folder._named", lambda: iter([str(tmp_path / "first"), str(tmp_path / "second")])
    )
    at_desk = claim_engine("workstation")
    monkeypatch.setattr(
        "engine.runtime_folder._named", lambda: iter([str(tmp_path / "second"), str(tmp_path / "first")])
    )
    with pytest.raises(AnotherEngineError, match=f"process {os.getpid()}"):
        claim_engine("daemon")
    at_desk.release()
    claim_engine("daemon").release()


SENSIBLE = {"pid": os.getpid(), "kind": "daemon", "since": 1.0, "terminal": ""}

WRONG = {
    "since": ("x", None, [], 1e300, float("nan"), float("inf")),
    "pid": ("x", None, -1, 1.5, 1 << 70),
    "kind": ("x", None, []),
}


def test_a_note_that_makes_no_sense_harms_nothing(note: Path) -> None:
    wrong = [json.dumps({**SENSIBLE, name: value}) for name, values in WRONG.items() for value in values]
    with other_engine() as first:
        for written in ("", "{}", "[1]", '{"pid": 1}', "\x00", "[" * 100_000, *wrong):
            note.write_text(written)
            with pytest.raises(AnotherEngineError, match=f"process {first.pid}"):
                claim_engine("workstation")


def test_the_note_of_a_dead_one_is_not_believed(note: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as dead:
        dead.wait()
    with other_engine() as first:
        note.write_text(note.read_text().replace(str(first.pid), str(dead.pid)))
        with pytest.raises(AnotherEngineError, match=f"process {first.pid}"):
            claim_engine("workstation")


def test_an_engine_whose_socket_somebody_removed_is_still_the_only_one() -> None:
    first = claim_engine("workstation")
    os.unlink(os.path.join(own(), CONTROL))
    with pytest.raises(AnotherEngineError, match=f"process {os.getpid()}"):
        claim_engine("workstation")
    first.release()
    claim_engine("workstation").release()


def test_an_engine_that_let_go_twice_leaves_the_next_one_alone() -> None:
    first = claim_engine("workstation")
    first.release()
    second = claim_engine("workstation")
    first.release()
    with pytest.raises(AnotherEngineError):
        claim_engine("workstation")
    second.release()


def test_where_no_socket_can_be_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime_folder._named", lambda: iter([f"{tmp_path}/{'x' * 90}"]))
    with pytest.raises(RemoteError, match="too long for a socket"):
        claim_engine("workstation")
    (tmp_path / "file").write_text("")
    monkeypatch.setattr("engine.runtime_folder._named", lambda: iter([str(tmp_path / "file" / "utter")]))
    with pytest.raises(RemoteError, match="There can be no control socket"):
        claim_engine("workstation")


def test_a_holder_is_said_with_its_day_where_that_is_another() -> None:
    assert str(Holder(7, "daemon", 0.0)).startswith("process 7, since 19")
    assert str(Holder(7, "daemon", 0.0, "/dev/pts/3")).endswith(", on /dev/pts/3")
    assert str(Holder(7, "daemon", 0.0)).endswith(", without a terminal")
