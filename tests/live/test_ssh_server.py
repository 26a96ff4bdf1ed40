"""The SSH server that other tests use lets us in, hands on an environment, and can be cut."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.support.ssh_server import SshServer, ssh_server

PATIENCE_S = 30


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SshServer]:
    with ssh_server(tmp_path_factory.mktemp("ssh"), {"HOME": "/nowhere", "SIGN": "two words"}) as running:
        yield running


def test_it_runs_commands_with_the_environment_it_was_given(server: SshServer) -> None:
    done = subprocess.run(
        [*server.command, 'echo "$HOME $SIGN"; cat'],
        input="through\n",
        capture_output=True,
        text=True,
        env=os.environ | server.environment,
        timeout=PATIENCE_S,
        check=True,
    )
    assert done.stdout == "/nowhere two words\nthrough\n"


def test_a_cut_ends_the_connection_and_the_next_one_works(server: SshServer) -> None:
    connected = subprocess.Popen(
        [*server.command, "echo there; cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert connected.stdout is not None
    assert connected.stdout.readline() == b"there\n"
    server.cut()
    assert connected.wait(PATIENCE_S) == 255
    connected.communicate()
    subprocess.run([*server.command, "true"], check=True, timeout=PATIENCE_S)
