"""Streaming voice activity: Silero VAD's network with its state carried, in numpy.

The weights are those of the model file inside the faster-whisper package, located without
importing it. The network is small (a fixed Fourier filter bank, four convolutions, one LSTM cell:
some 0.7 million multiplications a frame), so it is written out here instead of being run by ONNX
Runtime: importing that library holds the interpreter lock for tens of milliseconds in one piece,
which would stall the screen and the audio callback; it takes about 30 MB, and since its version
1.29 it collects telemetry. The tests hold this network to ONNX Runtime's own answers.

Silero VAD: https://github.com/snakers4/silero-vad (MIT licence).
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from engine.audio.format import FRAME, Samples
from engine.errors import RecognitionError
from engine.speech.onnx_weights import read_weights

MODEL = "silero_vad_v6.onnx"
"""File name of the model, in `faster_whisper/assets`."""

CONTEXT = 64
"""Samples of the frame before that the network sees in front of each frame."""

_PADDING = 64
"""Samples by which the network mirrors the end of its input."""

_WINDOW, _HOP, _BINS, _STATE = 256, 128, 129, 128

_SHAPES = {
    "encoder.feature_extractor.forward_basis_buffer": (2 * _BINS, 1, _WINDOW),
    "encoder.conv_layers.0.weight": (128, _BINS, 3),
    "encoder.conv_layers.0.bias": (128,),
    "encoder.conv_layers.1.weight": (64, 128, 3),
    "encoder.conv_layers.1.bias": (64,),
    "encoder.conv_layers.2.weight": (64, 64, 3),
    "encoder.conv_layers.2.bias": (64,),
    "encoder.conv_layers.3.weight": (_STATE, 64, 3),
    "encoder.conv_layers.3.bias": (_STATE,),
    "onnx::LSTM_209": (1, 4 * _STATE, _STATE),
    "onnx::LSTM_210": (1, 4 * _STATE, _STATE),
    "onnx::LSTM_211": (1, 8 * _STATE),
    "decoder.conv1d.weight": (1, _STATE, 1),
    "decoder.conv1d.bias": (1,),
}
"""The weights that this network is made of; a file that differs is another model."""

Weights = dict[str, NDArray[np.float32]]


def model_path() -> Path:
    """Where the model lies.

    Raises:
        RecognitionError: faster-whisper is not installed or came without it.
    """
    spec = find_spec("faster_whisper")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        path = Path(folder) / "assets" / MODEL
        if path.is_file():
            return path
    raise RecognitionError(
        f"The voice detector's model {MODEL} of the package faster-whisper is missing.",
        "Install faster-whisper again; until then speech is told from silence by its level.",
    )


class _Network:
    """The network's weights, laid out for one frame at a time, and its work space."""

    def __init__(self, weights: Weights) -> None:
        def kernel(layer: int) -> NDArray[np.float32]:
            return weights[f"encoder.conv_layers.{layer}.weight"]

        def bias(layer: int) -> NDArray[np.float32]:
            return weights[f"encoder.conv_layers.{layer}.bias"]

        flat = np.ascontiguousarray
        self.basis = flat(weights["encoder.feature_extractor.forward_basis_buffer"][:, 0])
        self.kernels = (
            flat(kernel(0).reshape(128, -1)),
            flat(kernel(1).reshape(64, -1)),
            # Layer 2 yields one column from two, layer 3 one from one: the taps that would meet
            # only the zero padding are left out.
            flat(kernel(2)[:, :, 1:].reshape(64, -1)),
            flat(kernel(3)[:, :, 1]),
        )
        self.biases = (bias(0)[:, None], bias(1)[:, None], bias(2), bias(3))
        self.gates = np.concatenate((weights["onnx::LSTM_209"][0], weights["onnx::LSTM_210"][0]), axis=1)
        self.gate_bias = weights["onnx::LSTM_211"][0].reshape(2, -1).sum(axis=0)
        self.output = weights["decoder.conv1d.weight"].ravel()
        self.output_bias = weights["decoder.conv1d.bias"][0]

        # Four columns of a spectrum, then of layer 0, each with a zero column on both sides.
        self.input = np.zeros(CONTEXT + FRAME + _PADDING, np.float32)
        self.windows = sliding_window_view(self.input, _WINDOW)[::_HOP].T
        self.spectrum = np.zeros((_BINS, 6), np.float32)
        self.spectrum_taps = sliding_window_view(self.spectrum, 3, axis=1).transpose(0, 2, 1)
        self.features = np.zeros((128, 6), np.float32)
        self.feature_taps = sliding_window_view(self.features, 3, axis=1)[:, ::2].transpose(0, 2, 1)

    def encode(self) -> NDArray[np.float32]:
        """Turn `input` into the LSTM's input, shape [128]."""
        parts = self.basis @ self.windows
        parts *= parts
        np.sqrt(parts[:_BINS] + parts[_BINS:], out=self.spectrum[:, 1:5])
        x = self.kernels[0] @ self.spectrum_taps.reshape(3 * _BINS, 4)
        x += self.biases[0]
        np.maximum(x, 0, out=self.features[:, 1:5])
        x = self.kernels[1] @ self.feature_taps.reshape(3 * 128, 2)
        x += self.biases[1]
        np.maximum(x, 0, out=x)
        for layer in (2, 3):
            x = self.kernels[layer] @ x.ravel()
            x += self.biases[layer]
            np.maximum(x, 0, out=x)
        return x


