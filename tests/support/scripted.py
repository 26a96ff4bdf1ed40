"""A recogniser that knows what was said: words are known by the frames that carry them.

The sound is no sound: the first sample of a frame tells the frame's number, the others only how loud
it is. A word is heard by an utterance that has nearly all of its frames; so a word that is cut in two
is missing, as one whose frames are lost, and one whose frames come twice is doubled.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.errors import RecognitionError
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript, Word

UNIT = 2.0**-24
"""A frame's number as a sample: exact in float32, and too little to count as loudness."""

HEARD = 0.9
"""Share of a word's frames that an utterance must have to hear it."""


@dataclass(frozen=True)
class Said:
    """A word and the frames in which it is spoken."""

    text: str
    first: int
    last: int

    def is_heard(self, first: int, last: int) -> bool:
        """Whether an utterance from frame `first` to frame `last` has nearly all of it."""
        inside = min(last, self.last) - max(first, self.first) + 1
        return inside >= HEARD * (self.last - self.first + 1)


@dataclass(frozen=True, eq=False)
class Speech:
    """Words, with the voice probability and the loudness of all frames around and within them."""

    words: tuple[Said, ...]
    voice: tuple[float, ...]

    def sound(self, start: int, count: int = 1) -> Samples:
        """Some of its frames: loud within words, quiet elsewhere, and no two of them quite alike."""
        numbers = np.arange(start, start + count)
        loud = np.asarray(self.voice[start : start + count]) > 0.5
        level = np.where(loud, 0.55, 0.002) * (1.0 + 0.7 * (numbers * 37 % 89) / 89)
        samples = np.repeat(level.astype(np.float32), FRAME)
        samples[::FRAME] = numbers * UNIT
        return samples


def speech(pattern: Sequence[tuple[int, int]], lead: int = 20) -> Speech:
    """Words of given lengths, each with a gap behind it; both in frames."""
    words: list[Said] = []
    voice = [0.0] * lead
    for number, (length, gap) in enumerate(pattern):
        words.append(Said(f"w{number}", len(voice), len(voice) + length - 1))
        voice += [0.9] * length + [0.1] * gap
    return Speech(tuple(words), tuple(voice))


class Scripted:
    """Satisfies `engine.speech.recognizer.Recognizer`; counts what it is asked.

    Attributes:
        contexts: Of all utterances, in order.
        partials: Times that it was asked for a partial.
        speculations: Times that it was asked to speculate.
        open_now: Utterances that are open.
        loads: Times that it was loaded.
        taken: First and last frame of each utterance whose words were taken, in order.
        heard: Languages, and how sure it is of them, that utterances find out in turn where the language
            is left open; the last one for all others.
        translates: Whether it translates where that is asked.
    """

    name = "scripted"
    model = "none"
    remark = ""
    runs_on = ""

    def __init__(
        self,
        said: Sequence[Said] = (),
        *,
        streams: bool = True,
        speculates: bool = True,
        chance: random.Random | None = None,
        fails: float = 0.0,
        fails_at_finish: int | None = None,
    ) -> None:
        """Know what will be said.

        Args:
            chance: Where it errs: times of partials, words at their end, failures.
            fails: Share of calls that fail: partials, speculations, openings and ends. None fails
                twice for the same phrase.
            fails_at_finish: Number of the utterance that never comes to an end, from 1.
        """
        self.said = said
        self.streams = streams
        self.speculates = speculates
        self.chance = chance
        self.fails = fails
        self.fails_at_finish = fails_at_finish
        self.contexts: list[Context] = []
        self.heard: list[tuple[str, float]] = []
        self.translates = True
        self.taken: list[tuple[int, int]] = []
        self.partials = self.speculations = self.open_now = self.loads = 0
        self._failed = False

    def load(self) -> None:
        self.loads += 1

    def unload(self) -> None:
        """Nothing to let go."""

    def memory_bytes(self) -> int:
        return 0

    def open(self, context: Context) -> ScriptedUtterance:
        assert self.open_now == 0, "two utterances at a time"
        self.maybe_fail(0)
        self.open_now += 1
        self.contexts.append(context)
        return ScriptedUtterance(self)

    def maybe_fail(self, lost: int = 1) -> None:
        """Fail as often as was asked; so many open utterances are lost then."""
        if self.chance is not None and not self._failed and self.chance.random() < self.fails:
            self._failed = True
            self.open_now -= lost
            raise RecognitionError("The scripted recogniser stumbled.")

    def close(self, frames: Sequence[int] = ()) -> None:
        """An utterance is over; `frames` are those whose words were taken."""
        self.open_now -= 1
        self._failed = False
        if frames:
            self.taken.append((frames[0], frames[-1]))


class ScriptedUtterance:
    """Satisfies `engine.speech.recognizer.Utterance`."""

    def __init__(self, owner: Scripted) -> None:
        self.owner = owner
        self.said = owner.said
        self.number = len(owner.contexts)
        self.context = owner.contexts[-1]
        self.frames: list[int] = []

    def feed(self, samples: Samples) -> None:
        numbers = [round(float(sample) / UNIT) for sample in samples[::FRAME]]
        before = self.frames[-1:] or [numbers[0] - 1]
        assert [*before, *numbers] == list(range(before[0], numbers[-1] + 1)), "frames lost or doubled"
        self.frames += numbers

    def partial(self, *, timed: bool = False) -> Hypothesis:
        self.owner.partials += 1
        self.owner.maybe_fail()
        words = list(self._words())
        chance = self.owner.chance
        if chance is not None:
            words = [
                Word(word.text, max(0.0, word.start_s + chance.uniform(-0.1, 0.1)), word.end_s + late)
                for word in words
                for late in [chance.uniform(-0.1, 0.1)]
            ]
            if words and chance.random() < 0.5:
                words[-1] = Word(f"x{chance.randrange(9)}", words[-1].start_s, words[-1].end_s)
        return Hypothesis(" ".join(word.text for word in words), tuple(words) if timed else ())

    def speculate(self) -> Transcript | None:
        self.owner.speculations += 1
        self.owner.maybe_fail()
        return self._transcript() if self.owner.speculates else None

    def accept(self) -> None:
        self.owner.close(self.frames)

    def finish(self) -> Transcript:
        self.owner.maybe_fail()
        self.owner.close(self.frames)
        if self.owner.fails_at_finish is not None and self.number >= self.owner.fails_at_finish:
            raise RecognitionError("The scripted recogniser gave up.")
        return self._transcript()

    def discard(self) -> None:
        self.owner.close()

    def _words(self) -> list[Word]:
        if not self.frames:
            return []
        first, last = self.frames[0], self.frames[-1]
        return [
            Word(said.text, max(0, said.first - first) * FRAME_S, (said.last + 1 - first) * FRAME_S)
            for said in self.said
            if said.is_heard(first, last)
        ]

    def _transcript(self) -> Transcript:
        words = tuple(self._words())
        if not words:
            return Transcript()
        text = " ".join(word.text for word in words)
        language, probability, wanted = "", 0.0, self.context.translate
        if self.context.language == "auto" and self.owner.heard:
            language, probability = self.owner.heard[min(self.number, len(self.owner.heard)) - 1]
        return Transcript(
            (Segment(text, words[0].start_s, words[-1].end_s, words),),
            cpu_s=0.5,
            language=language,
            language_probability=probability,
            translated=wanted and self.owner.translates,
            remark="It cannot translate." if wanted and not self.owner.translates else "",
        )
