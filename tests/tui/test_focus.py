"""Whether the terminal that shows us has the focus, as far as can be known."""

from __future__ import annotations

from textual import events

from engine.settings.schema import Settings
from engine.state import DictationState
from tests.tui.running import running
from tui.focus import KEY_S, Focus


class Watched(Focus):
    """A focus with a clock that a test sets."""

    def __init__(self) -> None:
        self.now = 0.0
        self.told: list[bool] = []
        super().__init__(self.told.append, lambda: self.now)


def test_whoever_starts_us_is_here_until_the_terminal_says_otherwise():
    focus = Watched()
    assert focus.here
    focus.report(False)
    focus.report(True)
    assert focus.told == [False, True]


def test_a_terminal_that_reports_is_believed_when_a_recording_begins_from_elsewhere():
    focus = Watched()
    focus.report(True)
    focus.now = 60.0
    focus.change_state(DictationState.ARMING)
    assert focus.here


def test_in_a_terminal_that_never_reports_a_recording_without_a_key_here_was_begun_from_elsewhere():
    focus = Watched()
    focus.now = KEY_S + 1
    focus.change_state(DictationState.ARMING)
    assert not focus.here
    focus.touch()
    assert focus.here
    focus.change_state(DictationState.ARMING)
    assert focus.here
    assert focus.told == [False, True]


def test_the_end_of_a_recording_says_nothing_for_silence_may_have_ended_it():
    focus = Watched()
    focus.now = 60.0
    for state in (DictationState.RECORDING, DictationState.FINISHING, DictationState.READY):
        focus.change_state(state)
    assert focus.here


async def test_the_session_hears_of_focus_and_of_keys(settings: Settings):
    async with running(settings) as it:
        told: list[bool] = []
        it.session.set_focus = told.append  # type: ignore[method-assign]
        it.app.post_message(events.AppBlur())
        await it.until(lambda: told == [False])
        await it.pilot.press("f2")
        await it.until(lambda: told == [False, True])
        it.app.post_message(events.AppBlur())
        it.app.post_message(events.AppFocus())
        await it.until(lambda: told == [False, True, False, True])
