"""A recogniser in its own process: real processes, real pipes, killed and misled for real."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np
import psutil
import pytest

from engine.audio.format import FRAME, Samples
from engine.errors import RecognitionError
from engine.speech import wire
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Recognizer

HERE = Path(__file__).parent
SOUND: Samples = np.random.default_rng(7).normal(0, 0.02, FRAME * 40).astype(np.float32)

# A recogniser that answers with the number of samples it was fed, and can be told to misbehave.
COUNTING = """
import os, signal, sys, time
from engine.errors import RecognitionError
from engine.speech.recognizer import Hypothesis, Segment, Transcript, Word


class Counting:
    name, model, streams = "counting", "none", True
    remark = "It counts on its fingers."

    def __init__(self, trouble=""):
        self.trouble = trouble

    def load(self):
        print("printed by python")
        os.write(1, b"written by C\\n")
        if self.trouble == "load":
            raise RecognitionError("The model is missing.", "Fetch it.")
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

    def partial(self):
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


def pid_of(process: RecognizerProcess) -> int:
    children = psutil.Process().children()
    return int(next(child.pid for child in children if "engine.speech.worker" in child.cmdline()))


def test_it_satisfies_the_protocol(counting: type) -> None:
    recognizer: Recognizer = counting()
    assert (recognizer.name, recognizer.model, recognizer.streams) == ("counting", "none", True)
    assert recognizer.memory_bytes() == 0


def test_every_sample_arrives_once_through_partials_and_two_utterances(counting: type) -> None:
    process = counting("slow")
    process.load()
    process.load()
    assert process.remark == "It counts on its fingers."
    for _ in range(2):
        utterance = process.open(Context())
        for start in range(0, len(SOUND), FRAME):
            utterance.feed(SOUND[start : start + FRAME])
            if start == 20 * FRAME:
                assert utterance.partial().text == str(21 * FRAME)
        transcript = utterance.finish()
        assert transcript.text == str(len(SOUND))
        assert transcript.segments[0].words[0].end_s == 1.5


def test_the_caller_may_reuse_its_buffer_at_once(counting: type) -> None:
    process = counting()
    process.load()
    utterance = process.open(Context())
    buffer = np.zeros(FRAME, dtype=np.float32)
    for _ in range(200):
        utterance.feed(buffer)
        buffer[:] = np.nan
    assert utterance.finish().text == str(200 * FRAME)


def test_discarded_sound_is_forgotten_and_nothing_is_left_to_ask(counting: type) -> None:
    process = counting("slow")
    process.load()
    first = process.open(Context())
    first.feed(SOUND)
    first.discard()
    first.discard()
    with pytest.raises(RecognitionError, match="over"):
        first.partial()
    second = process.open(Context())
    second.feed(SOUND[:5])
    assert second.finish().text == "5"
    with pytest.raises(RecognitionError, match="over"):
        second.finish()


def test_opening_again_discards_what_is_open(counting: type) -> None:
    process = counting()
    process.load()
    first = process.open(Context())
    first.feed(SOUND)
    second = process.open(Context())
    first.feed(SOUND)
    assert second.finish().text == "0"


def test_a_load_error_comes_with_both_its_sentences_and_leaves_no_process(counting: type) -> None:
    process = counting("load")
    with pytest.raises(RecognitionError) as failure:
        process.load()
    assert (failure.value.what, failure.value.remedy) == ("The model is missing.", "Fetch it.")
    assert process.memory_bytes() == 0
    with pytest.raises(RecognitionError, match="not loaded"):
        process.open(Context())


def test_a_refused_utterance_leaves_the_recogniser_usable(counting: type) -> None:
    process = counting()
    process.load()
    with pytest.raises(RecognitionError, match=r"English only\. Speak English\."):
        process.open(Context(language="fr"))
    assert process.open(Context()).finish().text == "0"


def test_what_feeding_broke_is_told_at_the_end_and_the_log_has_the_rest(
    counting: type, tmp_path: Path
) -> None:
    log = tmp_path / "logs" / "utter.log"
    process = counting("feed", log)
    process.load()
    utterance = process.open(Context())
    utterance.feed(SOUND)
    with pytest.raises(RecognitionError, match="ZeroDivisionError: of all things"):
        utterance.finish()
    process.unload()
    assert "Traceback" in log.read_text()
    assert "printed by python" in log.read_text()
    assert "written by C" in log.read_text()


