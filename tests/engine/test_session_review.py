"""What a user decides on a text that is finished: changes taken and left, policies, modes applied again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from engine.deliver.target import Outcome
from engine.enhance.diff import joined
from engine.events import Delivered, DictationFinished, Enhanced, EnhancementGrew, Notice, Reviewed
from tests.support.dictating import recordings
from tests.support.enhanced_session import Desk, at_desk, until
from tests.support.ollama_script import dictated
from tests.support.ollama_server import OllamaServer, running_ollama

SPOKEN = "um the report is due on friday and bob will send it to all the people"
READABLE = "Um the report is due on Friday and bob will send it to all the people."
GOOD = "The report is due on Friday, and Bob will send it to all the people."


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama() as running:
        running.answer = lambda _: GOOD
        yield running


async def delivered(desk: Desk, text: str) -> None:
    """Wait until a text has been delivered last."""
    await desk.driver.wait_until(Delivered, lambda _: desk.texts[-1:] == [text])


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
        await delivered(desk, GOOD)
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
        await delivered(desk, READABLE)
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
        await delivered(desk, READABLE)


async def test_each_change_can_be_left_alone_and_what_is_shown_is_what_is_delivered(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        shown = desk.driver.all(Reviewed)[-1]
        changes = [change for change in shown.changes if change.kind != "equal"]
        bob = next(at for at, change in enumerate(changes) if change.before == "bob")
        desk.session.texts.toggle_change(bob)
        await delivered(desk, GOOD.replace("Bob", "bob"))
        now = desk.driver.all(Reviewed)[-1]
        assert now.text == desk.session.final_text == desk.texts[-1]
        assert now.taken == tuple(at != bob for at in range(len(changes)))
        desk.session.texts.accept()
        await desk.driver.wait_until(Delivered, lambda _: len(desk.texts) == 3)
        assert desk.texts[-1] == GOOD.replace("Bob", "bob"), "a change that was left by hand was taken"
        desk.session.texts.reject()
        await delivered(desk, READABLE)
        desk.session.texts.toggle_change(bob)
        taken = joined(change.after if change.before == "bob" else change.before for change in now.changes)
        await delivered(desk, taken)
        desk.session.texts.reject()
        desk.session.texts.accept()
        await delivered(desk, GOOD)
        desk.session.texts.toggle_change(99)
        assert desk.session.final_text == GOOD


async def test_a_mode_is_applied_again_to_an_earlier_text(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        await desk.dictate("and one more text for the people of the town")
        desk.session.texts.show_earlier()
        await desk.reviewed(dictation=1, place=1, count=2, shown=True)
        assert desk.session.final_text == GOOD
        server.answer = lambda _: "- Report due on Friday\n- Bob sends it to all the people"
        desk.session.set_mode("notes")
        desk.session.texts.reapply_mode()
        await delivered(desk, "- Report due on Friday\n- Bob sends it to all the people")
        assert desk.driver.all(Enhanced)[-1].mode == "notes"
        assert SPOKEN in str(server.asked()[-1].body["messages"][-1]).casefold()
        desk.session.texts.show_earlier()
        await desk.driver.wait_for(Notice, message="There is no earlier text.")
        desk.session.texts.show_later()
        desk.session.texts.show_later()
        await desk.driver.wait_for(Notice, message="This is the newest text.")
        await desk.dictate(SPOKEN)
        assert desk.driver.all(Reviewed)[-1].dictation == 3, "a new dictation is what keys act on"


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


async def test_phrases_are_edited_while_the_next_is_spoken(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    def answer(messages: Any) -> str:
        spoken = str(messages[-1]["content"])
        return "The first report is due on Friday for everybody." if "first" in spoken else "So it is done."

    server.answer = answer
    async with at_desk(monkeypatch, server) as desk:
        desk.session.start_recording()
        await desk.say("um the first report is due on friday for everybody")
        await desk.until_asked(server, 2)
        await desk.say_more("so it is done")
        desk.session.stop_recording()
        await desk.driver.wait_for(Delivered)
        assert desk.texts == ["The first report is due on Friday for everybody. So it is done."]
        (last,) = desk.driver.all(Enhanced)
        assert last.first_ms == 0.0, "its first words were there before the stop"
        spoken = [str(request.body["messages"][-1]["content"]) for request in server.asked()[1:]]
        assert len(spoken) == 2
        assert "so it is done" not in spoken[0]
        assert "first report" not in spoken[1]


async def test_another_mode_at_the_stop_edits_all_of_it_anew(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.until_asked(server, 2)
        desk.session.set_mode("message")
        desk.session.stop_recording()
        await desk.driver.wait_for(Delivered)
        assert desk.driver.all(Enhanced)[-1].mode == "message"
        assert "chat message" in str(server.asked()[-1].body["messages"][0])


async def test_an_edit_by_hand_that_comes_to_nothing_leaves_the_text_as_it_was(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        for failing, why in (("I'm sorry, I can't help with that.", "Refused"), ("", "broke")):
            if failing:
                server.answer = lambda _, answer=failing: answer
            else:
                server.fail("cut", 2)
            desk.session.texts.enhance_now()
            notice = await desk.driver.wait_until(Notice, lambda event, why=why: why in event.message)
            assert notice.message.endswith("; the text stays as it was.")
            assert (notice.severity, notice.topic) == ("warning", "edit")
            assert desk.session.final_text == GOOD
        assert desk.texts == [GOOD]


async def test_phrases_that_were_edited_ahead_serve_where_raw_goes_first(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="raw") as desk:
        desk.session.start_recording()
        await desk.say(SPOKEN)
        await desk.until_asked(server, 2)
        desk.session.stop_recording()
        await desk.driver.wait_until(Reviewed, lambda event: event.enhancer == "ollama")
        assert len(server.asked()) == 2, "what was edited ahead was edited again"
        assert desk.texts == [READABLE]


async def test_of_hasty_decisions_the_last_one_is_delivered_last(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        target, slowly = desk.driver.target, asyncio.Event()
        deliver = target.deliver

        async def late(text: str) -> Outcome:
            await slowly.wait()
            return await deliver(text)

        monkeypatch.setattr(target, "deliver", late)
        for _ in range(3):
            desk.session.texts.toggle_change(0)
        await asyncio.sleep(0)
        slowly.set()
        await desk.driver.wait_until(Delivered, lambda _: desk.texts[-1] == desk.session.final_text)
        assert len(desk.texts) <= 3, "a text went out that was decided on anew before its turn"


async def test_without_a_server_another_mode_is_applied_by_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_desk(monkeypatch) as desk:
        await desk.dictate(SPOKEN)
        desk.session.set_mode("notes")
        desk.session.texts.reapply_mode()
        await desk.driver.wait_until(Delivered, lambda _: desk.texts[-1].startswith("- The report"))
        assert not [one for one in desk.driver.all(Notice) if one.topic == "edit"]
        desk.session.texts.enhance_now()
        notice = await desk.driver.wait_for(Notice, topic="edit")
        assert notice.message.endswith("; the text stays as it was.")


async def test_a_newer_edit_of_a_text_takes_the_place_of_one_that_runs(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(SPOKEN)
        server.fail("stall", 1)
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(EnhancementGrew, lambda _: server.reached.is_set())
        server.answer = lambda _: "- Report due on Friday\n- Bob sends it to all the people"
        desk.session.set_mode("notes")
        desk.session.texts.reapply_mode()
        await delivered(desk, "- Report due on Friday\n- Bob sends it to all the people")
        assert not desk.session.cancel(), "the older edit still runs"


async def test_a_decision_is_not_undone_by_an_edit_that_ends_later(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        server.fail("stall", 1)
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(EnhancementGrew, lambda _: server.reached.is_set())
        desk.session.texts.reject()
        await delivered(desk, READABLE)
        server.released.set()
        assert desk.session.cancel()
        await until(lambda: not desk.session.cancel())
        assert desk.session.final_text == READABLE
        assert not desk.driver.all(Reviewed)[-1].waits


async def test_a_long_text_is_edited_by_hand_in_pieces(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    server.answer = dictated
    async with at_desk(monkeypatch, server) as desk:
        await desk.dictate(*[SPOKEN] * 14)
        asked = len(server.asked())
        desk.session.texts.enhance_now()
        await desk.driver.wait_until(Enhanced, lambda _: len(desk.driver.all(Enhanced)) == 2)
        assert desk.driver.all(Enhanced)[-1].remark == ""
        assert len(server.asked()) - asked > 1
        assert desk.session.enhancers.status.state == "ready"


async def test_a_text_that_waits_when_the_session_closes_is_kept_with_its_sound(
    monkeypatch: pytest.MonkeyPatch, server: OllamaServer
) -> None:
    async with at_desk(monkeypatch, server, delivery__policy="accept") as desk:
        await desk.dictate(SPOKEN, until=DictationFinished)
        await desk.until_kept(1)
    (audio,) = recordings(".wav")
    assert desk.session.unaccepted == [audio]
    assert audio.with_suffix(".txt").read_text(encoding="utf-8") == GOOD + "\n"
