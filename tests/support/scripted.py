"""A recogniser that knows what was said: words are known by the frames that carry them.

The sound is no sound: every sample of a frame is the frame's number. A word is heard where the frame
in its middle is; so a word whose frames are lost is missing, and one whose frames come twice is doubled.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engine.audio.format import FRAME, FRAME_S, Samples
from engine.errors import RecognitionError
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript, Word


@dataclass(frozen=True)
class Said:
    """A word and the frames in which it is spoken."""

    text: str
    first: int
    last: int

    @property
    def middle(self) -> int:
        return (self.first + self.last) // 2


@dataclass(frozen=True)
class Speech:
    """Words with the voice probabilities of all frames around and within them."""

    words: tuple[Said, ...]
    voice: tuple[float, ...]


def speech(pattern: Sequence[tuple[int, int]], lead: int = 20) -> Speech:
    """Words of given lengths, each with a gap behind it; both in frames."""
    words: list[Said] = []
    voice = [0.0] * lead
    for number, (length, gap) in enumerate(pattern):
        words.append(Said(f"w{number}", len(voice), len(voice) + length - 1))
        voice += [0.9] * length + [0.1] * gap
    return Speech(tuple(words), tuple(voice))


def numbered(start: int, count: int) -> Samples:
    """Frames whose every sample is the frame's number."""
    return np.repeat(np.arange(start, start + count, dtype=np.float32), FRAME)


class Scripted:
    """Satisfies `engine.speech.recognizer.Recognizer`; counts what it is asked.

    Attributes:
        contexts: Of all utterances, in order.
        partials: Times that it was asked for a partial.
        speculations: Times that it was asked to speculate.
        open_now: Utterances that are open.
        loads: Times that it was loaded.
    """

    name = "scripted"
    model = "none"
    remark = ""

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
            fails: Share of partials and speculations that fail.
            fails_at_finish: Number of the utterance that never comes to an end, from 1.
        """
        self.said = said
        self.streams = streams
        self.speculates = speculates
        self.chance = chance
        self.fails = fails
        self.fails_at_finish = fails_at_finish
        self.contexts: list[Context] = []
        self.partials = self.speculations = self.open_now = self.loads = 0

    def load(self) -> None:
        self.loads += 1

    def unload(self) -> None:
        """Nothing to let go."""

    def memory_bytes(self) -> int:
        return 0

    def open(self, context: Context) -> ScriptedUtterance:
        assert self.open_now == 0, "two utterances at a time"
        self.open_now += 1
        self.contexts.append(context)
        return ScriptedUtterance(self)

    def maybe_fail(self) -> None:
        """Fail as often as was asked; the utterance is lost then."""
        if self.chance is not None and self.chance.random() < self.fails:
            self.open_now -= 1
            raise RecognitionError("The scripted recogniser stumbled.")


class ScriptedUtterance:
    """Satisfies `engine.speech.recognizer.Utterance`."""

    def __init__(self, owner: Scripted) -> None:
        self.owner = owner
        self.number = len(owner.contexts)
        self.frames: list[int] = []

    def feed(self, samples: Samples) -> None:
        self.frames += [int(number) for number in samples[::FRAME]]

    def partial(self, *, timed: bool = False) -> Hypothesis:
        self.owner.partials += 1
        self.owner.maybe_fail()
        words = list(self._words())
        chance = self.owner.chance
        if chance is not None:
            words = [
                Word(word.text, max(0.0, word.start_s + chance.uniform(-0.1, 0.1)), word.end_s)
                for word in words
            ]
            if words and chance.random() < 0.5:
                words[-1] = Word(f"x{chance.randrange(9)}", words[-1].start_s, words[-1].end_s)
        return Hypothesis(" ".join(word.text for word in words), tuple(words) if timed else ())

    def speculate(self) -> Transcript | None:
        self.owner.speculations += 1
        self.owner.maybe_fail()
        return self._transcript() if self.owner.speculates else None

    def accept(self) -> None:
        self.owner.open_now -= 1

    def finish(self) -> Transcript:
        self.owner.open_now -= 1
        if self.owner.fails_at_finish is not None and self.number >= self.owner.fails_at_finish:
            raise RecognitionError("The scripted recogniser gave up.")
        return self._transcript()

    def discard(self) -> None:
        self.owner.open_now -= 1

    def _words(self) -> list[Word]:
        first = self.frames[0] if self.frames else 0
        heard = set(self.frames)
        return [
            Word(said.text, max(0, said.first - first) * FRAME_S, (said.last + 1 - first) * FRAME_S)
            for said in self.owner.said
            if said.middle in heard
        ]

    def _transcript(self) -> Transcript:
        words = tuple(self._words())
        if not words:
            return Transcript()
        text = " ".join(word.text for word in words)
        return Transcript((Segment(text, words[0].start_s, words[-1].end_s, words),), cpu_s=0.5)
