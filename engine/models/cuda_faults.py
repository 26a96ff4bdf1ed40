"""What is wrong where CUDA does not work, read from what the libraries said; pure.

The patterns are the libraries' own messages: of the CUDA runtime and of cuBLAS as CTranslate2 passes
them on, and of cuDNN's loader, which prints them and ends the process, as users of faster-whisper
report it. No card was at hand: only what CTranslate2 says without one was seen. Its version 4.8.5 does
not name cuDNN at all; earlier ones need it, and faster-whisper's README asks for it.

What is read may come from the standard error of a process that died, so nothing in it is trusted: it
is matched, cut and stripped of control characters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

from engine.exit_status import how_it_ended

FaultKind: TypeAlias = Literal[
    "device", "driver", "card", "cublas", "cudnn", "memory", "crash", "hang", "other"
]
"""What is wrong: no device, the driver, a card that is too old or new, a library, or just a bad end."""

ON_CPU = 'or set recognition.device to "cpu"'
SAID_LENGTH = 160

PATTERNS: tuple[tuple[FaultKind, str], ...] = (
    ("memory", r"out of memory|(?:CUBLAS|CUDNN)_STATUS_ALLOC_FAILED|std::bad_alloc|cannot allocate memory"),
    ("driver", r"driver version is insufficient|unsupported display driver|driver initialization failed"),
    ("device", r"no CUDA-capable device|invalid device ordinal"),
    ("card", r"no kernel image is available|unsupported toolchain|CUBLAS_STATUS_ARCH_MISMATCH"),
    ("cudnn", r"cudnn"),
    ("cublas", r"cublas"),
)
"""Kind and what gives it away, the first match taken: cuBLAS that has no memory names both."""

WHAT: dict[FaultKind, str] = {
    "device": "there is no graphics card that CUDA can use",
    "driver": "the graphics driver is missing or older than CUDA 12 needs",
    "card": "the graphics card is not one that this version of CTranslate2 was built for",
    "cublas": "cuBLAS of CUDA 12 is missing or does not work",
    "cudnn": "cuDNN is missing or does not work",
    "memory": "the graphics card has not enough free memory",
    "hang": "it gave no answer in time",
}
"""Sentences without a capital and a stop, that go behind "because"; the others are said from case to case."""

FIX: dict[FaultKind, str] = {
    "device": f"Check that `nvidia-smi` lists the card and CUDA_VISIBLE_DEVICES does not hide it, {ON_CPU}.",
    "driver": f"Install an NVIDIA driver of version 525 or later and restart the machine, {ON_CPU}.",
    "card": f"Install a version of CTranslate2 that was built for the card, {ON_CPU}.",
    "cublas": (
        "Install it with `pip install nvidia-cublas-cu12` and name its folder in LD_LIBRARY_PATH, "
        f"or take your system's packages of CUDA 12, {ON_CPU}."
    ),
    "cudnn": (
        'Install it with `pip install "nvidia-cudnn-cu12==9.*"` and name its folder in LD_LIBRARY_PATH, '
        f"or take your system's package of cuDNN 9 for CUDA 12, {ON_CPU}."
    ),
    "memory": f"Close programs that use the card, choose a smaller model, {ON_CPU}.",
    "hang": f"Restart the machine if `nvidia-smi` hangs as well, {ON_CPU}.",
}
"""What to do. Packages and LD_LIBRARY_PATH as faster-whisper's README has them; the driver's version
as NVIDIA's table of CUDA compatibility has it for CUDA 12 on Linux."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Why CUDA does not work.

    Attributes:
        kind: What is wrong.
        what: The same in words that go behind "because", without a full stop.
        fix: One sentence that says what to do.
    """

    kind: FaultKind
    what: str
    fix: str

    @property
    def passing(self) -> bool:
        """Whether it may be over the next time."""
        return self.kind in ("memory", "hang")


def fault_of(said: str, code: int = 0, *, hung: bool = False) -> Fault:
    """Tell what is wrong.

    Args:
        said: An error's message, or what a process printed before its end.
        code: Exit status of a process that ended; negative for a signal.
        hung: Whether it was given up, because it did not answer.
    """
    if hung:
        return Fault("hang", WHAT["hang"], FIX["hang"])
    kind, line = _telling(said)
    if kind in WHAT:
        return Fault(kind, f"{WHAT[kind]} ({line})", FIX[kind])
    if code < 0:
        what = f"the process crashed ({how_it_ended(code)})"
        return Fault("crash", f"{what}: {line}" if line else what, _unknown_fix())
    return Fault("other", line or f"the process ended with status {code}", _unknown_fix())


def _telling(said: str) -> tuple[FaultKind, str]:
    """The first kind that a line gives away, with that line; else the last line there is."""
    lines = [line for line in (cleaned(line) for line in said.splitlines()) if line]
    for kind, pattern in PATTERNS:
        for line in lines:
            if re.search(pattern, line, re.IGNORECASE):
                return kind, line
    return "other", lines[-1] if lines else ""


def cleaned(line: str) -> str:
    """A line of a stranger, fit to be shown: one line, printable, of limited length, without its stop."""
    text = " ".join("".join(char if char.isprintable() else " " for char in line).split())
    return text[:SAID_LENGTH].rstrip(". ")


def _unknown_fix() -> str:
    return f"Check that the driver, cuBLAS of CUDA 12 and cuDNN 9 belong together, {ON_CPU}."
