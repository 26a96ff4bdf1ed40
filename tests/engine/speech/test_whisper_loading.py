"""How a Whisper model comes into memory and leaves it, and what is said where it cannot."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import paths
from engine.errors import DeviceError, RecognitionError
from engine.models import devices
from engine.models.cuda import Trial
from engine.models.hub_cache import hub_cache
from engine.speech.recognizer import Context
from engine.speech.whisper import Whisper
from engine.speech.whisper_loading import explained
from tests.support import random_whisper
from tests.support.random_whisper import noise
from tests.support.whispering import said


@pytest.fixture(autouse=True)
def no_hub(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Whatever models this machine may have, the tests see none but their own."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))


def failure(recognizer: Whisper) -> RecognitionError:
    with pytest.raises(RecognitionError) as caught:
        recognizer.load()
    return caught.value


MEMORY = """
import sys, psutil
from engine.speech.whisper import Whisper
from engine.speech.whisper_loading import explained

def resident():
    return psutil.Process().memory_info().rss

recognizer = Whisper(sys.argv[1], device="cpu", threads=1)
assert recognizer.memory_bytes() == 0
for _ in range(2):  # glibc adapts to the sizes of the first blocks that are freed
    recognizer.load()
    recognizer.unload()
empty = resident()
recognizer.load()
recognizer.load()
print(resident() - empty, recognizer.memory_bytes())
recognizer.unload()
recognizer.unload()
print(resident() - empty, recognizer.memory_bytes())
"""


def test_a_base_model_lets_its_memory_go() -> None:
    """Measured in a process of its own: this one's heap has holes of other tests."""
    command = [sys.executable, "-c", MEMORY, str(random_whisper.shared("base"))]
    lines = subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()
    (loaded, said_loaded), (unloaded, said_unloaded) = (map(int, line.split()) for line in lines)
    assert said_loaded == pytest.approx(loaded, rel=0.3)
    assert loaded > 70e6
    assert unloaded < 0.2 * loaded
    assert said_unloaded == 0


def test_an_unloaded_model_opens_nothing() -> None:
    recognizer = Whisper(str(random_whisper.shared()))
    with pytest.raises(RecognitionError, match="not loaded"):
        recognizer.open(Context())


def test_a_model_is_found_by_its_name(tmp_path: Path) -> None:
    shutil.copytree(random_whisper.shared(), paths.models() / "base")
    recognizer = Whisper("base", device="cpu", threads=1)
    recognizer.load()
    assert said(recognizer, noise(1.0)).text
    recognizer.unload()


def test_a_missing_model_says_where_it_was_sought_and_how_to_get_it() -> None:
    error = failure(Whisper("base.en"))
    assert str(paths.models() / "base.en") in error.what
    assert str(hub_cache()) in error.what
    assert "utter models pull base.en" in error.remedy


