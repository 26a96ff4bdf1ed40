"""The phrase that is being spoken: its sound, its utterance, and what is guessed of it so far."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import numpy as np

from engine.audio.format import FRAME, FRAME_S, SAMPLE_RATE, Samples
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.metrics import Speculation
from engine.speech.agreement import Agreement
from engine.speech.cadence import Cadence
from engine.speech.recognizer import Context, Hypothesis, Recognizer, Transcript, Utterance
from engine.speech.tactics import Tactics

CUT_REACH_S = 0.15
"""Seconds around a gap between two words in which its quietest frame is looked for: what a recogniser
says about when words end is right to about a tenth of a second."""


@dataclass(slots=True)
class Tally:
    """What was tried on the phrases of one dictation, and what became of it.

    Attributes:
        speculation: Decodes made before a phrase's end was certain.
        fallbacks: Times that an optimised path failed and the plain one was taken.
        fallback_why: Why, the last time.
    """

    speculation: Speculation = field(default_factory=Speculation)
    fallbacks: int = 0
    fallback_why: str = ""

    def fall_back(self, why: str) -> None:
        """Count one failure of an optimised path; nothing when `why` is empty."""
        if why:
            self.fallbacks += 1
            self.fallback_why = why


class OpenPhrase:
    """One phrase and the utterance in which it is recognised.

    The sound is kept until the phrase is over: an optimised path that fails then costs a replay,
    and no word.

    Attributes:
        start_s: Where it begins, in seconds from the recording's start.
        tactics: The mode in force when it began.
        cadence: When it may be decoded for the screen.
        agreement: Where it may be cut.
        expected: The words it would have if it ended now; None while that is not known.
        asked: Whether `speculate` was asked since the last voiced sound.
    """

    def __init__(
        self, recognizer: Recognizer, context: Context, tactics: Tactics, tally: Tally, start_s: float
    ) -> None:
        """Open an utterance for it; a recogniser that is gone is begun anew.

        Raises:
            RecognitionError: The recogniser cannot begin.
        """
        self.start_s = start_s
        self.tactics = tactics
        self.agreement = Agreement()
        self.expected: Transcript | None = None
        self.asked = False
        self._recognizer = recognizer
        self._context = context
        self._tally = tally
        self._plain = False
        self._fell_back = False
        self._pieces: list[Samples] = []
        self._length = 0
        self._utterance: Utterance = self._begin()
        # After the beginning, which may have changed to another model.
        self.cadence = Cadence(0.0 if recognizer.streams else tactics.partial_every_s)

    @property
    def length_s(self) -> float:
        """Seconds of sound so far."""
        return self._length / SAMPLE_RATE

    @property
    def end_s(self) -> float:
        """Where its sound ends so far, in seconds from the recording's start."""
        return self.start_s + self.length_s

    @property
    def guesses(self) -> bool:
        """Whether it may still be decoded before its end; not once that has failed."""
        return not self._plain

    def feed(self, samples: Samples, *, voiced: bool, opening: bool = False) -> None:
        """Take more of its sound; speech makes a guess about its end worthless.

        Args:
            samples: Whole frames, mono float32 at 16 kHz; not changed afterwards by anybody.
            voiced: Whether there is speech in them.
            opening: Whether they are the sound in which the speech was found to begin.
        """
        self._utterance.feed(samples)
        self._pieces.append(samples)
        self._length += len(samples)
        if not opening:
            self.cadence.heard(len(samples) / SAMPLE_RATE)
        if voiced:
            self._drop_expected()

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """Decode what there is, for the screen. Where that fails, the phrase goes on without.

        Raises:
            RecognitionError: The recogniser failed, and failed again with the same sound.
        """
        began = time.perf_counter()
        try:
            hypothesis = self._utterance.partial(timed=timed)
        except RecognitionError as error:
            self._start_over(error)
            self._tally.fall_back(error.what)
            return Hypothesis()
        self._fall_back(hypothesis.fallback)
        self.cadence.took(time.perf_counter() - began)
        return hypothesis

    def speculate(self) -> None:
        """Decode as if the phrase ended here, once; where that fails, it goes on without.

        Raises:
            RecognitionError: The recogniser failed, and failed again with the same sound.
        """
        self.asked = True
        try:
            self.expected = self._utterance.speculate()
        except RecognitionError as error:
            self._start_over(error)
            self._tally.fall_back(error.what)
            return
        if self.expected is not None:
            self._tally.speculation += Speculation(cpu_s=self.expected.cpu_s)
            self._fall_back(self.expected.fallback)
            if self.expected.failed:
                self.expected = None

    def finish(self) -> Transcript:
        """End the phrase and give its words: what was expected, if nothing was said since.

        Raises:
            RecognitionError: The recogniser failed, and failed again with the same sound.
        """
        if self.expected is not None:
            self._tally.speculation += Speculation(used=1)
            self._utterance.accept()
            return self.expected
        try:
            transcript = self._utterance.finish()
        except RecognitionError as error:
            if self._plain:
                raise
            self._start_over(error)
            transcript = self._utterance.finish()
            self._tally.fall_back(error.what)
        self._fall_back(transcript.fallback)
        return transcript

    def discard(self) -> None:
        """Throw it away, and what was expected of it."""
        self._drop_expected()
        self._utterance.discard()

    def split(self, gap: tuple[float, float]) -> tuple[Samples, Samples]:
        """Throw its utterance away and cut its sound in a gap between two words.

        Args:
            gap: Where the gap begins and ends, in seconds from the phrase's start.

        Returns:
            The sound before and behind the quietest frame in or near the gap; that frame goes with
            what lies behind.
        """
        self.discard()
        sound = np.concatenate(self._pieces)
        at = quietest_frame(sound, gap[0] - CUT_REACH_S, gap[1] + CUT_REACH_S) * FRAME
        return sound[:at], sound[at:]

    def _drop_expected(self) -> None:
        if self.expected is not None:
            self._tally.speculation += Speculation(discarded=1)
        self.expected = None
        self.asked = False

    def _begin(self) -> Utterance:
        try:
            return self._recognizer.open(self._context)
        except RecognitionStoppedError:
            raise
        except RecognitionError as error:
            self._recognizer.load()
            utterance = self._recognizer.open(self._context)
            self._fall_back(error.what)  # only now: what fails again took no other way
            return utterance

    def _fall_back(self, why: str) -> None:
        """Count a recogniser's own way back to its plain path, once a phrase."""
        if why and not self._fell_back:
            self._fell_back = True
            self._tally.fall_back(why)

    def _start_over(self, error: RecognitionError) -> None:
        """Open the utterance anew and replay the sound, to be decoded at its end and not before.

        A recogniser that was ended on purpose stays ended. Nothing is counted: it may fail again.
        """
        if isinstance(error, RecognitionStoppedError):
            raise error
        self._plain = True
        self.expected = None
        self._recognizer.load()
        self._utterance = self._recognizer.open(self._context)
        for piece in self._pieces:
            self._utterance.feed(piece)


def quietest_frame(sound: Samples, from_s: float, to_s: float) -> int:
    """The number of the frame with the least energy between two moments.

    Args:
        sound: Mono float32 at 16 kHz, shape [n].
        from_s: Where to look, in seconds.
        to_s: Where to stop.

    Returns:
        Its number, at least 1, so that there is sound on both sides.
    """
    last = max(1, len(sound) // FRAME - 1)
    first = min(max(1, round(from_s / FRAME_S)), last)
    end = min(max(first, round(to_s / FRAME_S)), last) + 1
    frames = sound[first * FRAME : end * FRAME]
    whole = frames[: len(frames) - len(frames) % FRAME].reshape(-1, FRAME)
    return first + int(np.argmin(np.square(whole).sum(axis=1))) if len(whole) else first
