"""What all requests for files have in common: who asks, what secures them, how long silence may last."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass

from engine.errors import ModelError
from engine.models.hub import keep_quiet, own_version
from engine.models.hub_errors import no_line


@dataclass(frozen=True, slots=True)
class Line:
    """How files are fetched.

    Attributes:
        headers: Sent to the hub: who asks, and the access token.
        tls: What secure connections rest on.
        stall_s: Seconds that a server may be silent.
        cancelled: Ends a transfer as soon as it is set.
    """

    headers: Mapping[str, str]
    tls: ssl.SSLContext
    stall_s: float
    cancelled: threading.Event


def open_line(stall_s: float, cancelled: threading.Event) -> Line:
    """Read everything that this machine's settings say of connections, and see whether it can work.

    Raises:
        ModelError: It cannot; names the variables of the environment to check.
    """
    import httpx
    from huggingface_hub.utils import build_hf_headers  # type: ignore[attr-defined]  # lists no names

    try:
        tls = httpx.create_ssl_context()
    except OSError as error:  # those of TLS are of this family
        raise ModelError(
            f"The certificates for secure connections cannot be read ({error.strerror}).",
            "Check SSL_CERT_FILE and SSL_CERT_DIR.",
        ) from error
    try:
        httpx.Client(verify=tls).close()
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        raise no_line(error) from error
    keep_quiet()
    headers = build_hf_headers(library_name="utter", library_version=own_version())
    if not all(value.isascii() and value.isprintable() for value in headers.values()):
        raise ModelError(
            "The access token for the hub holds a letter that no token has.",
            "Check HF_TOKEN, or log in again with the hub's own command.",
        )
    return Line(headers, tls, stall_s, cancelled)
