from __future__ import annotations

import asyncio
import threading

import pytest

from engine.background import QUICK_CHARACTERS, in_background, in_thread_if_long


async def test_what_the_work_gives_is_given_and_the_loop_goes_on() -> None:
    gate = threading.Event()
    working = asyncio.create_task(in_background(lambda: gate.wait(30), "test"))
    await asyncio.sleep(0)
    assert not working.done()
    gate.set()
    assert await working is True


async def test_what_the_work_raises_is_raised() -> None:
    with pytest.raises(ZeroDivisionError):
        await in_background(lambda: 1 // 0, "test")


def test_nobody_waits_for_work_that_is_given_up() -> None:
    gate, ended = threading.Event(), threading.Event()

    def work() -> None:
        gate.wait(30)
        ended.set()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(in_background(work, "test"), 0.05)

    asyncio.run(give_up())
    assert not ended.is_set()
    gate.set()
    assert ended.wait(30), "the work ends by itself, though its loop is closed"


@pytest.mark.parametrize(("length", "here"), [(QUICK_CHARACTERS, True), (QUICK_CHARACTERS + 1, False)])
async def test_only_what_takes_long_goes_to_a_thread(length: int, here: bool) -> None:
    def work(*, where: threading.Thread) -> bool:
        return threading.current_thread() is where

    assert await in_thread_if_long("x" * length, work, where=threading.current_thread()) is here
