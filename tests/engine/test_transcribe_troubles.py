"""Recognisers that fail at a file, crash, hang or are interrupted: a line is said, and no word is lost."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from engine.models import cuda
from engine.transcribe import FileTranscriber
from tests.support import random_whisper
from tests.support.fake_card import card_in_children
from tests.support.file_talk import begin_children_with, talk, transcriber_for

HALF = """
import copy
import engine.speech.whisper as whisper

plain = whisper.decode_batch

def decode_batch(model, windows, *others):
    half = copy.copy(model)
    # CTranslate2 itself refuses half of the bands.
    half.encode = lambda features: model.encode(features[:40])
    return plain(half, windows, *others)

whisper.decode_batch = decode_batch
"""


async def test_a_way_that_fails_gives_way_to_phrases(
    transcriber: FileTranscriber,
    told: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, places = talk()
    begin_children_with(HALF, tmp_path, monkeypatch)
    shares: list[float] = []
    result = await transcriber.transcribe(path, shares.append)
    # Noise may end a phrase before its first word; two windows could not have so many segments.
    assert len(result.segments) > len(places) / 2
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    again, slower = told
    assert "What failed is done again" in again
    assert "phrase by phrase" in slower
    assert all("Invalid input features shape" in line for line in told)


async def test_a_card_that_fails_costs_no_word_and_is_told_once(
    tmp_path: Path,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = transcriber_for("whisper", told)
    expected = await plain.transcribe(talk()[0], lambda share: None)
    plain.close()
    monkeypatch.setattr(cuda, "_remembered", {})
    card_in_children(tmp_path, monkeypatch)
    monkeypatch.setenv("TROUBLE", "decode abort Cannot load symbol cudnnCreateTensorDescriptor")
    transcriber = transcriber_for("whisper", told, **{"recognition.device": "auto"})
    found = [await transcriber.transcribe(talk()[0], lambda share: None) for _ in range(3)]
    transcriber.close()
    assert expected.raw
    assert [result.raw for result in found] == [expected.raw] * 3
    once, twice = told
    assert "Whisper runs on the CPU for now, because CUDA failed: " in once
    assert "Whisper stays on the CPU, because CUDA failed twice in a row: " in twice
    assert all("SIGABRT" in line for line in told)


DEAF = """
import os, time
from engine.speech.whisper import Whisper

def recognize(self, windows, context, cancelled):
    with open(os.environ["AT_WORK"], "w") as at_work:
        at_work.write(str(os.getpid()))
    time.sleep(3600)

Whisper.recognize = recognize
"""


@pytest.fixture
def at_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], psutil.Process]:
    """Makes recognisers deaf; waits until one is at work, and gives its process."""
    begin_children_with(DEAF, tmp_path, monkeypatch)
    where = tmp_path / "at work"
    os.mkfifo(where)
    monkeypatch.setenv("AT_WORK", str(where))
    return lambda: psutil.Process(int(where.read_text()))


async def test_who_gives_up_does_not_wait_and_the_work_ends(
    transcriber: FileTranscriber,
    told: list[str],
    at_work: Callable[[], psutil.Process],
) -> None:
    working = asyncio.create_task(transcriber.transcribe(talk()[0], lambda share: None))
    recognizer = await asyncio.to_thread(at_work)
    assert transcriber.working
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert await asyncio.to_thread(transcriber._lock.acquire, timeout=300), "the work ends"
    transcriber._lock.release()
    transcriber.close()
    assert not recognizer.is_running()
    assert told == []


def test_ctrl_c_ends_a_decoder_that_nothing_interrupts(at_work: Callable[[], psutil.Process]) -> None:
    command = [sys.executable, "-m", "tui.cli", "transcribe", "--recognizer", "whisper"]
    process = subprocess.Popen(
        [*command, "--model", str(random_whisper.shared()), talk()[0]],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    recognizer = at_work()
    process.send_signal(signal.SIGINT)
    stdout, stderr = process.communicate(timeout=300)
    assert process.returncode == 130
    assert stderr == b"utter: Stopped.\n"
    assert stdout == b""
    psutil.wait_procs([recognizer], timeout=300)
    assert not recognizer.is_running()


CRASH = """
import os, signal
import engine.speech.whisper as whisper

def die(*given, **named):
    os.kill(os.getpid(), signal.{name})

whisper.Whisper._decode = whisper.decode_batch = die
"""


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_crash_of_the_recogniser_is_a_line_and_no_end(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_children_with(CRASH.format(name=name), tmp_path, monkeypatch)
    command = [sys.executable, "-m", "tui.cli", "transcribe", "--recognizer", "whisper", "--model"]
    done = subprocess.run(
        [*command, str(random_whisper.shared()), talk()[0]], capture_output=True, timeout=300, check=False
    )
    again, slower, failed = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert f"ended unexpectedly ({name}). What failed is done again." in again
    assert "phrase by phrase" in slower
    assert f"{talk()[0]}: " in failed
    assert "utter.log" in failed
    assert done.stdout == b""
