"""The figures of the performance panel: what is counted of which dictation, and what is left alone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from engine.dictation import Dictation
from engine.events import Event, Measured
from engine.gauge import Gauge
from engine.listening import Listener
from engine.metrics import Performance, Speculation
from engine.settings.load import load
from engine.speech.host import RecognizerHost
from tests.support.gated import Gated
from tests.support.modes import CLEAN
from tests.support.scripted import Speech, speech
from tests.support.scripted_dictation import HESITATION, sentence

SAID = speech(sentence(4))


class Bench:
    """A gauge with real parts around it, over a scripted recogniser."""

    def __init__(self, recognizer: Gated) -> None:
        settings = load(overrides={"recognition.recognizer": "pocketsphinx"}).settings
        self.recognizer = recognizer
        self.host = RecognizerHost(lambda: settings, lambda _: None)
        self.published: list[Event] = []
        listener = Listener(settings, lambda _: None, self.published.append)
        self.gauge = Gauge(self.host, listener, self.published.append)

    @property
    def figures(self) -> Performance:
        """The newest that was published."""
        newest = self.published[-1]
        assert isinstance(newest, Measured)
        return newest.performance

    async def dictation(self, number: int, said: Speech) -> Dictation:
        """A dictation of `said`, frame by frame, up to its last word's recognition."""
        self.recognizer.said = said.words
        dictation = Dictation(number, CLEAN, self.host, lambda _: None)
        for at in range(len(said.voice)):
            dictation.hear(said.sound(at), said.voice[at : at + 1])
            await asyncio.get_running_loop().run_in_executor(self.host.thread, lambda: None)
        dictation.stop("key", CLEAN)
        await dictation.recognition.finish()
        return dictation


@pytest.fixture
async def on(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bench]:
    recognizer = Gated()
    recognizer.install(monkeypatch)
    bench = Bench(recognizer)
    yield bench
    await bench.host.close()


async def test_nothing_is_claimed_before_the_first_dictation(on: Bench) -> None:
    on.gauge.publish()
    assert (on.figures.stop_to_text_ms, on.figures.p50_ms, on.figures.real_time_factor) == (None, None, None)
    assert (on.figures.speculation, on.figures.fallbacks, on.figures.dictations) == (Speculation(), 0, 0)
    assert on.figures.process_bytes > 0


async def test_a_delivered_dictation_gives_its_times_and_adds_to_the_sitting(on: Bench) -> None:
    for number, took_ms in enumerate((80.0, 120.0), start=1):
        dictation = await on.dictation(number, SAID)
        dictation.clock.stages_ms["delivery"] = number
        on.gauge.delivered(dictation, took_ms)
        on.gauge.ended(dictation)
    assert (on.figures.stop_to_text_ms, on.figures.dictations) == (120.0, 2)
    assert on.figures.p50_ms in (80.0, 100.0, 120.0)
    assert on.figures.stages_ms["delivery"] == 2
    assert on.figures.first_partial_ms == dictation.first_partial_ms is not None
    assert on.figures.real_time_factor == pytest.approx(dictation.recognition.busy_s / dictation.duration_s)
    assert dictation.recognition.busy_s > 0


async def test_guesses_are_summed_over_the_sitting(on: Bench) -> None:
    on.gauge.ended(await on.dictation(1, SAID))
    assert on.figures.speculation == Speculation(used=1, cpu_s=0.5)
    went_on = speech(sentence(3, HESITATION) + sentence(2))
    on.gauge.ended(await on.dictation(2, went_on))
    assert on.figures.speculation == Speculation(used=2, discarded=1, cpu_s=1.5)


async def test_what_was_not_delivered_counts_its_guesses_and_no_time(on: Bench) -> None:
    on.gauge.ended(await on.dictation(1, SAID))
    assert on.figures.speculation.used == 1
    assert (on.figures.dictations, on.figures.stop_to_text_ms) == (0, None)


async def test_the_last_reason_for_a_way_back_is_kept(on: Bench) -> None:
    first = await on.dictation(1, SAID)
    first.recognition.tally.fall_back("The cache was cold.")
    on.gauge.ended(first)
    on.gauge.ended(await on.dictation(2, SAID))
    assert (on.figures.fallbacks, on.figures.fallback_why) == (1, "The cache was cold.")


async def test_a_dictation_without_sound_has_no_real_time_factor(on: Bench) -> None:
    dictation = Dictation(1, CLEAN, on.host, lambda _: None)
    await dictation.recognition.finish()
    on.gauge.delivered(dictation, 5.0)
    on.gauge.ended(dictation)
    assert on.figures.real_time_factor is None


async def test_the_screens_share_is_of_one_core_in_whole_percents(on: Bench) -> None:
    on.gauge.look()
    share = on.figures.screen_share
    assert share is not None
    assert 0.0 <= share <= 1.5
    assert share == round(share, 2)
