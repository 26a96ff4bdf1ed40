"""Runs one other dictation tool on a clip in real time; prints what it took from the end to the text.

    PYTHON -m tests.bench.other_tool plain|whisper_streaming|RealtimeSTT MODEL WAV

Started by `bench_stop_to_text` with an interpreter that has the tool. All of them decode with
faster-whisper, whose `transcribe` is given the same options here whatever the tool asks for.
"""

from __future__ import annotations

import json
import sys
import time
import wave
from typing import Any

import faster_whisper
import numpy as np
from numpy.typing import NDArray

from tests.bench.random_decodes import AFTER_S, model_options, transcribe_options

RATE = 16_000
CHUNK_S = 1.0
"""Sound between two decodes of whisper_streaming (its own default)."""

LIBRARY_MODEL = faster_whisper.WhisperModel


class Model(LIBRARY_MODEL):
    """faster-whisper with the options of the comparison."""

    def __init__(self, model_size_or_path: str, *_: Any, **__: Any) -> None:
        super().__init__(model_size_or_path, **model_options())

    def transcribe(self, audio: NDArray[np.float32], **asked: Any) -> Any:
        wanted = {"word_timestamps": asked.get("word_timestamps", False)}
        prompt = asked.get("initial_prompt") or None
        shown = 1 + len(self.hf_tokenizer.encode(" " + prompt.strip()).ids) if prompt else 0
        options = transcribe_options(len(audio) / RATE, shown) | wanted | {"initial_prompt": prompt}
        return super().transcribe(audio, **options)


def read(path: str) -> NDArray[np.float32]:
    with wave.open(path, "rb") as sound:
        pcm = np.frombuffer(sound.readframes(sound.getnframes() - AFTER_S * RATE), "<i2")
    return pcm.astype(np.float32) / 32768


def plain(model: str, sound: NDArray[np.float32]) -> tuple[float, str]:
    """Decode the whole clip once it has ended; the second of two decodes counts."""
    whisper = Model(model)
    list(whisper.transcribe(sound[:RATE])[0])
    began = time.perf_counter()
    text = " ".join(segment.text.strip() for segment in whisper.transcribe(sound)[0])
    return time.perf_counter() - began, text


def whisper_streaming(model: str, sound: NDArray[np.float32]) -> tuple[float, str]:
    """As `whisper_online.py --comp_unaware=False` does: decode what came, then take what came meanwhile."""
    from whisper_online import FasterWhisperASR, OnlineASRProcessor

    asr = FasterWhisperASR("en", model_dir=model)
    asr.transcribe(sound[:RATE])
    online = OnlineASRProcessor(asr)
    said, at, began = [], 0, time.perf_counter()
    while at < len(sound):
        wanted = min(len(sound), at + round(CHUNK_S * RATE))
        time.sleep(max(0.0, began + wanted / RATE - time.perf_counter()))
        come = min(len(sound), round((time.perf_counter() - began) * RATE))
        online.insert_audio_chunk(sound[at:come])
        at = come
        said.append(online.process_iter()[2])
    said.append(online.finish()[2])
    return time.perf_counter() - began - len(sound) / RATE, "".join(said)


def realtime_stt(model: str, sound: NDArray[np.float32]) -> tuple[float, str]:
    """Fed in real time without a microphone, stopped at the clip's end."""
    from RealtimeSTT import AudioToTextRecorder

    recorder = AudioToTextRecorder(
        model=model,
        language="en",
        compute_type="int8",
        device="cpu",
        use_microphone=False,
        spinner=False,
        no_log_file=True,
    )
    pcm = np.clip(sound * 32767, -32768, 32767).astype("<i2")
    recorder.start()
    began = time.perf_counter()
    for at in range(0, len(pcm), 512):
        time.sleep(max(0.0, began + at / RATE - time.perf_counter()))
        recorder.feed_audio(pcm[at : at + 512].tobytes())
    ended = time.perf_counter()
    recorder.stop()
    text = recorder.text()
    took = time.perf_counter() - ended
    recorder.shutdown()
    return took, text


TOOLS = {"plain": plain, "whisper_streaming": whisper_streaming, "RealtimeSTT": realtime_stt}


def main(tool: str, model: str, path: str) -> None:
    """Print one line of JSON."""
    took, text = TOOLS[tool](model, read(path))
    print(json.dumps({"ms": took * 1e3, "text": text}), flush=True)


faster_whisper.WhisperModel = Model
faster_whisper.transcribe.WhisperModel = Model
# Here and not below: a process that RealtimeSTT starts imports this file under another name.

if __name__ == "__main__":
    main(*sys.argv[1:])
