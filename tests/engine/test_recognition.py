"""The recognition of one dictation: what happens while the recogniser is at work, in every order."""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import pairwise

import pytest

from engine.dictation import Dictation
from engine.errors import RecognitionError
from engine.metrics import Speculation
from engine.recognition import Recognition
from engine.settings.load import load
from engine.settings.schema import Settings
from engine.speech.host import RecognizerHost
from engine.speech.words import Words
from tests.support.gated import Gated
from tests.support.modes import CLEAN
from tests.support.scripted import Speech, speech
from tests.support.scripted_dictation import HESITATION, sentence

TALK = speech(sentence(4) + sentence(3, HESITATION))
FIRST_SAID = TALK.words[3].last + 1
"""Frames up to the end of the first sentence."""


class Bench:
    """A host with a gated recogniser, and one dictation's recognition on it.

    Attributes:
        settings: In force; may be exchanged at any time.
        changes: The words at each change that was told.
    """

    def __init__(self, recognizer: Gated) -> None:
        self.recognizer = recognizer
        self.settings: Settings = load(overrides={"recognition.recognizer": "pocketsphinx"}).settings
        self.host = RecognizerHost(lambda: self.settings, lambda _: None)
        self.changes: list[Words] = []
        self.recognition = self.another()

    def another(self) -> Recognition:
        recognition = Recognition(
            "a dictation of the tests", self.host, lambda: self.changes.append(recognition.words)
        )
        return recognition

    def push(self, said: Speech, start: int, end: int, to: Recognition | None = None) -> None:
        (to or self.recognition).push(said.sound(start, end - start), said.voice[start:end])

    async def settled(self) -> None:
        """Wait until all work that was handed to the recogniser's thread is done."""
        await asyncio.get_running_loop().run_in_executor(self.host.thread, lambda: None)
        await asyncio.sleep(0)


@asynccontextmanager
async def bench(monkeypatch: pytest.MonkeyPatch, recognizer: Gated) -> AsyncIterator[Bench]:
    recognizer.install(monkeypatch)
    made = Bench(recognizer)
    try:
        yield made
    finally:
        await made.host.close()


def all_of(said: Speech) -> str:
    return " ".join(word.text for word in said.words)


async def test_a_stop_while_a_guess_runs_takes_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    said = speech(sentence(4, HESITATION))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("speculate")
        on.recognizer.hold("finish")
        on.push(said, 0, len(said.voice))
        await on.recognizer.reached("speculate")
        on.recognition.expect_end()
        finishing = asyncio.create_task(on.recognition.finish())
        await asyncio.sleep(0)
        on.recognizer.release("speculate")
        await finishing
        assert on.recognition.final.text == all_of(said)
        assert on.recognition.tally.speculation == Speculation(used=1, cpu_s=0.5)
        assert on.recognizer.open_now == 0


async def test_speech_that_comes_while_a_guess_runs_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    said = speech(sentence(4, HESITATION) + sentence(3, 2))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("speculate")
        quiet = said.words[3].last + 1 + HESITATION
        on.push(said, 0, quiet)
        await on.recognizer.reached("speculate")
        on.push(said, quiet, len(said.voice))
        on.recognition.expect_end()
        on.recognition.end()
        on.recognizer.release("speculate")
        await on.recognition.finish()
        assert on.recognition.final.text == all_of(said)
        assert on.recognition.tally.speculation.discarded == 1


async def test_a_stop_while_a_partial_runs_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said = speech(sentence(4, 2))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("partial")
        half = said.words[1].last + 1
        on.push(said, 0, half)
        await on.recognizer.reached("partial")
        on.push(said, half, len(said.voice))
        on.recognition.expect_end()
        on.recognition.end()
        on.recognizer.release("partial")
        await on.recognition.finish()
        assert on.recognition.final.text == all_of(said)
        assert on.recognizer.partials == 1, "a partial stood between the stop and the text"


async def test_a_cancel_while_a_guess_runs_is_silent_and_leaves_nothing_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = speech(sentence(4, HESITATION))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("speculate")
        on.push(said, 0, len(said.voice))
        await on.recognizer.reached("speculate")
        told = len(on.changes)
        on.recognition.discard()
        on.push(said, 0, len(said.voice))
        on.recognizer.release("speculate")
        await on.settled()
        assert len(on.changes) == told
        assert (on.recognizer.open_now, on.recognizer.taken) == (0, [])
        assert on.recognition.tally.speculation == Speculation(discarded=1, cpu_s=0.5)
        following = on.another()
        on.push(said, 0, len(said.voice), following)
        await following.finish()
        assert following.final.text == all_of(said)


@pytest.mark.parametrize("hangs", [True, False])
async def test_only_a_recogniser_that_hangs_in_what_was_cancelled_is_ended(
    monkeypatch: pytest.MonkeyPatch, hangs: bool
) -> None:
    monkeypatch.setattr("engine.recognition.LET_GO_S", 0.0)
    said = speech(sentence(4, HESITATION))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("speculate")
        on.push(said, 0, len(said.voice))
        await on.recognizer.reached("speculate")
        on.recognition.discard()
        if not hangs:
            on.recognizer.release("speculate")
            await on.settled()
        await on.recognition.let_go()
        assert on.recognizer.kills == int(hangs)
        await on.settled()


