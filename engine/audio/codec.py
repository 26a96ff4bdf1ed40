"""Audio files in, audio files out: PyAV decodes whatever FFmpeg knows, the standard library writes WAV.

Decoding is tolerant where a person would be: a truncated or damaged file gives what can be read of
it, and only a file that gives nothing at all is an error. FFmpeg never prints: PyAV drops its log
unless somebody asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Self

import numpy as np

from engine.audio.container import open_content, open_file
from engine.audio.cut_off import declared_s, missing_s
from engine.audio.format import SAMPLE_RATE, AudioFormat, RawBlock, Samples
from engine.audio.ingest import Ingest
from engine.errors import AudioError

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler, AudioStream, Packet

INT16_SCALE = 32768.0
"""Magnitude of full scale in int16."""


class AudioFile:
    """One audio or video file, open for reading from its start; its first audio stream is taken.

    Attributes:
        path: The file.
        format: How `blocks` delivers it: the rate and channels of the file, int16 where the file
            has 16 bits or fewer, else float32.
    """

    def __init__(self, path: Path, content: IO[bytes] | None = None) -> None:
        """Open `path` and decode its first frame, the only sure word on what is in it.

        Args:
            path: The file, or what people call it.
            content: What is in it, where that lies elsewhere; read from where it stands, and not closed.

        Raises:
            AudioError: It is missing, a folder, unreadable, not audio, or holds no sound.
        """
        self.path = path
        self._container = open_file(path) if content is None else open_content(path, content)
        self._size = self._container.size
        self._declared_s = declared_s(self._container, path, content)
        self._heard_s = 0.0
        self._position = 0
        self._resampler: AudioResampler | None = None
        self._resampled_from: tuple[str, str, int] | None = None
        try:
            self._frames = self._decoded()
            first = next(self._frames, None)
            if first is None:
                raise AudioError(
                    f"{path} holds no sound that can be decoded.",
                    "It may be cut off or damaged: try another copy.",
                )
        except BaseException:
            self._container.close()
            raise
        self._first: AudioFrame | None = first
        self._layout = first.layout.name
        self.format = AudioFormat(
            rate=first.sample_rate,
            channels=first.layout.nb_channels,
            dtype="int16" if first.format.bytes <= 2 else "float32",
        )

    @property
    def progress(self) -> float:
        """Share of the file that has been read, 0 to 1, by bytes."""
        return min(1.0, self._position / self._size) if self._size else 0.0

    @property
    def missing_s(self) -> float:
        """How much is missing at its end, in seconds, as far as it tells; known once it is read."""
        return missing_s(self._declared_s, self._heard_s)

    def blocks(self) -> Iterator[RawBlock]:
        """Decode the rest of the file.

        Yields:
            Blocks of shape [frames, channels] in `format`, of the lengths the codec has; never
            empty. A stream that changes its rate or channels half-way is brought back to `format`.
        """
        if self._first is not None:
            first, self._first = self._first, None
            yield from self._fit(first)
        for frame in self._frames:
            yield from self._fit(frame)
        yield from self._drain()

    def close(self) -> None:
        """Let go of the file. Safe to call twice."""
        self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _decoded(self) -> Iterator[AudioFrame]:
        """All frames that can be decoded: a damaged packet is skipped, a broken container ends it."""
        for packet in self._packets():
            if packet.pos is not None:
                self._position = max(self._position, packet.pos + packet.size)
            for frame in _decode_packet(packet):
                if frame.samples and frame.sample_rate:
                    length_s = frame.samples / frame.sample_rate
                    self._heard_s = length_s + (self._heard_s if frame.time is None else frame.time)
                    yield frame

    def _packets(self) -> Iterator[Packet[AudioStream]]:
        import av

        packets = self._container.demux(self._container.streams.audio[0])
        try:
            yield from packets
        except av.FFmpegError:
            return

    def _fit(self, frame: AudioFrame) -> Iterator[RawBlock]:
        """Give `frame` as blocks in `format`."""
        if frame.sample_rate == self.format.rate and frame.layout.name == self._layout:
            yield from self._drain()
            yield _as_dtype(_packed(frame), self.format.dtype)
            return
        from av import AudioResampler

        source = (frame.format.name, frame.layout.name, frame.sample_rate)
        if self._resampler is None or source != self._resampled_from:
            yield from self._drain()
            sample_format = "s16" if self.format.dtype == "int16" else "flt"
            self._resampler = AudioResampler(sample_format, self._layout, self.format.rate)
            self._resampled_from = source
        frame.pts = None
        for fitted in self._resampler.resample(frame):
            yield _as_dtype(_packed(fitted), self.format.dtype)

    def _drain(self) -> Iterator[RawBlock]:
        """Give what the resampler still holds, and forget it."""
        if self._resampler is not None:
            resampler, self._resampler = self._resampler, None
            for fitted in resampler.resample(None):
                yield _as_dtype(_packed(fitted), self.format.dtype)


def decode(
    path: Path,
    progress: Callable[[float], None] | None = None,
    content: IO[bytes] | None = None,
    tell: Callable[[str], None] | None = None,
) -> Samples:
    """Decode a whole file into the engine's form: mono float32 at 16 kHz, within -1 to 1.

    It takes the way of microphone sound through `Ingest`: the same mix, the same resampling, and
    samples that are not a number become silence.

    Args:
        path: Any audio or video file that FFmpeg decodes.
        progress: Told the share that is done, 0 to 1, now and then. What it raises passes through
            and ends the decoding, which is how a caller cancels it.
        content: What is in the file, where that lies elsewhere; `path` is then what people call it.
        tell: Told where the file is cut off, so that this is not all of its sound.

    Raises:
        AudioError: The file cannot be used; names it and says why.
    """
    with AudioFile(path, content) as audio:

        def blocks() -> Iterator[RawBlock]:
            for block in audio.blocks():
                yield block
                if progress is not None:
                    progress(audio.progress)

        samples = gather(audio.format, blocks())
        if tell is not None and (missing := audio.missing_s):
            tell(f"{path} is cut off: the last {missing:.1f} s of its sound are missing.")
    if progress is not None:
        progress(1.0)
    return samples


def gather(form: AudioFormat, blocks: Iterable[RawBlock]) -> Samples:
    """Bring all blocks of a sound into the engine's form.

    Args:
        form: How they come.
        blocks: Each of shape [frames, channels]; read one by one.
    """
    # The extremes see every fault; full checks beside them would only take time.
    ingest = Ingest(form, checked_share=0.0)
    parts, frames = [], 0
    for block in blocks:
        frames += len(block)
        parts.append(ingest.push(block).samples.copy())
    parts.append(ingest.flush().samples.copy())
    samples: Samples = np.concatenate(parts).reshape(-1)[: round(frames * SAMPLE_RATE / form.rate)]
    return np.clip(samples, -1.0, 1.0, out=samples)


def _decode_packet(packet: Packet[AudioStream]) -> list[AudioFrame]:
    """The frames of one packet; none when it is damaged."""
    import av

    try:
        return list(packet.decode())
    except av.FFmpegError:
        return []


def _packed(frame: AudioFrame) -> RawBlock:
    """The samples of a frame, shape [frames, channels], in the type the codec has."""
    data = frame.to_ndarray()
    if frame.format.is_planar:
        return np.ascontiguousarray(data.T)
    return data.reshape(-1, frame.layout.nb_channels)


def _as_dtype(block: RawBlock, dtype: str) -> RawBlock:
    """Bring a block of any sample type that FFmpeg has to int16 or float32."""
    if block.dtype == np.uint8:
        block = (block.astype(np.int16) - 128) << 8
    if block.dtype == dtype:
        return block
    if block.dtype.kind == "i":
        block = block * np.float32(2.0 ** -(8 * block.dtype.itemsize - 1))
    if dtype == "int16" and block.dtype.kind == "f":
        return (np.clip(block, -1.0, 1.0) * (INT16_SCALE - 1)).astype(np.int16)
    return block.astype(dtype)
