"""What does not arrive is counted and told, and the lines that tell it add up: too long a break, no sound."""

from __future__ import annotations

import re
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE
from engine.remote import capture_gaps, encoding_capture, kept_source
from engine.remote import sending as one_connection
from engine.remote.wire import Bye
from tests.support.sending import PATIENCE_S, Sending, sending, steps, until
from tests.support.sound_receiver import SoundReceiver, sound_receiver

pytestmark = pytest.mark.usefixtures("no_pauses")

SECOND = SAMPLE_RATE // FRAME
"""Frames in a second, less a part of one."""

LOST = re.compile(r"(\d+) s of what was said did not arrive, and are lost(?:; (\d+) s in all)?\.")


class Clock:
    """The time of a laptop that is put to sleep at will."""

    def __init__(self) -> None:
        self.now_s = 1000.0
        self.asked = 0

    def now(self) -> float:
        self.asked += 1
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(encoding_capture, "moment", SimpleNamespace(now=clock.now))
    monkeypatch.setattr(encoding_capture, "SETTLE_S", 0.0)
    monkeypatch.setattr(capture_gaps, "LEAST_GAP_S", 2.0)
    return clock


def lost_s(told: list[str]) -> list[tuple[int, int]]:
    """Seconds that each line says are lost, and those in all."""
    found = [match.groups() for line in told if (match := LOST.fullmatch(line))]
    return [(int(new), int(total or new)) for new, total in found]


async def speak_at_once(at_work: Sending, frames: int) -> None:
    """Speak in one block, which is taken in as one."""
    await at_work.speak(frames, block_frames=frames)


async def test_what_a_long_break_has_cost_is_told_in_lines_that_add_up(
    receiver: SoundReceiver, path: Path
) -> None:
    async with sending(path) as at_work:
        at_work.sender._backlog._limit = 5 * SECOND * FRAME
        await at_work.settled(receiver)
        await at_work.turned_away(receiver, "Not now.")
        for _ in range(125):
            await at_work.capture(SECOND)
        assert len(lost_s(at_work.told)) == 4
        receiver.refusal = ""
        await receiver.until(lambda: receiver.reached == at_work.captured)
        await until(lambda: len(lost_s(at_work.told)) == 5)
    told = lost_s(at_work.told)
    assert [total // 10 for _, total in told] == [1, 2, 4, 8, 11]
    assert sum(new for new, _ in told) == told[-1][1] == round(receiver.missing / SAMPLE_RATE)
    assert len(set(told)) == len(told)  # the same sentence would be said once


async def test_at_the_end_what_is_lost_by_then_is_told(receiver: SoundReceiver, path: Path) -> None:
    async with sending(path) as at_work:
        at_work.sender._backlog._limit = FRAME
        await at_work.heard("Connected")
        await at_work.turned_away(receiver, "Not now.")
        await at_work.capture(4 * SECOND)
        assert at_work.sender.status.lost_s > 3.9
        assert lost_s(at_work.told) == []
    assert lost_s(at_work.told) == [(4, 4)]


async def test_what_is_kept_for_a_receiver_that_is_away_is_lost_at_the_end(
    receiver: SoundReceiver, path: Path
) -> None:
    async with sending(path) as at_work:
        await at_work.settled(receiver)
        await at_work.turned_away(receiver, "Not now.")
        await at_work.capture(8 * SECOND)
        assert at_work.sender.status.lost_s == 0
    assert lost_s(at_work.told) == [(8, 8)]


async def test_while_nothing_was_captured_is_lost_at_both_ends(
    receiver: SoundReceiver, path: Path, clock: Clock
) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        await speak_at_once(at_work, SECOND)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        clock.now_s += 25 + SECOND * FRAME / SAMPLE_RATE
        await speak_at_once(at_work, SECOND)
        await at_work.heard("Nothing was captured for 25 s")
        await at_work.heard("25 s of what was said did not arrive, and are lost.")
        await receiver.until(lambda: len(receiver.sound) == at_work.captured)
        assert receiver.missing == 25 * SAMPLE_RATE
        assert at_work.sender.status.lost_s == 25
        assert np.array_equal(receiver.sound, steps(2 * SECOND))
        clock.now_s += SECOND * FRAME / SAMPLE_RATE
        await speak_at_once(at_work, SECOND)
        await receiver.until(lambda: len(receiver.sound) == at_work.captured)
        assert receiver.missing == 25 * SAMPLE_RATE


async def test_a_gap_before_anybody_listens_is_nobodys(path: Path, clock: Clock) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Nobody takes sound")
        await speak_at_once(at_work, 2)
        await until(lambda: at_work.sender.status.behind_s * SAMPLE_RATE == 2 * FRAME)
        clock.now_s += 25
        await speak_at_once(at_work, 1)
        await until(lambda: at_work.sender.status.behind_s * SAMPLE_RATE == FRAME)
        async with sound_receiver(path) as receiver:
            await at_work.heard("Connected")
            await receiver.until(lambda: len(receiver.sound) == FRAME)
            assert receiver.missing == at_work.sender.status.lost_s == 0
        assert lost_s(at_work.told) == []


async def test_what_a_sound_system_has_kept_over_a_stop_is_not_missing(
    receiver: SoundReceiver, path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        await speak_at_once(at_work, 1)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        monkeypatch.setattr(encoding_capture, "SETTLE_S", PATIENCE_S)
        clock.now_s += 10 * SECOND * FRAME / SAMPLE_RATE
        asked = clock.asked
        await speak_at_once(at_work, SECOND)
        await until(lambda: clock.asked > asked)  # it waits for what else there is
        for _ in range(9):
            await speak_at_once(at_work, SECOND)
        at_work.sender._source._capture._stopping.set()  # no longer
        await receiver.until(lambda: len(receiver.sound) == at_work.captured)
        assert receiver.missing == 0


async def test_a_microphone_is_not_given_up_for_the_first_look_after_a_stop(
    receiver: SoundReceiver, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_source, "SILENT_S", 60.0)
    async with sending(path) as at_work:
        await at_work.capture(1)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        capture = at_work.sender._source._capture
        looks = iter([100.0, 0.0, 100.0, 0.0, 100.0, 100.0])
        monkeypatch.setattr(type(capture), "silent_for_s", property(lambda _: next(looks, 0.0)))
        await at_work.heard("has delivered no sound for 100 s")
        assert next(looks, None) is None
        await at_work.heard("The microphone is back")


async def test_what_was_due_to_a_receiver_that_ends_is_told_at_once(
    receiver: SoundReceiver, path: Path
) -> None:
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        receiver.acknowledges = False
        await at_work.capture(3 * SECOND)
        await receiver.until(lambda: receiver.reached == at_work.captured)
        receiver.refusal = "Another microphone is connected."
        receiver.say(Bye("utter was ended."))
        await until(lambda: lost_s(at_work.told) == [(3, 3)])


async def test_a_program_that_was_stopped_reads_before_it_gives_a_link_up(
    receiver: SoundReceiver, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_connection, "PING_S", 0.01)
    monkeypatch.setattr(one_connection, "DEAD_S", 0.5)
    async with sending(path) as at_work:
        await at_work.heard("Connected")
        for _ in range(2):
            time.sleep(0.6)  # noqa: ASYNC251 (as a stopped process: nothing of it goes on)
            await at_work.capture(3)
            await receiver.until(lambda: receiver.reached == at_work.captured)
        assert len(receiver.hellos) == 1
        assert not any("Nothing came back" in told for told in at_work.told)
