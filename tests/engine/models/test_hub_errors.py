from __future__ import annotations

import socket
import ssl

import pytest

from engine.errors import ModelError
from engine.models.hub_errors import (
    LONGEST_WAIT_S,
    TryAgainError,
    UnreachableError,
    network_error,
    status_error,
)


class ReadTimeout(Exception):  # noqa: N818  # as HTTP libraries name theirs
    """Time-outs of these libraries have nothing in common but this part of their name."""


def wrapped(cause: BaseException) -> Exception:
    """An error as an HTTP library hands it on: its own two, with the system's beneath."""
    middle, outer = RuntimeError("middle"), RuntimeError("outer")
    middle.__cause__, outer.__cause__ = cause, middle
    return outer


def unverified() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "certificate has expired"
    return error


@pytest.mark.parametrize(
    ("cause", "kind", "says"),
    [
        (socket.gaierror(-2, "Name or service not known"), UnreachableError, "cannot be found"),
        (ConnectionRefusedError(111, "Connection refused"), UnreachableError, "refuses connections"),
        (ConnectionResetError(104, "Connection reset by peer"), TryAgainError, "Connection reset by peer"),
        (OSError(113, "No route to host"), TryAgainError, "No route to host"),
        (ssl.SSLError(1, "wrong version number"), UnreachableError, "No secure connection"),
        (unverified(), ModelError, "certificate has expired"),
        (TimeoutError("timed out"), TryAgainError, "nothing any more"),
        (ReadTimeout(), TryAgainError, "nothing any more"),
        (RuntimeError("peer closed"), TryAgainError, "broke."),
    ],
)
def test_the_systems_error_beneath_tells_what_happened(
    cause: BaseException, kind: type[ModelError], says: str
) -> None:
    error = network_error(wrapped(cause), "hub.example")
    assert type(error) is kind
    assert "hub.example" in error.what
    assert says in error.what
    assert error.remedy


def test_errors_that_lead_to_each_other_have_an_end() -> None:
    one, two = RuntimeError("one"), RuntimeError("two")
    one.__cause__, two.__cause__ = two, one
    assert isinstance(network_error(one, "hub.example"), TryAgainError)


@pytest.mark.parametrize(
    ("after", "wait_s"),
    [
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("999999", LONGEST_WAIT_S),
        ("-1", None),
        ("soon", None),
        ("9" * 99, None),
    ],
)
def test_a_server_may_say_when_but_not_for_ever(after: str, wait_s: int | None) -> None:
    error = status_error(503, {"Retry-After": after}, "hub.example", "a/b")
    assert isinstance(error, TryAgainError)
    assert error.wait_s == wait_s


@pytest.mark.parametrize("status", [408, 429, 500, 503, 599])
def test_what_may_pass_may_be_tried_again(status: int) -> None:
    assert isinstance(status_error(status, {}, "hub.example", "a/b"), TryAgainError)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418])
def test_a_refusal_may_not(status: int) -> None:
    assert not isinstance(status_error(status, {}, "hub.example", "a/b", "model.bin"), TryAgainError)
