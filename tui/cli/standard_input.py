"""The text on standard input, for subcommands that take one."""

from __future__ import annotations

import sys

from engine.errors import EngineError

LONGEST_MB = 10
"""Most megabytes of text that are read: a program that never ends would fill the memory."""


def read_text(usage: str) -> str:
    """Read standard input to its end, with newlines as line ends.

    Args:
        usage: What to type instead, where there is no text.

    Raises:
        EngineError: There is none, it is too long, or it is not UTF-8.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise EngineError("There is no text on standard input.", usage)
    try:
        data = sys.stdin.buffer.read(LONGEST_MB * 1_000_000 + 1)
        if len(data) > LONGEST_MB * 1_000_000:
            what = f"The text on standard input has more than {LONGEST_MB} MB."
            raise EngineError(what, "Hand it over in parts, such as with: split -C 9MB")
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        what = f"The text on standard input is not UTF-8 in line {line}."
        raise EngineError(what, "Convert it first, such as with: iconv -f latin1 -t utf-8") from None
    except OSError as error:
        what = f"Standard input cannot be read: {error.strerror or error}."
        raise EngineError(what, usage) from None
    if not text.strip():
        raise EngineError("The text on standard input is empty.", usage)
    return text.replace("\r\n", "\n")
