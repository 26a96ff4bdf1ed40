"""Measuring a machine: clips that end with a word, figures that mean what they say, nothing left behind."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE, RawBlock
from engine.bench.clips import Clip
from engine.bench.figures import LengthFigures, LiveRun, agreement, word_errors_within
from engine.bench.machine import describe_machine
from engine.bench.material import Material, built_in
from engine.bench.measure import Bench
from engine.bench.plan import BUDGET_S, MOST_RUNS, candidates, schedule
from engine.bench.playback import Playback
from engine.errors import EngineError
from engine.settings.load import load
from tests.support.random_whisper import shared
from tests.support.voices import word_errors

PATIENCE_S = 30


class Ear:
    """A sink that keeps what it hears, and how much that was when it was told of an end."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.ends: list[int] = []
        self.changed = threading.Condition()

    def block(self, samples: RawBlock) -> None:
        with self.changed:
            self.blocks.append(samples.copy())
            self.changed.notify_all()

    def end(self) -> None:
        self.ends.append(len(self.blocks))

    def overflow(self) -> None:
        raise AssertionError("memory cannot overflow")

    def missed(self, seconds: float) -> None:
        raise AssertionError("memory has everything")

    def ended(self) -> None:
        raise AssertionError("silence has no end")

    def lost(self, why: str) -> None:
        raise AssertionError(why)

    def wait_for_blocks(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.blocks) >= count, PATIENCE_S)


