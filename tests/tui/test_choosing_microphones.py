"""The microphone picker in the real app, on the inputs that PortAudio really lists."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import OptionList

from engine.settings.schema import Settings
from engine.state import DictationState
from tests.support.virtual_microphone import VirtualMicrophone
from tests.tui.running import Running, running
from tui.screens.microphone_picker import DEFAULT, REMOTE, MicrophonePicker


async def look(it: Running) -> OptionList:
    """Open the picker and wait for its list."""
    await it.pilot.press("i")
    picker = it.app.screen
    assert isinstance(picker, MicrophonePicker)
    choices = picker.query_one(OptionList)
    await it.until(lambda: choices.option_count)
    return choices


async def take(it: Running, choices: OptionList, name: str) -> None:
    """Go to `name` with the arrows, and choose it with enter."""
    names = [str(choices.get_option_at_index(index).prompt) for index in range(choices.option_count)]
    assert choices.highlighted is not None
    steps = names.index(name) - choices.highlighted
    await it.pilot.press(*["down" if steps > 0 else "up"] * abs(steps), "enter")
    assert it.app.screen is it.app.workstation


async def choose(it: Running, name: str) -> None:
    await take(it, await look(it), name)


def head(it: Running) -> str:
    return it.shown().splitlines()[0]


async def test_a_microphone_is_chosen_from_the_list_and_heard(
    settings: Settings, virtual_microphone: VirtualMicrophone
):
    async with running(settings) as it:
        await choose(it, virtual_microphone.device)
        await it.until(lambda: f"· {virtual_microphone.device}" in head(it))
        await it.until(lambda: it.session.state is DictationState.READY)
        assert it.remembered == {"audio.device": virtual_microphone.device}
        await it.pilot.press("space")
        await it.until(lambda: "00:01 recording" in it.shown())
        await it.pilot.press("escape")
        await choose(it, DEFAULT)
        await it.until(lambda: it.remembered == {"audio.device": ""})
        await it.until(lambda: it.session.state is DictationState.READY)


async def test_a_choice_while_recording_is_refused(settings: Settings, virtual_microphone: VirtualMicrophone):
    async with running(settings) as it:
        await it.pilot.press("space")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        await choose(it, virtual_microphone.device)
        await it.until(lambda: "has to wait until the dictation is finished." in it.shown())
        assert it.session.state is DictationState.RECORDING
        assert "· sample.flac " in head(it)
        assert it.remembered == {}


async def test_after_a_device_that_fails_the_next_choice_works(
    settings: Settings, virtual_microphone: VirtualMicrophone, monkeypatch: pytest.MonkeyPatch
):
    async with running(settings) as it:
        with monkeypatch.context() as unplugged:
            listed = await look(it)
            unplugged.setenv("PULSE_SERVER", "unix:/nowhere/pulse.sock")
            await take(it, listed, virtual_microphone.device)
            await it.until(lambda: "✕ no microphone" in head(it))
            assert it.app.workstation.messages.notices[-1].severity == "error"
            assert "✕ This machine has no microphone" in it.shown()
        await it.pilot.press("escape")
        await choose(it, virtual_microphone.device)
        await it.until(lambda: it.session.state is DictationState.READY)
        assert f"· {virtual_microphone.device}" in head(it)


async def test_another_machines_microphone_is_offered_where_this_one_has_none(
    settings: Settings, home: Path, monkeypatch: pytest.MonkeyPatch
):
    async with running(settings) as it:
        monkeypatch.setenv("PULSE_SERVER", "unix:/nowhere/pulse.sock")
        await choose(it, REMOTE)
        await it.until(lambda: "waiting for sound" in head(it))
        await it.until(lambda: it.session.state is DictationState.READY)
        assert it.remembered == {"audio.device": "remote"}
        assert "Waiting for `utter mic --to" in it.shown()
        assert (await look(it)).highlighted is not None
        await it.pilot.press("escape")
