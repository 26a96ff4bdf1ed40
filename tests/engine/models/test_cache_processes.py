"""The cache with real recognisers in real processes: nothing is lost, nothing stays behind."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from pathlib import Path

import psutil
import pytest

from engine.errors import RecognitionError
from engine.models.cache import Limits, ModelCache, Wanted
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context
from tests.support.loadables import LONG_S, Running, until
from tests.support.random_whisper import build, noise

THREADS = 4
DICTATIONS = 4
"""Dictations of each thread, at the least."""

ATTACKS = 12
KEYS = ("one", "two", "three")


def workers() -> list[psutil.Process]:
    """The processes of recognisers that are alive."""
    found = []
    for child in psutil.Process().children():
        try:
            if child.status() != psutil.STATUS_ZOMBIE and "engine.speech.worker" in child.cmdline():
                found.append(child)
        except psutil.NoSuchProcess:
            continue
    return found


class House:
    """A cache of Whisper models with random weights, of which two fit at a time."""

    def __init__(self, folder: Path) -> None:
        self.folders = {key: build(folder / key, seed=seed) for seed, key in enumerate(KEYS)}
        self.newest: dict[str, RecognizerProcess] = {}
        probe = self.make("one")
        probe.load()
        self.size = probe.memory_bytes()
        probe.unload()
        self.told: list[str] = []
        self.reload_after = 0
        self.cache: ModelCache[RecognizerProcess] = ModelCache(
            lambda: Limits(round(self.size * 2.5), 0, None, self.reload_after),
            changed=lambda: None,
            tell=self.told.append,
        )
        self.turns = {key: threading.Lock() for key in KEYS}

    def make(self, key: str) -> RecognizerProcess:
        self.newest[key] = RecognizerProcess("whisper", {"model": str(self.folders[key]), "device": "cpu"})
        return self.newest[key]

    def wanted(self, key: str) -> Wanted[RecognizerProcess]:
        return Wanted(key, key, self.size, "memory", lambda: self.make(key))

    def attack(self, key: str) -> None:
        """End a recogniser, whatever it is doing."""
        if not self.cache.stop_loading(key):
            self.newest[key].kill()

    def dictate(self, key: str) -> str:
        """One dictation; begun again, on a new process, where the process was killed."""
        with self.cache.acquire(self.wanted(key)) as lease, self.turns[key]:
            for _ in range(20):
                try:
                    lease.model.load()
                    utterance = lease.model.open(Context())
                    utterance.feed(noise(1.0))
                    return utterance.finish().text
                except RecognitionError:
                    continue
            raise AssertionError("killed twenty times")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.mark.timeout(400)
def test_dictations_go_on_while_models_are_unloaded_and_killed(house: House) -> None:
    threads_before, files_before = threading.active_count(), psutil.Process().num_fds()
    expected = {key: house.dictate(key) for key in KEYS}
    assert all(expected.values())
    most: list[int] = []
    done: Counter[str] = Counter()
    attacked, over = threading.Event(), threading.Event()

    def people(number: int) -> None:
        random_ = random.Random(number)
        mine = 0
        while mine < DICTATIONS or not attacked.is_set():
            key = random_.choice(KEYS)
            while True:
                try:
                    text = house.dictate(key)
                except RecognitionError as error:  # it was killed while it loaded, or two others are in use
                    done[type(error).__name__] += 1
                    over.wait(0.05)
                    continue
                break
            assert text == expected[key]
            mine += 1
            done["dictated"] += 1

    def vandal() -> None:
        random_ = random.Random(99)
        for number in range(ATTACKS):
            over.wait(random_.uniform(0.2, 0.8))
            (house.cache.unload if number % 2 else house.attack)(random_.choice(KEYS))
        attacked.set()

    def watch() -> None:
        while not over.wait(0.05):
            most.append(len(workers()))

    others = [Running(vandal), Running(watch)]
    crowd = [Running(lambda number=number: people(number)) for number in range(THREADS)]
    deadline = time.monotonic() + 5 * LONG_S
    for person in crowd:
        assert person.ended(max(1.0, deadline - time.monotonic())), "it hangs"
    over.set()
    for running in (*crowd, *others):
        running.value()
    assert done["dictated"] >= THREADS * DICTATIONS
    assert max(most) <= 2
    assert any("was unloaded to make room for" in sentence for sentence in house.told)
    assert not any(model.in_use for model in house.cache.loaded())
    house.cache.close()
    assert workers() == []
    until(lambda: threading.active_count() <= threads_before)
    until(lambda: psutil.Process().num_fds() <= files_before)


def test_a_close_in_the_middle_of_loading_ends_promptly_and_leaves_no_process(house: House) -> None:
    calls = [Running(lambda key=key: house.cache.preload(house.wanted(key))) for key in KEYS[:2]]
    until(lambda: len(workers()) >= 1)
    Running(house.cache.close).value()
    for call in calls:
        assert call.ended()
        assert isinstance(call.error, RecognitionError)
    assert workers() == []
    assert house.cache.loaded() == ()


def test_a_close_ends_a_recogniser_in_use(house: House) -> None:
    lease = house.cache.acquire(house.wanted("one"))
    (worker,) = workers()
    lease.model.open(Context()).feed(noise(1.0))
    house.cache.close()
    with pytest.raises(RecognitionError):
        lease.model.open(Context())
    lease.release()
    assert not worker.is_running()
    assert house.cache.loaded() == ()


def test_a_worn_recogniser_gets_a_new_process(house: House) -> None:
    house.reload_after = 1
    text = house.dictate("one")
    (before,) = workers()
    house.cache.sweep()
    (after,) = workers()
    assert after.pid != before.pid
    assert house.dictate("one") == text
    house.cache.close()
    assert workers() == []
