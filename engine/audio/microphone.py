"""Sound from a microphone, through PortAudio in shared mode."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from engine.audio import devices
from engine.audio.device_choice import InputDevice
from engine.audio.format import FRAME_S, SAMPLE_RATE, AudioFormat, RawBlock
from engine.audio.sources import AudioSink, SourceInfo
from engine.errors import AudioError

if TYPE_CHECKING:
    from sounddevice import CallbackFlags, InputStream

MOST_CHANNELS = 2
"""Channels that are asked for where one is refused; more carry no more of a voice."""

FINISH_TIMEOUT_S = 0.2
"""Seconds in which a working device calls back once more: six blocks."""

ABORT_TIMEOUT_S = 2.0
"""Seconds after which a stream that is being aborted is given up."""


class Microphone:
    """One input device; satisfies `AudioSource`.

    It is asked for 16 kHz mono first, which needs no conversion. Where the device refuses, it
    delivers what it likes best, and ingest converts.
    """

    def __init__(self, device: str = "") -> None:
        """Name a microphone; nothing is looked up before `open`.

        Args:
            device: Name of the input device or a part of it; empty for the system's default.
        """
        self._wanted = device
        self._device: InputDevice | None = None
        self._format: AudioFormat | None = None
        self._stream: InputStream | None = None
        self._closing = False
        self._finished = threading.Event()

    def open(self, sink: AudioSink) -> AudioFormat:
        """Begin to deliver float32 blocks of 32 ms from PortAudio's own thread.

        Raises:
            AudioError: No PortAudio, no such device, or it cannot be recorded from.
        """
        with devices.lock:
            self.close()
            device = devices.find(self._wanted)
            try:
                stream, audio_format = self._start(device, sink)
            except AudioError:
                # The list may be older than the device: look again, once.
                if not devices.refresh():
                    raise
                device = devices.find(self._wanted)
                stream, audio_format = self._start(device, sink)
            devices.opened(device.name)
            self._stream, self._device, self._format = stream, device, audio_format
        return audio_format

    def close(self) -> None:
        """Stop and let go of the device. Safe to call twice, and after it was lost."""
        with devices.lock:
            self._closing = True
            stream, self._stream = self._stream, None
            if stream is None or self._device is None:
                return
            name = self._device.name
            # The callback ends the stream, which takes one block. A device that is not calling
            # back (asleep, or gone) is aborted; PortAudio waits for its thread then, and must be
            # left alone where that never ends: when a sound server dies, its
            # PaAlsaStream_WaitForFrames can take its own failure for success, for ever.
            self._finished.wait(FINISH_TIMEOUT_S)
            closing = threading.Thread(target=_shut, args=(stream,), name="closing microphone", daemon=True)
            closing.start()
            closing.join(ABORT_TIMEOUT_S)
            if closing.is_alive():
                devices.abandoned(name, stream)
            else:
                devices.closed(name)

    def describe(self) -> SourceInfo:
        """Say which microphone it is; its full name and form are known after `open`."""
        if self._device is None or self._format is None:
            return SourceInfo(self._wanted or "default microphone", "microphone")
        return SourceInfo(self._device.name, "microphone", _form(self._format))

    def recording_started(self) -> None:
        """Nothing to do: a microphone listens all the time."""

    def link(self) -> None:
        """It is at this machine."""

    def _start(self, device: InputDevice, sink: AudioSink) -> tuple[InputStream, AudioFormat]:
        """Start a stream in the first form that the device grants."""
        portaudio = devices.load()
        self._closing = False
        refusal: Exception | None = None
        for audio_format in _forms(device):
            try:
                return self._stream_in(audio_format, device, sink), audio_format
            except portaudio.PortAudioError as error:
                refusal = error
        raise AudioError(
            f'The microphone "{device.name}" cannot be opened: {_reason(refusal)}.',
            "Close what else records from it, or choose another (key i, or audio.device in config.toml).",
        ) from refusal

    def _stream_in(self, audio_format: AudioFormat, device: InputDevice, sink: AudioSink) -> InputStream:
        """Open and start one stream.

        Raises:
            sounddevice.PortAudioError: The device refuses.
        """
        portaudio = devices.load()
        finish = portaudio.CallbackAbort
        self._finished = finished = threading.Event()

        def deliver(samples: RawBlock, frames: int, time: Any, status: CallbackFlags) -> None:
            if status and status.input_overflow:
                sink.overflow()
            sink.block(samples)
            if self._closing:
                raise finish

        def end() -> None:
            finished.set()
            if not self._closing:
                sink.lost(f'The microphone "{device.name}" went away.')

        stream = portaudio.InputStream(
            samplerate=audio_format.rate,
            blocksize=round(audio_format.rate * FRAME_S),
            device=device.index,
            channels=audio_format.channels,
            dtype=audio_format.dtype,
            callback=deliver,
            finished_callback=end,
        )
        try:
            stream.start()
        except BaseException:
            stream.close(ignore_errors=True)
            raise
        return stream


def _shut(stream: InputStream) -> None:
    """End a stream that may still be running, and free it."""
    stream.abort(ignore_errors=True)
    stream.close(ignore_errors=True)


def _forms(device: InputDevice) -> list[AudioFormat]:
    """The forms to ask for, best first; none twice."""
    few = min(device.channels, MOST_CHANNELS)
    asked = [
        (SAMPLE_RATE, 1),
        (device.default_rate, few),
        # ALSA's bare devices grant nothing but the channels that they have.
        (device.default_rate, device.channels),
    ]
    return [AudioFormat(rate, channels, "float32") for rate, channels in dict.fromkeys(asked)]


def _form(audio_format: AudioFormat) -> str:
    """A form in words, such as "48 kHz stereo, resampled"."""
    channels = {1: "mono", 2: "stereo"}.get(audio_format.channels, f"{audio_format.channels} channels")
    resampled = "" if audio_format.rate == SAMPLE_RATE else ", resampled"
    return f"{audio_format.rate / 1000:g} kHz {channels}{resampled}"


def _reason(error: Exception | None) -> str:
    """PortAudio's sentence without its code, as the middle of a sentence."""
    text = str(error.args[0]) if error is not None and error.args else "unknown"
    return text.removeprefix("Error opening InputStream: ").removeprefix("Error starting stream: ")
