"""Turns recordings that a dead process left behind into WAV files."""

from __future__ import annotations

import json
from pathlib import Path

from engine.audio.spool import SUFFIX, process_birth, write_wav

SAME_BIRTH_S = 2.0
"""Seconds by which two readings of a process's birth may differ and mean the same process."""


def recover(folder: Path) -> list[Path]:
    """Make a WAV of every recording in `folder` whose process is gone, and remove its samples.

    A recording whose samples cannot be read or whose WAV cannot be written stays as it is, for
    another try; one without samples is removed. Descriptions that are missing or cut short do no
    harm: a living process writes its description first.

    Args:
        folder: Where recordings are spooled; it need not exist.

    Returns:
        The WAV files that were made, oldest first.
    """
    made = []
    for samples in sorted(folder.glob("*" + SUFFIX)):
        if _is_alive(samples.with_suffix(".json")):
            continue
        try:
            wav = _recover_one(samples)
        except OSError:
            continue
        if wav is not None:
            made.append(wav)
    return made


def _recover_one(samples: Path) -> Path | None:
    pcm = samples.read_bytes()
    wav = samples.with_suffix(".wav") if len(pcm) > 1 else None
    if wav is not None:
        write_wav(wav, pcm)
    samples.unlink(missing_ok=True)
    samples.with_suffix(".json").unlink(missing_ok=True)
    return wav


def _is_alive(description: Path) -> bool:
    """Whether the process that a description names still runs.

    The number alone is not enough, since it is given again to other processes.
    """
    try:
        about = json.loads(description.read_bytes())
        pid, born = int(about["pid"]), float(about["process_birth"])
    except (OSError, ValueError, KeyError, TypeError):
        return False
    birth = process_birth(pid)
    return birth is not None and abs(birth - born) < SAME_BIRTH_S
