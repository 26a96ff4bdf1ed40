"""How soon the embedded recogniser shows a word, and what an answer ahead of the end costs.

    python -m tests.bench.bench_sphinx_live

Sound comes in real time in blocks of 32 ms, cut into phrases by the voice detector as in the
workstation; four flite voices. "With copies" is what people get; "without" is the same recogniser
where a process cannot be copied. The first word is timed from the first sound of the phrase, an
answer from the call to its return. Times are the wall's: other programs show in them.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import numpy as np

from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, Samples
from engine.speech import forked
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import Closed, Opened, PhraseCutter, Spoken, Step
from engine.speech.recognizer import Context
from engine.speech.silero import StreamingVoice
from engine.speech.sphinx import Sphinx
from engine.speech.sphinx_utterance import SphinxUtterance
from tests.bench.bench_sphinx_accuracy import HELD_OUT, ROOMS, VOICES, speak

Result = TypeVar("Result")

LEAD_S = 1.0
"""Quiet in front of the first sound, which `speak` leaves 10 ms in front of the speech."""

WATCHED_S = 1.5
"""Seconds after the first sound, in which the first word is waited for."""

LONG_S = 20.0
"""Length of the long phrase."""


def percentiles(times_s: Sequence[float]) -> str:
    """Median, 95th percentile and worst, in milliseconds."""
    middle, late = np.quantile(times_s, (0.5, 0.95))
    return f"{middle * 1000:6.0f} {late * 1000:6.0f} {max(times_s) * 1000:6.0f}"


def timed(work: Callable[[], Result], times_s: list[float]) -> Result:
    """Do `work` and note how long it took."""
    began = time.perf_counter()
    result = work()
    times_s.append(time.perf_counter() - began)
    return result


@contextmanager
def copies(available: bool) -> Iterator[None]:
    """Whether processes can be copied, meanwhile."""
    before, forked.AVAILABLE = forked.AVAILABLE, available and forked.AVAILABLE
    try:
        yield
    finally:
        forked.AVAILABLE = before


def steps(samples: Samples, voice: StreamingVoice) -> Iterator[tuple[float, Step]]:
    """What happens to the first phrase of some sound, each step with the second at which it can be known."""
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    voice.reset()
    for number in range(len(samples) // FRAME):
        frame = samples[number * FRAME : (number + 1) * FRAME]
        for step in cutter.push(frame, (voice.probability(frame),)):
            yield (number + 1) * FRAME_S, step
            if isinstance(step, Closed):
                return


def first_word(sphinx: Sphinx, played: Sequence[tuple[float, Step]]) -> float:
    """Seconds from the first sound to the first words of a partial; `WATCHED_S` where none came by then.

    What comes after that is fed as fast as it can be, so that the speaker is learnt as ever.
    """
    onset = LEAD_S + 0.01
    began = time.perf_counter() - played[0][0]
    first = WATCHED_S
    utterance: SphinxUtterance | None = None
    for at, step in played:
        waiting = first == WATCHED_S and at - onset < WATCHED_S
        if waiting:
            time.sleep(max(0.0, began + at - time.perf_counter()))
        match step:
            case Opened():
                utterance = sphinx.open(Context())
            case Spoken(samples) if utterance is not None:
                utterance.feed(samples)
                if waiting and utterance.partial().text:
                    first = time.perf_counter() - began - onset
            case Closed() if utterance is not None:
                utterance.finish()
    return first


def first_words(sphinx: Sphinx, phrases: list[list[tuple[float, Step]]]) -> list[float]:
    """`first_word` of every phrase, the speaker being known from the second on."""
    sphinx.forget_speaker()
    return [first_word(sphinx, played) for played in phrases]


def ahead(sphinx: Sphinx, spoken: Sequence[Samples], rows: dict[str, list[float]]) -> None:
    """Ask for the final words in the quiet behind each phrase, then feed one block more, and finish."""
    quiet = np.zeros(FRAME * 10, dtype=np.float32)
    for samples in spoken:
        utterance = sphinx.open(Context())
        sound = np.concatenate([samples, quiet])
        for start in range(0, len(sound), FRAME):
            utterance.feed(sound[start : start + FRAME])
        guess = timed(utterance.speculate, rows["speculate"])
        assert guess is not None
        assert not guess.failed, guess.fallback
        timed(lambda: utterance.feed(quiet[:FRAME]), rows["the block behind it"])  # noqa: B023
        timed(utterance.finish, rows["finish"])


def main() -> int:
    """Print the tables."""
    sphinx, voice = Sphinx(), StreamingVoice()
    sphinx.load()
    voice.load()
    with tempfile.TemporaryDirectory() as folder:
        spoken = {name: [speak(Path(folder), name, text) for text in HELD_OUT] for name in VOICES}
    print(f"{'first sound → first word, ms':42s}    p50    p95  worst")
    silence = np.zeros(int(LEAD_S * SAMPLE_RATE), dtype=np.float32)
    for room in ("clean", "pink 18 dB, soft"):
        random = np.random.default_rng(1)
        phrases = {
            name: [
                list(steps(ROOMS[room](np.concatenate([silence, one, silence]), random), voice))
                for one in spoken[name][:6]
            ]
            for name in VOICES
        }
        for label, available in (("without copies", False), ("with copies", True)):
            with copies(available):
                times = [one for name in VOICES for one in first_words(sphinx, phrases[name])]
            print(f"{f'{room}, {label} ({len(times)} phrases)':42s} {percentiles(times)}")
    print(f"{'an answer ahead, ms':42s}    p50    p95  worst")
    for label, count, seconds in (("one sentence", 1, 60.0), (f"{LONG_S:.0f} s of speech", 10, LONG_S)):
        rows: dict[str, list[float]] = {"speculate": [], "the block behind it": [], "finish": []}
        for name in VOICES:
            sphinx.forget_speaker()
            said = [
                np.concatenate(spoken[name][at : at + count])[: int(seconds * SAMPLE_RATE)]
                for at in range(0, len(HELD_OUT) - count + 1, 1 if count > 1 else 2)
            ]
            ahead(sphinx, said, rows)
        for row, times in rows.items():
            print(f"{f'{label}: {row} ({len(times)})':42s} {percentiles(times)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
