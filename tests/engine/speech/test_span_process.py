"""Windows by way of a process: the words, the language and the crash of each, batch by batch."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import DeviceError, RecognitionError, RecognitionStoppedError
from engine.metrics import StageClock
from engine.models import cuda
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Transcript
from engine.speech.span_process import SpanRecognizerProcess, in_process
from engine.speech.spans import Span, SpanRecognizer, Window
from engine.speech.whisper import Whisper
from engine.window_recognition import WindowRecognition
from tests.support import random_whisper
from tests.support.random_whisper import noise

# It says how long each window was, in a language that it finds out; and writes down what it was asked. On
# a card it fails at the window of the length that the file of troubles names.
MEASURING = """
import json, os, signal
from pathlib import Path
from engine.errors import DeviceError, RecognitionError
from engine.speech.recognizer import Segment, Transcript, Word


class Measuring:
    name, model, streams, remark = "measuring", "none", False, ""
    window_s, batch = 30.0, 2

    def __init__(self, folder, device="auto"):
        self.device, self.folder = device, Path(folder)

    @property
    def runs_on(self):
        return "cpu int8" if self.device == "cpu" else "cuda float16"

    def load(self):
        self.write({"load": self.device})

    def unload(self): ...

    def memory_bytes(self):
        return 0

    def open(self, context):
        raise NotImplementedError

    def write(self, entry):
        with open(self.folder / "asked", "a") as asked:
            asked.write(json.dumps(entry) + "\\n")

    def recognize(self, windows, context, cancelled):
        self.write({"language": context.language, "lengths": [len(window) for window in windows]})
        for window in windows:
            self.may_fail(len(window))
            words = (Word(str(len(window)), 0.25, 0.5),)
            found = ("de", 0.75) if context.language == "auto" else ("", 0.0)
            yield Transcript(
                (Segment(str(len(window)), 0.25, 0.5, words),), "", 0.0, False, *found, True, "A remark."
            )

    def may_fail(self, length):
        at, how, where = (self.folder / "trouble").read_text().split()
        if length != int(at) or where == "card" and self.device == "cpu":
            return
        match how:
            case "abort":
                os.abort()
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "told":
                raise DeviceError("Whisper cannot run on CUDA: out of memory.", "Choose a smaller model.")
            case "unforeseen":
                raise RuntimeError("CUDA failed with error unspecified launch failure")
            case "refused":
                raise RecognitionError("It is refused.", "Ask for something else.")
