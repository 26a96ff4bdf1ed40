"""Reading the headers of weights: those of real models, and of files that are damaged or malicious."""

from __future__ import annotations

import os
import struct
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine.errors import ModelError
from engine.models.weights import WHISPER, Weights, read_weights
from tests.support import random_whisper
from tests.support.model_folders import FLOAT16, INT8, model_bin, name, tiny_variables


def read(path: Path, content: bytes) -> Weights:
    path.write_bytes(content)
    return read_weights(path)


def refused(path: Path, content: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        read(path, content)
    assert str(path) in caught.value.what
    assert caught.value.remedy
    return caught.value.what


def test_a_real_model_tells_its_size() -> None:
    import ctranslate2

    folder = random_whisper.shared()
    weights = read_weights(folder / "model.bin")
    real = ctranslate2.models.Whisper(str(folder), device="cpu", compute_type="int8")
    assert (weights.specification, weights.complete) == (WHISPER, True)
    assert weights.mels == real.n_mels
    assert weights.languages == 99
    shape = random_whisper.SHAPES["tiny-test"]
    assert (weights.width, weights.decoder_layers) == (shape.width, shape.layers)
    assert set(weights.elements) == {"int8", "int16", "float32"}
    size = (folder / "model.bin").stat().st_size
    stored = weights.elements["int8"] + 2 * weights.elements["int16"] + 4 * weights.elements["float32"]
    assert 0.99 * size < stored < size


def test_an_english_model_is_known_by_its_vocabulary() -> None:
    assert read_weights(random_whisper.shared(multilingual=False) / "model.bin").languages == 1


def test_numbers_are_counted_by_their_type_and_their_place(tmp_path: Path) -> None:
    variables = [
        ("encoder/layer_0/ffn/linear_0/weight", (8, 4), *INT8),
        ("encoder/conv2/weight", (4, 4, 3), *FLOAT16),
        ("encoder/layer_0/ffn/linear_0/bias", (8,), *FLOAT16),
        ("encoder/num_heads", (), 2, 2),
    ]
    weights = read(tmp_path / "model.bin", model_bin(variables))
    assert dict(weights.elements) == {"int8": 32, "float16": 56, "int16": 1}
    assert (weights.parameters, weights.matrices) == (89, 32)


def test_a_model_of_another_kind_says_which(tmp_path: Path) -> None:
    content = model_bin([], specification="TransformerSpec")
    weights = read(tmp_path / "model.bin", content)
    assert weights.specification == "TransformerSpec"
    assert (weights.width, weights.mels, weights.vocabulary, weights.languages) == (0, 0, 0, 0)


def test_a_file_of_gigabytes_is_not_read_through(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    head = struct.pack("<I", 6) + name(WHISPER) + struct.pack("<II", 3, 1)
    head += name("decoder/embeddings/weight") + struct.pack("<BIIBI", 2, 1000, 1_000_000, 1, 1_000_000_000)
    with path.open("wb") as file:
        file.write(head)
        file.truncate(len(head) + 1_000_000_000)
        file.seek(0, os.SEEK_END)
        file.write(struct.pack("<I", 0))
    before = _bytes_read()
    assert read_weights(path).complete
    assert _bytes_read() - before < 100_000


def _bytes_read() -> int:
    """Bytes that this process has asked files for."""
    try:
        lines = Path("/proc/self/io").read_text().splitlines()
    except OSError:
        pytest.skip("this system does not count what a process reads")
    return int(dict(line.split(": ") for line in lines)["rchar"])


def test_every_cut_is_seen(tmp_path: Path) -> None:
    whole = model_bin(tiny_variables(vocabulary=16))
    assert read(tmp_path / "model.bin", whole).complete
    for length in range(len(whole)):
        assert not read(tmp_path / "model.bin", whole[:length]).complete, length


def test_a_file_that_changes_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    whole = model_bin()
    assert not read(path, whole[:-1]).complete
    assert read(path, whole).complete


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"version https://git-lfs.github.com/spec/v1", "no model of CTranslate2"),
        (b"PK\x03\x04" + bytes(100), "no model of CTranslate2"),
        (bytes(1000), "no model of CTranslate2"),
        (model_bin(version=7), "unknown version"),
        (struct.pack("<I", 6) + bytes(100), "name"),
        (struct.pack("<I", 6) + name(WHISPER) + struct.pack("<II", 3, 0xFFFFFFFF), "4294967295 variables"),
        (model_bin([])[:-len(name("decoder/projection/weight") + name("decoder/embeddings/weight")) - 4]
         + struct.pack("<I", 0xFFFFFFFF), "4294967295 aliases"),
        (model_bin([("a", (1,) * 9, *INT8)]), "9 dimensions"),
        (model_bin([("a", (4,), 6, 1)]), "unknown type"),
        (model_bin([("a", (4,), 0, 1)]), "length"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in refused(tmp_path / "model.bin", content)


def test_a_shape_beyond_all_numbers_is_refused(tmp_path: Path) -> None:
    head = struct.pack("<I", 6) + name(WHISPER) + struct.pack("<II", 3, 1) + name("a")
    content = head + struct.pack("<B8I", 8, *[0xFFFFFFFF] * 8) + struct.pack("<BI", 1, 0xFFFFFFFF)
    assert "length" in refused(tmp_path / "model.bin", content)


def test_what_cannot_be_opened_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="No such file"):
        read_weights(tmp_path / "none.bin")
    with pytest.raises(ModelError, match="cannot be read"):
        read_weights(tmp_path)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200)
@given(at=st.integers(0, 300), put=st.binary(min_size=1, max_size=8))
def test_damage_is_survived(tmp_path: Path, at: int, put: bytes) -> None:
    content = bytearray(model_bin(tiny_variables(vocabulary=16)))
    content[at : at + len(put)] = put
    path = tmp_path / f"{at}-{put.hex()}.bin"
    told: str | Weights
    try:
        told = read(path, bytes(content))
    except ModelError as error:
        told = error.what
    path.unlink()
    assert str(path) in told if isinstance(told, str) else told.parameters <= len(content)
