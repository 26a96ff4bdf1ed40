"""Recognisers to test with: PocketSphinx, and one that only counts and can be told to misbehave."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from engine.speech.process import RecognizerProcess
from engine.speech.sphinx import Sphinx
from engine.speech.whisper import Whisper
from tests.support.voices import Spoken, Voices
from tests.support.whispering import whispering

# A recogniser that answers with the number of samples it was fed, and can be told to misbehave.
COUNTING = """
import os, signal, sys, time
from engine.errors import RecognitionError
from engine.speech.recognizer import Hypothesis, Segment, Transcript, Word


class Counting:
    name, model, streams = "counting", "none", True
    runs_on = "fingers"
    remark = "It counts on its fingers."

    def __init__(self, trouble=""):
        self.trouble = trouble

    def load(self):
        print("printed by python")
        os.write(1, b"written by C\\n")
        if self.trouble == "load":
            raise RecognitionError("The model is missing.", "Fetch it.")
        if self.trouble == "flood":
            os.write(2, b"again and again\\n" * 100_000)
        if self.trouble == "exit":
            os._exit(7)
        if self.trouble == "garbage":
            for descriptor in range(3, 12):
                try:
                    os.write(descriptor, b"this is no frame, and it never was one")
                except OSError:
                    pass

    def unload(self): ...

    def memory_bytes(self):
        return 0

    def open(self, context):
        if context.language != "en":
            raise RecognitionError("English only.", "Speak English.")
        return Utterance(self.trouble)


class Utterance:
    def __init__(self, trouble):
        self.trouble, self.count = trouble, 0

    def feed(self, samples):
        if self.trouble == "feed":
            raise ZeroDivisionError("of all things")
        if self.trouble == "slow":
            time.sleep(0.05)
        self.count += len(samples)

    def partial(self, *, timed=False):
        if self.trouble == "hang":
            time.sleep(3600)
        return Hypothesis(str(self.count))

    def finish(self):
        return Transcript((Segment(str(self.count), 0.0, 1.5, (Word(str(self.count), 0.0, 1.5),)),))

    def discard(self): ...
"""


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[type]:
    """Makes processes with the counting recogniser, which the registry of the worker finds too."""
    (tmp_path / "counting_recognizer.py").write_text(COUNTING)
    (tmp_path / "sitecustomize.py").write_text(
        "from engine.registry import RECOGNIZERS\nRECOGNIZERS['counting'] = 'counting_recognizer:Counting'\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setitem(
        sys.modules["engine.registry"].RECOGNIZERS, "counting", "counting_recognizer:Counting"
    )
    made: list[RecognizerProcess] = []

    class Counting(RecognizerProcess):
        def __init__(self, trouble: str = "", log: Path | None = None) -> None:
            super().__init__("counting", {"trouble": trouble}, log=log)
            made.append(self)

    yield Counting
    for process in made:
        process.unload()


@pytest.fixture(scope="module")
def loaded() -> Sphinx:
    sphinx = Sphinx()
    sphinx.load()
    return sphinx


@pytest.fixture
def sphinx(loaded: Sphinx) -> Sphinx:
    """A decoder that knows nothing of the speaker yet."""
    loaded.forget_speaker()
    return loaded


@pytest.fixture(scope="module")
def whisper() -> Iterator[Whisper]:
    """Whisper as it is used; random weights rarely say what it believes."""
    with whispering() as recognizer:
        yield recognizer


@pytest.fixture(scope="module")
def unguarded() -> Iterator[Whisper]:
    """Whisper that believes everything."""
    with whispering(guards=False) as recognizer:
        yield recognizer


@pytest.fixture
def no_copy_is_left(loaded: Sphinx) -> Iterator[None]:
    """No copy of this process, dead or alive, and no file is left behind by a test."""
    me = psutil.Process()
    before = ({child.pid for child in me.children()}, me.num_fds())
    yield
    assert ({child.pid for child in me.children()}, me.num_fds()) == before


@pytest.fixture
def spoken(voices: Voices) -> list[Spoken]:
    return [*voices.sentences(2, ["slt"]), *voices.sentences(1, ["rms"])]
