"""How the workstation and a recogniser's process talk: frames of JSON and raw samples on a pipe.

A frame is a mark, two lengths, a JSON object and, behind it, mono float32 samples as they lie in
memory. Nothing is pickled, so a frame can carry words and sound and nothing else; the mark tells
at once when something that is no frame got onto the pipe.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO, TypeAlias

import numpy as np

from engine.audio.format import Samples
from engine.speech.effort import Effort
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript, Word

Header: TypeAlias = dict[str, Any]
"""The JSON object of a frame."""

MARK = b"uttr"
PREFIX = struct.Struct("<4sII")
"""The mark, the JSON's length and the samples' length, both in bytes."""

MAX_HEADER = 16 << 20
"""Longest JSON that is believed, in bytes: hours of words with their times."""

MAX_BODY = 256 << 20
"""Most samples that are believed in one frame, in bytes: more than an hour of sound."""

NO_SAMPLES: Samples = np.zeros(0, dtype=np.float32)
NO_SAMPLES.setflags(write=False)


class WireError(Exception):
    """What came over the pipe is not a frame, or stops in the middle of one."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message.

    Attributes:
        header: What is asked or answered.
        samples: Mono float32 at 16 kHz, shape [n]; empty where there is no sound.
    """

    header: Header
    samples: Samples = field(default_factory=lambda: NO_SAMPLES)


def write_frame(pipe: BinaryIO, frame: Frame) -> None:
    """Put one frame onto the pipe and flush it. Blocks while the pipe is full.

    Raises:
        OSError: The other end is gone (BrokenPipeError), or the pipe cannot be written.
    """
    header = json.dumps(frame.header, separators=(",", ":")).encode()
    body = np.ascontiguousarray(frame.samples, dtype="<f4")
    pipe.write(PREFIX.pack(MARK, len(header), body.nbytes) + header)
    if body.nbytes:
        pipe.write(body.view(np.uint8).data)
    pipe.flush()


def read_frame(pipe: BinaryIO) -> Frame | None:
    """Take one frame from the pipe; blocks until it is whole.

    Returns:
        The frame, or None when the other end closed the pipe between two frames.

    Raises:
        WireError: What arrived is not a frame, or ends within one.
    """
    prefix = pipe.read(PREFIX.size)
    if not prefix:
        return None
    if len(prefix) < PREFIX.size:
        raise WireError("the pipe ended within a frame")
    mark, header_bytes, body_bytes = PREFIX.unpack(prefix)
    if mark != MARK or header_bytes > MAX_HEADER or body_bytes > MAX_BODY or body_bytes % 4:
        raise WireError("something that is not a frame came over the pipe")
    header = _object(_exactly(pipe, header_bytes))
    return Frame(header, np.frombuffer(_exactly(pipe, body_bytes), dtype="<f4"))


def _exactly(pipe: BinaryIO, count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise WireError("the pipe ended within a frame")
    return data


def _object(data: bytes) -> Header:
    try:
        header = json.loads(data)
    except ValueError as error:
        raise WireError(f"a frame's header is not JSON ({error})") from error
    if not isinstance(header, dict):
        raise WireError("a frame's header is not a JSON object")
    return header


def context_to_json(context: Context) -> Header:
    """A `Context` as a JSON object."""
    return asdict(context)


def context_from_json(header: Header) -> Context:
    """The `Context` that `context_to_json` wrote."""
    effort = dict(header["effort"])
    effort["temperatures"] = tuple(effort["temperatures"])
    vocabulary = tuple(header["vocabulary"])
    return Context(**{**header, "vocabulary": vocabulary, "effort": Effort(**effort)})


def transcript_to_json(transcript: Transcript) -> Header:
    """A `Transcript` as a JSON object."""
    return asdict(transcript)


def transcript_from_json(header: Header) -> Transcript:
    """The `Transcript` that `transcript_to_json` wrote."""
    segments = tuple(
        Segment(entry["text"], entry["start_s"], entry["end_s"], _words(entry["words"]))
        for entry in header["segments"]
    )
    return Transcript(**{**header, "segments": segments})


def hypothesis_to_json(hypothesis: Hypothesis) -> Header:
    """A `Hypothesis` as a JSON object."""
    return asdict(hypothesis)


def hypothesis_from_json(header: Header) -> Hypothesis:
    """The `Hypothesis` that `hypothesis_to_json` wrote."""
    return Hypothesis(header["text"], _words(header["words"]), header["fallback"])


def _words(entries: list[Header]) -> tuple[Word, ...]:
    return tuple(Word(entry["text"], entry["start_s"], entry["end_s"]) for entry in entries)
