"""Which of PortAudio's many entries are microphones to a person, and which one a name means; pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.errors import AudioError

ALIASES = re.compile(
    r"sysdefault|front|rear|center_lfe|side|surround\d\d|iec958|spdif|dmix|dsnoop|hw|plughw|jack|oss"
    r"|lavrate|samplerate|speexrate|speex|upmix|vdownmix|modem|phoneline|usbstream"
)
"""ALSA's names for ways to a card, or for plug-ins, that record what another listed name records."""

HOST_APIS = (
    "Core Audio",
    "Windows WASAPI",
    "ALSA",
    "Windows DirectSound",
    "MME",
    "JACK Audio Connection Kit",
)
"""PortAudio's ways to a device, best first: where one device is reached by several, this chooses."""

WINDOWS = ("Windows WASAPI", "Windows DirectSound", "MME", "Windows WDM-KS")
"""The ways that lead to the same devices on Windows."""

NAME_LIMIT = 31
"""Characters of a name that Windows' MME keeps; names that agree so far are the same device."""

NOTHING = "null"
"""ALSA's device that delivers nothing; no choice at all."""


@dataclass(frozen=True, slots=True)
class InputDevice:
    """One input as PortAudio knows it.

    Attributes:
        index: PortAudio's number; valid until the list is refreshed.
        name: Its name, for people and for the settings.
        hostapi: The sound system through which it is reached.
        channels: Most channels that it delivers.
        default_rate: The rate at which it likes to work, in frames a second.
        is_default: Whether the system records from it when nothing is chosen.
    """

    index: int
    name: str
    hostapi: str
    channels: int
    default_rate: int
    is_default: bool


def distinct(devices: Iterable[InputDevice]) -> list[InputDevice]:
    """Drop what is listed twice or is only another way to a listed device; the default first."""
    ranked = sorted(devices, key=lambda device: (not device.is_default, _rank(device), device.index))
    chosen: dict[str, InputDevice] = {}
    for device in ranked:
        if device.name != NOTHING and (device.is_default or not ALIASES.fullmatch(device.name)):
            chosen.setdefault(device.name[:NAME_LIMIT] if device.hostapi in WINDOWS else device.name, device)
    return list(chosen.values())


def _rank(device: InputDevice) -> int:
    return HOST_APIS.index(device.hostapi) if device.hostapi in HOST_APIS else len(HOST_APIS)


def unknown(name: str, names: list[str]) -> AudioError:
    """Say that `name` is none of `names`, and which of them is nearest."""
    near = difflib.get_close_matches(name.casefold(), [other.casefold() for other in names], n=3, cutoff=0.4)
    shown = [other for other in names if other.casefold() in near] or names[:5]
    return AudioError(f'There is no microphone named "{name}".', f"Choose one of: {', '.join(shown)}.")


def choose(name: str, devices: list[InputDevice]) -> InputDevice | None:
    """The device that `name` means (see `find`); None when there is none."""
    listed = distinct(devices)
    wanted = name.casefold()
    if not wanted:
        return listed[0] if listed else None
    for candidates, matches in (
        (listed, str.__eq__),
        (devices, str.__eq__),
        (listed, str.startswith),
        (listed, str.__contains__),
    ):
        for device in candidates:
            if matches(device.name.casefold(), wanted):
                return device
    return None
