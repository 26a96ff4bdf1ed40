"""A short dictation decoded again as one, once it is over: what was said later helps what came first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.speech.effort import Effort
from engine.speech.open_phrase import Tally
from engine.speech.recognizer import Context, Recognizer, Transcript


class WholeDictation:
    """Keeps the sound of a dictation as long as it is short enough.

    Attributes:
        phrases: Phrases that were committed so far.
        start_s: Where the first of them begins, in seconds from the recording's start.
    """

    def __init__(self) -> None:
        """Begin a dictation."""
        self.phrases = 0
        self.start_s = 0.0
        self._end_s = 0.0
        self._pieces: list[Samples] = []
        self._models: set[str] = set()
        self._heard = 0

    def keep(self, samples: Samples, longest_s: float) -> None:
        """Take the next sound; all is let go once it is longer than `longest_s` seconds."""
        self._heard += len(samples)
        if self._heard <= longest_s * SAMPLE_RATE:
            self._pieces.append(samples)
        else:
            self._pieces.clear()

    def commit(self, start_s: float, end_s: float, model: str) -> None:
        """Hear that a phrase was committed, where it lies in the recording, and which model heard it."""
        self._models.add(model)
        if not self.phrases:
            self.start_s = start_s
        self.phrases += 1
        self._end_s = end_s

    def decode(
        self, recognizer: Recognizer, context: Context, effort: Effort, tally: Tally
    ) -> Transcript | None:
        """Decode everything from the first phrase to the last as one utterance.

        Nothing is gained where there was but one phrase, nor by a recogniser that decodes as it is
        fed: it never saw less than the sound before. Where the model was changed on the way, each
        phrase keeps the words of the one that was chosen then.

        Args:
            recognizer: Loaded, with no open utterance.
            context: Language and vocabulary.
            effort: How much work to put into it.
            tally: Where a failure is counted; the words of the phrases stand then.

        Returns:
            The words, times in seconds from `start_s`; None where there are none to gain.

        Raises:
            RecognitionStoppedError: The recogniser was ended on purpose.
        """
        if recognizer.streams or self.phrases < 2 or len(self._models) > 1:
            return None
        if sum(map(len, self._pieces)) < self._heard:
            return None
        sound = np.concatenate(self._pieces)
        sound = sound[round(self.start_s * SAMPLE_RATE) : round(self._end_s * SAMPLE_RATE)]
        try:
            utterance = recognizer.open(replace(context, previous_text="", effort=effort))
            utterance.feed(sound)
            transcript = utterance.finish()
        except RecognitionStoppedError:
            raise
        except RecognitionError as error:
            tally.fall_back(error.what)
            return None
        tally.fall_back(transcript.fallback)
        return transcript
