"""A text in a file, for a program that takes it no other way."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator

from engine.errors import DeliveryError


@contextlib.contextmanager
def in_private_file(text: bytes) -> Iterator[str]:
    """Keep `text` in a file that only this user can read, and that is gone afterwards.

    Yields:
        Its path.

    Raises:
        DeliveryError: It cannot be made or written.
    """
    try:
        descriptor, path = tempfile.mkstemp(prefix="utter-")
    except OSError as error:
        raise DeliveryError(f"No temporary file can be made: {error.strerror or error}.") from None
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text)
        yield path
    except OSError as error:
        raise DeliveryError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            os.unlink(path)