def _sigmoid(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """The logistic function; through tanh, which cannot overflow."""
    answer: NDArray[np.float32] = np.tanh(x * np.float32(0.5))
    answer += 1
    answer *= np.float32(0.5)
    return answer


class StreamingVoice:
    """Silero VAD over a stream of frames; satisfies `VoiceDetector`."""

    def __init__(self, path: Path | None = None) -> None:
        """Make a detector that reads its model at `load`.

        Args:
            path: The model's file; None is the one inside faster-whisper.
        """
        self._path = path
        self._network: _Network | None = None
        self._hidden = np.zeros(_STATE, np.float32)
        self._cell = np.zeros(_STATE, np.float32)

    def load(self) -> None:
        """Read the weights; a few milliseconds. Does nothing when they are there already.

        Raises:
            RecognitionError: The model is missing, damaged, or another one than expected.
        """
        if self._network is not None:
            return
        path = self._path or model_path()
        try:
            weights = read_weights(path)
        except (OSError, ValueError) as error:
            raise RecognitionError(
                f"The voice detector's model {path} cannot be read: {error}.", "Install faster-whisper again."
            ) from error
        found = {name: array.shape for name, array in weights.items()}
        if any(found.get(name) != shape for name, shape in _SHAPES.items()):
            raise RecognitionError(
                f"The voice detector's model {path} is another one than expected.",
                "Install a version of faster-whisper from 1.2 up, below 2.",
            )
        self._network = _Network(weights)

    def probability(self, frame: Samples) -> float:
        """Judge the next frame: 512 samples, mono float32 at 16 kHz, finite.

        Raises:
            RuntimeError: `load` was not called.
        """
        network = self._network
        if network is None:
            raise RuntimeError("the voice detector is used before it was loaded")
        stream = network.input
        stream[:CONTEXT] = stream[FRAME : FRAME + CONTEXT]
        stream[CONTEXT : CONTEXT + FRAME] = frame
        stream[CONTEXT + FRAME :] = stream[CONTEXT + FRAME - 2 : FRAME - 2 : -1]
        gates = network.gates @ np.concatenate((network.encode(), self._hidden))
        gates += network.gate_bias
        # ONNX orders the gates input, output, forget, cell.
        opened = _sigmoid(gates[: 3 * _STATE]).reshape(3, _STATE)
        self._cell = opened[2] * self._cell + opened[0] * np.tanh(gates[3 * _STATE :])
        self._hidden = opened[1] * np.tanh(self._cell)
        logit = network.output @ np.maximum(self._hidden, 0) + network.output_bias
        return float(_sigmoid(logit))

    def reset(self) -> None:
        """Forget the stream so far."""
        self._hidden.fill(0)
        self._cell.fill(0)
        if self._network is not None:
            self._network.input.fill(0)