@pytest.mark.parametrize("call", ["partial", "finish", "open"])
def test_a_crash_is_named_and_the_next_load_starts_anew(counting: type, call: str) -> None:
    process = counting()
    process.load()
    utterance = process.open(Context())
    utterance.feed(SOUND)
    os.kill(pid_of(process), signal.SIGKILL)
    with pytest.raises(RecognitionError, match=r"counting ended unexpectedly \(signal SIGKILL\)"):
        process.open(Context()) if call == "open" else getattr(utterance, call)()
    utterance.feed(SOUND)
    utterance.discard()
    process.load()
    again = process.open(Context())
    again.feed(SOUND[:3])
    assert again.finish().text == "3"


def test_an_exit_is_named_with_its_code(counting: type) -> None:
    with pytest.raises(RecognitionError, match=r"ended unexpectedly \(exit code 7\)"):
        counting("exit").load()


def test_garbage_on_the_pipe_is_a_failure_and_not_a_transcript(counting: type) -> None:
    with pytest.raises(RecognitionError, match="not a frame"):
        counting("garbage").load()


def test_a_call_that_hangs_is_freed_by_kill(counting: type) -> None:
    process = counting("hang")
    process.load()
    utterance = process.open(Context())
    threading.Timer(0.2, process.kill).start()
    with pytest.raises(RecognitionError, match="was stopped"):
        utterance.partial()
    process.load()
    assert process.open(Context()).finish().text == "0"


def test_feeding_never_waits_for_the_decoder(counting: type) -> None:
    process = counting("hang")
    process.load()
    utterance = process.open(Context())
    failures: list[RecognitionError] = []

    def wait_for_partial() -> None:
        try:
            utterance.partial()
        except RecognitionError as error:
            failures.append(error)

    waiting = threading.Thread(target=wait_for_partial)
    waiting.start()
    for _ in range(50):
        utterance.feed(np.zeros(1 << 20, dtype=np.float32))
    process.kill()
    waiting.join()
    assert len(failures) == 1


def test_unloading_ends_the_process_and_returns_its_memory(counting: type) -> None:
    process = counting()
    process.load()
    pid = pid_of(process)
    assert process.memory_bytes() > 1 << 20
    process.unload()
    process.unload()
    assert not psutil.pid_exists(pid)
    assert process.memory_bytes() == 0


def test_an_unknown_recogniser_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(RecognitionError, match="pocketsphinx"):
        RecognizerProcess("pocketsphynx", {})


def start_worker(name: str, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-P", "-m", "engine.speech.worker", name]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=cwd
    )


def pipes_of(worker: subprocess.Popen[bytes]) -> tuple[BinaryIO, BinaryIO]:
    return cast("BinaryIO", worker.stdin), cast("BinaryIO", worker.stdout)


def test_the_worker_ends_when_its_parent_closes_the_pipe() -> None:
    with start_worker("pocketsphinx") as worker:
        requests, _ = pipes_of(worker)
        requests.close()
        assert worker.wait() == 0


def test_the_worker_ends_in_the_middle_of_a_call_when_its_parent_is_gone(counting: type) -> None:
    with start_worker("counting") as worker:
        requests, answers = pipes_of(worker)
        for request in (
            {"do": "load", "id": 1, "options": {"trouble": "hang"}},
            {"do": "open", "id": 2, "context": wire.context_to_json(Context())},
            {"do": "partial", "id": 3},
        ):
            wire.write_frame(requests, wire.Frame(request))
        for number in (1, 2):
            answer = wire.read_frame(answers)
            assert answer is not None
            assert answer.header["id"] == number
        requests.close()
        assert worker.wait() == 0


def test_the_worker_ends_when_garbage_comes_in() -> None:
    with start_worker("pocketsphinx") as worker:
        out, err = worker.communicate(b"GET / HTTP/1.1\r\n\r\n")
        assert (worker.returncode, out) == (2, b"")
        assert b"not a frame" in err


def test_ctrl_c_does_not_touch_the_worker(counting: type) -> None:
    with start_worker("counting") as worker:
        requests, answers = pipes_of(worker)
        load = wire.Frame({"do": "load", "id": 1, "options": {}})
        wire.write_frame(requests, load)
        assert wire.read_frame(answers) is not None
        worker.send_signal(signal.SIGINT)
        wire.write_frame(requests, load)
        assert wire.read_frame(answers) is not None
        requests.close()
        assert worker.wait() == 0


def test_a_file_named_engine_in_the_current_folder_does_not_get_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "engine.py").write_text("raise SystemExit(9)")
    with start_worker("pocketsphinx", tmp_path) as worker:
        worker.communicate()
        assert worker.returncode == 0
