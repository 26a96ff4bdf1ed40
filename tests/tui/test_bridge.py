import asyncio
from dataclasses import replace

from engine.bus import EventBus
from engine.events import EnhancementGrew, Event, LevelColumn, Levels, Notice, TranscriptChanged
from tui.bandwidth import FULL, Pace
from tui.bridge import Bridge
from tui.messages import EngineEvent

COLUMN = LevelColumn(0.5, 0.2, 0.9, False, True)


async def carry(publish, pace: Pace = FULL) -> list[Event]:
    bus, received = EventBus(), []
    task = asyncio.create_task(Bridge(bus.subscribe(), received.append, pace).run())
    await publish(bus)
    bus.close()
    await task
    return received


async def test_events_arrive_in_order():
    async def publish(bus):
        for number in range(5):
            bus.publish(Notice("information", str(number)))

    assert [event.message for event in await carry(publish)] == list("01234")


async def test_no_level_column_is_lost_while_frames_are_paced():
    async def publish(bus):
        for _ in range(50):
            bus.publish(Levels((COLUMN,)))
            await asyncio.sleep(0.001)

    received = await carry(publish)
    assert sum(len(event.columns) for event in received) == 50
    assert len(received) < 50


async def test_the_newest_words_arrive():
    async def publish(bus):
        for number in range(100):
            bus.publish(TranscriptChanged(1, "", str(number)))
            await asyncio.sleep(0)

    received = await carry(publish)
    assert received[-1].partial == "99"
    assert len(received) < 100


async def test_a_rare_event_keeps_its_place_among_frequent_ones():
    async def publish(bus):
        bus.publish(TranscriptChanged(1, "", "before"))
        bus.publish(Notice("error", "lost"))
        bus.publish(TranscriptChanged(1, "", "after"))

    received = await carry(publish)
    assert [type(event) for event in received] == [TranscriptChanged, Notice, TranscriptChanged]


def test_a_message_with_whole_state_may_be_replaced_by_a_newer_one():
    old, new = (EngineEvent(TranscriptChanged(1, "", text)) for text in ("a", "b"))
    other = EngineEvent(TranscriptChanged(2, "", "b"))
    levels = EngineEvent(Levels((COLUMN,)))
    assert old.can_replace(new)
    assert not old.can_replace(other)
    assert not levels.can_replace(levels)


async def test_a_rare_event_does_not_wait_for_the_frame_of_a_frequent_one():
    pace = replace(FULL, calm=0.001)
    calm = Levels((LevelColumn(0.0, 0.0, 0.0, False, False),))
    bus, received = EventBus(), []
    task = asyncio.create_task(Bridge(bus.subscribe(), received.append, pace).run())
    for _ in range(3):
        bus.publish(calm)
        await asyncio.sleep(0.01)
    assert sum(len(event.columns) for event in received) < 3
    bus.publish(Notice("information", "now"))
    for _ in range(10):
        await asyncio.sleep(0)
    assert received[-1] == Notice("information", "now")
    assert sum(len(event.columns) for event in received[:-1]) == 3
    bus.close()
    await task


async def test_what_is_held_back_is_handed_on_when_the_stream_ends():
    async def publish(bus):
        for number in range(3):
            bus.publish(TranscriptChanged(1, "", str(number)))
            await asyncio.sleep(0.01)

    assert (await carry(publish, replace(FULL, frames=0.001)))[-1].partial == "2"


async def test_speech_does_not_wait_for_the_turn_of_quiet_sound():
    pace = replace(FULL, calm=0.001)
    calm = Levels((LevelColumn(0.0, 0.0, 0.0, False, False),))
    bus, received = EventBus(), []
    task = asyncio.create_task(Bridge(bus.subscribe(), received.append, pace).run())
    for event in (calm, calm, calm, Levels((COLUMN,), speaking=True), Levels((COLUMN,), speaking=True)):
        bus.publish(event)
        await asyncio.sleep(0.05)
    assert sum(len(event.columns) for event in received) == 5
    assert received[-1].speaking
    bus.close()
    await task


async def test_a_streamed_text_is_shown_less_often_and_its_first_words_at_once():
    async def publish(bus):
        for number in range(4):
            bus.publish(EnhancementGrew(1, "", str(number)))
            await asyncio.sleep(0.01)

    received = await carry(publish, replace(FULL, streamed=0.001))
    assert [event.text for event in received] == ["0", "3"]


async def test_frequent_kinds_do_not_hurry_each_other():
    async def publish(bus):
        for number in range(20):
            bus.publish(TranscriptChanged(1, "", str(number)))
            bus.publish(Levels((COLUMN,)))
            await asyncio.sleep(0.005)

    received = await carry(publish, replace(FULL, frames=0.001))
    assert [type(event) for event in received] == [TranscriptChanged, Levels, TranscriptChanged, Levels]
    assert sum(len(event.columns) for event in received if isinstance(event, Levels)) == 20
