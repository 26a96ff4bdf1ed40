"""What the tuning of the embedded recogniser brings: word error rates before and after.

    python -m tests.bench.bench_sphinx_accuracy [--human DIR] [--errors]

"Before" is PocketSphinx with the library's defaults, fed the same blocks as they come. "After" is
`engine.speech.sphinx`. Both read the same sound: four flite voices, each sentence as a phrase with
0.4 s of padding, three sentences a dictation, in eight kinds of room and microphone; and, with
`--human`, the clips of a folder (NAME.wav, .flac, …, with the words in NAME.txt). Half of the
sentences were kept aside while tuning: "held out" is the number to believe. Costs are processor time.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy as np

from engine.audio.codec import decode
from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.speech.recognizer import Context
from engine.speech.sphinx import Sphinx
from tests.support.debian import require
from tests.support.voices import Voice, word_errors

VOICES: tuple[Voice, ...] = ("slt", "rms", "awb", "kal16")

TUNED = (
    "please remember to send the updated report to everyone before lunch",
    "we should move the meeting to thursday afternoon because nobody is free today",
    "the quarterly numbers look better than anyone expected this year",
    "could you pick up some bread and milk on your way home",
    "i think the second version of the letter is much easier to read",
    "thank you for your help with the new computer last week",
    "the train was late again so i walked the last two miles",
    "open the window and let some fresh air into the room",
    "she wrote three chapters of her book during the summer",
    "my doctor told me to drink more water and sleep eight hours",
    "there is a problem with the way this function handles empty lists",
    "let me know if you need anything else from my side",
)
HELD_OUT = (
    "the bus stops in front of the library every half hour",
    "i will call you back as soon as the meeting is over",
    "they found a quiet place near the lake and had their lunch",
    "check that the door is locked before you leave the house",
    "our plane was delayed because of heavy fog over the city",
    "he put the keys on the table and forgot about them",
    "we have enough money to finish the first part of the project",
    "could somebody explain to me how this machine works",
    "the teacher asked the class to read the story again at home",
    "a good night of sleep is worth more than a cup of coffee",
    "send the bill to the new address and keep a copy for us",
    "she learned to play the piano when she was six years old",
)
PADDING_S = 0.4
DICTATION = 3
"""Sentences that one speaker says in one room before the next begins."""


@dataclass(frozen=True, slots=True)
class Clip:
    """One phrase: its words, its sound, and what to count it under."""

    text: str
    samples: Samples
    dictation: str
    groups: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Words and errors of one group, by recogniser."""

    words: int = 0
    errors: dict[str, float] = field(default_factory=lambda: defaultdict(float))


class Reader(Protocol):
    """A way to recognise: begins a dictation, reads its phrases one by one."""

    def begin(self) -> None:
        """Meet a new speaker."""

    def read(self, samples: Samples) -> tuple[str, float]:
        """Give the words, and the processor seconds from the last block to them."""


class Before:
    """PocketSphinx as it comes."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder

        self._decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL")
        self._mean = self._decoder.get_cmn(False)

    def begin(self) -> None:
        self._decoder.set_cmn(self._mean)

    def read(self, samples: Samples) -> tuple[str, float]:
        self._decoder.start_utt()
        for block in blocks(samples):
            self._decoder.process_raw(np.clip(block * 32768, -32768, 32767).astype("<i2").tobytes())
        began = time.process_time()
        self._decoder.end_utt()
        best = self._decoder.hyp()
        return (best.hypstr if best else ""), time.process_time() - began


class After:
    """The embedded recogniser of utter."""

    def __init__(self) -> None:
        self._sphinx = Sphinx()
        self._sphinx.load()

    def begin(self) -> None:
        self._sphinx.forget_speaker()

    def read(self, samples: Samples) -> tuple[str, float]:
        utterance = self._sphinx.open(Context())
        for block in blocks(samples):
            utterance.feed(block)
        began = time.process_time()
        return utterance.finish().text, time.process_time() - began


def blocks(samples: Samples) -> Iterator[Samples]:
    """The sound in frames, as a microphone gives it."""
    for start in range(0, len(samples), FRAME):
        yield samples[start : start + FRAME]


def speak(folder: Path, voice: str, text: str) -> Samples:
    """Speak with flite; the sound without the silence around it, at 16 kHz."""
    path = folder / "spoken.wav"
    subprocess.run([require("flite", "flite"), "-voice", voice, "-t", text, "-o", str(path)], check=True)
    samples = decode(path)
    loud = np.flatnonzero(np.abs(samples) > 0.003)
    return samples[max(0, loud[0] - 160) : loud[-1] + 800]


def noise(count: int, pink: bool, random: np.random.Generator) -> Samples:
    """Noise of unit power: white, or pink (power falling with frequency)."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    if pink:
        spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    sound = np.fft.irfft(spectrum, count)
    return (sound / np.std(sound)).astype(np.float32)


