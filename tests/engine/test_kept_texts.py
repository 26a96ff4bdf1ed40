"""Texts that are nowhere yet lie beside their sound, or where the disk takes them, for their user alone."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from engine import kept_texts
from engine.kept_texts import Kept, forget, keep_text

WORDS = "Nobody else is to read this."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "recordings"
    made.mkdir()
    return made


@pytest.fixture
def shelter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "shelter"
    made.mkdir()
    monkeypatch.setattr(kept_texts, "shelters", lambda: iter([made]))
    return made


def files_in(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def mode_of(file: Path | None) -> int:
    assert file is not None
    return stat.S_IMODE(file.stat().st_mode)


async def test_a_text_is_as_private_as_its_sound_and_holds_the_newest_form(folder: Path) -> None:
    audio = folder / "a.wav"
    before = os.umask(0)
    try:
        for text in (WORDS, "Nor this."):
            kept = await keep_text(text, folder / "a.pcm", audio)
    finally:
        os.umask(before)
    assert kept == Kept(folder / "a.txt", audio)
    assert (folder / "a.txt").read_text() == "Nor this.\n"
    assert mode_of(kept.text) == 0o600
    assert str(kept) == f"is kept beside its sound: {audio}"
    assert kept.file == audio


async def test_what_its_folder_refuses_lies_in_a_shelter_and_that_is_said(
    tmp_path: Path, shelter: Path
) -> None:
    audio = tmp_path / "gone" / "a.pcm"
    kept = await keep_text(WORDS, audio, audio)
    assert kept == Kept(shelter / "a.txt", audio)
    assert str(kept) == f"is kept: {shelter}/a.txt; its sound: {audio}"
    assert (shelter / "a.txt").read_text() == f"{WORDS}\n"


async def test_a_text_without_sound_is_kept_all_the_same(tmp_path: Path, shelter: Path) -> None:
    kept = await keep_text(WORDS, tmp_path / "gone" / "a.pcm", None)
    assert kept == Kept(shelter / "a.txt", None)
    assert str(kept) == f"is kept: {shelter}/a.txt"
    assert kept.file == shelter / "a.txt"


async def test_what_can_be_written_nowhere_is_not_said_to_be_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_texts, "shelters", lambda: iter([]))
    audio = tmp_path / "gone" / "a.wav"
    assert str(await keep_text(WORDS, audio, None)) == "could be written nowhere"
    assert (
        str(await keep_text(WORDS, audio, audio)) == f"could be written nowhere; its sound is kept: {audio}"
    )


async def test_text_and_sound_go_together_and_may_be_gone_already(folder: Path) -> None:
    audio = folder / "a.wav"
    audio.write_bytes(b"")
    kept = await keep_text(WORDS, audio, audio)
    for _ in range(2):
        await forget(kept)
        assert files_in(folder) == []
