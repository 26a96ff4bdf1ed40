"""A link with a delay: what goes in at one end comes out at the other some time later, in order."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

BLOCK = 1 << 16


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay_s: float) -> None:
    """Hand on each block `delay_s` after it came, without holding up the next."""
    loop = asyncio.get_running_loop()
    blocks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, block = await blocks.get()
            await asyncio.sleep(due - loop.time())
            if not block:
                break
            writer.write(block)
            await writer.drain()
        writer.close()

    delivering = asyncio.create_task(deliver())
    try:
        while block := await reader.read(BLOCK):
            blocks.put_nowait((loop.time() + delay_s, block))
        blocks.put_nowait((loop.time() + delay_s, b""))
        await delivering
    finally:
        delivering.cancel()
        writer.close()
        await asyncio.gather(delivering, return_exceptions=True)


async def _serve(
    port: int, delay_s: float, ready: threading.Event, found: list[int], over: asyncio.Event
) -> None:
    carrying: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        onward_reader, onward_writer = await asyncio.open_connection("127.0.0.1", port)
        for ends in ((reader, onward_writer), (onward_reader, writer)):
            task = asyncio.create_task(_carry(*ends, delay_s))
            carrying.add(task)
            task.add_done_callback(carrying.discard)

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    found.append(server.sockets[0].getsockname()[1])
    ready.set()
    await over.wait()
    server.close()
    for task in carrying:
        task.cancel()
    await asyncio.gather(*carrying, return_exceptions=True)


@contextmanager
def slow_link(port: int, round_trip_s: float) -> Iterator[int]:
    """Open a port on loopback that leads to `port`, with a delay each way; gives its number."""
    ready, found = threading.Event(), list[int]()
    loop, over = asyncio.new_event_loop(), asyncio.Event()

    def run() -> None:
        try:
            loop.run_until_complete(_serve(port, round_trip_s / 2, ready, found, over))
        finally:
            loop.close()

    thread = threading.Thread(target=run, name="slow link")
    thread.start()
    try:
        assert ready.wait(20)
        yield found[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
