"""A file that ends before its own end is told, in every container that writes its length down."""

from __future__ import annotations

import io
import os
import re
import threading
from pathlib import Path

import pytest

from engine.audio.codec import decode
from tests.engine.audio.test_codec import encode

FORMATS = [
    ("a.flac", "flac", "s16"),
    ("b.wav", "pcm_s16le", "s16"),
    ("c.mkv", "libopus", "s16"),
    ("d.aiff", "pcm_s16be", "s16"),
    ("e.mp3", "libmp3lame", "fltp"),
    ("f.m4a", "aac", "fltp"),
    ("g.opus", "libopus", "s16"),
]

TELLING = FORMATS[:4]


def told(path: Path, content: bytes | None = None) -> list[str]:
    said: list[str] = []
    decode(path, content=None if content is None else io.BytesIO(content), tell=said.append)
    return said


def missing_s(said: list[str]) -> float:
    (sentence,) = said
    found = re.search(r" is cut off: the last ([\d.]+) s of its sound are missing\.$", sentence)
    assert found, sentence
    return float(found[1])


@pytest.mark.parametrize(("name", "encoder", "sample_format"), FORMATS)
def test_nothing_is_said_of_a_whole_file(tmp_path: Path, name: str, encoder: str, sample_format: str) -> None:
    path = encode(tmp_path / name, encoder, sample_format, 48_000, seconds=4.0)
    assert told(path) == told(Path("standard input"), path.read_bytes()) == []


@pytest.mark.parametrize(("name", "encoder", "sample_format"), TELLING)
def test_how_much_is_missing_is_told(tmp_path: Path, name: str, encoder: str, sample_format: str) -> None:
    path = encode(tmp_path / name, encoder, sample_format, 48_000, seconds=4.0)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert missing_s(told(path)) == pytest.approx(2.0, abs=0.8)
    assert missing_s(told(Path("standard input"), path.read_bytes())) == pytest.approx(2.0, abs=0.8)


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF])
def test_a_header_that_was_written_before_the_length_was_known_says_nothing(
    tmp_path: Path, size: int
) -> None:
    path = encode(tmp_path / "a.wav", "pcm_s16le", "s16", 16_000)
    data = bytearray(path.read_bytes())
    at = data.index(b"data") + 4
    data[at : at + 4] = size.to_bytes(4, "little")
    path.write_bytes(data)
    assert told(path) == []


def test_a_pipe_with_a_name_is_read_once(tmp_path: Path) -> None:
    data = encode(tmp_path / "a.wav", "pcm_s16le", "s16", 16_000).read_bytes()
    pipe = tmp_path / "pipe.wav"
    os.mkfifo(pipe)
    threading.Thread(target=pipe.write_bytes, args=(data,), daemon=True).start()
    assert told(pipe) == []
