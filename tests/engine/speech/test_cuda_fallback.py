"""A recogniser whose card fails: in the middle of a dictation it goes on on the CPU, with all words."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import DeviceError, RecognitionError, RecognitionStoppedError
from engine.models import cuda
from engine.models.cuda import Trial
from engine.speech.cuda_trust import CudaTrust
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from engine.speech.tactics import Tactics
from tests.support.scripted import speech
from tests.support.scripted_dictation import feed, sentence, text, transcriber

ROOT = Path(__file__).resolve().parents[3]
SAID = speech(sentence(4) + sentence(3))
WORDS = " ".join(word.text for word in SAID.words)

# A scripted recogniser that runs on a card unless it is told to take the CPU. On the card, a file says
# in which call it fails, and how.
CARDED = """
import os, signal
from pathlib import Path
from engine.errors import DeviceError
from engine.models import cuda
from tests.support.scripted import Scripted, ScriptedUtterance, speech
from tests.support.scripted_dictation import sentence


class Carded(Scripted):
    name = "carded"

    def __init__(self, device="auto", folder=""):
        super().__init__(speech(sentence(4) + sentence(3)).words, streams=False)
        self.device, self.folder = device, Path(folder)

    @property
    def runs_on(self):
        return "cpu int8" if self.device == "cpu" else "cuda float16"

    def load(self):
        with open(self.folder / "loads", "a") as loads:
            loads.write(self.device + "\\n")
        cuda.remember({"works": ["float16"], "fault": None, "present": True})
        self.may_fail("load")

    def open(self, context):
        self.may_fail("open")
        super().open(context)
        return Utterance(self)

    def may_fail(self, call):
        trouble = (self.folder / "trouble").read_text().split()
        if self.device == "cpu" or trouble[:1] != [call]:
            return
        match trouble[1]:
            case "abort":
                os.abort()
            case "segfault":
                os.kill(os.getpid(), signal.SIGSEGV)
            case "exit":
                os._exit(3)
            case "told":
                raise DeviceError("Whisper cannot run on CUDA: out of memory.", "Choose a smaller model.")
            case "unforeseen":
                raise RuntimeError("CUDA failed with error unspecified launch failure")


