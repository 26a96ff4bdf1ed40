"""Every key, pressed in the real app over a real session that hears a real recording."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine import paths
from engine.errors import SettingsError
from engine.session import DictationSession
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.tui.running import PATIENCE, running
from tui.actions import ACTIONS
from tui.app import UtterApp
from tui.performance_modes import meaning
from tui.screens.help import HelpScreen
from tui.screens.microphone_picker import MicrophonePicker
from tui.screens.theme_picker import ThemePicker


async def test_space_records_and_the_words_are_seen_compared_and_copied(settings: Settings):
    async with running(settings) as it:
        await it.dictate()
        final = it.session.final_text
        assert "quarterly report" in final
        await it.until(lambda: it.app.workstation.transcript.text == final)
        assert it.copied() == final
        assert "sent →" in it.shown()
        assert "tidy" in it.shown()
        for key, wanted in (("y", final), ("Y", it.session.raw_text)):
            before = len(it.written)
            await it.pilot.press(key)
            await it.until(lambda before=before: len(it.written) > before)
            assert it.copied() == wanted


async def test_f9_records_and_escape_cancels_but_keeps_the_sound(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("f9")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        await it.until(lambda: "00:01 recording" in it.shown())
        await it.pilot.press("escape")
        await it.until(lambda: "Cancelled." in it.shown())
        await it.until(lambda: list(paths.recordings().glob("*.wav")))
        assert it.session.state is DictationState.READY


async def test_space_begins_the_next_dictation_while_the_last_one_is_finishing(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("space")
        await it.until(lambda: "report" in it.app.workstation.transcript.text)
        it.session.stop_recording()
        assert it.session.state is DictationState.FINISHING
        await it.app.run_action("app.record")
        assert it.session.state is DictationState.ARMING
        await it.until(lambda: it.session.state is DictationState.RECORDING and it.written)
        assert "recording" in it.shown()
        assert it.app.workstation.transcript.text.startswith(it.session.final_text)


async def test_space_records_wherever_the_focus_is_and_closes_a_dialog(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("tab")
        assert it.app.focused is it.app.workstation.diff
        await it.pilot.press("question_mark")
        assert isinstance(it.app.screen, HelpScreen)
        await it.pilot.press("space")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        assert it.app.screen is it.app.workstation


async def test_escape_takes_the_first_thing_that_applies(settings: Settings):
    async with running(settings) as it:
        it.app.workstation.tell("error", "Something failed.", "Do something.")
        await it.pilot.press("space")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        await it.pilot.press("question_mark", "escape")
        assert it.app.screen is it.app.workstation
        assert it.session.state is DictationState.RECORDING
        await it.pilot.press("escape")
        await it.until(lambda: it.session.state is DictationState.READY)
        assert "Something failed." in it.shown()
        await it.pilot.press("escape")
        await it.until(lambda: "Something failed." not in it.shown())


async def test_enhancement_mode_and_auto_stop_are_switched_and_remembered(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("m")
        await it.until(lambda: "email ·" in it.shown())
        await it.pilot.press("m", "v")
        await it.until(lambda: "message ·" in it.shown() and "auto-stop ·" in it.shown())
        await it.pilot.press("e")
        await it.until(lambda: "enhancement off ·" in it.shown())
        assert it.remembered == {
            "enhancement.mode": "message",
            "audio.auto_stop": True,
            "enhancement.enabled": False,
        }
        await it.pilot.press("e", "v")
        await it.until(lambda: "message ·" in it.shown() and "auto-stop ·" not in it.shown())


async def test_the_performance_mode_is_switched_and_remembered(settings: Settings):
    async with running(settings) as it:
        for mode in ("speed", "quality", "balanced"):
            await it.pilot.press("p")
            await it.until(lambda mode=mode: f"clean · {mode} ·" in it.shown())
            assert it.session.settings.recognition.performance == mode
            assert it.remembered == {"recognition.performance": mode}
            assert meaning(mode, "pocketsphinx") in it.shown()


async def test_the_microphone_picker_opens_and_escape_keeps(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("i")
        assert isinstance(it.app.screen, MicrophonePicker)
        await it.until(lambda: "looking for" not in it.shown())
        await it.pilot.press("escape")
        assert it.app.screen is it.app.workstation
        assert it.remembered == {}


async def test_the_theme_is_previewed_kept_and_restored(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("t")
        assert isinstance(it.app.screen, ThemePicker)
        await it.pilot.press("down")
        preview = it.app.theme
        assert preview != "utter-dark"
        await it.pilot.press("escape")
        assert it.app.theme == "utter-dark"
        assert it.remembered == {}
        await it.pilot.press("t", "down", "enter")
        assert it.app.theme == preview
        assert it.remembered == {"interface.theme": preview}


async def test_the_sample_is_dictated(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("d")
        await it.until(lambda: it.written)
        assert "quarterly report" in it.session.final_text
        await it.until(lambda: it.session.state is DictationState.READY)


async def test_help_lists_every_action(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("question_mark")
        first = it.shown()
        await it.pilot.press("end")
        await it.until(lambda: ACTIONS[-1].help in it.shown())
        for action in ACTIONS:
            assert action.help in first + it.shown()
        await it.pilot.press("question_mark")
        assert it.app.screen is it.app.workstation


async def test_the_palette_finds_an_action_and_does_it(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("ctrl+p")
        await it.until(lambda: "start or stop recording" in it.shown())
        await it.pilot.press(*"theme")
        await it.until(lambda: "dictate the built-in" not in it.shown())
        await it.pilot.press("enter")
        await it.until(lambda: isinstance(it.app.screen, ThemePicker))


async def test_nothing_to_copy_is_said(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("y")
        await it.until(lambda: "There is no text to copy yet." in it.shown())
        await it.pilot.press("ctrl+c")
        await it.until(lambda: "Nothing is selected." in it.shown())
        assert it.written == []


async def test_leaving_while_recording_keeps_the_sound(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    async with running(settings) as it:
        await it.pilot.press("space")
        await it.until(lambda: "00:02 recording" in it.shown())
        await it.pilot.press("q")
        for _ in range(PATIENCE):
            if list(paths.recordings().glob("*.wav")):
                break
            await it.pilot.pause(0.05)
    (kept,) = paths.recordings().glob("*.wav")
    assert f"kept: {kept}\n" in capsys.readouterr().err


async def test_keys_can_be_remapped(settings: Settings):
    keys = {"record": "f5", "copy_final": "e", "toggle_enhancement": "y", "help": "h"}
    async with running(settings, keys) as it:
        assert "F5 record" in it.shown()
        await it.pilot.press("space")
        await it.pilot.pause(0.2)
        assert it.session.state is DictationState.READY
        await it.pilot.press("y")
        await it.until(lambda: "enhancement off" in it.shown())
        await it.pilot.press("h", "f5")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        assert it.app.screen is it.app.workstation


def test_a_conflict_of_keys_stops_the_start(settings: Settings):
    mine = settings.model_copy(update={"keys": {"sample": "y"}})
    with pytest.raises(SettingsError, match="copy_final"):
        UtterApp(mine, make_session=lambda terminal: DictationSession(mine))


async def test_a_session_that_cannot_be_made_ends_the_app_with_its_reason(
    settings: Settings, capsys: pytest.CaptureFixture[str]
):
    def make(_terminal: Callable[[str], None]) -> DictationSession:
        raise SettingsError("There is no recogniser 'x'.", "Name another.")

    app = UtterApp(settings, make_session=make)
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(PATIENCE):
            if app.return_code is not None:
                break
            await pilot.pause(0.05)
    assert app.return_code == 2
    assert "There is no recogniser 'x'. Name another." in capsys.readouterr().err
