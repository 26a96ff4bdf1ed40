"""Files that are replaced as a whole: a reader finds the old one or the new one, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def replace_file(path: Path, content: str) -> None:
    """Write a file in UTF-8 beside its old self and rename it over that.

    Args:
        path: The file; its folder has to be there.
        content: What it is to hold; line ends stay as they are.

    Raises:
        OSError: It cannot be written; the old file is as it was.
        ValueError: The text holds what UTF-8 has no form for.
    """
    data = content.encode()
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
