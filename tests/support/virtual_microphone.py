"""A microphone without hardware: a PulseAudio server whose null sink's monitor is the default input.

PortAudio records it through ALSA's pulse plugin, as the device "pulse". Each server has its own
socket and folder, so that several live side by side, as root too and where no sound system runs.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.debian import missing, require

SINK = "mic"
ALSA_PLUGIN = "libasound_module_pcm_pulse.so"


class VirtualMicrophone:
    """One PulseAudio server; `say` plays a file into the microphone that it is.

    Attributes:
        environment: What a process must have in its environment to record from it; PortAudio reads
            it when it is initialised.
    """

    device = "pulse"

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._server: subprocess.Popen[bytes] | None = None
        self._listener: subprocess.Popen[bytes] | None = None
        self.environment = {
            "PULSE_SERVER": f"unix:{folder}/pulse.sock",
            "ALSA_CONFIG_PATH": str(folder / "alsa.conf"),
            "XDG_RUNTIME_DIR": str(folder),
            "JACK_NO_START_SERVER": "1",
        }

    def start(self) -> None:
        """Start the server, and return when it answers."""
        pulseaudio = require("pulseaudio", package="pulseaudio")
        require("paplay", package="pulseaudio-utils")
        if not any(Path("/usr/lib").glob(f"**/alsa-lib/{ALSA_PLUGIN}")):
            missing("ALSA's pulse plugin", "libasound2-plugins")
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        (self._folder / "asound.conf").write_text(
            "pcm.!default { type pulse }\nctl.!default { type pulse }\npcm.pulse { type pulse }\n"
        )
        (self._folder / "alsa.conf").write_text(
            f"</usr/share/alsa/alsa.conf>\n<{self._folder / 'asound.conf'}>\n"
        )
        with (self._folder / "pulseaudio.log").open("wb") as log:
            self._server = subprocess.Popen(
                [
                    pulseaudio,
                    "-n",
                    "--daemonize=no",
                    "--use-pid-file=no",
                    "--exit-idle-time=-1",
                    "--disable-shm=yes",
                    "-L",
                    f"module-native-protocol-unix auth-anonymous=1 socket={self._folder}/pulse.sock",
                    "-L",
                    f"module-null-sink sink_name={SINK} rate=48000 channels=2",
                ],
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self._wait_for_answer()
        # An idle null sink deals in blocks of two seconds: somebody who listens closely keeps it quick.
        self._listener = subprocess.Popen(
            ["parec", f"--device={SINK}.monitor", "--latency-msec=10"],
            env=os.environ | self.environment,
            stdout=subprocess.DEVNULL,
        )

    def say(self, path: Path) -> None:
        """Play a WAV file into the microphone from another process, in real time, to its end."""
        subprocess.run(self._play(path), env=os.environ | self.environment, check=True, timeout=120)

    def start_saying(self, path: Path) -> subprocess.Popen[bytes]:
        """Like `say`, without waiting for its end."""
        return subprocess.Popen(self._play(path), env=os.environ | self.environment)

    def kill(self) -> None:
        """Let the server vanish as a crash would."""
        self._end_listener()
        if self._server is not None:
            self._server.kill()
            self._server.wait()

    def stop(self) -> None:
        """End the server. Safe to call twice."""
        self._end_listener()
        if self._server is not None:
            self._server.terminate()
            self._server.wait(timeout=10)
            self._server = None

    def _end_listener(self) -> None:
        if self._listener is not None:
            self._listener.terminate()
            self._listener.wait(timeout=10)
            self._listener = None

    def _play(self, path: Path) -> list[str]:
        return ["paplay", f"--device={SINK}", str(path)]

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + 20
        environment = os.environ | self.environment
        while subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False).returncode:
            assert self._server is not None
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(
                    f"PulseAudio did not start: {(self._folder / 'pulseaudio.log').read_text()}"
                )
            time.sleep(0.05)


@contextmanager
def virtual_microphone(folder: Path) -> Iterator[VirtualMicrophone]:
    """A running virtual microphone that lives in `folder`."""
    microphone = VirtualMicrophone(folder)
    try:
        microphone.start()
        yield microphone
    finally:
        microphone.stop()
