"""What can go wrong with a language model server, in words that a user can act on."""

from __future__ import annotations

import re
import socket
import ssl
from dataclasses import dataclass

from engine.deliver.sanitize import for_terminal
from engine.enhance.ollama.host import is_here, shown
from engine.errors import EnhancementError

MOST_SAID = 160
"""Characters of a server's own words that are shown."""

_MEMORY = re.compile(
    r"out of memory|more (?:system |gpu |graphics )?memory|cudamalloc|(?:unable|failed) to allocate"
    r"|insufficient memory|not enough memory|memory layout cannot be allocated",
    re.IGNORECASE,
)
_BROKE_OFF = ("disconnected", "peer closed", "incomplete")
"""Of the messages of an HTTP library: the connection ended too early, in what was HTTP until then."""


class RefusedError(Exception):
    """The server says that something is wrong: its HTTP status (-1 in mid-stream), and its words."""

    def __init__(self, status: int, said: object) -> None:
        super().__init__(status, said)
        self.status, self.said = status, safe(said)

    @property
    def refuses_think(self) -> bool:
        """Whether what it refuses is to be told whether to think."""
        return self.status == 400 and "think" in self.said


class RedirectedError(Exception):
    """The server sends us on to another address."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = safe(to)


class TooMuchError(Exception):
    """The server sends more than any answer has."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked when it went wrong.

    Attributes:
        url: Of the server.
        model: The model that was to answer; empty when the server itself was asked.
        connect_s: Seconds that it had to accept a connection.
    """

    url: str
    model: str = ""
    connect_s: float = 0.0

    @property
    def where(self) -> str:
        """The server, as messages name it."""
        return f"Ollama at {shown(self.url)}"

    @property
    def who(self) -> str:
        """The model and the server."""
        return f"{safe(self.model)} at {shown(self.url)}"


def explained(error: Exception, asked: Asked) -> EnhancementError:
    """The sentences for any failure of a request."""
    import httpx

    if isinstance(error, EnhancementError):
        return error
    if isinstance(error, RefusedError):
        return _refused(error, asked)
    if isinstance(error, RedirectedError):
        return EnhancementError(
            f"The server at {shown(asked.url)} sends requests on to {error.to or 'nowhere'}.",
            "Set ollama.host to that address if Ollama is there: a dictation only goes where you said.",
        )
    if isinstance(error, httpx.ConnectTimeout | httpx.PoolTimeout):
        return EnhancementError(
            f"{asked.where} did not accept a connection within {asked.connect_s:g} s.",
            "See whether it still answers (ollama ps), or restart it; ollama.connect_s gives it longer.",
        )
    if isinstance(error, httpx.ProxyError):
        return EnhancementError(
            f"The proxy on the way to {asked.where} failed: {safe(error)}.",
            "Name the server's host in NO_PROXY, or mend HTTP_PROXY.",
        )
    if isinstance(error, httpx.ConnectError | ConnectionError):
        return _unreachable(error, asked)
    if isinstance(error, httpx.RemoteProtocolError) and not any(one in str(error) for one in _BROKE_OFF):
        return not_ollama(asked)
    if isinstance(error, httpx.TransportError | OSError):
        return EnhancementError(
            f"The connection to {asked.where} broke before the answer was complete.",
            "See whether Ollama still runs (ollama ps), and what its log says; then enhance again.",
        )
    # A line that is no JSON, JSON of another shape, more than any answer has, an encoding that is none.
    if isinstance(error, ValueError | TypeError | AttributeError | LookupError | RecursionError):
        return not_ollama(asked)
    if isinstance(error, TooMuchError | httpx.DecodingError):
        return not_ollama(asked)
    return EnhancementError(f"{asked.where} could not be asked: {safe(error) or type(error).__name__}.")


def unusable(error: Exception, asked: Asked) -> EnhancementError:
    """The client cannot even be made: a proxy or certificates in the environment that it cannot use."""
    return EnhancementError(
        f"{asked.where} cannot be asked with this environment: {safe(error) or type(error).__name__}.",
        "Mend or unset HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, SSL_CERT_FILE or OLLAMA_API_KEY, whichever it is.",
    )


def not_ollama(asked: Asked) -> EnhancementError:
    """What answers does not speak the protocol."""
    return EnhancementError(
        f"What answers at {shown(asked.url)} does not speak as Ollama does.",
        "See what listens there; ollama.host, or OLLAMA_HOST, says where Ollama is.",
    )


def safe(said: object) -> str:
    """Words of a server in one line, without anything that a terminal would obey, not too long."""
    line = " ".join(for_terminal(str(said)[: 4 * MOST_SAID]).split()).rstrip(".")
    return line if len(line) <= MOST_SAID else f"{line[: MOST_SAID - 1].rstrip()}…"


def _unreachable(error: Exception, asked: Asked) -> EnhancementError:
    causes = list(_causes(error))
    if any(isinstance(one, socket.gaierror) for one in causes):
        return EnhancementError(
            f"The host of {asked.where} is not known.",
            "Mend ollama.host or OLLAMA_HOST, or see whether the network is there.",
        )
    remedy = (
        "Start it with: ollama serve"
        if is_here(asked.url)
        else "Start Ollama there with OLLAMA_HOST=0.0.0.0, so that it listens to others, or mend ollama.host."
    )
    if any(isinstance(one, ConnectionRefusedError) for one in causes):
        return EnhancementError(f"{asked.where} is not running: nothing listens there.", remedy)
    if any(isinstance(one, ssl.SSLError) for one in causes):
        remedy = "Write http:// in ollama.host if that server has no certificate."
    reasons = [one.strerror for one in causes if isinstance(one, OSError) and one.strerror]
    return EnhancementError(
        f"{asked.where} cannot be reached: {safe(reasons[-1] if reasons else error)}.", remedy
    )


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        group = getattr(error, "exceptions", ())
        found += [one for one in group if isinstance(one, BaseException)]
        error = error.__cause__ or error.__context__
    return found


def _refused(error: RefusedError, asked: Asked) -> EnhancementError:
    if _MEMORY.search(error.said):
        return EnhancementError(
            f"{asked.who} does not fit into the server's memory: {error.said}.",
            "Choose a smaller model in ollama.model, or lower ollama.context.",
        )
    if error.status == 404 and "not found" in error.said and "model" in error.said:
        model = safe(asked.model)
        return EnhancementError(f"{asked.where} has no model {model}.", f"Fetch it with: ollama pull {model}")
    if error.status in (404, 405):
        return not_ollama(asked)
    if error.status in (401, 403):
        return EnhancementError(
            f"{asked.where} does not let us in ({error.status}): {error.said}.",
            "Set OLLAMA_API_KEY to a key that it knows.",
        )
    if error.status == 400:
        return EnhancementError(
            f"{asked.who} cannot be asked so: {error.said or 'no reason given'}.",
            "Look at model, keep_alive and context under [ollama] in config.toml; not every model can chat.",
        )
    if error.status < 0:
        return EnhancementError(
            f"{asked.who} failed in the middle of its answer: {error.said}.",
            "Enhance again; if it fails again, the log of Ollama says more.",
        )
    return EnhancementError(
        f"{asked.who} failed with status {error.status}: {error.said or 'no reason given'}.",
        "Enhance again; if it fails again, restart Ollama or choose another model.",
    )
