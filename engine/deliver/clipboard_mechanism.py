"""Which program reaches the desktop's clipboard: found in the environment, without running anything."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

Selection: TypeAlias = Literal["clipboard", "primary"]
"""The clipboard, and what the middle mouse button pastes, where a desktop has that."""


@dataclass(frozen=True, slots=True)
class Mechanism:
    """One way to the clipboard.

    Attributes:
        program: What does the work, as people know it.
        pyperclip_name: Its name in pyperclip; empty where pyperclip has none and chooses it by itself.
        reads_back: Whether the clipboard may be read afterwards without cost: on Wayland that can take
            the focus from the window in use, under WSL it starts PowerShell.
        has_primary: Whether it reaches the primary selection as well.
    """

    program: str
    pyperclip_name: str
    reads_back: bool
    has_primary: bool = False


def find_mechanism(environ: Mapping[str, str]) -> Mechanism | None:
    """Find what pyperclip would use, without running anything; None when there is nothing.

    Qt, pyperclip's last resort, is left out: its clipboard is empty again when the program ends.
    """
    if sys.platform == "darwin":
        return Mechanism("pbcopy", "pbcopy", reads_back=True)
    if sys.platform == "win32":
        return Mechanism("Windows", "windows", reads_back=True)

    def there(*programs: str) -> bool:
        return all(shutil.which(program, path=environ.get("PATH")) for program in programs)

    if _in_wsl():
        return Mechanism("clip.exe", "", reads_back=False) if there("clip.exe") else None
    if environ.get("WAYLAND_DISPLAY") and there("wl-copy", "wl-paste"):
        return Mechanism("wl-copy", "wl-clipboard", reads_back=False, has_primary=True)
    if environ.get("DISPLAY"):
        for program in ("xclip", "xsel"):
            if there(program):
                return Mechanism(program, program, reads_back=True, has_primary=True)
        if there("klipper", "qdbus"):
            return Mechanism("klipper", "klipper", reads_back=True)
    return None


def why_no_mechanism(environ: Mapping[str, str]) -> str:
    """Say why there is no clipboard program, and what to do about it, in one sentence."""
    if environ.get("WAYLAND_DISPLAY"):
        return "No clipboard program is installed; install wl-clipboard."
    if environ.get("DISPLAY"):
        return "No clipboard program is installed; install xclip."
    return "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."


def _in_wsl() -> bool:
    try:
        return "microsoft" in Path("/proc/version").read_text(encoding="utf-8").lower()
    except OSError:
        return False
