"""Where the language model server is: its address from a setting or OLLAMA_HOST; pure.

The rules are those of Ollama's own programs: a scheme and a port may be left out, and are then http and
11434; with a scheme, the port left out is that of the scheme.
"""

from __future__ import annotations

import ipaddress
import os
import re
from urllib.parse import urlsplit

from engine.errors import EnhancementError

PORT = 11434

HOST_VARIABLE = "OLLAMA_HOST"
"""Environment variable that names the server where the setting does not."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
"""Addresses that a server listens at and nobody can call, with the one that reaches it on this machine.
OLLAMA_HOST is often set to these, for the server reads it as well."""

_NEAR = (".localhost", ".local", ".lan", ".internal", ".home.arpa")
"""Ends of names that are resolved on this machine or in its own network."""


_NAME = re.compile(r"[\w.-]+|[0-9a-f:.]+(%[\w.-]+)?", re.IGNORECASE)
"""A name, or a number of either kind."""


def address(host: str) -> str:
    """The address to call, such as "http://127.0.0.1:11434".

    Args:
        host: As the user wrote it; empty for OLLAMA_HOST, and without that for this machine.

    Raises:
        EnhancementError: It is none; says whether the setting or the variable has to be mended.
    """
    value = host.strip() or os.environ.get(HOST_VARIABLE, "").strip().strip("\"'")
    scheme, separator, rest = value.partition("://")
    if not separator:
        scheme, rest = "http", value
    try:
        parts = urlsplit(f"//{rest}")
        name, port = parts.hostname or ("" if separator or "@" in rest else "127.0.0.1"), parts.port
    except ValueError:
        name, port, parts = "", None, urlsplit("")
    if scheme not in ("http", "https") or not _NAME.fullmatch(name) or any(one.isspace() for one in value):
        where = "ollama.host" if host.strip() else HOST_VARIABLE
        raise EnhancementError(
            f'{where} holds "{value[:80]}", which is no address of a server.',
            "Write it as 127.0.0.1:11434 or http://gpu-box:11434.",
        )
    if port is None:
        port = PORT if not separator else 443 if scheme == "https" else 80
    name = EVERYWHERE.get(name, name)
    shown = f"[{name}]" if ":" in name else name
    return f"{scheme}://{shown}:{port}{parts.path.rstrip('/')}"


def shown(url: str) -> str:
    """An address as messages have it: host and port; never a user's name or password."""
    return urlsplit(url).netloc.rpartition("@")[2]


def is_here(url: str) -> bool:
    """Whether the server is on this machine."""
    name = urlsplit(url).hostname or ""
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def is_near(url: str) -> bool:
    """Whether the server is on this machine or in its own network: a proxy cannot reach that, or must not.

    Many set HTTP_PROXY and no NO_PROXY; a dictation for the machine next to them would then travel to a
    proxy, and be refused there.
    """
    name = urlsplit(url).hostname or ""
    try:
        found = ipaddress.ip_address(name)
    except ValueError:
        return "." not in name or name.endswith(_NEAR)
    return found.is_loopback or found.is_private or found.is_link_local
