"""A link through ssh: `ssh HOST utter mic --relay`, whose pipes lead to the utter over there.

The host is one argument and no shell of this machine sees it; one that ssh would take for an option is
refused. The command over there goes through that machine's login shell, as ssh has it.

What ends us goes to ssh as well: Ctrl-C and a terminal that is closed signal the whole group of processes,
and a service manager all of a service. Ssh must outlive us by the moment that our last word takes, or the
utter over there waits for us to come back. So it is started with those signals blocked, which lasts over
`exec` and, unlike ignoring them, also where ssh shares the connection of another ssh: there it puts its own
handlers in the place of ignored ones (mux.c of OpenSSH).
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import subprocess
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence

from engine.deliver.sanitize import for_terminal
from engine.errors import RemoteError
from engine.remote.link import HopelessLinkError, Link
from engine.remote.relay import MARKER

OPTIONS = (
    *("-T", "-x", "-a"),
    # What the user has set up to be forwarded would be bound twice, and may end the connection.
    *("-o", "ClearAllForwardings=yes"),
    *("-o", "ConnectTimeout=20", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"),
)
"""No terminal, no forwarding, and an end to a connection that died. The user's own settings for multiplexing
stay as they are."""

UNASKED = ("-o", "BatchMode=yes", "-o", "ControlMaster=no")
"""Where nobody can be asked. A connection of others is still used, but ours is none for others to use: it
would live on with SIGTERM blocked."""

START_S = 150.0
"""Seconds until the relay must be there: a little more than sshd gives somebody to type a password."""

LAST_S = 1.0
"""Seconds that ssh has to hand on what it was given and to end, and for each harder word after that."""

READ = 1 << 16
"""Bytes that are buffered of what comes."""

OWN_GROUP: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
"""On Windows keeps Ctrl-C from ssh, which can still ask for a password."""

NOT_FOUND, NOT_EXECUTABLE, OF_SSH = 127, 126, 255
"""Exit codes: of a shell that cannot run the command, and of ssh itself where it failed."""

HOPELESS = ("Permission denied (", "Host key verification failed")
"""What ssh says where no other try can go better."""


def check_host(host: str) -> str:
    """Give `host` back where ssh takes it for a host.

    Raises:
        RemoteError: It is empty, or ssh would read it as an option.
    """
    if not host or host.startswith("-") or any(ord(sign) <= 32 for sign in host):
        raise RemoteError(
            f'"{for_terminal(host)}" is not the name of a host.', "Write: utter mic --to user@host"
        )
    return host


class _Ssh(SubprocessStreamProtocol):
    """Tells when ssh has ended: `Process.wait` waits until whoever else has its pipes has ended too."""

    def __init__(self, limit: int, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(limit, loop)
        self.exited = asyncio.Event()

    def process_exited(self) -> None:
        super().process_exited()
        self.exited.set()


class SshLink:
    """One run of ssh; satisfies `Link`."""

    def __init__(
        self,
        transport: asyncio.SubprocessTransport,
        protocol: _Ssh,
        process: Process,
        host: str,
        tell: Callable[[str], None],
    ) -> None:
        """Take a run of ssh over, and the pipes to it; `tell` hears each line of its complaints."""
        assert process.stdin is not None
        assert process.stdout is not None
        self.writer = process.stdin
        self.reader = process.stdout
        self._transport = transport
        self._exited = protocol.exited
        self._process = process
        self._host = host
        self._tell = tell
        self._last: deque[str] = deque(maxlen=8)
        self._listening = asyncio.create_task(self._listen())

    async def close(self) -> str:
        """End it: ssh hands on what it has and ends with its pipe, or is made to. Never waits for long.

        Raises:
            HopelessLinkError: It ended for a reason that no other try mends.
        """
        try:
            with contextlib.suppress(OSError):
                self.writer.close()
            await self._ended()
            # One that asks for a password gives the terminal its echo back before it ends.
            for harder in (self._process.terminate, self._process.kill):
                if self._process.returncode is None:
                    with contextlib.suppress(ProcessLookupError):
                        harder()
                    await self._ended()
            # A connection that is kept open for others (ControlPersist) may hold the pipe.
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LAST_S):
                    await self._listening
        finally:
            self._transport.close()
        return self._explain(self._process.returncode or 0)

    async def abandon(self) -> None:
        """End it at once: nothing was given to it that it might still hand on."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        with contextlib.suppress(RemoteError):
            await self.close()

    async def _ended(self) -> None:
        """Wait for its end, but not for long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LAST_S):
                await self._exited.wait()

    def _explain(self, code: int) -> str:
        if code in (NOT_FOUND, NOT_EXECUTABLE):
            raise HopelessLinkError(
                f"{self._host} cannot run utter: its shell does not find it where it looks without a login.",
                "Say where it is, such as: --remote-command '~/utter/.venv/bin/utter'",
            )
        hopeless = [line for line in self._last if any(sign in line for sign in HOPELESS)]
        if code == OF_SSH and hopeless:
            raise HopelessLinkError(
                f"ssh does not reach {self._host}: {hopeless[-1].rstrip('.')}.",
                f"Try it with: ssh {self._host}",
            )
        if code == OF_SSH:
            return f"ssh to {self._host} ended."
        return f"ssh to {self._host} was killed." if code < 0 else ""

    async def _listen(self) -> None:
        """Hand on what ssh, or the relay behind it, says on standard error."""
        assert self._process.stderr is not None
        while True:
            try:
                line = await self._process.stderr.readline()
            except ValueError:
                continue  # longer than any complaint; what follows it is read
            if not line:
                return
            words = " ".join(for_terminal(line.decode(errors="replace")).split()).removeprefix("utter: ")
            if words:
                self._last.append(words)
                self._tell(words)


async def open_ssh(
    ssh: Sequence[str],
    host: str,
    remote_command: str,
    *,
    ask: bool,
    tell: Callable[[str], None],
    environ: Mapping[str, str] | None = None,
) -> Link:
    """Run ssh to `host` and return when the relay is there.

    Args:
        ssh: The program with options of the user's.
        host: As `check_host` let it pass.
        remote_command: What runs utter there, in that machine's shell.
        ask: Whether ssh may ask for a password: there is somebody at a terminal.
        tell: Told each line that ssh says on standard error, harmless.
        environ: Environment of ssh; None is ours.

    Raises:
        RemoteError: There is no ssh, or it ended, with what it said.
    """
    command = [*ssh, *OPTIONS, *(() if ask else UNASKED), host, f"{remote_command} mic --relay"]
    loop = asyncio.get_running_loop()
    try:
        with _out_of_reach(ask=ask):
            transport, protocol = await loop.subprocess_exec(
                lambda: _Ssh(READ, loop),
                *command,
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=environ,
                creationflags=OWN_GROUP,
            )
    except OSError as error:
        raise HopelessLinkError(
            f"{command[0]} cannot be started: {error.strerror or error}.", "Install OpenSSH, or use --ssh."
        ) from None
    link = SshLink(transport, protocol, Process(transport, protocol, loop), host, tell)
    try:
        async with asyncio.timeout(START_S):
            await link.reader.readuntil(MARKER)
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, OSError):
        why = await link.close()
        raise RemoteError(why or f"{host} did not start `{remote_command} mic --relay`.") from None
    except asyncio.CancelledError:
        await link.abandon()
        raise
    return link


@contextlib.contextmanager
def _out_of_reach(*, ask: bool) -> Iterator[None]:
    """Block, for what is started meanwhile, the signals that go to all of us; ours come a moment later.

    Where ssh may ask something, only SIGTERM gives the terminal its echo back, and stays.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    signals = {signal.SIGINT, signal.SIGHUP} | (set() if ask else {signal.SIGTERM})
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signals)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
