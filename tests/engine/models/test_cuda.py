"""CUDA is tried out in a process of its own: really run on the CPU, and with a CTranslate2 that dies."""

from __future__ import annotations

import json
from pathlib import Path

import ctranslate2
import pytest

from engine.models import cuda
from engine.models.cuda import known, remember, try_cuda, try_out
from engine.models.cuda_faults import fault_of
from tests.support.fake_card import card_in_children

CUDNN = (
    "Unable to load any of {libcudnn_ops.so.9.1.0, libcudnn_ops.so.9.1, libcudnn_ops.so.9, libcudnn_ops.so}\n"
    "Invalid handle. Cannot load symbol cudnnCreateTensorDescriptor\n"
)
CUBLAS = "Library libcublas.so.12 is not found or cannot be loaded"
OLD_DRIVER = "CUDA failed with error CUDA driver version is insufficient for CUDA runtime version"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cuda, "_remembered", {})


@pytest.fixture
def trials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A card in child processes; gives the file with a line for each process that asked for it."""
    monkeypatch.setattr(ctranslate2, "get_cuda_device_count", lambda: 1)
    return card_in_children(tmp_path, monkeypatch)


def test_encoder_and_decoder_really_run_with_each_arithmetic_of_the_processor() -> None:
    trial = try_out("cpu")
    assert trial.fault is None
    assert set(trial.works) == ctranslate2.get_supported_compute_types("cpu")


def test_no_device_is_known_without_a_trial(monkeypatch: pytest.MonkeyPatch) -> None:
    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has CUDA")
    monkeypatch.setattr(cuda, "try_out", lambda *_: pytest.fail("tried out"))
    trial = try_cuda()
    assert trial.fault is not None
    assert not trial.present
    assert trial.fault.kind in ("driver", "device")


@pytest.mark.parametrize(
    ("trouble", "kind", "said"),
    [
        (f"abort {CUDNN}", "cudnn", "libcudnn_ops.so.9"),
        (f"raise {CUBLAS}", "cublas", "libcublas.so.12"),
        (f"raise {OLD_DRIVER}", "driver", "older than CUDA 12 needs"),
        ("raise CUDA failed with error out of memory", "memory", "not enough free memory"),
        ("raise CUDA failed with error no kernel image is available", "card", "was built for"),
        ("raise CUDA failed with error unknown error", "other", "unknown error"),
        ("abort ", "crash", "SIGABRT"),
        ("segfault", "crash", "SIGSEGV"),
    ],
)
def test_what_is_wrong_is_told_with_what_to_do(
    trials: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, kind: str, said: str
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    trial = try_cuda()
    assert trial.fault is not None
    assert trial.fault.kind == kind
    assert said in trial.fault.what
    assert 'set recognition.device to "cpu"' in trial.fault.fix
    assert trial.works == ()
    assert trial.present


def test_a_trial_that_hangs_is_given_up(trials: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TROUBLE", "hang")
    trial = try_cuda(time_out_s=0.5)
    assert trial.fault is not None
    assert trial.fault.kind == "hang"


def test_arithmetic_that_a_card_claims_and_cannot_do_is_left_out(
    trials: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUBLE", "half")
    trial = try_cuda()
    assert (trial.works, trial.fault) == (("float32",), None)


@pytest.mark.parametrize(("trouble", "times"), [("", 1), (f"raise {CUBLAS}", 1), ("raise out of memory", 3)])
def test_it_is_tried_once_unless_the_failure_may_pass(
    trials: Path, monkeypatch: pytest.MonkeyPatch, trouble: str, times: int
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    assert len({try_cuda() for _ in range(3)}) == 1
    assert len(trials.read_text().splitlines()) == times


@pytest.mark.parametrize("trouble", ["", f"raise {CUBLAS}"])
def test_what_is_known_goes_to_other_processes_as_json(
    trials: Path, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setenv("TROUBLE", trouble)
    assert known() is None
    trial = try_cuda()
    told = json.loads(json.dumps(known()))
    cuda._remembered.clear()
    remember(None)
    assert known() is None
    remember(told)
    assert try_cuda() == trial
    assert len(trials.read_text().splitlines()) == 1


def test_no_folder_is_left_behind_by_a_crash(
    trials: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    monkeypatch.setenv("TROUBLE", "segfault")
    try_cuda()
    assert list((tmp_path / "temporary").iterdir()) == []


def test_what_a_stranger_printed_is_cut_and_cleaned() -> None:
    fault = fault_of(f"\x1b]0;title\x07libcudnn {'x' * 10_000}\nand more", -6)
    assert fault.kind == "cudnn"
    assert fault.what.isprintable()
    assert len(fault.what) < 300
    assert fault_of("", -6).what == "the process crashed (SIGABRT)"
    assert fault_of("", 3).what == "the process ended with status 3"
    assert fault_of("\x00\n\n", -250).what == "the process crashed (signal 250)"


def test_cublas_without_memory_is_a_matter_of_memory() -> None:
    assert fault_of("cuBLAS failed with status CUBLAS_STATUS_ALLOC_FAILED").kind == "memory"
    assert fault_of("cuBLAS failed with status CUBLAS_STATUS_NOT_SUPPORTED").kind == "cublas"
