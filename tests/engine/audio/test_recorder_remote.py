"""A recorder at the far end of a slow link: what was said before the stop key is in the recording."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from pathlib import Path

from engine.audio.facts import Began, Cut
from engine.audio.format import SAMPLE_RATE
from engine.audio.remote import RemoteSource
from engine.remote import wire
from engine.remote.pcm import PcmEncoder
from engine.remote.wire import Audio, Hello, Ping, Pong, Welcome
from tests.engine.audio.scripted import Bench
from tests.support.scripted_sender import ScriptedSender, count, now_us, until

ONE_WAY_S = 0.2
PACKET = 320


class SlowSender:
    """Speaks in real time, and all that it says, or is said to it, takes its time."""

    def __init__(self, path: str) -> None:
        self._sender = ScriptedSender(path)
        self._sender.say(Hello("one", "slow", "pcm"))
        self._sender.hear(Welcome)
        self._due: list[tuple[float, int, bytes]] = []
        self._order = itertools.count()
        self._over = threading.Event()
        self.spoken = 0
        self._changed = threading.Lock()
        self._threads = [threading.Thread(target=job) for job in (self._speak, self._answer, self._carry)]
        self._later(Ping(now_us()), ONE_WAY_S)
        for thread in self._threads:
            thread.start()

    def close(self) -> None:
        self._over.set()
        self._sender.sock.shutdown(2)
        for thread in self._threads:
            thread.join()
        self._sender.sock.close()

    def _later(self, message: wire.Message, delay_s: float) -> None:
        with self._changed:
            heapq.heappush(self._due, (time.monotonic() + delay_s, next(self._order), wire.encode(message)))

    def _speak(self) -> None:
        while not self._over.wait(PACKET / SAMPLE_RATE):
            ((data, _),) = PcmEncoder().encode(count(self.spoken, PACKET))
            now = now_us()
            self._later(Audio(self.spoken, now, PACKET, data), ONE_WAY_S)
            self.spoken += PACKET

    def _answer(self) -> None:
        decoder = wire.Decoder()
        while data := self._sender.sock.recv(4096):
            for message in decoder.push(data):
                if isinstance(message, Ping):
                    self._later(Pong(message.number), 2 * ONE_WAY_S)

    def _carry(self) -> None:
        while not self._over.wait(0.002):
            with self._changed:
                due = []
                while self._due and self._due[0][0] <= time.monotonic():
                    due.append(heapq.heappop(self._due)[2])
            try:
                self._sender.sock.sendall(b"".join(due))
            except OSError:
                return


async def test_words_on_the_way_at_the_stop_are_recorded(tmp_path: Path) -> None:
    path = str(tmp_path / "m.sock")
    bench, source = Bench(preroll_s=0), RemoteSource(path)
    await bench.recorder.arm(source)
    sender = await asyncio.to_thread(SlowSender, path)
    try:
        await asyncio.to_thread(until, lambda: (source.link().latency_ms or 0) > ONE_WAY_S * 900)
        at_key = sender.spoken
        bench.recorder.begin(tmp_path)
        await bench.until(lambda: bool(bench.of(Began)))
        spoken = sender.spoken
        bench.recorder.finish(0.0, 1.1)
        await bench.until(lambda: bool(bench.of(Cut)))
    finally:
        await asyncio.to_thread(sender.close)
        await bench.recorder.disarm()
    positions = bench.recorded() * 2**15
    # The clocks are known to a packet or two: what the machine itself delays, it cannot tell.
    assert abs(positions[0] - at_key % 30_000) < 5 * PACKET
    assert abs(positions[-1] - spoken % 30_000) < 5 * PACKET
