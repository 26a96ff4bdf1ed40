"""The tmux server whose panes take texts: where it listens, and how it is asked."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine.deliver import program
from engine.deliver.inject.tmux_panes import LISTING, Pane, parse
from engine.errors import DeliveryError


class TmuxServer:
    """One server, and what was seen of it last.

    Attributes:
        panes: The panes that were there when they were last asked for; None before that.
    """

    def __init__(self, socket_path: str) -> None:
        """Ask nothing yet.

        Args:
            socket_path: The socket on which it listens.
        """
        self._socket = socket_path
        self.panes: tuple[Pane, ...] | None = None

    def why_not(self, environ: Mapping[str, str]) -> str | None:
        """Say in one sentence why it cannot be reached; None when it can. Runs no program."""
        if shutil.which("tmux", path=environ.get("PATH")) is None:
            return "tmux is not installed; install it, or choose another target."
        if not _listens(self._socket):
            return f"No tmux server is running: nothing listens on {self._socket}; start tmux first."
        return None

    async def ask(self, *commands: str, text: bytes = b"", environ: Mapping[str, str]) -> str:
        """Let it do `commands`, with `text` for the one that reads standard input, and give its answer.

        Raises:
            DeliveryError: It cannot be reached, or refuses; says why.
        """
        reason = self.why_not(environ)
        if reason is not None:
            raise DeliveryError(reason)
        tmux = shutil.which("tmux", path=environ.get("PATH")) or "tmux"
        # -u: without a locale, as services have none, it would write _ for everything but ASCII.
        answer = await program.require([tmux, "-u", "-S", self._socket, *commands], text, environ=environ)
        return answer.decode(errors="replace")

    async def look(self, *, environ: Mapping[str, str]) -> tuple[Pane, ...]:
        """See what panes there are.

        Raises:
            DeliveryError: It cannot be reached; says why.
        """
        self.panes = parse(await self.ask(*LISTING, environ=environ))
        return self.panes


def server_for(environ: Mapping[str, str]) -> TmuxServer:
    """The server in whose pane we run, else the user's default one.

    The same server for the same environment, so that what one target sees of it another one knows.
    """
    own = environ.get("TMUX", "").split(",")[0]
    return _server(own or _default_socket(environ))


def own_pane(environ: Mapping[str, str]) -> str:
    """The pane in which we run; empty when it is none of this server's."""
    return environ.get("TMUX_PANE", "") if environ.get("TMUX") else ""


@cache
def _server(socket_path: str) -> TmuxServer:
    return TmuxServer(socket_path)


def _default_socket(environ: Mapping[str, str]) -> str:
    """Where tmux listens without options (its manual, under -L)."""
    user = 0 if sys.platform == "win32" else os.getuid()
    return str(Path(environ.get("TMUX_TMPDIR") or "/tmp") / f"tmux-{user}" / "default")


def _listens(path: str) -> bool:
    """Whether a server accepts connections there; one that is dead may have left its socket behind."""
    if sys.platform == "win32":
        return False
    with contextlib.closing(socket.socket(socket.AF_UNIX)) as client:
        client.setblocking(False)
        try:
            client.connect(path)
        except BlockingIOError:
            return True  # so busy that we would have to wait
        except OSError:
            return False
    return True
