"""A microphone over a real sound server, spoken into by another process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from engine.audio import devices, microphone
from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, AudioFormat, RawBlock, Samples
from engine.audio.ingest import Ingest
from engine.audio.microphone import Microphone
from engine.errors import AudioError
from tests.support.contained import assert_contains
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.virtual_microphone import virtual_microphone as running_microphone
from tests.support.voices import Spoken, Voices

PATIENCE_S = 30
ROOT = Path(__file__).parents[2]


class Listener:
    """A sink that keeps everything."""

    def __init__(self) -> None:
        self.blocks: list[RawBlock] = []
        self.overflows = 0
        self.why = ""
        self.changed = threading.Condition()

    def block(self, samples: RawBlock) -> None:
        with self.changed:
            self.blocks.append(samples.copy())
            self.changed.notify_all()

    def overflow(self) -> None:
        self.overflows += 1

    def missed(self, seconds: float) -> None:
        raise AssertionError("the sound of this machine comes whole")

    def ended(self) -> None:
        raise AssertionError("a microphone has no end")

    def lost(self, why: str) -> None:
        with self.changed:
            self.why = why
            self.changed.notify_all()

    def wait_for_blocks(self, count: int) -> None:
        with self.changed:
            wanted = len(self.blocks) + count
            assert self.changed.wait_for(lambda: len(self.blocks) >= wanted, PATIENCE_S)


@pytest.fixture
def spoken(voices: Voices) -> Spoken:
    return voices.speak("please remember to send the update to twenty three people")


@pytest.fixture
def opened(virtual_microphone: VirtualMicrophone) -> Iterator[Microphone]:
    source = Microphone(virtual_microphone.device)
    yield source
    source.close()


def heard(blocks: list[RawBlock], audio_format: AudioFormat) -> Samples:
    ingest = Ingest(audio_format)
    return np.concatenate([ingest.push(block).samples.flatten() for block in blocks])


def test_speech_arrives_whole_at_16_khz(
    virtual_microphone: VirtualMicrophone, opened: Microphone, spoken: Spoken
) -> None:
    sink = Listener()
    granted = opened.open(sink)
    assert granted == AudioFormat(SAMPLE_RATE, 1, "float32")
    sink.wait_for_blocks(5)
    virtual_microphone.say(spoken.path)
    sink.wait_for_blocks(15)
    opened.close()
    assert {block.shape for block in sink.blocks} == {(FRAME, 1)}
    assert sink.overflows == 0
    assert sink.why == ""
    assert_contains(heard(sink.blocks, granted), spoken.samples())


def test_where_16_khz_is_refused_the_device_chooses(
    virtual_microphone: VirtualMicrophone, opened: Microphone, spoken: Spoken, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A rate that the sound server refuses takes the place of the one that it would grant.
    monkeypatch.setattr(microphone, "SAMPLE_RATE", 1_000_000)
    sink = Listener()
    granted = opened.open(sink)
    assert granted == AudioFormat(44_100, 2, "float32")
    assert opened.describe().detail == "44.1 kHz stereo, resampled"
    sink.wait_for_blocks(5)
    virtual_microphone.say(spoken.path)
    sink.wait_for_blocks(15)
    opened.close()
    assert {block.shape for block in sink.blocks} == {(round(44_100 * FRAME_S), 2)}
    assert sink.overflows == 0
    assert_contains(heard(sink.blocks, granted), spoken.samples())


def test_closing_ends_the_callbacks_and_it_can_be_opened_again(opened: Microphone) -> None:
    sink = Listener()
    for _ in range(3):
        opened.open(sink)
        sink.wait_for_blocks(2)
        opened.close()
        opened.close()
        count = len(sink.blocks)
        assert not opened.describe().name.startswith("default")
        assert devices.refresh()
        assert len(sink.blocks) == count
    assert sink.why == ""


def test_inputs_are_listed_while_one_of_them_is_open(opened: Microphone) -> None:
    idle = devices.list_inputs()
    assert [device.name for device in idle] == ["default", "pulse"]
    assert idle[0].is_default
    opened.open(Listener())
    assert not devices.refresh()
    assert {device.name for device in devices.list_inputs()} == {device.name for device in idle}


def test_an_unknown_name_is_answered_with_what_there_is(virtual_microphone: VirtualMicrophone) -> None:
    with pytest.raises(AudioError) as caught:
        Microphone("puls audio").open(Listener())
    assert caught.value.what == 'There is no microphone named "puls audio".'
    assert "pulse" in caught.value.remedy


def test_no_name_is_the_default(virtual_microphone: VirtualMicrophone) -> None:
    source = Microphone()
    assert source.describe().name == "default microphone"
    source.open(Listener())
    assert source.describe().name == "default"
    source.close()


LOSE = """
import sys, time, threading
from pathlib import Path
from engine.audio import devices
from engine.audio.microphone import Microphone
from engine.errors import AudioError
from engine.stderr import part_native_stderr

part_native_stderr(Path(sys.argv[1]))
heard, lost = threading.Semaphore(0), threading.Event()

class Sink:
    def block(self, samples): heard.release()
    def overflow(self): pass
    def missed(self, seconds): pass
    def ended(self): pass
    def lost(self, why): lost.set()

source = Microphone("pulse")
source.open(Sink())
for _ in range(5): heard.acquire()
print("open", flush=True)
sys.stdin.readline()
told = lost.wait(3)
while heard.acquire(blocking=False): pass
silent = not heard.acquire(timeout=0.5)
source.close()
source.close()
try: source.open(Sink())
except AudioError as error: print(silent, error)
"""


def test_a_sound_server_that_dies_neither_hangs_nor_fills_the_disk(tmp_path: Path) -> None:
    log = tmp_path / "utter.log"
    with running_microphone(tmp_path / "server") as server:
        process = subprocess.Popen(
            [sys.executable, "-c", LOSE, str(log)],
            cwd=ROOT,
            env=os.environ | server.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        server.kill()
        try:
            out, err = process.communicate("\n", timeout=PATIENCE_S)
        finally:
            process.kill()
    assert out.startswith("True ")
    assert "microphone" in out
    assert err == ""
    assert process.returncode == 0
    assert log.stat().st_size < 2_000_000
