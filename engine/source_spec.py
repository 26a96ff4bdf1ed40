"""Which source of sound a user names: a microphone elsewhere, a socket, a file."""

from __future__ import annotations

import os
from pathlib import Path

from engine import registry
from engine.audio.sources import AudioSource
from engine.errors import AudioError

REMOTE = "remote"
"""The microphone of another machine, which `utter mic` sends here; a file of that name is `./remote`."""

SOCKET = "unix:"
"""Before the path of a socket with raw sound."""


def source_named(spec: str) -> AudioSource:
    """Make the source that `--source` names, without opening it.

    Raises:
        AudioError: It names none.
    """
    if not spec:
        raise AudioError("--source names nothing.", "Name a file, or leave it out to have the microphone.")
    if spec == REMOTE:
        return registry.build_source("remote", "")
    if spec.startswith(SOCKET):
        if spec == SOCKET:
            raise AudioError("--source unix: names no socket.", "Write its path behind it: unix:/tmp/sound")
        return registry.build_source("unix", os.path.expanduser(spec.removeprefix(SOCKET)))
    return registry.build_source("file", Path(spec))


def microphone_named(device: str) -> AudioSource:
    """Make the microphone that `audio.device` names: "" is the system's default."""
    if device == REMOTE:
        return registry.build_source("remote", "")
    return registry.build_source("microphone", device)
