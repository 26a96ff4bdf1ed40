"""The voice detector against ONNX Runtime's answers, on real speech, and without its model."""

from __future__ import annotations

import shutil
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME, Samples
from engine.errors import RecognitionError
from engine.speech.energy_voice import EnergyVoice
from engine.speech.onnx_weights import read_weights
from engine.speech.silero import StreamingVoice, model_path
from engine.speech.voice import VoiceDetector


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Samples:
    """A flite voice between 1 s of faint noise on both sides, 16 kHz."""
    if shutil.which("flite") is None:
        pytest.fail("flite is not installed: apt-get install flite")
    path = tmp_path_factory.mktemp("flite") / "speech.wav"
    words = "The quick brown fox jumps over the lazy dog near the river bank."
    subprocess.run(["flite", "-voice", "slt", "-t", words, "-o", str(path)], check=True)
    with wave.open(str(path), "rb") as file:
        assert file.getframerate() == 16000
        spoken = np.frombuffer(file.readframes(file.getnframes()), np.int16).astype(np.float32) / 32768
    noise = np.random.default_rng(1).normal(0, 1e-4, len(spoken) + 32000).astype(np.float32)
    noise[16000:-16000] += spoken
    return noise


def frames_of(samples: Samples) -> list[Samples]:
    return [samples[at : at + FRAME] for at in range(0, len(samples) - FRAME + 1, FRAME)]


def reference(samples: Samples) -> list[float]:
    """What ONNX Runtime makes of the same model with its state carried."""
    import onnxruntime

    session = onnxruntime.InferenceSession(str(model_path()), providers=["CPUExecutionProvider"])
    state = {name: np.zeros((1, 1, 128), np.float32) for name in "hc"}
    context = np.zeros(64, np.float32)
    answers = []
    for frame in frames_of(samples):
        stream = np.concatenate((context, frame))[None]
        answer, state["h"], state["c"] = session.run(None, {"input": stream, **state})
        answers.append(float(answer[0]))
        context = frame[-64:]
    return answers


def test_agrees_with_onnx_runtime(speech: Samples, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    voice = StreamingVoice()
    voice.load()
    loud = np.clip(speech * 40, -1, 1)
    stream = np.concatenate((speech, loud, np.zeros(16000, np.float32)))
    ours = [voice.probability(frame) for frame in frames_of(stream)]
    np.testing.assert_allclose(ours, reference(stream), atol=1e-4)


@pytest.mark.parametrize("make", [StreamingVoice, EnergyVoice])
def test_tells_speech_from_noise(make: type[VoiceDetector], speech: Samples) -> None:
    voice = make()
    voice.load()
    answers = np.array([voice.probability(frame) for frame in frames_of(speech)])
    assert ((answers >= 0) & (answers <= 1)).all()
    assert answers[:30].max() < 0.35
    assert (answers[36:-40] > 0.5).mean() > 0.8
    assert answers[-12:].max() < 0.35


@pytest.mark.parametrize("make", [StreamingVoice, EnergyVoice])
def test_reset_begins_another_stream(make: type[VoiceDetector], speech: Samples) -> None:
    voice = make()
    voice.load()
    first = [voice.probability(frame) for frame in frames_of(speech)]
    voice.reset()
    assert [voice.probability(frame) for frame in frames_of(speech)] == first


def test_silence_is_no_speech_for_the_level_detector() -> None:
    voice = EnergyVoice()
    assert voice.probability(np.zeros(FRAME, np.float32)) < 0.01


def test_level_detector_learns_steady_noise() -> None:
    noise = np.random.default_rng(2).normal(0, 0.05, 16000 * 20).astype(np.float32)
    quiet = np.zeros(16000, np.float32)
    voice = EnergyVoice()
    answers = [voice.probability(frame) for frame in frames_of(np.concatenate((quiet, noise)))]
    assert answers[35] > 0.9
    assert answers[-1] < 0.1


def test_does_not_import_the_heavy_packages() -> None:
    code = (
        "import sys; from engine.speech.silero import StreamingVoice; StreamingVoice().load();"
        "print([m for m in ('onnxruntime', 'faster_whisper', 'ctranslate2') if m in sys.modules])"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_missing_model_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(RecognitionError, match=r"gone\.onnx"):
        StreamingVoice(tmp_path / "gone.onnx").load()


@pytest.mark.parametrize("size", [0, 100, 300_000])
def test_cut_model_is_refused(size: int, tmp_path: Path) -> None:
    cut = tmp_path / "cut.onnx"
    cut.write_bytes(model_path().read_bytes()[:size])
    with pytest.raises(RecognitionError, match=r"cut\.onnx"):
        StreamingVoice(cut).load()


def test_use_before_load_is_a_defect() -> None:
    with pytest.raises(RuntimeError, match="before it was loaded"):
        StreamingVoice().probability(np.zeros(FRAME, np.float32))


def test_garbage_is_no_model(tmp_path: Path) -> None:
    garbage = tmp_path / "garbage"
    garbage.write_bytes(b"\x0f" * 50)
    with pytest.raises(ValueError, match="wire type"):
        read_weights(garbage)
