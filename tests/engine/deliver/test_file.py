"""Files as targets: what is written to the end of which, and what is said where that cannot be."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import select
import threading
from pathlib import Path

import pytest

from engine.deliver import file, patient_write
from engine.deliver.file import File
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome
from tests.support.unicode_text import MANY_SCRIPTS


async def deliver(text: str, what: str | Path, **shape: str) -> Outcome:
    shapes = Shapes(file=Shape(**shape)) if shape else Shapes()  # type: ignore[arg-type]  # as settings have them
    return await File(str(what), Surroundings(shapes=shapes)).deliver(text)


async def test_texts_come_one_behind_the_other(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    for text in ("one", MANY_SCRIPTS):
        outcome = await deliver(text, notes)
        assert (outcome.status, outcome.target) == (Delivery.DELIVERED, f"file {notes}")
    assert notes.read_bytes() == f"one\n{MANY_SCRIPTS}\n".encode()


async def test_the_shape_is_kept_and_nothing_that_a_terminal_obeys(tmp_path: Path) -> None:
    await deliver("one\n\x1b[2Jtwo", tmp_path / "a", newlines="join", ending="space")
    assert (tmp_path / "a").read_text() == "one two "


async def test_a_tilde_is_the_home_folder_and_a_new_file_is_for_its_owner(home: Path) -> None:
    assert (await deliver("text", "~/notes.md")).status is Delivery.DELIVERED
    assert (home / "notes.md").read_text() == "text\n"
    assert (home / "notes.md").stat().st_mode & 0o777 == 0o600


async def test_a_symbolic_link_leads_to_its_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "there")
    assert (await deliver("text", tmp_path / "link")).status is Delivery.DELIVERED
    assert (tmp_path / "there").read_text() == "text\n"
    assert (tmp_path / "link").is_symlink()


@pytest.mark.parametrize(
    ("what", "said"),
    [
        (".", "{} is a folder. Name a file in it."),
        ("missing/notes.md", "The folder {}/missing is not there. Make it, or name another file."),
        ("notes.md/under", "The folder {}/notes.md is not there. Make it, or name another file."),
    ],
)
async def test_what_is_no_file_is_named(tmp_path: Path, what: str, said: str) -> None:
    (tmp_path / "notes.md").write_text("")
    target = File(str(tmp_path / what), Surroundings())
    assert target.can_deliver() == said.format(tmp_path)
    outcome = await target.deliver("text")
    assert (outcome.status, outcome.detail) == (Delivery.FAILED, said.format(tmp_path))
    assert (tmp_path / "notes.md").read_text() == ""


async def test_the_home_of_nobody_is_named() -> None:
    outcome = await deliver("text", "~nobody-of-this-name/notes.md")
    assert outcome.detail.startswith("~nobody-of-this-name/notes.md names a home folder that is not there.")


async def test_a_full_disk_is_said() -> None:
    outcome = await deliver("text", "/dev/full")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail.startswith("/dev/full cannot be written: No space left on device.")


@pytest.mark.parametrize(
    ("others", "left", "said"),
    [
        (b"", b"before\n", "No space left on device. Name another file."),
        (b"x\n", b"before\ntexx\n", "No space left on device. 3 of 5 bytes of the text are in it."),
    ],
    ids=["alone", "beside another program"],
)
async def test_what_a_full_disk_took_is_taken_back_unless_somebody_else_wrote_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, others: bytes, left: bytes, said: str
) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("before\n")
    room, write = iter([3]), os.write

    def until_full(descriptor: int, data: bytes) -> int:
        for size in room:
            return write(descriptor, data[:size])
        write(descriptor, others)
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("engine.deliver.patient_write.os.write", until_full)
    assert said in (await deliver("text", notes)).detail
    assert notes.read_bytes() == left


async def test_a_file_that_hangs_is_given_up_and_gets_nothing_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file, "TIME_OUT_S", 0.05)
    answer, threads = threading.Event(), list[threading.Thread]()

    def look(_: File) -> None:
        threads.append(threading.current_thread())
        answer.wait(60)

    monkeypatch.setattr(File, "can_deliver", look)
    try:
        outcome = await deliver("text", tmp_path / "notes.md")
    finally:
        answer.set()
    assert (outcome.status, outcome.detail) == (
        Delivery.FAILED,
        "It was not done within 0.05 s; a part may be there.",
    )
    for thread in threads:
        thread.join(60)
    assert (tmp_path / "notes.md").read_bytes() == b""


async def given_up_once(begun: threading.Event, text: str, what: Path) -> None:
    """Deliver until `begun` is set, and give it up then, as its time-out and the end of utter do."""
    delivering = asyncio.create_task(deliver(text, what))
    assert await asyncio.to_thread(begun.wait, 60)
    delivering.cancel()
    await asyncio.wait({delivering})
    assert delivering.cancelled()


@pytest.mark.parametrize("hangs", ["write", "fsync"])
async def test_what_a_file_took_of_a_text_that_is_given_up_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hangs: str
) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("before\n")
    begun, answer, threads, sizes = (
        threading.Event(),
        threading.Event(),
        list[threading.Thread](),
        list[int](),
    )
    do = getattr(os, hangs)

    def slowly(*given: int | bytes) -> object:
        done = do(*given)
        sizes.append(notes.stat().st_size)
        threads.append(threading.current_thread())
        begun.set()
        answer.wait(60)
        return done

    monkeypatch.setattr(os, hangs, slowly)
    try:
        await given_up_once(begun, "x" * 300_000, notes)
    finally:
        answer.set()
    for thread in threads:
        thread.join(60)
    assert sizes == [{"write": 65_536, "fsync": 300_001}[hangs] + len("before\n")]
    assert notes.read_text() == "before\n"


async def test_a_pipe_gets_no_more_of_a_text_that_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_write, "TIME_OUT_S", 60.0)
    begun, ended = threading.Event(), threading.Event()

    def watched(descriptor: int, data: bytes, *, at_once: bool, given_up: threading.Event) -> None:
        begun.set()
        try:
            patient_write.write_all(descriptor, data, at_once=at_once, given_up=given_up)
        finally:
            ended.set()

    monkeypatch.setattr(file, "write_all", watched)
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    received = 0
    try:
        await given_up_once(begun, "x" * 300_000, tmp_path / "pipe")
        while not ended.is_set() or select.select([reading], [], [], 0)[0]:
            with contextlib.suppress(BlockingIOError):
                block = os.read(reading, 4096)
                received += len(block)
                if ended.is_set() and not block:
                    break
    finally:
        os.close(reading)
    assert received < 300_000


async def test_a_pipe_that_nobody_reads_is_named(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    outcome = await deliver("text", tmp_path / "pipe")
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == f"Nobody reads from {tmp_path}/pipe. Start its reader first."


async def test_a_pipe_whose_reader_is_slow_gets_all_of_a_long_text(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(reading, True)
    received: list[bytes] = []

    def read() -> None:
        select.select([reading], [], [])  # before there is a writer, reading would find the end
        with os.fdopen(reading, "rb") as pipe:
            received.append(pipe.read())

    reader = threading.Thread(target=read)
    reader.start()
    outcome = await deliver("x" * 300_000, tmp_path / "pipe")
    reader.join()
    assert outcome.status is Delivery.SENT
    assert received == [b"x" * 300_000 + b"\n"]


async def test_a_reader_that_stands_still_is_not_waited_for_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patient_write, "TIME_OUT_S", 0.05)
    os.mkfifo(tmp_path / "pipe")
    reading = os.open(tmp_path / "pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        outcome = await deliver("x" * 300_000, tmp_path / "pipe")
    finally:
        os.close(reading)
    assert outcome.status is Delivery.FAILED
    assert re.search(
        r"it took nothing for 0.05 s. [\d,]+ of 300,001 bytes of the text are in it", outcome.detail
    )


async def test_a_text_begins_on_a_line_of_its_own(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    notes.write_text("by hand")
    await deliver("one", notes)
    await deliver("two", notes)
    assert notes.read_text() == "by hand\none\ntwo\n"
    await deliver("x", notes, ending="space")
    await deliver("y", notes, ending="space")
    assert notes.read_text().endswith("two\nx y ")


async def test_joined_texts_are_lines(tmp_path: Path) -> None:
    for text in ("one\ntwo", "three"):
        await deliver(text, tmp_path / "a", newlines="join", ending="newline")
    assert (tmp_path / "a").read_text() == "one two\nthree\n"


async def test_a_disk_that_fails_late_leaves_the_file_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "notes.md").write_text("before\n")

    def fails(_: int) -> None:
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(os, "fsync", fails)
    outcome = await deliver("text", tmp_path / "notes.md")
    assert outcome.detail == f"{tmp_path}/notes.md cannot be written: Input/output error. Name another file."
    assert (tmp_path / "notes.md").read_text() == "before\n"


async def test_the_path_is_spelt_as_it_was_written(home: Path) -> None:
    outcome = await deliver("text", "~/nodir/notes.md")
    assert outcome.detail == "The folder ~/nodir is not there. Make it, or name another file."
