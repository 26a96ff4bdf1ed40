"""One try to bring one file here, from where the last one ended."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass

from engine.models.aside import StalledError, WorkError, aside
from engine.models.download_meter import DownloadMeter
from engine.models.hub import host_of
from engine.models.hub_errors import AGAIN, TryAgainError, network_error, silent, status_error
from engine.models.line import Line
from engine.models.part_file import PartFile


@dataclass(frozen=True, slots=True)
class _Answer:
    """What comes before the bytes.

    Attributes:
        status: HTTP's number.
        headers: Of the answer.
        host: Who answered, after all redirects.
    """

    status: int
    headers: Mapping[str, str]
    host: str


def receive(line: Line, url: str, part: PartFile, repository: str, meter: DownloadMeter) -> bool:
    """Fetch what `part` lacks, in one try.

    Args:
        line: How.
        url: Where the file lies, in one fixed version: what is there already is of the same.
        part: Grows.
        repository: What it is a part of, for messages.
        meter: Counts what comes, and what is thrown away.

    Returns:
        Whether the server kept to the size it told; False when it sent more.

    Raises:
        CancelledError: `line.cancelled` was set.
        ModelError: It did not come about; a `TryAgainError` if that may pass.
        OSError: The disk does not take it.
    """
    asked = host_of(url)
    try:
        with closing(
            aside(lambda: _get(line, url, part.size), line.cancelled, line.stall_s, meter.tick)
        ) as got:
            for item in got:
                if isinstance(item, _Answer):
                    _begin(item, part, repository, meter)
                elif part.append(item):
                    meter.received(len(item))
                else:
                    return False
    except StalledError:
        raise silent(asked) from None
    except WorkError as failure:
        raise network_error(failure.error, _host_of_failure(failure.error) or asked) from failure
    if not part.is_whole:
        raise TryAgainError(f"{asked} ended {part.file.name} early.", AGAIN)
    return True


def drop(part: PartFile, meter: DownloadMeter) -> None:
    """Throw away what is there of a file, and no longer count it."""
    meter.done_bytes -= part.size
    part.restart()


def _get(line: Line, url: str, start: int) -> Iterator[_Answer | bytes]:
    """Ask for the bytes from `start` on; yields the answer, then the bytes as they come."""
    import httpx

    # Encoded bytes could not be counted, nor gone on with.
    headers = {**line.headers, "accept-encoding": "identity"}
    if start:
        headers["range"] = f"bytes={start}-"
    # httpx takes the token off when a redirect leads to another host.
    with (
        httpx.Client(verify=line.tls, timeout=line.stall_s, follow_redirects=True) as client,
        client.stream("GET", url, headers=headers) as response,
    ):
        yield _Answer(response.status_code, response.headers, host_of(str(response.url)))
        if response.is_success:
            yield from response.iter_bytes()


def _begin(answer: _Answer, part: PartFile, repository: str, meter: DownloadMeter) -> None:
    """Make `part` ready for the bytes that follow."""
    if answer.status == 206:
        if _start(answer.headers.get("content-range", "")) != part.size:
            drop(part, meter)
            raise TryAgainError(
                f"{answer.host} sent another piece of {part.file.name} than asked for.", AGAIN
            )
    elif answer.status == 416:
        drop(part, meter)
        raise TryAgainError(f"{answer.host} has less of {part.file.name} than is here.", AGAIN)
    elif answer.status == 200:
        # The whole file comes, asked for or not.
        drop(part, meter)
    else:
        raise status_error(answer.status, answer.headers, answer.host, repository, part.file.name)
    meter.state("downloading")


def _start(content_range: str) -> int | None:
    """Where the piece begins that a server says it sends."""
    found = re.match(r"bytes (\d{1,18})-", content_range)
    return int(found[1]) if found else None


def _host_of_failure(error: Exception) -> str:
    """The host that a request failed at, which after a redirect is not the one that was asked."""
    import httpx

    if not isinstance(error, httpx.RequestError):
        return ""
    try:
        return host_of(str(error.request.url))
    except RuntimeError:
        return ""