"""

LENGTHS = (10, 20, 30, 40, 50)
"""Samples of five windows: three batches."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the files of the measuring recogniser are; it is in the registry here and in workers."""
    (tmp_path / "measuring_recognizer.py").write_text(MEASURING)
    (tmp_path / "sitecustomize.py").write_text(
        "from engine.registry import RECOGNIZERS\n"
        "RECOGNIZERS['measuring'] = 'measuring_recognizer:Measuring'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    recognizers = sys.modules["engine.registry"].RECOGNIZERS
    monkeypatch.setitem(recognizers, "measuring", "measuring_recognizer:Measuring")
    monkeypatch.setattr(cuda, "_remembered", {})
    (tmp_path / "trouble").write_text("0 never nowhere")
    return tmp_path


@pytest.fixture
def measuring(folder: Path) -> Iterator[SpanRecognizerProcess]:
    process = in_process("measuring", {"folder": str(folder), "device": "auto"})
    assert isinstance(process, SpanRecognizerProcess)
    yield process
    process.unload()


def asked(folder: Path) -> list[dict[str, Any]]:
    """What the recogniser was asked, in order, loads included."""
    return [json.loads(line) for line in (folder / "asked").read_text().splitlines()]


def never() -> bool:
    return False


def sounds() -> Iterator[Samples]:
    return (np.zeros(length, np.float32) for length in LENGTHS)


def by_windows(process: SpanRecognizerProcess, told: list[str]) -> list[Transcript]:
    """What becomes of the five windows of a file, where a failure is done again."""
    windows, at = [], 0
    for length in LENGTHS:
        windows.append(Window((Span(at, at + length),)))
        at += length
    process.load()
    work = WindowRecognition(process, StageClock(), told.append)
    return list(work.recognize(windows, np.zeros(at, np.float32), Context(language="auto"), never))


def test_a_process_takes_windows_where_its_recogniser_does() -> None:
    whisper = in_process("whisper", {"model": str(random_whisper.shared()), "device": "cpu"})
    assert isinstance(whisper, SpanRecognizer)
    assert (whisper.window_s, whisper.batch) == (Whisper.window_s, Whisper.batch)
    assert not isinstance(in_process("pocketsphinx", {}), SpanRecognizer)


def test_what_whisper_says_of_windows_is_the_same_from_a_process() -> None:
    options = {"model": str(random_whisper.shared()), "device": "cpu", "threads": 1, "guards": False}
    context = Context(language="auto", translate=True)
    windows = [noise(3.0, seed) for seed in range(Whisper.batch + 2)] + [np.zeros(SAMPLE_RATE, np.float32)]
    here, there = Whisper(**options), in_process("whisper", options)
    assert isinstance(there, SpanRecognizerProcess)
    said = []
    for recognizer in (here, there):
        recognizer.load()
        said.append(list(recognizer.recognize(windows, context, never)))
        recognizer.unload()
    assert said[0] == said[1]
    assert said[0][0].text
    assert said[0][0].translated


def test_batches_carry_every_sample_and_the_language_that_was_found_out(
    measuring: SpanRecognizerProcess, folder: Path
) -> None:
    measuring.load()
    found = list(measuring.recognize(sounds(), Context(language="auto"), never))
    assert [transcript.text for transcript in found] == [str(length) for length in LENGTHS]
    assert [transcript.language for transcript in found] == ["de", "de", "", "", ""]
    assert all(transcript.translated and transcript.remark == "A remark." for transcript in found)
    assert found[0].segments[0].words[0].end_s == 0.5
    assert asked(folder) == [
        {"load": "auto"},
        {"language": "auto", "lengths": [10, 20]},
        {"language": "de", "lengths": [30, 40]},
        {"language": "de", "lengths": [50]},
    ]


def test_nothing_more_comes_when_it_is_cancelled(measuring: SpanRecognizerProcess, folder: Path) -> None:
    measuring.load()
    cancelled: list[bool] = []
    found = measuring.recognize(sounds(), Context(), lambda: bool(cancelled))
    next(found)
    cancelled.append(True)
    assert [transcript.text for transcript in found] == ["20"]
    assert len(asked(folder)) == 2


@pytest.mark.parametrize(
    ("how", "sign"),
    [
        ("abort", "SIGABRT"),
        ("segfault", "SIGSEGV"),
        ("told", "out of memory"),
        ("unforeseen", "unspecified launch failure"),
    ],
)
def test_a_card_that_fails_in_the_middle_costs_one_batch_and_no_word(
    measuring: SpanRecognizerProcess, folder: Path, how: str, sign: str
) -> None:
    (folder / "trouble").write_text(f"40 {how} card")
    told: list[str] = []
    found = by_windows(measuring, told)
    assert [transcript.text for transcript in found] == [str(length) for length in LENGTHS]
    assert asked(folder) == [
        {"load": "auto"},
        {"language": "auto", "lengths": [10, 20]},
        {"language": "de", "lengths": [30, 40]},
        {"load": "cpu"},
        {"language": "de", "lengths": [30, 40]},
        {"language": "de", "lengths": [50]},
    ]
    (line,) = told
    assert "Whisper runs on the CPU for now, because CUDA failed: " in line
    assert sign in line
    assert measuring.runs_on == "cpu int8"


def test_what_fails_twice_is_told_and_the_recogniser_can_be_used_again(
    measuring: SpanRecognizerProcess, folder: Path
) -> None:
    (folder / "trouble").write_text("30 abort everywhere")
    told: list[str] = []
    with pytest.raises(RecognitionError, match="SIGABRT"):
        by_windows(measuring, told)
    assert len(told) == 1
    (folder / "trouble").write_text("0 never nowhere")
    assert len(by_windows(measuring, told)) == len(LENGTHS)


def test_a_refusal_is_no_fault_of_the_card(measuring: SpanRecognizerProcess, folder: Path) -> None:
    (folder / "trouble").write_text("30 refused everywhere")
    told: list[str] = []
    with pytest.raises(RecognitionError, match="It is refused") as caught:
        by_windows(measuring, told)
    assert not isinstance(caught.value, DeviceError)
    assert told == ["It is refused. What failed is done again."]
    assert measuring.runs_on == "cuda float16"


def test_who_is_stopped_on_purpose_is_not_begun_again(measuring: SpanRecognizerProcess, folder: Path) -> None:
    told: list[str] = []
    work = WindowRecognition(measuring, StageClock(), told.append)
    windows = [Window((Span(0, length),)) for length in LENGTHS]
    measuring.load()
    found = work.recognize(windows, np.zeros(100, np.float32), Context(), never)
    next(found)
    next(found)
    measuring.kill()
    with pytest.raises(RecognitionStoppedError):
        next(found)
    assert told == []
    assert [entry for entry in asked(folder) if "load" in entry] == [{"load": "auto"}]


def test_a_recogniser_of_phrases_refuses_windows() -> None:
    options: dict[str, str] = {}
    process = SpanRecognizerProcess("pocketsphinx", options, window_s=30.0, batch=2)
    with pytest.raises(RecognitionError, match="not loaded"):
        next(process.recognize(sounds(), Context(), never))
    process.load()
    with pytest.raises(RecognitionError, match="does not recognise windows"):
        next(process.recognize(sounds(), Context(), never))
    process.unload()
    assert isinstance(process, RecognizerProcess)
