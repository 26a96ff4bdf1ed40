"""With either recogniser at work no sound is lost, and the screen and the callback never wait for it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from tests.support.contained import assert_contains
from tests.support.stalls import cases, dictate
from tests.support.virtual_microphone import VirtualMicrophone
from tests.support.voices import GAP, Voices

MOST_STALLED = 0.04
"""Share of its time that the loop may spend in stalls of 10 ms and more, beyond what it does when
idle. It is 0.00 on a quiet machine with two cores. PocketSphinx in a thread of this process, which
holds the interpreter's lock while it decodes, takes 0.07."""

MOST_STALLED_LOADING = 0.5
"""The same of the second in which the recogniser is loaded: 0.00, and 0.93 in a thread."""


@pytest.mark.alone
@pytest.mark.timeout(300)
@pytest.mark.parametrize("recognizer", ["pocketsphinx", "whisper"])
async def test_no_sound_is_lost_and_nothing_stalls(
    recognizer: str, voices: Voices, virtual_microphone: VirtualMicrophone, tmp_path: Path
) -> None:
    speech = voices.talk(tmp_path / "speech.wav", count=3)
    watched = await dictate(cases()[recognizer], virtual_microphone, speech)

    assert (watched.overflows, watched.lost_frames, watched.gaps) == (0, 0, 0)
    assert watched.frames == watched.cut_frames
    with wave.open(str(speech), "rb") as sound:
        spoken = np.frombuffer(sound.readframes(sound.getnframes()), "<i2") / np.float32(32768)
    assert_contains(np.concatenate(watched.recorded), spoken[: -len(GAP)])

    ticker = watched.ticker
    idle = ticker.stalled_share("idle")
    assert ticker.stalled_share("loading") <= idle + MOST_STALLED_LOADING
    assert ticker.stalled_share("loading", "decoding", "finishing") <= idle + MOST_STALLED
