"""An SSH server of our own on loopback: OpenSSH's sshd with its keys and settings in a folder.

It lets in whoever runs the tests, without a password, and says to the processes it starts what their
environment is: a login over SSH inherits nothing from ours. Where a test runs as root and where it does
not, it works alike.
"""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.support.debian import missing, require

HOST = "elsewhere"
"""What the host is called: a name that the client's settings know and no resolver does."""

PATIENCE_S = 20.0
TRIES = 5
"""Ports that are tried: another program may take a free one before sshd does."""

PRIVILEGES = Path("/run/sshd")
"""A folder that sshd insists on when it runs as root; its service makes it, and nothing else."""


class SshServer:
    """One server, and how to reach it.

    Attributes:
        ssh: The client with its settings; a host, and what to run there, follow.
        host: The host's name.
        command: Both in one: what runs a command there, `[*server.command, "uname", "-a"]`.
        port: Where it listens, on loopback: for whoever wants a slow link in between.
        environment: What a process here needs to use it beside its own environment; nothing but what
            keeps an agent of the user's out.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._there = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None
        self.host = HOST
        self.port = 0
        self.ssh = [require("ssh", package="openssh-client"), "-F", str(folder / "ssh_config")]
        self.command = [*self.ssh, HOST]
        self.environment = {"SSH_AUTH_SOCK": ""}

    def start(self) -> None:
        """Start the server, and return when it listens."""
        sshd = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
        if sshd is None:
            missing("sshd", "openssh-server")
        assert sshd is not None
        self._folder.mkdir(parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        if os.getuid() == 0:
            PRIVILEGES.mkdir(mode=0o755, exist_ok=True)
        for name in ("host_key", "user_key"):
            if not (self._folder / name).exists():
                key = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(self._folder / name)]
                subprocess.run(key, check=True, timeout=30)
        shutil.copy(self._folder / "user_key.pub", self._folder / "authorized_keys")
        for _ in range(TRIES):
            if self._listen(sshd):
                return
        raise RuntimeError(f"sshd did not start: {self._log()}")

    def stop(self) -> None:
        """End the server and every connection. Safe to call twice; it can be started again."""
        process, self._process = self._process, None
        if process is None:
            return
        for session in self._sessions():
            session.kill()
        process.terminate()
        process.wait(timeout=PATIENCE_S)

    def cut(self) -> None:
        """Break the connections that there are, as a lost link would; new ones are taken."""
        for session in self._sessions():
            session.kill()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Break the connections that there are, and let new ones wait for an answer meanwhile."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        try:
            self.cut()
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def _sessions(self) -> list[psutil.Process]:
        """The processes of sshd behind connections; not what they have started for their users."""
        if self._process is None:
            return []
        found = []
        for child in psutil.Process(self._process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                if child.name().startswith("sshd"):
                    found.append(child)
        return found

    def _listen(self, sshd: str) -> bool:
        """Start it on a free port; whether it listens there."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._write_settings()
        with (self._folder / "sshd.log").open("wb") as log:
            self._process = subprocess.Popen(
                [sshd, "-D", "-e", "-f", str(self._folder / "sshd_config")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + PATIENCE_S
        while "Server listening" not in self._log():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self._process.kill()
                self._process.wait()
                return False
            time.sleep(0.02)
        return True

    def _write_settings(self) -> None:
        folder = self._folder
        # One line for all: of several SetEnv lines the first counts.
        there = " ".join(f'"{name}={value}"' for name, value in self._there.items())
        server = [
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            f"HostKey {folder}/host_key",
            f"AuthorizedKeysFile {folder}/authorized_keys",
            f"PidFile {folder}/sshd.pid",
            *("StrictModes no", "UsePAM no", "PermitRootLogin yes", "PasswordAuthentication no"),
            *("PrintMotd no", "PrintLastLog no", "UseDNS no", "MaxStartups 100", "MaxSessions 100"),
            *([f"SetEnv {there}"] if there else []),
        ]
        (folder / "sshd_config").write_text("\n".join(server) + "\n")
        public = (folder / "host_key.pub").read_text()
        (folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {public}")
        client = [
            f"Host {HOST}",
            "  HostName 127.0.0.1",
            f"  Port {self.port}",
            f"  User {getpass.getuser()}",
            f"  IdentityFile {folder}/user_key",
            f"  UserKnownHostsFile {folder}/known_hosts",
            *("  IdentitiesOnly yes", "  StrictHostKeyChecking yes", "  LogLevel ERROR"),
        ]
        (folder / "ssh_config").write_text("\n".join(client) + "\n")

    def _log(self) -> str:
        path = self._folder / "sshd.log"
        return path.read_text(errors="replace") if path.exists() else ""


@contextmanager
def ssh_server(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[SshServer]:
    """A running SSH server that lives in `folder`.

    Args:
        folder: Of its own; made where it is not there.
        environment: What processes that are started over it have in their environment. Without it they
            have the home of the user's account and no runtime folder: a test gives its own HOME and
            XDG_RUNTIME_DIR.
    """
    server = SshServer(folder, environment or {})
    try:
        server.start()
        yield server
    finally:
        server.stop()
