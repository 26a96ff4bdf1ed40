"""The microphones of this machine, as PortAudio lists them.

Everything here blocks (the first call loads PortAudio, which asks every sound system it knows), so
the event loop calls it through a thread. PortAudio is not safe against itself: one lock guards
its list, and whoever opens or closes a stream holds the same lock.

PortAudio, ALSA and JACK write complaints to file descriptor 2 whenever they meet a device that
they do not like. Programs that draw on the terminal keep that descriptor away from it with
`engine.stderr.part_native_stderr`; nothing here redirects anything.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from dataclasses import asdict
from types import ModuleType
from typing import TYPE_CHECKING

from engine.audio.device_choice import InputDevice, choose, distinct, unknown
from engine.errors import AudioError

if TYPE_CHECKING:
    from sounddevice import InputStream

REMEDY = "Install libportaudio2 (Debian, Ubuntu: apt install libportaudio2) or portaudio (brew, dnf, pacman)."
"""How to get PortAudio where the wheel of sounddevice does not bring it."""

LIST_TIMEOUT_S = 15
"""Seconds in which a process of its own must have listed the devices."""

lock = threading.RLock()
"""Held by whoever calls PortAudio to initialise, list, open or close."""

_open: list[str] = []
"""Names of the devices of open streams, one for each stream."""

_abandoned: list[InputStream] = []
"""Streams whose thread never ended: PortAudio must not be shut down any more, it would hang."""


def load() -> ModuleType:
    """Import sounddevice, which initialises PortAudio.

    Raises:
        AudioError: The PortAudio library is not installed, or does not start.
    """
    with lock:
        try:
            import sounddevice
        except OSError as error:
            raise AudioError("The PortAudio library, which reads microphones, is missing.", REMEDY) from error
        except Exception as error:
            if type(error).__name__ != "PortAudioError":
                raise
            raise AudioError(
                f"PortAudio does not start: {error}.", "Check this machine's sound system."
            ) from error
    module: ModuleType = sounddevice
    return module


def list_inputs() -> list[InputDevice]:
    """List the inputs that are there now, the default first; empty where there is none.

    While a stream is open PortAudio cannot look again in this process, so another process looks.

    Raises:
        AudioError: PortAudio is missing or does not start.
    """
    with lock:
        load()
        if refresh():
            return distinct(_query())
        mine = [device for device in _query() if device.name in _open]
        theirs = _query_elsewhere()
    known = {device.name for device in theirs}
    return distinct([*theirs, *(device for device in mine if device.name not in known)])


def find(name: str) -> InputDevice:
    """Choose an input by its name or a part of it, in any case; "" is the system's default.

    The whole name goes before a beginning, and that before any other part. When nothing matches and no
    stream is open, the list is refreshed once: the device may have been plugged in since.

    Raises:
        AudioError: There is no such input, or none at all, or no PortAudio.
    """
    with lock:
        load()
        found = choose(name, _query())
        if found is None and refresh():
            found = choose(name, _query())
        if found is not None:
            return found
        names = [device.name for device in distinct(_query())]
    if not names:
        raise AudioError(
            "This machine has no microphone that PortAudio can find.",
            "Plug one in, or try the sample recording, or use a file: utter --source FILE.",
        )
    raise unknown(name, names)


def refresh() -> bool:
    """Let PortAudio look for devices again, unless a stream is open: it would break.

    Returns:
        Whether it looked.

    Raises:
        AudioError: PortAudio does not start again.
    """
    with lock:
        if _open or _abandoned:
            return False
        portaudio = load()
        try:
            # The only way that PortAudio has; sounddevice gives it no public name.
            portaudio._terminate()
            portaudio._initialize()
        except portaudio.PortAudioError as error:
            raise AudioError(
                f"PortAudio does not start: {error}.", "Check this machine's sound system."
            ) from error
        return True


def opened(name: str) -> None:
    """Note that a stream from the device `name` was opened; `closed` takes it back."""
    with lock:
        _open.append(name)


def closed(name: str) -> None:
    """Note that a stream from the device `name` was closed."""
    with lock:
        _open.remove(name)


def abandoned(name: str, stream: InputStream) -> None:
    """Leave the open stream of the device `name` alone for good, since it cannot be closed.

    From now on PortAudio is neither shut down nor refreshed in this process: both would wait for
    the stream. Other devices still open, and the list is made by another process.
    """
    with lock:
        _open.remove(name)
        _abandoned.append(stream)
        # What sounddevice would undo when the program ends, and hang in it.
        vars(load())["_initialized"] = 0


def _query() -> list[InputDevice]:
    """All inputs on PortAudio's list, aliases included."""
    portaudio = load()
    apis = [str(api["name"]) for api in portaudio.query_hostapis()]
    default = _default_index(portaudio)
    return [
        InputDevice(
            index=int(device["index"]),
            name=str(device["name"]),
            hostapi=apis[device["hostapi"]],
            channels=int(device["max_input_channels"]),
            default_rate=round(device["default_samplerate"]),
            is_default=device["index"] == default,
        )
        for device in portaudio.query_devices()
        if device["max_input_channels"] > 0
    ]


def _default_index(portaudio: ModuleType) -> int:
    """The input that the system takes; where it names none, the first sound system's; else -1."""
    try:
        return int(portaudio.query_devices(kind="input")["index"])
    except portaudio.PortAudioError:
        return max((int(api["default_input_device"]) for api in portaudio.query_hostapis()), default=-1)


def _query_elsewhere() -> list[InputDevice]:
    """All inputs as a fresh process finds them; the old list when that fails."""
    command = [sys.executable, "-c", "from engine.audio import devices; devices.print_inputs()"]
    try:
        answer = subprocess.run(command, capture_output=True, check=True, timeout=LIST_TIMEOUT_S).stdout
    except subprocess.SubprocessError:
        return _query()
    return [InputDevice(**fields) for fields in json.loads(answer)]


def print_inputs() -> None:
    """Print all inputs as JSON: the work of the process that looks for this one."""
    print(json.dumps([asdict(device) for device in _query()]))