def test_a_clip_is_played_between_silence_and_its_end_is_told_once() -> None:
    playback, ear = Playback(), Ear()
    clip = np.linspace(0.1, 0.9, 3 * FRAME - 7, dtype=np.float32)
    playback.open(ear)
    try:
        playback.cue(clip, ear.end)
        ear.wait_for_blocks(2)
        assert ear.ends == []
        playback.recording_started()
        ear.wait_for_blocks(len(ear.blocks) + 6)
    finally:
        playback.close()
    heard = np.concatenate(ear.blocks).reshape(-1)
    at = int(np.flatnonzero(heard)[0])
    assert np.array_equal(heard[at : at + len(clip)], clip)
    assert not heard[at + len(clip) :].any()
    assert ear.ends == [at // FRAME + 3]


def test_figures_are_summed_up() -> None:
    figures = LengthFigures(2.5, plain_ms=[900.0, 300.0, 500.0], plain_text="one two three four")
    for ms in (40.0, 10.0, 20.0, 30.0):
        figures.at_stop.append(
            LiveRun("one two tree four", ms, 2 * ms, 0.2, used=1, stages_ms={"capture": ms})
        )
    figures.after_quiet.append(LiveRun("one", 5.0, None, 0.4, discarded=2, fallbacks=1))
    figures.after_quiet.append(LiveRun())
    found = figures.as_json()
    assert found["audio_s"] == 2.5
    assert found["runs"] == 4
    assert found["stop_to_text_ms"] == {"p50": 20.0, "p95": 40.0}
    assert found["after_quiet_ms"] == {"p50": 5.0, "p95": 5.0}
    assert (found["plain_ms"], found["ratio"]) == (500.0, 25.0)
    assert found["real_time_factor"] == 0.2
    assert found["first_partial_ms"] == 50.0
    assert found["speculation"] == {"used": 4, "discarded": 2}
    assert found["fallbacks"] == 1
    assert found["stages_ms"]["capture"] == 25.0
    assert found["agreement"] == 0.75
    assert "word_error_rate" not in found


def test_what_was_not_heard_has_no_figures() -> None:
    found = LengthFigures(2.5, at_stop=[LiveRun()], plain_ms=[10.0]).as_json()
    assert found["stop_to_text_ms"] == {"p50": None, "p95": None}
    assert found["ratio"] is None
    assert found["real_time_factor"] is None
    assert found["agreement"] == 1.0


@pytest.mark.parametrize(("first", "second", "share"), [("", "", 1), ("", "a", 0), ("a", "b c d", 0)])
def test_agreement_is_a_share(first: str, second: str, share: float) -> None:
    assert agreement(first, second) == share


@pytest.mark.parametrize(
    ("live", "plain", "whole", "errors"),
    [
        ("one two three", "one two three", False, (0.0, 0.0)),
        ("one two", "one two three", False, (1 / 3, 0.0)),
        ("one two three", "one two three", True, (0.4, 0.4)),
        ("a b c d e f g", "a b c d e f g", False, (1.4, 1.4)),
        ("", "", False, (1.0, 1.0)),
    ],
)
def test_a_beginning_is_judged_by_the_beginning_that_fits_both_texts(
    live: str, plain: str, whole: bool, errors: tuple[float, float]
) -> None:
    found = word_errors_within("one two three four five", live, plain, whole=whole)
    assert (found.live, found.plain) == pytest.approx(errors)


def _clips(*lengths_s: float) -> Sequence[Clip]:
    return [Clip(np.zeros(round(length * SAMPLE_RATE), np.float32), False) for length in lengths_s]


def _whisper_on_disk(home: Path, *names: str) -> None:
    for name in names:
        shutil.copytree(shared(), home / "data" / "utter" / "models" / name)


def test_a_minute_is_filled_with_runs_of_short_clips() -> None:
    jobs, left_out = schedule(candidates(load().settings, chosen=False), _clips(2.5, 13.4), None)
    (job,) = jobs
    assert (job.candidate.name, job.candidate.model) == ("pocketsphinx", "en-us")
    short, long = job.trials
    assert MOST_RUNS >= short.runs > long.runs >= 1
    assert BUDGET_S * 0.8 < job.seconds <= BUDGET_S
    assert left_out == []


def test_the_configured_model_comes_first_then_pocketsphinx_then_what_there_is_time_for(home: Path) -> None:
    _whisper_on_disk(home, "base.en", "tiny", "large")
    found = candidates(load().settings, chosen=False)
    assert [one.model for one in found[:2]] == ["base.en", "en-us"]
    assert {one.model for one in found[2:]} == {"tiny", "large"}
    assert [one.settings.recognition.recognizer for one in found[:2]] == ["whisper", "pocketsphinx"]
    jobs, left_out = schedule(found, _clips(2.5, 13.4), None)
    assert [job.candidate for job in jobs] == found[:2]
    assert left_out == found[2:]
    jobs, left_out = schedule(found, _clips(2.5), None)
    assert [job.candidate for job in jobs] == found
    assert left_out == []
    jobs, _ = schedule(found, _clips(2.5), 3)
    assert [trial.runs for job in jobs for trial in job.trials] == [3] * len(jobs)


def test_what_does_not_know_the_language_is_not_measured(home: Path) -> None:
    _whisper_on_disk(home, "tiny", "small.en")
    german = load(overrides={"recognition.language": "de", "recognition.model": "tiny"}).settings
    assert [(one.name, one.model) for one in candidates(german, chosen=False)] == [("whisper", "tiny")]


def test_what_was_chosen_is_measured_alone(home: Path) -> None:
    _whisper_on_disk(home, "base.en", "tiny")
    settings = load(overrides={"recognition.recognizer": "pocketsphinx", "audio.auto_stop": True}).settings
    (one,) = candidates(settings, chosen=True)
    assert one.name == "pocketsphinx"
    assert one.settings.audio.auto_stop is False


def test_no_server_is_asked_and_no_user_is_waited_for() -> None:
    settings = load(overrides={"enhancement.enhancer": "ollama", "delivery.policy": "accept"}).settings
    for one in candidates(settings, chosen=False):
        assert one.settings.enhancement.enhancer == "tidy"
        assert one.settings.delivery.policy == "enhanced"


def files_but_logs(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".log"]


async def test_a_measurement_with_pocketsphinx_and_the_sample(home: Path) -> None:
    settings = load().settings
    material = built_in((2.5,), settings.voice)
    told: list[str] = []
    bench = Bench(material, lambda what, left_s: told.append(what))
    jobs, _ = schedule(candidates(settings, chosen=False), material.clips, 1)
    found = (await bench.measure(jobs)).as_json()
    assert (found["recognizer"], found["model"], found["performance"]) == (
        "pocketsphinx",
        "en-us",
        "balanced",
    )
    assert found["machine"] == describe_machine() | {"load": found["machine"]["load"]}
    assert found["settings"]["audio.tail_s"] == settings.audio.tail_s
    (length,) = found["lengths"]
    assert length["runs"] == 1
    assert length["after_quiet_ms"]["p50"] > 0
    assert length["stop_to_text_ms"]["p50"] >= length["stages_ms"]["capture"] > 0
    assert length["ratio"] == pytest.approx(length["plain_ms"] / length["stop_to_text_ms"]["p50"], abs=0.01)
    assert length["first_partial_ms"] > 0
    assert set(length["speculation"]) == {"used", "discarded"}
    assert word_errors("the quarterly report is due on friday", length["text"]) <= 0.3
    assert length["agreement"] == pytest.approx(
        1 - word_errors(length["plain_text"], length["text"]), abs=1e-3
    )
    assert length["word_error_rate"] <= 0.3
    assert any("stop at the last word" in what for what in told)
    assert files_but_logs(home) == []


async def test_one_that_fails_is_left_out_while_another_is_measured(tmp_path: Path) -> None:
    broken = shutil.copytree(shared(), tmp_path / "broken")
    (broken / "model.bin").write_bytes(b"nonsense")
    settings = load(
        overrides={"recognition.model": str(broken), "recognition.recognizer": "whisper"}
    ).settings
    whisper = load(
        overrides={"recognition.model": str(shared()), "recognition.performance": "speed"}
    ).settings
    (bad,) = candidates(settings, chosen=True)
    (good,) = candidates(whisper, chosen=True)
    material = built_in((2.5,), settings.voice)
    jobs, _ = schedule([bad, good], material.clips, 1)
    report = await Bench(Material(material.name, material.clips, ""), lambda what, left_s: None).measure(jobs)
    ((left, why),) = report.left_out
    assert left is bad
    assert str(broken) in why
    found = report.as_json()
    assert (found["model"], found["performance"]) == (str(shared()), "speed")
    (length,) = found["lengths"]
    assert length["text"]
    assert length["plain_ms"] > 0
    assert "word_error_rate" not in length
    with pytest.raises(EngineError, match="broken"):
        await Bench(material, lambda what, left_s: None).measure(jobs[:1])
