"""Any sample rate to 16 kHz, as a stream, through FFmpeg's resampler in PyAV."""

from __future__ import annotations

import ctypes
import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples

if TYPE_CHECKING:
    from av import AudioFrame, AudioResampler

_SILENCE: Samples = np.empty(0, np.float32)


def map_libraries(package: str) -> None:
    """Let the system load the libraries behind a package, ahead of its import in a thread.

    An import loads shared libraries while it holds the interpreter lock, in which time neither
    the screen nor an audio callback can run. A call through ctypes releases that lock, and the
    import that follows finds the libraries in memory. Where there is no `dlopen` (Windows) or it
    refuses, nothing happens here and the import does it all.

    Args:
        package: Name of a package with extension modules; it is not imported.
    """
    spec = find_spec(package)
    if spec is None or not hasattr(os, "RTLD_NOW"):
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes = [ctypes.c_char_p, ctypes.c_int]
    dlopen.restype = ctypes.c_void_p
    for folder in spec.submodule_search_locations or ():
        for library in sorted(Path(folder).rglob("*.so")):
            dlopen(os.fsencode(library), os.RTLD_NOW)


class StreamResampler:
    """Resamples one stream of mono float32 to 16 kHz, block by block.

    The output is aligned with the input: its first sample is the input's first. About 1 ms of
    input is held back until the next block or `flush`. Measured at 44.1 and 48 kHz: flat to
    0.4 dB up to 7 kHz, images and aliases 60 dB down from 9 kHz.
    """

    def __init__(self, rate: int) -> None:
        """Make a resampler from `rate` samples a second. Imports PyAV: call it in a thread.

        Raises:
            ValueError: The rate is below 1.
        """
        if rate < 1:
            raise ValueError(f"sound of {rate} samples a second cannot be resampled")
        self._rate = rate
        map_libraries("av")
        self._resampler = self._make()

    def push(self, samples: Samples) -> Samples:
        """Add input, shape [n] at the input's rate; return what is ready, shape [m] at 16 kHz."""
        from av import AudioFrame

        if not len(samples):
            return _SILENCE
        frame = AudioFrame.from_ndarray(np.ascontiguousarray(samples)[None], format="flt", layout="mono")
        frame.sample_rate = self._rate
        return self._run(frame)

    def flush(self) -> Samples:
        """Return what was held back, and begin another stream."""
        rest = self._run(None)
        self._resampler = self._make()
        return rest

    def _make(self) -> AudioResampler:
        from av import AudioResampler

        return AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE)

    def _run(self, frame: AudioFrame | None) -> Samples:
        ready = [part.to_ndarray()[0] for part in self._resampler.resample(frame)]
        if len(ready) == 1:
            only: Samples = ready[0]
            return only
        joined: Samples = np.concatenate(ready) if ready else _SILENCE
        return joined
