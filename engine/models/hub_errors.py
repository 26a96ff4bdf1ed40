"""What goes wrong between here and the hub, in words a user can act on.

The hub's client and our own stand on different HTTP libraries, and which ones changes with their
versions. What these raise is told apart by the system's error that lies at its bottom, and by status.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator, Mapping

from engine.errors import ModelError

AGAIN = "Run the same download again later: what has come stays and is not fetched twice."
OTHER_MODEL = "Look for one that was converted for faster-whisper (CTranslate2)."
MIRROR = "If you use a mirror, check HF_ENDPOINT."

LONGEST_WAIT_S = 120
"""Seconds that a server may make us wait; beyond that the user decides."""


class TryAgainError(ModelError):
    """A failure that may pass by itself.

    Attributes:
        wait_s: Seconds after which the server wants to be asked again; None when it did not say.
    """

    wait_s: int | None = None


class UnreachableError(TryAgainError):
    """There is no way to the server at all; at the start of a download nobody waits for that to change."""


class UnreadableAnswerError(ModelError):
    """What answered is no hub."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} did not answer as a model hub does.",
            f"A network that asks to sign in answers so: open a web page first. {MIRROR}",
        )


def network_error(error: BaseException, host: str) -> ModelError:
    """The sentence for an error that an HTTP library raised on the way to `host`."""
    causes = list(_causes(error))
    names = {type(cause).__name__ for cause in causes}
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return ModelError(
                f"The certificate of {host} cannot be trusted ({cause.verify_message}).",
                "Check this machine's clock; behind a proxy, name its certificates in SSL_CERT_FILE.",
            )
        if isinstance(cause, ssl.SSLError):
            return UnreachableError(f"No secure connection to {host} came about.", _check())
        if isinstance(cause, socket.gaierror):
            return UnreachableError(
                f"{host} cannot be found: this machine seems to be offline.",
                f"Connect it and try again; what is on disk works without a network. {_proxy()}".strip(),
            )
        if isinstance(cause, ConnectionRefusedError):
            return UnreachableError(f"{host} refuses connections.", _check())
        if isinstance(cause, ImportError | ValueError):
            return no_line(cause)
    if any("Timeout" in name for name in names):
        return silent(host)
    if names & {"UnsupportedProtocol", "InvalidURL", "LocalProtocolError", "TooManyRedirects", "ProxyError"}:
        return ModelError(f"There is no way to {host}: {error}.", f"{_proxy()} {MIRROR}".strip())
    reason = next((c.strerror for c in causes if isinstance(c, OSError) and c.strerror), "")
    return TryAgainError(f"The connection to {host} broke{f' ({reason})' if reason else ''}.", AGAIN)


def no_line(error: Exception) -> ModelError:
    """The sentence for settings with which no connection at all can be made."""
    return ModelError(
        f"No connection can be made with the settings of this machine: {str(error).rstrip('.')}.",
        "Check HTTP_PROXY, HTTPS_PROXY and ALL_PROXY.",
    )


def silent(host: str) -> TryAgainError:
    """The sentence for a server that says nothing any more."""
    return TryAgainError(f"{host} sends nothing any more.", AGAIN)


def status_error(
    status: int, headers: Mapping[str, str], host: str, repository: str, file: str = ""
) -> ModelError:
    """The sentence for an answer that is no success.

    Args:
        status: HTTP's number.
        headers: Of the answer; the hub says in "X-Error-Code" what it means, with names in any case.
        host: Who answered.
        repository: What was asked for.
        file: The file of it, if one was asked for.
    """
    told = {name.lower(): value for name, value in headers.items()}
    code = told.get("x-error-code", "")
    if status in (401, 403) and code == "GatedRepo":
        return ModelError(
            f"{repository} is given only to those who accepted its terms on {host}.",
            "Accept them on its page, then put an access token into HF_TOKEN.",
        )
    if status == 404 and file:
        return ModelError(f"{host} has no {file} for {repository}, though its list names it.", AGAIN)
    if status == 404 or code == "RepoNotFound":
        return ModelError(
            f"{host} knows no model {repository}.",
            "Check its spelling (OWNER/NAME); a private one needs an access token in HF_TOKEN.",
        )
    if status in (401, 403):
        return ModelError(
            f"{host} refuses to give {file + ' of ' if file else ''}{repository} ({status}).",
            "It may not exist, or need an access token in HF_TOKEN; a token that has expired is refused too.",
        )
    if status == 429:
        return _later(TryAgainError(f"{host} gets too many requests from here (429).", AGAIN), told)
    if status >= 500 or status == 408:
        return _later(TryAgainError(f"{host} has trouble of its own ({status}).", AGAIN), told)
    return ModelError(f"{host} answered {status} when asked for {file or repository}.", MIRROR)


def _check() -> str:
    return " ".join(part for part in (AGAIN, MIRROR, _proxy()) if part)


def _proxy() -> str:
    """What to check where a proxy stands between: whoever set it has often forgotten it."""
    from urllib.request import getproxies

    names = sorted({f"{scheme.upper()}_PROXY" for scheme in getproxies() if scheme != "no"})
    return f"A proxy is set; check {', '.join(names)}." if names else ""


def _later(error: TryAgainError, headers: Mapping[str, str]) -> TryAgainError:
    after = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", after):
        error.wait_s = min(int(after), LONGEST_WAIT_S)
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and what lies beneath it."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
