"""NVIDIA graphics cards and their memory, as `nvidia-smi` tells them; none where it does not.

The fields and the CSV format are those that `nvidia-smi --help-query-gpu` documents: memory in MiB,
and a text in brackets, such as "[N/A]", where a card does not tell.
"""

from __future__ import annotations

import csv
import subprocess
from dataclasses import dataclass
from functools import cache

from engine.commands import answer_of

TIME_OUT_S = 2.0
"""How long `nvidia-smi` may take: it hangs where the driver does."""

COMMAND = (
    "nvidia-smi",
    "--query-gpu=name,driver_version,memory.total,memory.used",
    "--format=csv,noheader,nounits",
)
MIB = 1 << 20
NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Card:
    """One graphics card.

    Attributes:
        name: Such as "NVIDIA GeForce RTX 3060".
        driver: Version of its driver, such as "550.54.14"; empty when unknown.
        total_bytes: Its memory; 0 when unknown.
        used_bytes: What all programs together have taken of it; 0 when unknown.
    """

    name: str
    driver: str = ""
    total_bytes: int = 0
    used_bytes: int = 0

    @property
    def free_bytes(self) -> int:
        """What is left of its memory; 0 when unknown."""
        return max(0, self.total_bytes - self.used_bytes)


def cards(time_out_s: float = TIME_OUT_S) -> tuple[Card, ...]:
    """The cards there are, asked anew each time; none where `nvidia-smi` is missing, fails or hangs."""
    try:
        answer = answer_of(COMMAND, time_out_s)
    except (OSError, subprocess.SubprocessError):
        return ()
    if answer.returncode:
        return ()
    return parse(answer.stdout.decode(errors="replace"))


def parse(answer: str) -> tuple[Card, ...]:
    """Read the CSV of `COMMAND`; lines that are something else are left out."""
    rows = csv.reader(answer.splitlines(), skipinitialspace=True)
    return tuple(_card(row) for row in rows if len(row) >= 4)


def total_bytes() -> int:
    """Memory of the card with the least; 0 without cards. Asked once in the life of the process.

    The least, because CUDA numbers cards in an order of its own: whichever is used has that much.
    """
    return _total_bytes()


def growth(before: tuple[Card, ...], after: tuple[Card, ...]) -> int:
    """Bytes by which the memory of one card filled up, that of the fullest growth; 0 when unknown.

    What other programs took or freed meanwhile is in it: the tool tells no more in a container.
    """
    if len(before) != len(after):
        return 0
    grown = (new.used_bytes - old.used_bytes for old, new in zip(before, after, strict=True))
    return max(0, *grown, 0)


@cache
def _total_bytes() -> int:
    return min((card.total_bytes for card in cards() if card.total_bytes), default=0)


def _card(row: list[str]) -> Card:
    """A row; a name with a comma in it takes the fields that are too many."""
    *name, driver, total, used = (field.strip() for field in row)
    shown = "".join(character for character in ", ".join(name) if character.isprintable())
    version = driver if driver and set(driver) <= set("0123456789.") else ""
    return Card(shown[:NAME_LENGTH] or "NVIDIA card", version, _bytes(total), _bytes(used))


def _bytes(mebibytes: str) -> int:
    return int(mebibytes) * MIB if mebibytes.isascii() and mebibytes.isdigit() and len(mebibytes) < 10 else 0
