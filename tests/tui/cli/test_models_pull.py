"""`utter models pull`: the line on a terminal, the lines without one, Ctrl-C, and what it exits with."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.models.progress import DownloadState, Progress
from engine.models.staging import Staging
from tests.support import random_whisper
from tests.support.hub_server import API, REPOSITORY, Hub, files_of, running_hub
from tests.support.pty_screen import PtyScreen
from tui.cli.download_line import EVERY_S, DownloadLine, in_one_line

COMMAND = [sys.executable, "-m", "tui.cli", "models", "pull"]


@pytest.fixture(scope="module")
def model_files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return files_of(random_whisper.build(tmp_path_factory.mktemp("whisper")))


@pytest.fixture
def hub(model_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    with running_hub(model_files) as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def staging() -> Staging:
    from engine import paths

    return Staging(paths.models(), REPOSITORY)


def pull(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=100,
        check=False,
    )


def test_the_folder_is_printed_and_nothing_else(hub: Hub) -> None:
    done = pull(REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"{staging().target}\n"
    lines = done.stderr.splitlines()
    assert 1 <= len(lines) <= 11
    assert all(line.startswith(f"utter: {REPOSITORY}  ") and " of 10.0 MB" in line for line in lines)
    again = pull(REPOSITORY)
    assert (again.returncode, again.stdout) == (0, done.stdout)
    assert again.stderr == f"utter: {REPOSITORY} is there already.\n"


def test_a_failure_is_one_sentence(hub: Hub) -> None:
    hub.fail(API, "refuse", status=404, headers={"x-error-code": "RepoNotFound"}, times=None)
    done = pull(REPOSITORY)
    assert (done.returncode, done.stdout) == (1, "")
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"utter: {hub.host} knows no model {REPOSITORY}.")


@pytest.mark.parametrize("name", ["bsae.en", "../../etc", ""])
def test_what_is_no_name_is_said_to_be_none(hub: Hub, name: str) -> None:
    done = pull(name)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert f'"{name}"' in done.stderr
    assert hub.requests == []


def test_ctrl_c_says_what_is_kept_and_the_next_pull_goes_on(hub: Hub, model_files: dict[str, bytes]) -> None:
    hub.fail("model.bin", "stall", 4_000_000)
    process = subprocess.Popen(
        [*COMMAND, REPOSITORY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    # Five tenths are the step that the bytes before the silence come to.
    assert any(re.search(r" 5\d %", line) for line in process.stderr)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    last = said.splitlines()[-1]
    assert "was stopped" in last
    assert f"utter models pull {REPOSITORY}" in last
    assert "Traceback" not in said
    done = pull(REPOSITORY)
    assert done.returncode == 0, done.stderr
    assert "range" in hub.asked("model.bin", "cdn")[-1].headers
    assert Path(done.stdout.strip(), "model.bin").read_bytes() == model_files["model.bin"]


def test_ctrl_c_before_anything_came_says_so(hub: Hub) -> None:
    hub.fail(API, "stall")
    process = subprocess.Popen(
        [*COMMAND, REPOSITORY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert hub.reached.wait(60)
    process.send_signal(signal.SIGINT)
    out, said = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert said.endswith("was stopped before anything came.\n")


@pytest.mark.parametrize("columns", [100, 30, 9])
def test_a_terminal_has_one_line_that_is_written_over(hub: Hub, columns: int) -> None:
    hub.fail("model.bin", "slow", 300_000)
    with PtyScreen([*COMMAND, REPOSITORY], {}, columns, 24) as screen:
        drawn = screen.read_to_end()
        assert screen.process.wait(60) == 0
    text, _, path = drawn.rstrip("\r\n").rpartition("\r")
    assert path == str(staging().target)
    frames = text.split("\r")
    assert "\n" not in text
    assert all(len(frame) < columns for frame in frames)
    assert any(frame.strip() for frame in frames)
    if columns == 100:
        assert any(" MB/s" in frame and " left" in frame and " % " in frame for frame in frames)


FETCHING = Progress(
    "distil-large-v3.5",
    "downloading",
    done_bytes=700_000_000,
    total_bytes=1_516_000_000,
    bytes_per_s=5_200_000,
    left_s=157,
)


def test_the_line_says_share_bytes_rate_and_time() -> None:
    assert (
        in_one_line(FETCHING, 200) == "distil-large-v3.5  46 %  700 MB of 1.52 GB  2 min 37 s left  5.20 MB/s"
    )


@pytest.mark.parametrize("columns", range(1, 90))
def test_the_line_fits_any_width_and_keeps_what_matters_most(columns: int) -> None:
    line = in_one_line(FETCHING, columns)
    assert len(line) < columns
    if columns > len("distil-large-v3.5  46 %"):
        assert line.startswith("distil-large-v3.5  46 %")
        assert not line.endswith((" ", "of", "M"))


def test_what_a_server_says_cannot_act_on_the_terminal() -> None:
    line = in_one_line(Progress("base", "waiting", remark="evil\x1b[2J\nline\r"), 80)
    assert line == "base  evil line "


def test_without_a_terminal_a_line_comes_at_each_step_and_now_and_then(
    capsys: pytest.CaptureFixture[str],
) -> None:
    moment = 100.0
    line = DownloadLine(lambda: moment)

    def said(percent: int, state: DownloadState = "downloading", remark: str = "") -> bool:
        done = percent * 10_000_000
        line.show(Progress("base", state, done_bytes=done, total_bytes=1_000_000_000, remark=remark))
        return bool(capsys.readouterr().err)

    assert said(3)
    assert not said(4)
    moment += EVERY_S
    assert said(4)
    assert said(10)
    assert said(10, "waiting", "Nothing has come for 5 s.")
    assert not said(10, "waiting", "Nothing has come for 6 s.")
    moment += EVERY_S
    assert said(10, "waiting", "Nothing has come for 15 s.")
    assert not said(100, "done")
