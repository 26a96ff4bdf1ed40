"""One engine at a time: which one runs is who listens at the control socket.

The claim is made before a screen is opened or a microphone is touched. Beside the socket lies a note that
says who holds it; the socket alone decides whether anybody does.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from engine.atomic_file import replace_file
from engine.deliver.sanitize import for_terminal
from engine.errors import RemoteError
from engine.runtime_folder import CONTROL, candidates, own
from engine.unix_socket import TakenError, check, claim, connect, release

NOTE = "engine.json"
"""Name of the note that lies beside the socket."""

Kind: TypeAlias = Literal["workstation", "daemon"]
"""What runs an engine."""

LARGEST_PID = 1 << 31
"""Above all numbers of processes: they are of C's type `pid_t`."""


class AnotherEngineError(RemoteError):
    """This user has an engine that runs already; `what` names it."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who runs an engine.

    Attributes:
        pid: The number of its process.
        kind: Whether it has a screen.
        since: When it began, in seconds of the epoch.
        terminal: The terminal it was begun on; empty where there was none.
    """

    pid: int
    kind: Kind
    since: float
    terminal: str = ""

    def __str__(self) -> str:
        """In the words of a sentence: "process 12, since 14:05, on /dev/pts/3"."""
        began = time.localtime(self.since)
        today = began[:3] == time.localtime()[:3]
        since = time.strftime("%H:%M" if today else "%Y-%m-%d %H:%M", began)
        where = f"on {self.terminal}" if self.terminal else "without a terminal"
        return f"process {self.pid}, since {since}, {where}"


class EngineClaim:
    """The right to run this user's engine, held until it is released or the process ends.

    Attributes:
        path: The control socket.
        sock: It listens; who asks before anybody answers waits.
        holder: What we are.
    """

    def __init__(self, path: str, sock: socket.socket, holder: Holder) -> None:
        """Hold what `claim_engine` has claimed."""
        self.path = path
        self.sock = sock
        self.holder = holder

    def release(self) -> None:
        """Let another engine run. Safe to call twice; what is not ours any more is left alone."""
        note = _note(self.path)
        if _read(note) == self.holder:
            with suppress(OSError):
                note.unlink()
        release(self.path, self.sock)


def claim_engine(kind: Kind) -> EngineClaim:
    """Claim the right to run this user's engine. The socket of one that died is replaced.

    Raises:
        AnotherEngineError: One runs; says which, and what to do.
        RemoteError: There can be no control socket here; says why.
    """
    try:
        path = os.path.join(own(), CONTROL)
    except OSError as error:
        raise RemoteError(
            f"There can be no control socket: {error.filename or 'its folder'}: {error.strerror or error}.",
            "Let XDG_RUNTIME_DIR name a folder of your own.",
        ) from error
    check(path)
    for elsewhere in (os.path.join(folder, CONTROL) for folder in candidates()):
        if elsewhere != path and _is_answered(elsewhere):
            raise _another(elsewhere, "")
    try:
        sock = claim(path)
    except TakenError as error:
        raise _another(path, error.what) from error
    holder = Holder(os.getpid(), kind, round(time.time(), 3), _terminal())
    with suppress(OSError):  # a full disk: the socket alone will do
        replace_file(_note(path), json.dumps(asdict(holder)))
    return EngineClaim(path, sock, holder)


def _another(path: str, said: str) -> AnotherEngineError:
    """Name the engine that listens at a socket, as well as it can be named."""
    holder = _read(_note(path))
    if holder and not _lives(holder.pid):
        holder = None  # the note of one that died: who has come after it has not written its own yet
    who = f"({holder})" if holder else f"({said.rstrip('.')})" if said else f"({path})"
    what = "daemon" if holder and holder.kind == "daemon" else "workstation"
    end = f"`kill {holder.pid}`" if holder and holder.kind == "daemon" else "q there"
    return AnotherEngineError(
        f"Another utter runs already as a {what} {for_terminal(who)}; one at a time has the microphone.",
        f"Command it with `utter ctl`, or end it: {end}.",
    )


def _is_answered(path: str) -> bool:
    """Whether somebody listens at a socket, or at least does not let go of it."""
    try:
        there = connect(path)
    except (TimeoutError, BlockingIOError):  # it has a queue, and that is full
        return True
    except OSError:
        return False
    if there is None:
        return False
    there.close()
    return True


def _lives(pid: int) -> bool:
    """Whether there is a process of that number."""
    try:
        os.kill(pid, 0)
    except OSError as error:
        return isinstance(error, PermissionError)
    return True


def _note(path: str) -> Path:
    return Path(path).with_name(NOTE)


def _read(note: Path) -> Holder | None:
    """What a note says; None where it is not there or makes no sense."""
    try:
        said = json.loads(note.read_text(encoding="utf-8"))
        holder = Holder(said["pid"], said["kind"], float(said["since"]), str(said["terminal"]))
        str(holder)
    except (OSError, ValueError, TypeError, LookupError, OverflowError, RecursionError):
        return None
    known = isinstance(holder.pid, int) and 0 < holder.pid < LARGEST_PID and holder.kind in get_args(Kind)
    return holder if known else None


def _terminal() -> str:
    """The terminal that this process was begun on; empty where there is none."""
    for stream in (0, 1, 2):
        with suppress(OSError, AttributeError):  # Windows has no names of terminals
            return os.ttyname(stream)
    return ""
