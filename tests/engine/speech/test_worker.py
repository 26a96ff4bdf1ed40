"""The worker by itself: it ends with its parent, at garbage, and at nothing else."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO, cast

from engine.speech import wire
from engine.speech.recognizer import Context


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
