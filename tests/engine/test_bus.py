import asyncio

from engine.bus import EventBus
from engine.events import (
    MAX_COLUMNS,
    EnhancementGrew,
    LevelColumn,
    Levels,
    Notice,
    RecordingStarted,
    TranscriptChanged,
)


def column(peak: float) -> LevelColumn:
    return LevelColumn(peak, peak / 2, 0.0, clipped=False, recorded=False)


async def drained(bus: EventBus, *events):
    stream = bus.subscribe()
    for event in events:
        bus.publish(event)
    bus.unsubscribe(stream)
    return [event async for event in stream]


async def test_a_slow_reader_meets_all_columns_in_one_event():
    levels = [Levels((column(i / 10),), speaking=i == 2) for i in range(3)]
    (only,) = await drained(EventBus(), *levels)
    assert [c.peak for c in only.columns] == [0.0, 0.1, 0.2]
    assert only.speaking


async def test_pending_columns_are_bounded():
    levels = [Levels((column(i),)) for i in range(MAX_COLUMNS + 50)]
    (only,) = await drained(EventBus(), *levels)
    assert len(only.columns) == MAX_COLUMNS
    assert only.columns[-1].peak == MAX_COLUMNS + 49


async def test_the_newest_words_take_the_place_of_older_ones_of_the_same_dictation_only():
    got = await drained(
        EventBus(),
        TranscriptChanged(1, "", "a"),
        TranscriptChanged(1, "", "a b"),
        TranscriptChanged(2, "", "c"),
    )
    assert got == [TranscriptChanged(1, "", "a b"), TranscriptChanged(2, "", "c")]


async def test_frequent_events_merge_past_each_other_but_not_past_what_must_stay_in_order():
    started = RecordingStarted(1, 1.5)
    got = await drained(
        EventBus(),
        Levels((column(0.1),)),
        TranscriptChanged(1, "", "a"),
        Levels((column(0.2),)),
        started,
        Levels((column(0.3),)),
        TranscriptChanged(1, "", "a b"),
    )
    assert [type(event).__name__ for event in got] == [
        "Levels",
        "TranscriptChanged",
        "RecordingStarted",
        "Levels",
        "TranscriptChanged",
    ]
    assert [c.peak for c in got[0].columns] == [0.1, 0.2]


async def test_single_events_are_never_merged():
    notices = [Notice("information", str(i)) for i in range(5)]
    assert await drained(EventBus(), *notices) == notices


async def test_each_reader_has_its_own_pace_and_the_end_reaches_a_waiting_one():
    bus = EventBus()
    fast, slow = bus.subscribe(), bus.subscribe()
    waiting = asyncio.ensure_future(anext(fast))
    await asyncio.sleep(0)
    bus.publish(EnhancementGrew(1, "raw", "A"))
    assert await waiting == EnhancementGrew(1, "raw", "A")
    bus.publish(EnhancementGrew(1, "raw", "A b"))
    bus.close()
    assert [event async for event in slow] == [EnhancementGrew(1, "raw", "A b")]
    assert [event async for event in fast] == [EnhancementGrew(1, "raw", "A b")]
