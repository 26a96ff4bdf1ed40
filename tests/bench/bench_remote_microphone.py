"""What a microphone on another machine costs: time, bytes, processor and words.

    python -m tests.bench remote_microphone

The other machine is this one, behind a real sshd on loopback, so that the network takes no time and all
that is measured is ours and ssh's. One clock serves both ends.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic_ns, perf_counter, process_time

import numpy as np
import psutil

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.remote.link import Link, open_socket
from engine.remote.opus import DELAY, PACKET_MS, OpusDecoder, OpusEncoder
from engine.remote.pcm import PcmDecoder, PcmEncoder
from engine.remote.ssh_link import open_ssh
from engine.remote.wire import Ack, Audio, Decoder, Hello, Ping, Pong, Welcome, encode
from engine.runtime_folder import APP, MICROPHONE
from tests.bench.bench_sphinx_accuracy import After
from tests.support.ssh_server import SshServer, ssh_server
from tests.support.utter_mic import OVER_THERE, utter_mic
from tests.support.virtual_microphone import VirtualMicrophone, virtual_microphone
from tests.support.voices import SENTENCES, VOICES, Voice, Voices, word_errors

TRIPS, STARTS = 300, 10
"""Round trips, and connections, that are timed."""

LISTEN_S = 15.0
"""Seconds for which the whole is watched at work."""

PADDING = np.zeros(round(0.4 * SAMPLE_RATE), np.float32)
HEADER = len(encode(Audio(0, 0, 0, b"")))
ENDS = {"opus": (OpusEncoder, OpusDecoder), "raw": (PcmEncoder, PcmDecoder)}


class Timed:
    """A receiver that answers, and notes how old each sound is when it comes."""

    def __init__(self) -> None:
        self.ages_ms: list[float] = []
        self.bytes = 0
        self._serving: set[asyncio.Task[None]] = set()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear one sender to its end."""
        decoder = Decoder()
        while data := await reader.read(1 << 16):
            self.bytes += len(data)
            for message in decoder.push(data):
                match message:
                    case Hello():
                        writer.write(encode(Welcome(0)))
                    case Ping(number):
                        writer.write(encode(Pong(number)))
                    case Audio(position, captured_us, samples):
                        self.ages_ms.append((monotonic_ns() // 1000 - captured_us) / 1000)
                        writer.write(encode(Ack(position + samples)))
        writer.close()


@asynccontextmanager
async def listening(receiver: Timed, path: Path) -> AsyncIterator[None]:
    """Let a receiver listen at `path` for a while."""
    server = await asyncio.start_unix_server(receiver.serve, path)
    try:
        yield
    finally:
        server.close()
        await asyncio.to_thread(path.unlink)


def percentiles(values: list[float]) -> str:
    """The median and the 95th percentile."""
    return f"{np.percentile(values, 50):7.2f} {np.percentile(values, 95):7.2f}"


def codecs(speech: Samples) -> None:
    """Print what the codecs cost."""
    print("\ncodec                kB a second      ms of processor a second of sound")
    print("                  of speech  of silence    encoding  decoding")
    for name in ENDS:
        rate, encoding, decoding = both_ways(name, speech)
        quiet, _, _ = both_ways(name, np.zeros(len(speech), np.float32))
        print(f"{name:18} {rate:8.1f} {quiet:11.1f} {encoding:11.1f} {decoding:9.1f}")
    print(f"Opus delays sound by its packets ({PACKET_MS} ms) and {DELAY / SAMPLE_RATE * 1000:.1f} ms more.")


def both_ways(name: str, sound: Samples) -> tuple[float, float, float]:
    """Kilobytes a second of sound, and milliseconds to encode and to decode it."""
    encoder, decoder = (end() for end in ENDS[name])
    seconds = len(sound) / SAMPLE_RATE
    began = process_time()
    blocks = (sound[at : at + FRAME] for at in range(0, len(sound), FRAME))
    packets = [packet for block in blocks for packet, _ in encoder.encode(block)]
    between = process_time()
    for packet in packets:
        decoder.decode(packet)
    ended = process_time()
    size = sum(len(packet) + HEADER for packet in packets)
    return size / seconds / 1e3, (between - began) / seconds * 1e3, (ended - between) / seconds * 1e3


async def trips(link: Link) -> list[float]:
    """Milliseconds of round trips through a link, one after another."""
    link.writer.write(encode(Hello("bench", "bench", "pcm")))
    decoder = Decoder()
    found: list[float] = []
    for number in range(TRIPS):
        began = perf_counter()
        link.writer.write(encode(Ping(number)))
        while Pong(number) not in decoder.push(await link.reader.read(1 << 16)):
            continue
        found.append((perf_counter() - began) * 1000)
    await link.close()
    return found


async def links(server: SshServer, path: Path) -> None:
    """Print how long the ways to a receiver take."""

    async def through_ssh() -> Link:
        return await open_ssh(server.ssh, server.host, OVER_THERE, ask=False, tell=print)

    async with listening(Timed(), path):
        print("\nround trip, ms               p50     p95")
        print(f"socket                   {percentiles(await trips(await open_socket(str(path))))}")
        print(f"ssh and relay            {percentiles(await trips(await through_ssh()))}")
        relay, bare = [], []
        for _ in range(STARTS):
            began = perf_counter()
            link = await through_ssh()
            relay.append((perf_counter() - began) * 1000)
            await link.close()
            began = perf_counter()
            await asyncio.to_thread(subprocess.run, [*server.command, "true"], check=True, timeout=60)
            bare.append((perf_counter() - began) * 1000)
    print(f"until the relay is there {percentiles(relay)}\nssh HOST true            {percentiles(bare)}")


async def whole(server: SshServer, microphone: VirtualMicrophone, path: Path, speech: Path) -> None:
    """Print what `utter mic` takes while somebody speaks."""
    print(f"\nutter mic, {LISTEN_S:.0f} s       age of sound, ms   processor, % of a core   kB a    memory,")
    print("                        p50     p95    utter mic     ssh         second      MB")
    for name, options in (("opus", ()), ("raw", ("--raw",))):
        receiver = Timed()
        async with listening(receiver, path):
            with utter_mic(server, *options, environment=microphone.environment) as laptop:
                await asyncio.to_thread(laptop.wait_for, "Connected")
                await asyncio.sleep(1)
                both = [psutil.Process(laptop.process.pid), *laptop.ssh()]
                receiver.ages_ms.clear()
                before, came, began = [spent(one) for one in both], receiver.bytes, perf_counter()
                saying = microphone.start_saying(speech)
                await asyncio.sleep(LISTEN_S)
                lasted = perf_counter() - began
                shares = [(spent(one) - was) / lasted * 100 for one, was in zip(both, before, strict=True)]
                rate = (receiver.bytes - came) / lasted / 1e3
                resident = both[0].memory_info().rss / 1e6
                saying.kill()
                await asyncio.to_thread(saying.wait)
                await asyncio.to_thread(laptop.interrupt)
        ages = percentiles(receiver.ages_ms)
        print(f"{name:18} {ages} {shares[0]:11.1f} {shares[1]:8.1f} {rate:13.1f} {resident:8.0f}")


def spent(process: psutil.Process) -> float:
    """Processor seconds of a process."""
    times = process.cpu_times()
    return float(times.user + times.system)


def words(voices: Voices) -> None:
    """Print whether Opus costs words."""
    reader = After()
    print("\nword errors of PocketSphinx   as captured   through Opus")
    for voice in VOICES:
        said = " ".join(SENTENCES)
        rates = [word_errors(said, heard(voices, voice, reader, opus)) for opus in (False, True)]
        print(f"{voice:29} {rates[0] * 100:10.1f} % {rates[1] * 100:12.1f} %")


def heard(voices: Voices, voice: Voice, reader: After, opus: bool) -> str:
    """What is understood of all sentences, one by one."""
    reader.begin()
    texts = []
    for text in SENTENCES:
        sound = np.concatenate((PADDING, voices.speak(text, voice).samples(), PADDING))
        if opus:
            decoder = OpusDecoder()
            sound = np.concatenate([decoder.decode(packet) for packet, _ in OpusEncoder().encode(sound)])
        texts.append(reader.read(sound)[0])
    return " ".join(texts)


def main() -> int:
    """Print all tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        runtime = folder / "run"
        (runtime / APP).mkdir(parents=True, mode=0o700)
        (folder / "voices").mkdir()
        voices = Voices(folder / "voices")
        speech = voices.talk(folder / "talk.wav", "slt", 6)
        codecs(np.concatenate([voices.speak(text).samples() for text in SENTENCES[:6]]))
        with (
            ssh_server(folder / "ssh", {"XDG_RUNTIME_DIR": str(runtime)}) as server,
            virtual_microphone(folder / "microphone") as microphone,
        ):
            path = runtime / APP / MICROPHONE
            asyncio.run(links(server, path))
            asyncio.run(whole(server, microphone, path, speech))
        words(voices)
    return 0


if __name__ == "__main__":
    sys.exit(main())
