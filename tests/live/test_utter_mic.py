"""`utter mic` through a real sshd: its relay over there, its end, and what it says where it cannot work."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from engine.audio.format import SAMPLE_RATE
from engine.runtime_folder import APP, MICROPHONE
from tests.support.contained import assert_contains
from tests.support.sound_receiver import sound_receiver
from tests.support.ssh_server import SshServer, ssh_server
from tests.support.utter_mic import OVER_THERE, PATIENCE_S, UTTER, UtterMic, utter_mic
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import SENTENCES, Voices


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runtime folder over there."""
    folder = tmp_path_factory.mktemp("there")
    (folder / APP).mkdir(mode=0o700)
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, runtime: Path) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("ssh"), {"XDG_RUNTIME_DIR": str(runtime)}) as running:
        yield running


def relays() -> list[psutil.Process]:
    """Relays that run, of this machine's one user."""
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if process.info["cmdline"] and process.info["cmdline"][-2:] == ["mic", "--relay"]
        if "-m" in process.info["cmdline"]
    ]


async def test_speech_crosses_a_link_that_breaks_in_mid_sentence(
    server: SshServer, runtime: Path, virtual_microphone: VirtualMicrophone, voices: Voices
) -> None:
    speech = voices.speak(SENTENCES[2])
    with utter_mic(server, "--raw") as laptop:
        await asyncio.to_thread(laptop.wait_for, "No utter on")
        async with sound_receiver(runtime / APP / MICROPHONE) as receiver:
            await asyncio.to_thread(laptop.wait_for, "Connected")
            await receiver.until(lambda: receiver.reached > SAMPLE_RATE)  # the microphone has settled
            saying = virtual_microphone.start_saying(speech.path)
            begun, began_at = receiver.reached, time.monotonic()
            await receiver.until(lambda: receiver.reached > begun + SAMPLE_RATE)
            for process in laptop.ssh():
                process.kill()
            await asyncio.to_thread(laptop.wait_for, "kept and sent later")
            await asyncio.to_thread(laptop.wait_for, "Connected", 2)
            assert await asyncio.to_thread(saying.wait, PATIENCE_S) == 0
            # The clock tells how much there must be: what was kept may still be on its way.
            wanted = begun + round((time.monotonic() - began_at + 1) * SAMPLE_RATE)
            await receiver.until(lambda: receiver.reached > wanted)
            assert receiver.missing == 0
            assert_contains(receiver.sound, speech.samples())
            code = await asyncio.to_thread(laptop.interrupt)
            assert code == 130
            await receiver.until(lambda: receiver.byes != [])
    assert "Traceback" not in laptop.told
    await _until_no_relay_of(runtime)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_whatever_ends_it_it_takes_leave(
    number: signal.Signals, server: SshServer, runtime: Path, virtual_microphone: VirtualMicrophone
) -> None:
    async with sound_receiver(runtime / APP / MICROPHONE) as receiver:
        with utter_mic(server, "--raw") as laptop:
            await asyncio.to_thread(laptop.wait_for, "Connected")
            assert await asyncio.to_thread(laptop.interrupt, number) == 128 + number
            await receiver.until(lambda: receiver.byes == ["The sender was ended."])
    assert "Traceback" not in laptop.told


async def _until_no_relay_of(runtime: Path) -> None:
    """Wait until no relay of this test's server is left."""
    deadline = time.monotonic() + PATIENCE_S
    while any(_runtime_of(relay) == str(runtime) for relay in relays()):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


def _runtime_of(process: psutil.Process) -> str:
    try:
        return process.environ().get("XDG_RUNTIME_DIR", "")
    except psutil.Error:
        return ""


def ended(laptop: UtterMic) -> str:
    """Wait for its end with an error; gives what it said."""
    assert laptop.process.wait(PATIENCE_S) == 2
    laptop.end()
    assert "Traceback" not in laptop.told
    return laptop.told


def test_a_host_without_utter_is_said(server: SshServer, virtual_microphone: VirtualMicrophone) -> None:
    with utter_mic(server, over_there="/nowhere/utter") as laptop:
        told = ended(laptop)
    assert "elsewhere cannot run utter" in told
    assert "--remote-command" in told


def test_a_host_that_is_not_known_is_said(server: SshServer, virtual_microphone: VirtualMicrophone) -> None:
    stranger = shlex.join([*server.ssh, "-o", "UserKnownHostsFile=/dev/null"])
    with utter_mic(server, ssh=stranger) as laptop:
        told = ended(laptop)
    assert "ssh does not reach elsewhere: Host key verification failed." in told


def test_what_a_login_shell_prints_first_does_no_harm(
    server: SshServer, virtual_microphone: VirtualMicrophone
) -> None:
    with utter_mic(server, over_there=f"echo Welcome to this machine; {OVER_THERE}") as laptop:
        laptop.wait_for("No utter on")
        assert laptop.interrupt() == 130
    assert "Traceback" not in laptop.told


@pytest.mark.parametrize("host", ["-oProxyCommand=touch sign", "", "two words"])
def test_a_host_is_never_an_option_of_ssh(host: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [*UTTER, "mic", f"--to={host}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        timeout=PATIENCE_S,
        check=False,
    )
    assert done.returncode == 2
    assert "is not the name of a host" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_missing_ssh_is_said(server: SshServer, virtual_microphone: VirtualMicrophone) -> None:
    with utter_mic(server, ssh="no-such-ssh -p 22") as laptop:
        assert "no-such-ssh cannot be started: No such file or directory" in ended(laptop)


async def test_without_ssh_it_speaks_to_a_socket(
    virtual_microphone: VirtualMicrophone, tmp_path: Path, server: SshServer
) -> None:
    async with sound_receiver(tmp_path / "sound.sock") as receiver:
        process = await asyncio.create_subprocess_exec(
            *UTTER,
            *("mic", "--raw", "--to", f"unix:{tmp_path / 'sound.sock'}"),
            stdin=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        await receiver.until(lambda: receiver.reached > SAMPLE_RATE // 2)
        process.terminate()
        await process.communicate()
    assert np.isfinite(receiver.sound).all()
