"""Shares that tests measure, printed at the end of a run, whichever process measured them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeAlias

MEASURED = "measured"
"""Name of the property of a test in which it says what it measured."""

Record: TypeAlias = Callable[[str, object], None]
"""Pytest's `record_property`."""


class Report(Protocol):
    """What is read of a test's report."""

    user_properties: list[tuple[str, object]]


def say(record_property: Record, what: str) -> None:
    """Have a line printed at the end of the run."""
    record_property(MEASURED, what)


def said(reports: Iterable[Report]) -> list[str]:
    """The lines of all tests, each once, in order."""
    properties = (pair for report in reports for pair in getattr(report, "user_properties", ()))
    return sorted({str(value) for name, value in properties if name == MEASURED})