class Utterance(ScriptedUtterance):
    def partial(self, **given):
        self.owner.may_fail("partial")
        return super().partial(**given)

    def speculate(self):
        self.owner.may_fail("speculate")
        return super().speculate()

    def finish(self):
        self.owner.may_fail("finish")
        return super().finish()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the file of troubles is; the stand-in is in the registry here and in workers."""
    (tmp_path / "carded_recognizer.py").write_text(CARDED)
    (tmp_path / "sitecustomize.py").write_text(
        "from engine.registry import RECOGNIZERS\nRECOGNIZERS['carded'] = 'carded_recognizer:Carded'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(tmp_path), str(ROOT))))
    monkeypatch.setitem(sys.modules["engine.registry"].RECOGNIZERS, "carded", "carded_recognizer:Carded")
    monkeypatch.setattr(cuda, "_remembered", {})
    (tmp_path / "trouble").write_text("")
    return tmp_path


@pytest.fixture
def carded(folder: Path) -> Iterator[RecognizerProcess]:
    process = RecognizerProcess("carded", {"device": "auto", "folder": str(folder)})
    yield process
    process.unload()


def loads(folder: Path) -> list[str]:
    """The devices that it was loaded for, in order."""
    return (folder / "loads").read_text().split()


def dictated(process: RecognizerProcess, tactics: Tactics | None = None) -> str:
    """The words of one dictation, as a session has it."""
    process.begin_dictation()
    process.load()
    stream = transcriber(process, tactics=tactics)
    feed(stream, SAID)
    return text(stream.finish())


def test_a_card_that_works_is_used(carded: RecognizerProcess, folder: Path) -> None:
    assert dictated(carded) == dictated(carded) == WORDS
    assert loads(folder) == ["auto"]
    assert carded.runs_on == "cuda float16"
    assert carded.remark == ""
    assert cuda.known() is not None


@pytest.mark.parametrize("how", ["abort", "segfault", "exit", "told", "unforeseen"])
@pytest.mark.parametrize("call", ["load", "open", "partial", "speculate", "finish"])
def test_a_failure_of_the_card_costs_a_load_and_no_word(
    carded: RecognizerProcess, folder: Path, call: str, how: str
) -> None:
    (folder / "trouble").write_text(f"{call} {how}")
    tactics = Tactics(speculation=call == "speculate", partials=call == "partial")
    assert dictated(carded, tactics) == WORDS
    assert loads(folder) == ["auto", "cpu"]
    assert carded.runs_on == "cpu int8"
    assert "Whisper runs on the CPU for now, because CUDA failed: " in carded.remark
    signs = {"abort": "SIGABRT", "segfault": "SIGSEGV", "exit": "exit code 3", "told": "out of memory"}
    assert signs.get(how, "unspecified launch failure") in carded.remark


def test_the_card_is_tried_again_in_the_next_dictation_and_then_given_up(
    carded: RecognizerProcess, folder: Path
) -> None:
    (folder / "trouble").write_text("finish abort")
    tactics = Tactics(speculation=False)
    assert [dictated(carded, tactics) for _ in range(3)] == [WORDS] * 3
    assert loads(folder) == ["auto", "cpu", "auto", "cpu"]
    assert "Whisper stays on the CPU, because CUDA failed twice in a row: " in carded.remark


def test_a_dictation_that_went_well_on_the_card_earns_it_another_chance(
    carded: RecognizerProcess, folder: Path
) -> None:
    tactics = Tactics(speculation=False)
    for trouble in ("finish abort", "", "finish told", ""):
        (folder / "trouble").write_text(trouble)
        assert dictated(carded, tactics) == WORDS
    assert loads(folder) == ["auto", "cpu", "auto", "cpu", "auto"]
    assert (carded.runs_on, carded.remark) == ("cuda float16", "")


def test_within_a_dictation_it_stays_on_the_cpu(carded: RecognizerProcess, folder: Path) -> None:
    (folder / "trouble").write_text("load abort")
    carded.load()
    (folder / "trouble").write_text("")
    carded.load()
    carded.unload()
    carded.load()
    assert loads(folder) == ["auto", "cpu", "cpu"]


def test_where_the_cpu_was_asked_for_a_crash_is_a_crash(folder: Path) -> None:
    process = RecognizerProcess("carded", {"device": "cpu", "folder": str(folder)})
    process.load()
    utterance = process.open(Context())
    (folder / "trouble").unlink()  # which is an error of a living process that is not CUDA's
    with pytest.raises(RecognitionError) as caught:
        utterance.finish()
    assert not isinstance(caught.value, DeviceError)
    assert process.remark == ""
    process.unload()


def test_a_recogniser_that_was_stopped_on_purpose_says_nothing_against_the_card(
    carded: RecognizerProcess, folder: Path
) -> None:
    carded.load()
    utterance = carded.open(Context())
    carded.kill()
    with pytest.raises(RecognitionStoppedError):
        utterance.finish()
    carded.load()
    assert loads(folder) == ["auto", "auto"]


def test_what_one_process_learned_of_cuda_is_told_to_the_next(
    carded: RecognizerProcess, folder: Path
) -> None:
    assert cuda.known() is None
    carded.load()
    assert cuda.try_cuda() == Trial(("float16",))


SMI = """#!/bin/sh
if [ -e "$0.loaded" ]; then used=1700; else used=500; fi
touch "$0.loaded"
echo "NVIDIA GeForce RTX 3060, 550.54.14, 12288, $used"
"""


def test_on_a_card_the_memory_that_counts_is_the_cards(
    carded: RecognizerProcess, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(folder), prepend=":")
    assert carded.memory_bytes() == 0
    carded.load()
    assert carded.memory_bytes() == 0  # nobody tells
    carded.unload()
    (folder / "nvidia-smi").write_text(SMI)
    (folder / "nvidia-smi").chmod(0o755)
    carded.load()
    assert carded.memory_bytes() == 1200 << 20
    (folder / "trouble").write_text("partial told")
    dictated(carded, Tactics(partials=True))
    assert carded.memory_bytes() not in (0, 1200 << 20)  # the process's own


def test_one_failure_may_be_told_several_times() -> None:
    trust = CudaTrust()
    trust.failed("One.")
    trust.failed("One again.")
    assert trust.remark.endswith("because CUDA failed: One.")
    trust.begin_dictation()
    assert not trust.lost
    trust.failed("Two.")
    trust.begin_dictation()
    assert trust.lost
    assert trust.remark.endswith("twice in a row: Two.")
