"""The top line: what stands there at which width, and what gives way."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.audio.sources import SourceInfo
from engine.enhance.enhancer_status import EnhancerState, EnhancerStatus
from engine.events import (
    DownloadChanged,
    EnhancerChanged,
    LanguageHeard,
    LevelColumn,
    Levels,
    LinkChanged,
    RecognizerChanged,
    RecordingStarted,
    SettingChanged,
    SourceChanged,
    StateChanged,
    TargetChanged,
)
from engine.state import DictationState
from tests.tui.conftest import Stage, publish, screen_lines, shown, words
from tests.tui.shelves import progress
from tui.delivery_policies import meaning

MakeStage = Callable[..., Stage]
FRAME = LevelColumn(0.4, 0.1, 0.9, False, True)
RECORDING = (
    RecordingStarted(1, 0.5),
    StateChanged(DictationState.RECORDING, DictationState.ARMING),
    Levels((FRAME,) * 90),
)
READY = StateChanged(DictationState.READY, DictationState.STARTING)
MICROPHONE = SourceChanged(SourceInfo("Built-in Audio Analog Stereo", "microphone"))
TIDY = EnhancerStatus("tidy")


def head(app: Stage) -> str:
    return screen_lines(app)[0].rstrip()


@pytest.mark.parametrize("model", ["base.en", "distil-large-v3.5"])
@pytest.mark.parametrize("width", [80, 100])
async def test_both_modes_and_the_model_are_there_while_recording(stage: MakeStage, model: str, width: int):
    app = stage()
    async with app.run_test(size=(width, 24)) as pilot:
        await publish(
            pilot,
            MICROPHONE,
            RecognizerChanged("whisper", model, "ready"),
            SettingChanged("enhancement.enabled", False),
            SettingChanged("audio.auto_stop", True),
            TargetChanged("clipboard", "terminal (OSC 52)"),
            *RECORDING,
        )
        assert "● 00:02" in head(app)
        assert f"enhancement off · balanced · {model}" in head(app)
        assert ("auto-stop" in head(app)) == (width == 100 or model == "base.en")
        assert len(head(app)) <= width


async def test_how_sound_comes_from_another_machine_is_shown_and_what_is_waited_for(stage: MakeStage):
    app = stage()
    remote = SourceInfo("a remote microphone", "network", "`utter mic --to box`")
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, SourceChanged(remote), LinkChanged("waiting"))
        assert "waiting for sound" in head(app)
        assert "Waiting for `utter mic --to box`." in words(app)
        for link, wanted in (
            (LinkChanged("connected", "desk"), " link ·"),
            (LinkChanged("connected", "desk", 40.0), " link 40 ms ·"),
            (LinkChanged("connected", "desk", 40.0, 0.4, 0.6), " link 40 ms, catching up, lost 0.4 s ·"),
            (LinkChanged("broken", "desk", None, 0.0, 3.2), " link broken, 3 s behind ·"),
        ):
            await publish(pilot, link)
            assert wanted in head(app)
        await publish(pilot, Levels((FRAME,)))
        assert "Waiting for" not in words(app)
        await publish(pilot, MICROPHONE)
        assert "link" not in head(app)


async def test_what_matters_least_gives_way_first(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(160, 30)) as pilot:
        await publish(pilot, MICROPHONE, RecognizerChanged("whisper", "base.en", "ready"), *RECORDING)
        app.workstation.aim("terminal (OSC 52)")
        gone: list[str] = []
        for width in range(160, 19, -3):
            await pilot.resize_terminal(width, 30)
            await pilot.pause()
            parts = ("Built-in", "utter", "recording", "(OSC 52)", "balanced", "base.en", "→ terminal")
            gone += [part for part in parts if part not in head(app) and part not in gone]
            assert "● 00:02" in head(app)
        assert gone == list(parts)
        assert head(app).endswith("clean")


async def test_the_language_is_shown_where_it_is_not_plain_english(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, RecognizerChanged("whisper", "base", "ready"))
        assert head(app).endswith("balanced · base")
        for happened, wanted in (
            (SettingChanged("recognition.language", "de"), "base · de"),
            (SettingChanged("recognition.language", "auto"), "base · auto"),
            (LanguageHeard(1, "de", 0.97), "base · auto: de"),
            (SettingChanged("recognition.translate", True), "base · auto: de → en"),
            (RecordingStarted(2, 0.5), "base · auto → en"),
            (LanguageHeard(1, "fr", 0.97), "base · auto → en"),
            (LanguageHeard(2, "fr\x1b[2J", 0.97), "base · auto: fr → en"),
            (SettingChanged("recognition.language", "en"), "base · → en"),
            (SettingChanged("recognition.translate", False), "balanced · base"),
        ):
            await publish(pilot, happened)
            assert head(app).endswith(wanted)


@pytest.mark.parametrize(
    ("model", "language", "translates"),
    [
        ("base", "The language is German.", "Translates to English."),
        ("distil-large-v3", "distil-large-v3 knows English only.", "distil-large-v3 knows English only."),
        ("large-v3-turbo", "The language is German.", "large-v3-turbo does not translate."),
        ("/models/mine.en", "The language is German.", "Translates to English."),
    ],
)
async def test_what_a_model_knows_is_asked_of_the_table(
    stage: MakeStage, model: str, language: str, translates: str
):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, RecognizerChanged("whisper", model, "ready"))
        await publish(pilot, SettingChanged("recognition.language", "de"))
        assert language in words(app)
        await publish(pilot, SettingChanged("recognition.translate", True))
        assert translates in words(app)
        assert head(app).endswith("de → en") == translates.startswith("Translates")


async def test_another_model_has_heard_no_language(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(
            pilot,
            RecognizerChanged("whisper", "base", "ready"),
            SettingChanged("recognition.language", "auto"),
            RecordingStarted(1, 0.5),
            LanguageHeard(1, "en", 0.97),
        )
        assert head(app).endswith("base · auto: en")
        await publish(pilot, RecognizerChanged("whisper", "base", "unloaded"))
        assert head(app).endswith("base unloaded · auto: en")
        await publish(pilot, RecognizerChanged("whisper", "tiny", "loading"))
        assert head(app).endswith("tiny loading… · auto")


@pytest.mark.parametrize("name", ["default", "default microphone"])
async def test_the_microphone_of_the_system_is_not_named(stage: MakeStage, name: str):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, RecognizerChanged("whisper", "small", "ready"), MICROPHONE)
        assert "Built-in" in head(app)
        await publish(pilot, SourceChanged(SourceInfo(name, "microphone")))
        assert head(app).endswith("· small")


async def test_a_change_of_language_says_what_it_means(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(100, 30)) as pilot:
        await publish(pilot, RecognizerChanged("whisper", "base", "ready"))
        for key, value, wanted in (
            ("language", "de", "The language is German."),
            ("language", "auto", "The language is detected once a dictation."),
            ("translate", True, "Translates to English."),
            ("translate", False, "Writes the language that is spoken."),
        ):
            await publish(pilot, SettingChanged(f"recognition.{key}", value))
            assert wanted in words(app)
            assert "English only" not in words(app)
        await publish(
            pilot,
            RecognizerChanged("whisper", "base.en", "ready"),
            SettingChanged("recognition.language", "fr"),
        )
        assert "The language is French. base.en knows English only." in words(app)


async def test_a_download_is_seen_until_it_is_over(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, READY, DownloadChanged(progress("small.en")))
        assert "↓ small.en 43 %" in head(app)
        await publish(pilot, DownloadChanged(progress("small.en", state="waiting")))
        assert "↓ small.en 43 % waiting" in head(app)
        await publish(pilot, DownloadChanged(progress("small.en")))
        await publish(pilot, DownloadChanged(progress("me/mine\x1b[2J", 0)))
        assert "↓ small.en 43 % +1" in head(app)
        await publish(pilot, DownloadChanged(progress("small.en", state="done")))
        assert "↓ mine 0 %" in head(app)
        assert "small.en is on this machine now." in words(app)
        await publish(pilot, DownloadChanged(progress("me/mine\x1b[2J", state="cancelled")))
        assert "↓" not in shown(app)


async def test_a_delivery_that_is_not_the_usual_one_is_shown_and_explained(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, READY)
        assert head(app).endswith("clean · balanced")
        for policy, brief in (("raw", "raw first"), ("accept", "on accept")):
            await publish(pilot, SettingChanged("delivery.policy", policy))
            assert head(app).endswith(f"clean · {brief} · balanced")
            assert meaning(policy, "a", "r") in words(app)
        await publish(pilot, SettingChanged("delivery.policy", "enhanced"))
        assert head(app).endswith("clean · balanced")


@pytest.mark.parametrize(
    ("state", "wanted"),
    [
        ("loading", "clean · ollama loading… · balanced"),
        ("missing", "clean · ollama: no model · balanced"),
        ("unreachable", "clean · no ollama · balanced"),
        ("ready", "clean · balanced"),
        ("asking", "clean · balanced"),
    ],
)
async def test_the_enhancer_is_named_only_while_it_cannot_do_its_work(
    stage: MakeStage, state: EnhancerState, wanted: str
):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        await publish(pilot, READY, EnhancerChanged(EnhancerStatus("ollama", "box:1", "m", state)))
        assert head(app).endswith(wanted)
        await publish(pilot, SettingChanged("enhancement.enabled", False))
        assert head(app).endswith("enhancement off · balanced")
        await publish(pilot, SettingChanged("enhancement.enabled", True), EnhancerChanged(TIDY))
        assert head(app).endswith("clean · balanced")


async def test_what_rules_cannot_do_is_said_when_the_mode_is_chosen(stage: MakeStage):
    app = stage()
    async with app.run_test(size=(80, 24)) as pilot:
        translates = SettingChanged("enhancement.mode", "translate")
        await publish(pilot, EnhancerChanged(EnhancerStatus("ollama", "box:1", "m")), translates)
        assert "cannot translate" not in words(app)
        await publish(pilot, EnhancerChanged(TIDY), SettingChanged("enhancement.mode", "email"))
        assert "cannot translate" not in words(app)
        await publish(pilot, translates)
        assert "Tidy cannot translate. S chooses a language model." in words(app)