async def test_a_recogniser_that_is_stuck_is_ended_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.recognition.STUCK_S", 0.01)
    said = speech(sentence(4))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("finish")
        on.push(said, 0, said.words[-1].last)
        with pytest.raises(RecognitionError, match="did not come to an end"):
            await on.recognition.finish()
        assert on.recognizer.kills >= 1


async def test_a_mode_changed_within_a_phrase_holds_from_the_next_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bench(monkeypatch, Gated(TALK.words)) as on:
        on.push(TALK, 0, TALK.words[2].last)
        await on.settled()
        fast = on.settings.recognition.model_copy(update={"performance": "speed"})
        on.settings = on.settings.model_copy(update={"recognition": fast})
        on.push(TALK, TALK.words[2].last, len(TALK.voice))
        await on.recognition.finish()
        assert on.recognition.final.text == all_of(TALK)
        efforts = [context.effort for context in on.recognizer.contexts]
        assert [effort.encoder_context for effort in efforts] == ["full", "floor"]
        assert [effort.beam_size for effort in efforts] == [0, 1]


async def test_sound_waits_while_the_model_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    async with bench(monkeypatch, Gated(TALK.words)) as on:
        on.recognizer.hold("load")
        for at in range(0, len(TALK.voice), 7):
            on.push(TALK, at, min(at + 7, len(TALK.voice)))
        on.recognition.end()
        await on.recognizer.reached("load")
        assert on.recognizer.contexts == []
        on.recognizer.release("load")
        await on.recognition.finish()
        assert on.recognition.final.text == all_of(TALK)


@pytest.mark.parametrize("stopping", [True, False])
async def test_a_dictation_that_is_stopped_does_not_wait_for_its_tail(
    monkeypatch: pytest.MonkeyPatch, stopping: bool
) -> None:
    said = speech(sentence(4, 5))
    async with bench(monkeypatch, Gated(said.words)) as on:
        dictation = Dictation(1, CLEAN, on.host, lambda _: None)
        dictation.hear(said.sound(0, len(said.voice) - 1), said.voice[:-1])
        await on.settled()
        assert on.recognizer.speculations == 0
        if stopping:
            dictation.stop("key", CLEAN)
        dictation.hear(said.sound(len(said.voice) - 1), said.voice[-1:])
        await on.settled()
        assert on.recognizer.speculations == int(stopping)
        await dictation.recognition.finish()
        assert dictation.recognition.final.text == all_of(said)


async def test_after_an_error_sound_is_dropped_and_the_words_before_it_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    overrides = {"recognition.recognizer": "pocketsphinx", "balanced.speculation": False}
    unguessed = load(overrides=overrides).settings
    async with bench(monkeypatch, Gated(TALK.words, fails_at_finish=2)) as on:
        on.settings = unguessed
        again = speech(sentence(4) + sentence(3) + sentence(2))
        on.recognizer.said = again.words
        on.push(again, 0, again.words[7].first)
        await on.settled()
        assert on.recognition.error is not None
        opened, told = len(on.recognizer.contexts), len(on.changes)
        on.push(again, again.words[7].first, len(again.voice))
        await on.settled()
        assert (len(on.recognizer.contexts), len(on.changes)) == (opened, told)
        on.recognizer.fails_at_finish = None
        on.recognizer.hold("partial")
        following = on.another()
        on.push(again, 0, again.words[1].last, following)
        await on.recognizer.reached("partial")
        sound = again.sound(0)
        kept = weakref.ref(sound)
        on.recognition.push(sound, again.voice[:1])
        del sound
        assert kept() is None, "sound is kept for a recogniser that failed"
        on.recognizer.release("partial")
        with pytest.raises(RecognitionError, match="gave up"):
            await on.recognition.finish()
        assert [segment.text for segment in on.recognition.words.segments] == ["w0 w1 w2 w3"]


async def test_what_ended_first_is_recognised_before_what_is_spoken_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = speech(sentence(4, 2))
    async with bench(monkeypatch, Gated(said.words)) as on:
        on.recognizer.hold("partial")
        on.push(said, 0, 60)
        await on.recognizer.reached("partial")
        on.push(said, 60, len(said.voice))
        on.recognition.end()
        following = on.another()
        on.push(said, 0, len(said.voice), following)
        following.end()
        on.recognizer.release("partial")
        await following.finish()
        assert on.recognition.final.text == all_of(said), "not done before the next one"
        assert following.final.text == all_of(said)
        (model,) = on.host.loaded()
        assert (model.uses, model.in_use) == (2, False), "both used the one model, and let it go"


async def test_the_text_if_it_ended_now_is_known_only_while_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with bench(monkeypatch, Gated(TALK.words)) as on:
        on.push(TALK, 0, FIRST_SAID)
        await on.settled()
        assert on.recognition.draft is None
        on.push(TALK, FIRST_SAID, FIRST_SAID + HESITATION)
        await on.settled()
        assert on.recognition.draft is not None
        assert on.recognition.draft.text == "w0 w1 w2 w3"
        assert on.recognition.words.segments == ()
        on.push(TALK, FIRST_SAID + HESITATION, TALK.words[-1].last + 1)
        await on.settled()
        assert on.recognition.draft is None
        await on.recognition.finish()
        for earlier, later in pairwise(on.changes):
            assert later.segments[: len(earlier.segments)] == earlier.segments
        assert on.recognition.busy_s > 0
