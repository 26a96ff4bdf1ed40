"""Whole files: by windows with Whisper, by phrases where that fails, and never in the way of ctrl-c."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.audio.format import SAMPLE_RATE
from engine.errors import RecognitionError
from engine.models import cuda
from engine.settings.load import load
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.span_process import SpanRecognizerProcess
from engine.transcribe import FileTranscriber, FileTranscript
from tests.support import random_whisper
from tests.support.fake_card import card_in_children
from tests.support.sound_files import write_wav
from tests.support.voices import SENTENCES, Voices

Transcribe = Callable[[Path], FileTranscript]
GAP_S = 2.5


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[float, float]]]:
    """Twelve sentences with long pauses, and where each lies in seconds."""
    folder = tmp_path_factory.mktemp("talk")
    voices = Voices(folder)
    gap = np.zeros(round(GAP_S * SAMPLE_RATE), np.float32)
    pieces, places, at = [gap], [], GAP_S
    for sentence in SENTENCES[:12]:
        sound = voices.speak(sentence).samples()
        places.append((at, at + len(sound) / SAMPLE_RATE))
        pieces += [sound, gap]
        at = places[-1][1] + GAP_S
    return write_wav(folder / "talk.wav", np.concatenate(pieces)), places


@pytest.fixture
def told() -> list[str]:
    return []


@pytest.fixture
def transcriber(told: list[str]) -> Iterator[FileTranscriber]:
    made = transcriber_for("whisper", told)
    yield made
    made.close()


def transcriber_for(
    recognizer: str, told: list[str], model: str = "", **others: str | bool
) -> FileTranscriber:
    settings = load(
        None,
        {
            "recognition.recognizer": recognizer,
            "recognition.model": model or str(random_whisper.shared()),
            "recognition.device": "cpu",
            "recognition.threads": 1,
            **others,
        },
    ).settings
    return FileTranscriber(settings, told.append)


async def test_windows_hold_many_phrases_and_times_are_those_of_the_file(
    transcriber: FileTranscriber,
    talk: tuple[Path, list[tuple[float, float]]],
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, places = talk
    lengths: list[float] = []
    plain = SpanRecognizerProcess.recognize

    def spy(self, windows, context, cancelled):  # type: ignore[no-untyped-def]
        def counted() -> Iterator[np.ndarray]:
            for window in windows:
                lengths.append(len(window) / SAMPLE_RATE)
                yield window

        return plain(self, counted(), context, cancelled)

    monkeypatch.setattr(SpanRecognizerProcess, "recognize", spy)
    shares: list[float] = []
    result = await transcriber.transcribe(path, shares.append)
    speech_s = sum(end - start for start, end in places)
    assert told == []
    assert all(length <= 30.0 for length in lengths)
    assert len(lengths) <= (speech_s + len(places) * 0.5) / 24.0 + 1
    assert speech_s <= sum(lengths) <= speech_s + len(places) * 0.6
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert result.segments
    for time_s in (end for segment in result.segments for end in (segment.start_s, segment.end_s)):
        assert any(start - 0.4 <= time_s <= end + 0.4 for start, end in places), "not in a pause"
    assert all(0.0 <= segment.start_s <= segment.end_s <= result.duration_s for segment in result.segments)
    assert all(one.start_s <= other.start_s for one, other in pairwise(result.segments))
    assert set(result.stages_ms) >= {"decode", "load", "voice", "recognition"}


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
    talk: tuple[Path, list[tuple[float, float]]],
    told: list[str],
    in_children: Callable[[str], None],
) -> None:
    path, places = talk
    in_children(HALF)
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
    talk: tuple[Path, list[tuple[float, float]]],
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain = transcriber_for("whisper", told)
    expected = await plain.transcribe(talk[0], lambda share: None)
    plain.close()
    monkeypatch.setattr(cuda, "_remembered", {})
    card_in_children(tmp_path, monkeypatch)
    monkeypatch.setenv("TROUBLE", "decode abort Cannot load symbol cudnnCreateTensorDescriptor")
    transcriber = transcriber_for("whisper", told, **{"recognition.device": "auto"})
    found = [await transcriber.transcribe(talk[0], lambda share: None) for _ in range(3)]
    transcriber.close()
    assert expected.raw
    assert [result.raw for result in found] == [expected.raw] * 3
    once, twice = told
    assert "Whisper runs on the CPU for now, because CUDA failed: " in once
    assert "Whisper stays on the CPU, because CUDA failed twice in a row: " in twice
    assert all("SIGABRT" in line for line in told)


async def test_pocketsphinx_hears_phrases(
    talk: tuple[Path, list[tuple[float, float]]], told: list[str]
) -> None:
    transcriber = transcriber_for("pocketsphinx", told)
    result = await transcriber.transcribe(talk[0], lambda share: None)
    transcriber.close()
    assert len(result.segments) == 12
    assert "quarterly" in result.raw
    assert told == []


async def test_the_language_is_found_out_once_a_file(
    tmp_path: Path, talk: tuple[Path, list[tuple[float, float]]], told: list[str]
) -> None:
    folder = random_whisper.build(tmp_path / "base", bias={"<|de|>": 0.0})
    found, given = [], []
    for language, into in (("auto", found), ("de", given)):
        transcriber = transcriber_for("whisper", told, str(folder), **{"recognition.language": language})
        into.append(await transcriber.transcribe(talk[0], lambda share: None))
        transcriber.close()
    assert (found[0].language, found[0].language_probability > 0.9) == ("de", True)
    assert (given[0].language, given[0].language_probability) == ("de", 0.0)
    assert found[0].raw == given[0].raw
    assert found[0].text == given[0].text == readable(draft_of(found[0].segments, "de"))
    assert told == []


@pytest.mark.parametrize("multilingual", [True, False])
async def test_a_translation_is_english_and_told_where_it_is_impossible(
    multilingual: bool, talk: tuple[Path, list[tuple[float, float]]], told: list[str]
) -> None:
    folder = str(random_whisper.shared(multilingual=multilingual))
    asked = {"recognition.language": "auto", "recognition.translate": True}
    transcriber = transcriber_for("whisper", told, folder, **asked)
    result = await transcriber.transcribe(talk[0], lambda share: None)
    transcriber.close()
    assert result.translated == multilingual
    assert [("knows English only" in line) for line in told] == ([] if multilingual else [True])
    assert multilingual or result.language == "en"


async def test_a_language_that_the_model_does_not_know_is_refused_before_it_is_loaded(
    talk: tuple[Path, list[tuple[float, float]]], told: list[str]
) -> None:
    folder = str(random_whisper.shared(multilingual=False))
    transcriber = transcriber_for("whisper", told, folder, **{"recognition.language": "de"})
    with pytest.raises(RecognitionError, match="knows English only, not German"):
        await transcriber.transcribe(talk[0], lambda share: None)
    assert transcriber._recognizer.runs_on == ""
    assert told == []


async def test_silence_has_no_words(transcriber: FileTranscriber, tmp_path: Path) -> None:
    quiet = write_wav(tmp_path / "quiet.wav", np.zeros(5 * SAMPLE_RATE, np.float32))
    shares: list[float] = []
    result = await transcriber.transcribe(quiet, shares.append)
    assert (result.text, result.segments) == ("", ())
    assert shares[-1] == 1.0


# It tells where a test listens for it that it is at work, and is then deaf.
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
def in_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Has Python processes that are started from now on begin with a piece of source."""

    def put(source: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    return put


@pytest.fixture
def at_work(
    tmp_path: Path, in_children: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> Callable[[], psutil.Process]:
    """Makes recognisers deaf; waits until one is at work, and gives its process."""
    in_children(DEAF)
    where = tmp_path / "at work"
    os.mkfifo(where)
    monkeypatch.setenv("AT_WORK", str(where))
    return lambda: psutil.Process(int(where.read_text()))


async def test_who_gives_up_does_not_wait_and_the_work_ends(
    transcriber: FileTranscriber,
    talk: tuple[Path, list[tuple[float, float]]],
    told: list[str],
    at_work: Callable[[], psutil.Process],
) -> None:
    working = asyncio.create_task(transcriber.transcribe(talk[0], lambda share: None))
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


def test_ctrl_c_ends_a_decoder_that_nothing_interrupts(
    talk: tuple[Path, list[tuple[float, float]]], at_work: Callable[[], psutil.Process]
) -> None:
    command = [sys.executable, "-m", "tui.cli", "transcribe", "--recognizer", "whisper"]
    process = subprocess.Popen(
        [*command, "--model", str(random_whisper.shared()), talk[0]],
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


@pytest.mark.parametrize("name", ["SIGSEGV", "SIGABRT", "SIGKILL"])
def test_a_crash_of_the_recogniser_is_a_line_and_no_end(
    name: str, talk: tuple[Path, list[tuple[float, float]]], in_children: Callable[[str], None]
) -> None:
    in_children(CRASH.format(name=name))
    command = [sys.executable, "-m", "tui.cli", "transcribe", "--recognizer", "whisper", "--model"]
    done = subprocess.run(
        [*command, str(random_whisper.shared()), talk[0]], capture_output=True, timeout=300, check=False
    )
    again, slower, failed = done.stderr.decode().splitlines()
    assert done.returncode == 2
    assert f"ended unexpectedly (signal {name}). What failed is done again." in again
    assert "phrase by phrase" in slower
    assert f"{talk[0]}: " in failed
    assert "utter.log" in failed
    assert done.stdout == b""


CRASH = """
import os, signal
import engine.speech.whisper as whisper

def die(*given, **named):
    os.kill(os.getpid(), signal.{name})

whisper.Whisper._decode = whisper.decode_batch = die
"""
