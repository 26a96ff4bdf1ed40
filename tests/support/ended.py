"""Whether what a program started has come to its end."""

from __future__ import annotations

import asyncio
from pathlib import Path

import psutil

from tests.support.x_windows import wait_until


async def wait_until_ended(note: Path) -> None:
    """Wait until the process whose number is in a file is gone, or waits to be reaped by init."""
    await asyncio.to_thread(wait_until, lambda: _has_ended(int(note.read_text())))


def _has_ended(process: int) -> bool:
    try:
        return bool(psutil.Process(process).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