def test_a_typo_in_the_name_is_answered_with_the_nearest() -> None:
    assert '"base.en"' in failure(Whisper("bas.en")).remedy


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
def test_an_incomplete_folder_names_what_it_lacks(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(random_whisper.shared(), folder)
    (folder / name).unlink()
    error = failure(Whisper(str(folder), device="cpu"))
    assert str(folder) in error.what
    assert name in error.what


@pytest.mark.parametrize("name", ["model.bin", "config.json", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("damage", ["garbage", "cut"])
def test_a_broken_file_is_a_plain_sentence(tmp_path: Path, name: str, damage: str) -> None:
    folder = tmp_path / "model"
    shutil.copytree(random_whisper.shared(), folder)
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(b"\x00garbage" * 20 if damage == "garbage" else content[: len(content) // 2])
    error = failure(Whisper(str(folder), device="cpu"))
    assert str(folder) in error.what
    assert error.remedy


def test_a_broken_model_of_the_hub_is_removed_with_its_blobs() -> None:
    repository = hub_cache() / "models--Systran--faster-whisper-base.en"
    snapshot = repository / "snapshots" / "abc"
    shutil.copytree(random_whisper.shared(), snapshot)
    (snapshot / "model.bin").write_bytes(b"version https://git-lfs.github.com/spec/v1")
    error = failure(Whisper("base.en", device="cpu"))
    assert str(snapshot) in error.what
    assert error.remedy == f"Remove {repository} and fetch the model again."


def test_a_compute_type_that_the_processor_lacks_is_replaced_by_the_nearest() -> None:
    recognizer = Whisper(str(random_whisper.shared()), device="cpu", compute_type="int8_float16", threads=1)
    recognizer.load()
    assert recognizer.runs_on == "cpu int8_float32"
    assert recognizer.remark == "int8_float16 does not exist on CPU here; int8_float32 is used."
    assert said(recognizer, noise(1.0)).text
    recognizer.unload()


@pytest.mark.parametrize("compute_type", ["int8", "int8_float32", "float32"])
def test_each_supported_compute_type_decodes(compute_type: str) -> None:
    recognizer = Whisper(str(random_whisper.shared()), device="cpu", compute_type=compute_type, threads=1)
    recognizer.load()
    assert said(recognizer, noise(1.0)).text
    recognizer.unload()


def test_cuda_where_there_is_none_says_so_and_the_cpu_does_it() -> None:
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has CUDA")
    recognizer = Whisper(str(random_whisper.shared()), device="cuda", threads=1)
    recognizer.load()
    assert recognizer.runs_on.startswith("cpu int8")
    assert "Whisper runs on the CPU with int8, because CUDA failed: " in recognizer.remark
    assert said(recognizer, noise(1.0)).text
    recognizer.unload()


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_load_that_fails_on_cuda_goes_on_on_the_cpu(device: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """CTranslate2 of this machine refuses CUDA, whatever the trial said."""
    import ctranslate2

    if ctranslate2.get_cuda_device_count():
        pytest.skip("this machine has CUDA")
    monkeypatch.setattr(devices, "try_cuda", lambda: Trial(("int8_float16", "float32")))
    recognizer = Whisper(str(random_whisper.shared()), device=device, threads=1)
    recognizer.load()
    assert recognizer.runs_on.startswith("cpu int8")
    assert "because CUDA failed: Whisper cannot run on CUDA: " in recognizer.remark
    assert said(recognizer, noise(1.0)).text
    recognizer.unload()


@pytest.mark.parametrize(
    ("error", "device", "expected", "what"),
    [
        (
            RuntimeError("CUDA failed with error out of memory"),
            "cuda",
            DeviceError,
            "not enough memory on CUDA",
        ),
        (
            RuntimeError("CUDA failed with error unspecified launch failure"),
            "cuda",
            DeviceError,
            "unspecified",
        ),
        (
            RuntimeError("cuBLAS failed with status CUBLAS_STATUS_INTERNAL_ERROR"),
            "cuda",
            DeviceError,
            "cuBLAS",
        ),
        (RuntimeError("Unsupported model binary version"), "cuda", RecognitionError, "cannot be used"),
        (MemoryError(), "cpu", RecognitionError, "not enough memory on CPU"),
    ],
)
def test_an_error_tells_whether_the_card_is_to_blame(
    error: Exception, device: str, expected: type[RecognitionError], what: str
) -> None:
    told = explained(error, '"base.en"', device, "Try again.")
    assert type(told) is expected
    assert what in told.what
    assert told.remedy


def test_an_english_model_refuses_another_language() -> None:
    recognizer = Whisper(str(random_whisper.shared(multilingual=False)), device="cpu", threads=1)
    recognizer.load()
    assert said(recognizer, noise(1.0)).text
    with pytest.raises(RecognitionError, match="English only, not German"):
        recognizer.open(Context(language="de"))
    recognizer.unload()


def test_a_language_that_the_model_does_not_know_is_refused(whisper: Whisper) -> None:
    assert said(whisper, noise(1.0), Context(language="de")).text
    with pytest.raises(RecognitionError, match='does not know "xx"') as failed:
        whisper.open(Context(language="xx"))
    assert "large-v3" in failed.value.remedy
