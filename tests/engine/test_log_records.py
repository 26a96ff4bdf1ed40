"""Log records reach the log whole and in order, nobody waits for it, and the terminal sees none."""

from __future__ import annotations

import logging
import os
import re
import stat
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.log import LOG_LIMIT
from engine.log_records import LONGEST, MOST_WAITING, RecordLog, RecordQueue
from tests.engine.test_stderr import run

log = logging.getLogger("engine.test")

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ [\w.]+: .*")


@pytest.fixture
def records(tmp_path: Path) -> Iterator[RecordLog]:
    taken = RecordLog(tmp_path / "state" / "utter.log")
    taken.start()
    yield taken
    taken.remove()


@pytest.fixture
def path(records: RecordLog, tmp_path: Path) -> Path:
    return tmp_path / "state" / "utter.log"


def test_a_record_is_a_private_line_with_time_level_and_logger(records: RecordLog, path: Path) -> None:
    log.warning("heard %d words", 7)
    log.error("and no more")
    records.end()
    first, second = path.read_text().splitlines()
    assert LINE.fullmatch(first)
    assert first.endswith("WARNING engine.test: heard 7 words")
    assert second.endswith("ERROR engine.test: and no more")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_text_can_begin_a_line_or_control_a_terminal(records: RecordLog, path: Path) -> None:
    evil = "a\x1b]52;c;ZXZpbA==\x07\r\n2026-01-01 00:00:00,000 ERROR engine: forged"
    evil += "\x9b31m\u2028\u202e\ud800 é 語"
    log.warning("recognised %s", evil)
    try:
        raise ValueError(evil)
    except ValueError:
        log.exception("failed")
    records.end()
    data = path.read_bytes()
    assert not set(data) - {10} & set(range(32))
    text = data.decode()
    lines = text.split("\n")[:-1]
    assert not re.search("[\x7f-\x9f\u2028\u202e]", text)
    assert "\\x1b]52" in lines[0]
    assert "\\u202e\\ud800 é 語" in lines[0]
    assert [bool(LINE.fullmatch(line)) for line in lines[:2]] == [True, True]
    assert all(line.startswith("    ") for line in lines[2:])
    assert any("ValueError: a\\x1b" in line for line in lines[2:])


def test_a_traceback_shows_its_source(records: RecordLog, path: Path) -> None:
    try:
        int("seven")
    except ValueError:
        log.exception("failed")
    records.end()
    text = path.read_text()
    assert "    Traceback (most recent call last):" in text
    assert 'int("seven")' in text
    assert "    ValueError: invalid literal" in text


def test_a_record_refers_to_nothing_that_may_change(records: RecordLog, path: Path) -> None:
    words = ["first"]
    log.warning("%s", words)
    words[0] = "second"
    records.end()
    assert "['first']" in path.read_text()


def test_long_messages_are_cut(records: RecordLog, path: Path) -> None:
    log.warning("%s", "x" * LOG_LIMIT)
    records.end()
    assert path.read_text().count("x") == LONGEST


def test_the_log_has_a_limit(records: RecordLog, path: Path) -> None:
    for _ in range(LOG_LIMIT // LONGEST * 3):
        log.warning("%s", "x" * LONGEST)
    records.end()
    assert LOG_LIMIT // 2 < path.stat().st_size < LOG_LIMIT + 2 * LONGEST


def test_nobody_waits_for_a_log_that_hangs(tmp_path: Path) -> None:
    """A named pipe that nobody reads holds up whoever opens it, as a file server that is gone does."""
    path = tmp_path / "utter.log"
    os.mkfifo(path)
    records = RecordLog(path)
    records.start()
    try:
        for number in range(MOST_WAITING * 3):
            log.warning("number %d", number)
        with path.open("rb") as reading:
            ending = threading.Thread(target=records.end)
            ending.start()
            lines = reading.read().decode().splitlines()
            ending.join()
    finally:
        records.remove()
    kept = [int(line.rsplit(" ", 1)[1]) for line in lines if "number" in line]
    dropped = [int(line.rstrip(".").rsplit(" ", 1)[1]) for line in lines if "dropped" in line]
    assert MOST_WAITING <= len(kept) <= MOST_WAITING + 2
    assert kept[:MOST_WAITING] == list(range(MOST_WAITING))
    assert sum(dropped) + len(kept) == MOST_WAITING * 3


def test_a_thread_that_logs_waits_for_no_other(records: RecordLog, path: Path) -> None:
    handler = next(one for one in logging.getLogger().handlers if isinstance(one, RecordQueue))
    holding, logged = threading.Event(), threading.Event()

    def hold() -> None:
        handler.acquire()
        holding.set()
        logged.wait(20)
        handler.release()

    holder = threading.Thread(target=hold)
    holder.start()
    assert holding.wait(20)
    threading.Thread(target=lambda: (log.warning("not held up"), logged.set())).start()
    assert logged.wait(10)
    holder.join()
    records.end()
    assert "not held up" in path.read_text()


def test_many_threads_write_whole_lines(records: RecordLog, path: Path) -> None:
    def chatter(name: int) -> None:
        for number in range(100):
            log.warning("%d %s %d", name, "-" * 50, number)

    threads = [threading.Thread(target=chatter, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records.end()
    lines = path.read_text().splitlines()
    assert len(lines) == 800
    assert all(LINE.fullmatch(line) for line in lines)
    for name in range(8):
        own = [int(line.split()[-1]) for line in lines if f": {name} -" in line]
        assert own == list(range(100))


def test_warnings_are_records(records: RecordLog, path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old ways", DeprecationWarning, stacklevel=1)
    records.end()
    assert "DeprecationWarning: old ways" in path.read_text()


def test_a_program_that_ends_at_once_has_logged_and_printed_nothing(tmp_path: Path) -> None:
    path = tmp_path / "utter.log"
    done = run(
        "import atexit, logging, warnings\n"
        "logging.getLogger('library').warning('a library complains')\n"
        "logging.getLogger('library').warning('%d', 'badly')\n"
        "warnings.warn('deprecated')\n"
        "logging.basicConfig()\n"
        "import engine.log_records\n"
        "atexit.unregister(engine.log_records._current.end)\n"
        "atexit.register(lambda: logging.getLogger('late').warning('too late'))\n"
        "atexit.register(engine.log_records._current.end)\n",
        path,
    )
    assert (done.stderr, done.stdout, done.returncode) == ("", "", 0)
    text = path.read_text()
    assert "WARNING library: a library complains" in text
    assert "UserWarning: deprecated" in text
    assert "Log records dropped: 1." in text
    assert "too late" not in text


def test_the_next_log_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    first, second = tmp_path / "first.log", tmp_path / "second.log"
    run(
        "import logging\nfrom engine.log_records import log_records\n"
        f"logging.warning('one')\nlog_records(Path({str(second)!r}))\nlogging.warning('two')",
        first,
    )
    assert "one" in first.read_text()
    assert "two" not in first.read_text()
    assert "two" in second.read_text()
    assert "one" not in second.read_text()
