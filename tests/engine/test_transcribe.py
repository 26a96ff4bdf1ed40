"""Whole files: by windows with Whisper, by phrases with PocketSphinx, and what is told of their language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import SAMPLE_RATE
from engine.errors import RecognitionError
from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.span_process import SpanRecognizerProcess
from engine.transcribe import FileTranscriber
from tests.support import random_whisper
from tests.support.file_talk import talk, transcriber_for
from tests.support.sound_files import write_wav


async def test_windows_hold_many_phrases_and_times_are_those_of_the_file(
    transcriber: FileTranscriber,
    told: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, places = talk()
    lengths: list[float] = []
    plain = SpanRecognizerProcess.recognize

    def spy(self, windows, context, cancelled):
        def counted() -> Iterator[np.ndarray]:
            for window in windows:
                lengths.append(len(window) / SAMPLE_RATE)
                yield window

        return plain(self, counted(), context, cancelled)

    monkeypatch.setattr(SpanRecognizerProcess, "recognize", spy)
    shares: list[float] = []
    result = await transcriber.transcribe(path, shares.append)
    speech_s = sum(end - start for start, end in places)
    assert told == []
    assert all(length <= 30.0 for length in lengths)
    assert len(lengths) <= (speech_s + len(places) * 0.5) / 24.0 + 1
    assert speech_s <= sum(lengths) <= speech_s + len(places) * 0.6
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert result.segments
    for time_s in (end for segment in result.segments for end in (segment.start_s, segment.end_s)):
        assert any(start - 0.4 <= time_s <= end + 0.4 for start, end in places), "not in a pause"
    assert all(0.0 <= segment.start_s <= segment.end_s <= result.duration_s for segment in result.segments)
    assert all(one.start_s <= other.start_s for one, other in pairwise(result.segments))
    assert set(result.stages_ms) >= {"decode", "load", "voice", "recognition"}


async def test_pocketsphinx_hears_phrases(told: list[str]) -> None:
    transcriber = transcriber_for("pocketsphinx", told)
    result = await transcriber.transcribe(talk()[0], lambda share: None)
    transcriber.close()
    assert len(result.segments) == 12
    assert "quarterly" in result.raw
    assert told == []


async def test_the_language_is_found_out_once_a_file(tmp_path: Path, told: list[str]) -> None:
    folder = random_whisper.build(tmp_path / "base", bias={"<|de|>": 0.0})
    found, given = [], []
    for language, into in (("auto", found), ("de", given)):
        transcriber = transcriber_for("whisper", told, str(folder), **{"recognition.language": language})
        into.append(await transcriber.transcribe(talk()[0], lambda share: None))
        transcriber.close()
    assert (found[0].language, found[0].language_probability > 0.9) == ("de", True)
    assert (given[0].language, given[0].language_probability) == ("de", 0.0)
    assert found[0].raw == given[0].raw
    assert found[0].text == given[0].text == readable(draft_of(found[0].segments, "de"))
    assert told == []


@pytest.mark.parametrize("multilingual", [True, False])
async def test_a_translation_is_english_and_told_where_it_is_impossible(
    multilingual: bool, told: list[str]
) -> None:
    folder = str(random_whisper.shared(multilingual=multilingual))
    asked = {"recognition.language": "auto", "recognition.translate": True}
    transcriber = transcriber_for("whisper", told, folder, **asked)
    result = await transcriber.transcribe(talk()[0], lambda share: None)
    transcriber.close()
    assert result.translated == multilingual
    assert [("knows English only" in line) for line in told] == ([] if multilingual else [True])
    assert multilingual or result.language == "en"


async def test_a_language_that_the_model_does_not_know_is_refused_before_it_is_loaded(
    told: list[str],
) -> None:
    folder = str(random_whisper.shared(multilingual=False))
    transcriber = transcriber_for("whisper", told, folder, **{"recognition.language": "de"})
    with pytest.raises(RecognitionError, match="knows English only, not German"):
        await transcriber.transcribe(talk()[0], lambda share: None)
    assert transcriber._recognizer.runs_on == ""
    assert told == []


async def test_silence_has_no_words(transcriber: FileTranscriber, tmp_path: Path) -> None:
    quiet = write_wav(tmp_path / "quiet.wav", np.zeros(5 * SAMPLE_RATE, np.float32))
    shares: list[float] = []
    result = await transcriber.transcribe(quiet, shares.append)
    assert (result.text, result.segments) == ("", ())
    assert shares[-1] == 1.0


# It tells where a test listens for it that it is at work, and is then deaf.
