"""Copies of this process: what they answer, and that nothing is left of them whatever they do."""

from __future__ import annotations

import errno
import os
import select
import signal
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from engine.speech import forked
from engine.speech.forked import CopyError, CopyHungError, Forked, ask_copy

LONG_S = 60.0
"""More than any of these tests takes."""


@pytest.fixture(autouse=True)
def nothing_is_left() -> Iterator[None]:
    """No child, dead or alive, and no file is left behind by a test."""
    me = psutil.Process()
    before = ({child.pid for child in me.children()}, me.num_fds())
    yield
    assert ({child.pid for child in me.children()}, me.num_fds()) == before


def sleep() -> bytes:
    time.sleep(LONG_S * 10)
    return b"too late"


def crash() -> bytes:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGSEGV])
    os.kill(os.getpid(), signal.SIGSEGV)
    return b"alive"


def test_the_answer_comes_back_and_what_the_work_changed_does_not() -> None:
    changed: list[int] = []

    def work() -> bytes:
        changed.append(1)
        return f"{os.getpid()} {len(changed)}".encode()

    answer = ask_copy(work, LONG_S)
    assert answer is not None
    pid, count = answer.split()
    assert (int(pid) != os.getpid(), int(count), changed) == (True, 1, [])


@pytest.mark.parametrize("size", [0, 1, forked.BLOCK, 3_000_000])
def test_an_answer_may_be_of_any_length(size: int) -> None:
    assert ask_copy(lambda: b"x" * size, LONG_S) == b"x" * size


@pytest.mark.parametrize("work", [crash, lambda: os._exit(0), lambda: 1 // 0, lambda: sys.exit(0)])
def test_a_copy_that_fails_gives_no_answer(work: Callable[[], bytes]) -> None:
    with pytest.raises(CopyError, match="failed without an answer"):
        ask_copy(work, LONG_S)


def test_a_copy_that_hangs_is_given_up_and_killed() -> None:
    with pytest.raises(CopyHungError, match="too long"):
        ask_copy(sleep, 0.2)


def test_a_copy_that_was_ended_by_its_own_alarm_hung() -> None:
    with Forked(sleep, 0.1) as copy:
        os.waitid(os.P_PID, copy._pid, os.WEXITED | os.WNOWAIT)
        assert copy.wait(LONG_S)
        with pytest.raises(CopyHungError):
            copy.result()


def test_who_does_not_wait_learns_when_there_is_an_answer() -> None:
    reading, writing = os.pipe()
    with Forked(sleep, LONG_S) as hanging, Forked(lambda: b"here", LONG_S) as copy:
        assert not hanging.wait(0)
        assert hanging.answer is None
        assert copy.wait(LONG_S)
        assert copy.answer == b"here"
        copy.close()
        assert copy.answer == b"here"
    os.close(reading)
    os.close(writing)


def test_a_copy_holds_no_file_of_its_original() -> None:
    reading, writing = os.pipe()
    with Forked(sleep, LONG_S):
        os.close(writing)
        readable, _, _ = select.select([reading], [], [], LONG_S)
        assert readable
        assert os.read(reading, 1) == b""
    os.close(reading)


def test_a_copy_does_not_outlive_its_time_when_its_original_is_gone() -> None:
    program = (
        "import os, sys, time\n"
        "from engine.speech.forked import Forked\n"
        "copy = Forked(lambda: time.sleep(3600), 0.5)\n"
        "print(copy._pid, flush=True)\n"
        "os._exit(0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, timeout=LONG_S, text=True
    )
    orphan = int(done.stdout)
    until = time.monotonic() + LONG_S
    while time.monotonic() < until:
        try:
            if psutil.Process(orphan).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
    os.kill(orphan, signal.SIGKILL)
    pytest.fail("the copy still runs")


def test_any_thread_may_ask_while_others_work() -> None:
    stop = threading.Event()

    def be_busy() -> None:
        while not stop.is_set():
            sorted(range(1000), key=str)

    others = [threading.Thread(target=be_busy) for _ in range(2)]
    for other in others:
        other.start()
    with ThreadPoolExecutor(1) as pool:
        answers = [pool.submit(ask_copy, lambda: b"here", LONG_S).result() for _ in range(10)]
    stop.set()
    for other in others:
        other.join()
    assert answers == [b"here"] * 10


def test_pythons_warning_about_threads_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    fork = os.fork

    def fork_with_warning() -> int:
        warnings.warn("use of fork() may lead to deadlocks in the child", DeprecationWarning, stacklevel=2)
        return fork()

    monkeypatch.setattr(os, "fork", fork_with_warning)
    assert ask_copy(lambda: b"here", LONG_S) == b"here"


def test_signals_go_to_the_original_only() -> None:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [])

    def work() -> bytes:
        os.kill(os.getpid(), signal.SIGINT)
        return b"undisturbed"

    assert ask_copy(work, LONG_S) == b"undisturbed"
    assert signal.pthread_sigmask(signal.SIG_BLOCK, []) == before


def test_without_room_for_a_copy_the_system_is_quoted(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> int:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(os, "fork", fail)
    with pytest.raises(CopyError, match="no more processes"):
        ask_copy(lambda: b"here", LONG_S)


def test_a_system_that_cannot_copy_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forked, "AVAILABLE", False)
    with pytest.raises(CopyError, match="cannot copy a process"):
        ask_copy(lambda: b"here", LONG_S)
