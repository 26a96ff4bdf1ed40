"""Programs that a test needs from the system, named by the package that brings them."""

from __future__ import annotations

import os
import shutil

import pytest


def require(program: str, package: str) -> str:
    """Find `program`, or say which Debian package brings it.

    Returns:
        The program's path. Without it the test is skipped, and fails where CI is set: there a
        missing package is a mistake of the set-up.
    """
    found = shutil.which(program)
    if found is None:
        missing(program, package)
        raise AssertionError("missing() returned")
    return found


def missing(what: str, package: str) -> None:
    """Skip the test, or fail it where CI is set, because `package` is not installed."""
    message = f"{what} is missing: apt-get install {package}"
    if os.environ.get("CI"):
        pytest.fail(message, pytrace=False)
    pytest.skip(message)