def level(samples: Samples) -> float:
    """RMS of the frames within 20 dB of the loudest."""
    powers = np.mean(samples[: len(samples) // FRAME * FRAME].reshape(-1, FRAME) ** 2, axis=1)
    return float(np.sqrt(np.mean(powers[powers > powers.max() * 0.01])))


def in_noise(decibels: float, *, pink: bool = False, rms: float | None = None) -> Callable[..., Samples]:
    """A room with noise so far under the speech, which is brought to `rms`."""

    def room(samples: Samples, random: np.random.Generator) -> Samples:
        speech = samples * np.float32(rms / level(samples)) if rms else samples
        under = level(speech) * 10 ** (-decibels / 20)
        return np.clip(speech + noise(len(speech), pink, random) * np.float32(under), -1, 1)

    return room


def through_48k(samples: Samples, random: np.random.Generator) -> Samples:
    """Up to 48 kHz and down again, by interpolation in the frequency domain."""
    spectrum = np.fft.rfft(samples)
    wide = (
        np.fft.irfft(np.pad(spectrum, (0, len(samples) * 3 // 2 + 1 - len(spectrum))), len(samples) * 3) * 3
    )
    wide += random.standard_normal(len(wide)) * 1e-4
    back = np.fft.irfft(np.fft.rfft(wide)[: len(spectrum)], len(samples)) / 3
    return back.astype(np.float32)


ROOMS: dict[str, Callable[..., Samples]] = {
    "clean": in_noise(50),
    "white 25 dB": in_noise(25),
    "quiet": in_noise(35, rms=0.004),
    "pink 20 dB": in_noise(20, pink=True),
    "48 kHz": through_48k,
    "pink 18 dB, soft": in_noise(18, pink=True, rms=0.02),
    "too loud": in_noise(60, rms=0.25),
    "digital silence": lambda samples, random: samples,
}


def spoken_clips(folder: Path) -> Iterator[Clip]:
    """Every sentence in every voice; the rooms change from dictation to dictation."""
    padding = np.zeros(int(PADDING_S * SAMPLE_RATE), dtype=np.float32)
    rooms = list(ROOMS)
    for kept_aside, sentences in ((False, TUNED), (True, HELD_OUT)):
        for v, voice in enumerate(VOICES):
            for i, text in enumerate(sentences):
                room = rooms[(i // DICTATION * 2 + v * (3 if kept_aside else 1)) % len(rooms)]
                padded = np.concatenate([padding, speak(folder, voice, text), padding])
                sound = ROOMS[room](padded, np.random.default_rng(1000 * v + i))
                part = "flite, held out" if kept_aside else "flite, tuned on"
                yield Clip(
                    text, sound, f"{voice} {room} {kept_aside}", (part, f"voice {voice}", f"room {room}")
                )


def human_clips(folder: Path) -> Iterator[Clip]:
    """The clips of a folder as they are, then softly in pink noise."""
    for room, change in (("as recorded", None), ("pink 18 dB, soft", ROOMS["pink 18 dB, soft"])):
        for words in sorted(folder.glob("*.txt")):
            sounds = [path for path in folder.glob(words.stem + ".*") if path != words]
            for path in sounds:
                samples = decode(path)
                sound = change(samples, np.random.default_rng(1)) if change else samples
                yield Clip(words.read_text().strip().lower(), sound, f"human {room}", (f"human, {room}",))


def run(clips: list[Clip], reader: Reader, column: str, scores: dict[str, Score], show: bool) -> str:
    """Read all clips, count the errors, and say what it cost."""
    last, ends, sound_s = "", [], 0.0
    began = time.process_time()
    for clip in clips:
        if clip.dictation != last:
            reader.begin()
            last = clip.dictation
        heard, end_s = reader.read(clip.samples)
        heard = re.sub(r"<s>|</s>", "", heard).strip()
        ends.append(end_s * 1000)
        sound_s += len(clip.samples) / SAMPLE_RATE
        words = len(clip.text.split())
        for group in clip.groups:
            scores[group].errors[column] += word_errors(clip.text, heard) * words
            if column == "before":
                scores[group].words += words
        if show:
            print(f"{column:7s} {clip.dictation}\n  said  {clip.text}\n  heard {heard}")
    factor = (time.process_time() - began) / sound_s
    return (
        f"{column:7s} real-time factor {factor:.2f}; last block to words: "
        f"median {np.median(ends):.0f} ms, worst {max(ends):.0f} ms"
    )


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--human", type=Path, metavar="DIR", help="a folder of clips with their words")
    parser.add_argument("--errors", action="store_true", help="show every phrase and what was heard")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        clips = list(spoken_clips(Path(folder)))
    if options.human:
        clips += human_clips(options.human)
    scores: dict[str, Score] = defaultdict(Score)
    costs = [
        run(clips, reader, column, scores, options.errors)
        for column, reader in (("before", Before()), ("after", After()))
    ]
    print(f"{'':26s} words  before   after   (word error rate, %)")
    for group in sorted(scores):
        score = scores[group]
        before, after = (100 * score.errors[column] / score.words for column in ("before", "after"))
        print(f"{group:26s} {score.words:5d} {before:7.1f} {after:7.1f}")
    print("\n".join(costs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
