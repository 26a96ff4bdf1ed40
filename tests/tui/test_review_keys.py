"""The keys that act on the text that is shown, pressed in the real app; what they ask of the session."""

from __future__ import annotations

import pytest

from engine.enhance.diff import word_diff
from engine.events import Reviewed
from engine.session import DictationSession
from engine.settings.schema import Settings
from engine.state import DictationState
from tests.tui.running import running
from tui.delivery_policies import meaning
from tui.messages import EngineEvent
from tui.screens.enhancer import EnhancerScreen

ACTS = {
    **{"a": "accept", "r": "reject", "E": "enhance_now", "R": "reapply_mode"},
    **{"left_square_bracket": "show_earlier", "right_square_bracket": "show_later"},
}
"""What the keys without a cursor ask of the session's texts."""


class Asked(list[tuple[object, ...]]):
    """Remembers what is asked of the session's texts, in their place."""

    def __init__(self, session: DictationSession, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__()
        for name in (*ACTS.values(), "toggle_change"):
            assert callable(getattr(session.texts, name))
            monkeypatch.setattr(session.texts, name, lambda *given, name=name: self.append((name, *given)))


async def test_each_key_asks_the_session(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    changes = word_diff("um we go", "We go now.")
    async with running(settings) as it:
        asked = Asked(it.session, monkeypatch)
        for key, name in ACTS.items():
            await it.pilot.press(key)
            assert asked.pop() == (name,)
        diff = it.app.workstation.diff
        await it.pilot.press("j")
        await it.until(lambda: "There is no change to go to." in it.shown())
        it.app.workstation.post_message(
            EngineEvent(Reviewed(1, "um we go", "We go now.", changes, (True, True, True)))
        )
        await it.pilot.press("x")
        await it.until(lambda: "j picks a change first." in it.shown())
        assert diff.current is None
        assert not asked
        await it.pilot.press("j", "x")
        assert asked.pop() == ("toggle_change", 0)
        for key, wanted in (("j", 1), ("n", 2), ("k", 1), ("N", 0)):
            await it.pilot.press(key)
            assert diff.current == wanted
        assert not asked
        await it.pilot.resize_terminal(50, 12)
        await it.pilot.press("x")
        assert not asked
        await it.until(lambda: "no room to show changes" in it.shown())


async def test_the_delivery_policy_is_switched_says_what_it_means_and_is_remembered(settings: Settings):
    async with running(settings) as it:
        for policy, brief in (("raw", "raw first ·"), ("accept", "on accept ·"), ("enhanced", "clean · bal")):
            await it.pilot.press("O")
            await it.until(lambda brief=brief: brief in it.shown())
            assert meaning(policy, "a", "r") in it.shown()
            assert it.session.settings.delivery.policy == policy
            assert it.remembered == {"delivery.policy": policy}


async def test_the_enhancer_screen_opens_and_chooses_tidy(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("S")
        assert isinstance(it.app.screen, EnhancerScreen)
        await it.until(lambda: "tidy" in it.shown())
        rows = it.app.screen._list
        rows.highlighted = 1
        await it.pilot.press("enter")
        await it.until(lambda: it.remembered == {"enhancement.enhancer": "tidy"})
        await it.until(lambda: rows.rows[1].edits and rows.rows[1].chosen)
        await it.pilot.press("escape")
        assert it.app.screen is it.app.workstation


async def test_a_mode_that_rules_cannot_do_says_so(settings: Settings):
    names = list(settings.modes)
    before = names[names.index("translate") - 1]
    enhancement = settings.enhancement.model_copy(update={"mode": before, "enhancer": "tidy"})
    async with running(settings.model_copy(update={"enhancement": enhancement})) as it:
        await it.pilot.press("m")
        await it.until(lambda: "translate ·" in it.shown())
        assert "Tidy cannot translate. S chooses a language model." in it.shown()


async def test_the_writing_mode_is_changed_while_one_speaks(settings: Settings):
    async with running(settings) as it:
        await it.pilot.press("space")
        await it.until(lambda: it.session.state is DictationState.RECORDING)
        await it.pilot.press("m")
        await it.until(lambda: "email ·" in it.shown())
        assert it.session.settings.enhancement.mode == "email"
        assert it.session.state is DictationState.RECORDING
        await it.pilot.press("escape")
        await it.until(lambda: it.session.state is DictationState.READY)
