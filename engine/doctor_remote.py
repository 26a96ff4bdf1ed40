"""Looks at the socket over which sound comes from another machine."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence

from engine import runtime_folder
from engine.errors import RemoteError
from engine.findings import Finding, Patient
from engine.unix_socket import check, connect

TOPIC = "remote microphone"


def remote_microphone(patient: Patient) -> Sequence[Finding]:
    """Whether the sound of `utter mic` can arrive here, and whether an utter waits for it."""
    folders = runtime_folder.candidates()
    if not folders:
        return [Finding(TOPIC, "warning", "There is no folder for sockets.", "Set XDG_RUNTIME_DIR to one.")]
    paths = [os.path.join(folder, runtime_folder.MICROPHONE) for folder in folders]
    for path in paths:
        if _is_listened_at(path):
            return [Finding(TOPIC, "ok", f"An utter takes sound of other machines at {path}.")]
    try:
        check(paths[0])
    except RemoteError as error:
        return [Finding(TOPIC, "warning", error.what, error.remedy)]
    what = "No utter waits for sound of other machines."
    how = f"`utter --source remote` does; then `utter mic --to {platform.node()}` where the microphone is."
    return [Finding(TOPIC, "ok", what, how)]


def _is_listened_at(path: str) -> bool:
    try:
        listener = connect(path)
    except OSError:
        return False
    if listener is None:
        return False
    listener.close()
    return True
