"""What a reader of figures must know of the machine they come from."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("utter", "textual", "faster-whisper", "ctranslate2", "pocketsphinx")
"""Packages whose versions matter."""


def describe_machine() -> dict[str, Any]:
    """This machine and what runs on it.

    Returns:
        Processor, cores (physical and those the system counts), bytes of memory, system, Python,
        versions by package, and how many processes wanted to run over the last minute (None where
        the system does not tell).
    """
    import psutil

    return {
        "cpu": processor(),
        "cores": psutil.cpu_count(logical=False) or psutil.cpu_count(),
        "threads": psutil.cpu_count(),
        "memory_bytes": psutil.virtual_memory().total,
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "versions": {name: _version(name) for name in PACKAGES},
        "load": _load(),
    }


def processor() -> str:
    """The processor's name as its maker writes it; its architecture where the system does not tell."""
    name = ""
    if sys.platform == "linux":
        name = _linux_processor()
    elif sys.platform == "darwin":
        name = _mac_processor()
    return " ".join((name or platform.processor() or platform.machine()).split())


def _linux_processor() -> str:
    """Architectures name it in different lines, and some in none."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    found = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    return next((found[key] for key in ("model name", "Model", "Hardware", "cpu") if found.get(key)), "")


def _mac_processor() -> str:
    command = ["sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout
    except OSError:
        return ""


def _version(name: str) -> str | None:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def _load() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except (AttributeError, OSError):
        return None
