"""What a user decides on a text that is finished: changes taken and left, and what goes out when."""

from __future__ import annotations

import pytest

from engine.deliver.target import Delivery
from engine.events import (
    Delivered,
    DictationFinished,
    Enhanced,
    Notice,
    Reviewed,
)
from tests.support.dictating import recordings
from tests.support.enhanced_session import GOOD, READABLE, SPOKEN, at_desk, until
from tests.support.ollama_server import OllamaServer


async def test_raw_goes_out_at_once_and_the_edit_when_it_is_accepted(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="raw") as desk:
        server.first_token_s = 0.3
        await desk.dictate(SPOKEN)
        assert desk.texts == [READABLE]
        assert not desk.driver.all(Enhanced), "the raw text waited for the model"
        proposed = await desk.driver.wait_until(Reviewed, lambda event: event.enhancer == "ollama")
        assert not any(proposed.taken)
        assert not proposed.waits
        assert proposed.text == desk.session.final_text == READABLE
        desk.session.texts.accept()
        await desk.delivered(GOOD)
        assert desk.session.final_text == GOOD
    assert recordings("") == []


async def test_nothing_goes_out_before_it_is_accepted_and_its_sound_is_kept_until_then(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        assert desk.driver.all(Reviewed)[-1].waits
        assert desk.texts == []
        await desk.until_kept(1)
        desk.session.texts.reject()
        await desk.delivered(READABLE)
        assert not desk.driver.all(Reviewed)[-1].waits
        await desk.until_kept(0)
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.session.texts.copy_final()
        assert desk.texts == [READABLE, GOOD]
        await desk.dictate(SPOKEN, until=DictationFinished)
    assert desk.texts == [READABLE, GOOD]
    assert len(recordings(".wav")) == 1, "a text that was never accepted has lost its sound"


@pytest.mark.parametrize("enabled", [True, False])
async def test_what_has_nothing_to_accept_waits_all_the_same(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer, enabled: bool
) -> None:
    server.answer = lambda _: "I'm sorry, I can't help with that."
    chosen = {"delivery__policy": "accept", "enhancement__enabled": enabled}
    async with at_desk(monkeypatch, server, **chosen) as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        assert desk.texts == []
        desk.session.texts.accept()
        await desk.delivered(READABLE)


async def test_each_change_can_be_left_alone_and_what_is_shown_is_what_is_delivered(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        shown = desk.driver.all(Reviewed)[-1]
        changes = [change for change in shown.changes if change.kind != "equal"]
        bob = next(at for at, change in enumerate(changes) if change.before == "bob")
        desk.session.texts.toggle_change(bob)
        await desk.delivered(GOOD.replace("Bob", "bob"))
        now = desk.driver.all(Reviewed)[-1]
        assert now.text == desk.session.final_text == desk.texts[-1]
        assert now.taken == tuple(at != bob for at in range(len(changes)))
        desk.session.texts.accept()
        await desk.driver.wait_until(Delivered, lambda _: len(desk.texts) == 3)
        assert desk.texts[-1] == GOOD.replace("Bob", "bob"), "a change that was left by hand was taken"
        desk.session.texts.reject()
        await desk.delivered(READABLE)
        left = [change for change in desk.driver.all(Reviewed)[-1].changes if change.kind != "equal"]
        bob = next(at for at, change in enumerate(left) if change.before == "bob")
        desk.session.texts.toggle_change(bob)
        await desk.delivered(READABLE.replace("bob", "Bob"))
        desk.session.texts.reject()
        desk.session.texts.accept()
        await desk.delivered(GOOD)
        desk.session.texts.toggle_change(99)
        assert desk.session.final_text == GOOD


@pytest.mark.parametrize(
    "do", ["accept", "reject", "enhance_now", "reapply_mode", "show_earlier", "show_later"]
)
async def test_without_a_text_every_key_says_so(monkeypatch: pytest.MonkeyPatch, do: str) -> None:
    async with at_desk(monkeypatch) as desk:
        getattr(desk.session.texts, do)()
        assert (await desk.driver.wait_for(Notice)).message == "There is no text yet."
        desk.session.texts.toggle_change(0)
        assert desk.texts == []


@pytest.mark.parametrize(("mode", "lines"), [("message", 1), ("email", 3)])
async def test_a_mode_says_whether_lines_are_joined(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer, mode: str, lines: int
) -> None:
    server.answer = lambda _: "The report is due on Friday.\n\nBob will send it to all the people."
    async with at_desk(monkeypatch, server, enhancement__mode=mode) as desk:
        await desk.dictate(SPOKEN)
        assert len(desk.texts[0].split("\n")) == lines
        assert desk.texts[0] == desk.session.final_text


async def test_of_hasty_decisions_the_last_one_alone_is_delivered(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        target = desk.driver.target
        target.is_open.clear()
        for _ in range(3):
            desk.session.texts.toggle_change(0)
        await until(lambda: len(target.begun) == 2)
        target.is_open.set()
        await desk.delivered(desk.session.final_text)
    assert len(desk.texts) == 2, "a text went out that was decided on anew before its turn"
    assert desk.texts[-1] == desk.session.final_text != desk.texts[0]


async def test_of_two_decisions_on_a_text_that_waits_the_last_one_goes_to_the_place_and_none_is_copied(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        monkeypatch.setattr(desk.driver.target, "replaces", False)
        await desk.dictate(SPOKEN, until=DictationFinished)
        desk.session.texts.accept()
        desk.session.texts.reject()
    assert desk.texts == [READABLE]
    assert [event.left_at for event in desk.driver.all(Delivered)] == [""]


async def test_an_accepted_text_that_reaches_no_place_stays_beside_its_sound_and_that_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with at_desk(monkeypatch, enhancement__enhancer="tidy", delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.until_kept(1)
        desk.driver.target._outcome = Delivery.FAILED
        desk.session.texts.reject()
        (audio,) = recordings(".wav")
        await desk.driver.wait_for(Notice, message=f"The text is kept beside its sound: {audio}")
        assert [kept.audio for kept in desk.session.texts.undelivered] == [audio]
        assert audio.with_suffix(".txt").read_text(encoding="utf-8") == f"{READABLE}\n"
    assert recordings(".wav") == [audio]


async def test_a_text_that_waits_when_the_session_closes_is_kept_with_its_sound(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.until_kept(1)
    (audio,) = recordings(".wav")
    assert [kept.audio for kept in desk.session.undelivered] == [audio]
    assert audio.with_suffix(".txt").read_text(encoding="utf-8") == GOOD + "\n"
