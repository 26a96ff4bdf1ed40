"""Opens what holds sound, by any name, and says in words why it cannot be."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING

from engine.errors import AudioError

if TYPE_CHECKING:
    from av.container import InputContainer

MISTAKEN = {"adp"}
"""Formats of consoles' games without a header, which bare stereo samples are taken for."""


def open_file(path: Path) -> InputContainer:
    """Open a file that has an audio stream. Imports PyAV.

    Raises:
        AudioError: It cannot be opened, or holds no sound; says what is wrong with it.
    """
    import av

    if path.is_dir():
        raise AudioError(f"{path} is a folder, not an audio file.", "Name one file.")
    try:
        if path.stat().st_size == 0 and path.is_file():
            raise AudioError(f"{path} is empty (0 bytes).", "Record or copy it again.")
        # The prefix keeps a name with a colon from being read as a network address, the white list
        # keeps a playlist from opening one.
        container = av.open(f"file:{path}", options={"protocol_whitelist": "file"}, metadata_errors="replace")
    except FileNotFoundError as error:
        raise AudioError(f"{path} does not exist.", "Check the name of the file.") from error
    except PermissionError as error:
        raise AudioError(f"{path} may not be read by you.", "Change its permissions, or copy it.") from error
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(
            f"{path} is not audio that FFmpeg can read.",
            "Convert it to WAV, FLAC, MP3 or Opus, or try another copy.",
        ) from error
    except OSError as error:
        raise AudioError(
            f"{path} cannot be read: {error.strerror or error}.", "Check the file and its disk."
        ) from error
    return _with_sound(path, container)


def open_content(path: Path, content: IO[bytes]) -> InputContainer:
    """Open a container whose bytes are given; it may name no other file. Imports PyAV.

    Raises:
        AudioError: It is none, or holds no sound; says what is wrong with it.
    """
    import av

    try:
        container = av.open(content, "r", options={"protocol_whitelist": ""}, metadata_errors="replace")
        if container.format.name in MISTAKEN:
            container.close()
            raise ValueError(container.format.name)
    except (av.FFmpegError, ValueError) as error:
        raise AudioError(
            f"{path} is not audio that FFmpeg can read, or is cut off.",
            "Send a whole WAV, FLAC, MP3 or Opus file; for bare samples say --raw, --rate and --format.",
        ) from error
    return _with_sound(path, container)


def _with_sound(path: Path, container: InputContainer) -> InputContainer:
    """The container, if it has an audio stream."""
    if not container.streams.audio:
        container.close()
        raise AudioError(
            f"{path} has no sound in it (no audio stream).", "Name an audio file, or a video with sound."
        )
    return container
