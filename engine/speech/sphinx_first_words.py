"""The words of a phrase's first moments, while the decoder still waits or has named none."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from engine.speech import forked, wire
from engine.speech.forked import CopyError, CopyHungError, Forked, ask_copy, start_copy
from engine.speech.recognizer import Hypothesis, Transcript

LIMIT_S = 1.0
"""Seconds that a copy of the decoder may take, on a busy machine too; a tenth is usual."""

FIRST_SPEECH_S = 0.15
"""Seconds of speech after which the first guess is made. With 0.2 the first words are right a little more
often and come 0.08 s later; with 0.1 they come 0.05 s sooner."""

NEXT_SPEECH = 1.5
"""How many times the speech of the last guess there must be for another: three or four guesses in the half
second that is held back."""


def ask_words(finish: Callable[[], Transcript]) -> Transcript:
    """What `finish` gives in a copy of this process.

    Raises:
        CopyHungError: The copy took longer than `LIMIT_S`.
        CopyError: There is no copy, or it failed, or what it wrote is no transcript.
    """
    return _read(ask_copy(lambda: _written(finish()), LIMIT_S))


class FirstWords:
    """Guesses, made by copies of this process that may end the utterance, while this one listens on.

    What a word's beginning sounds like is mostly another, shorter word: better than nothing for
    somebody who looks whether they are heard.
    """

    def __init__(self, guess: Callable[[], Transcript]) -> None:
        """Begin with a phrase.

        Args:
            guess: Ends the utterance with the sound so far; called in copies only.
        """
        self._guess = guess
        self._copy: Forked | None = None
        self._due_s = FIRST_SPEECH_S
        self._best = Hypothesis()
        self._hung = False

    def look(self, speech_s: float) -> Hypothesis:
        """The last guess, and have another one made when there is enough new speech. Never waits.

        Where a guess failed, the answer says why, and has the words of the one before. After one
        that hung no other is tried.

        Args:
            speech_s: Seconds of speech to expect in the sound so far.
        """
        if self._copy is not None and self._copy.wait(0):
            self._take(self._copy)
        if self._copy is None and not self._hung and speech_s >= self._due_s:
            self._due_s = speech_s * NEXT_SPEECH
            self._begin()
        return self._best

    def close(self) -> None:
        """End the guess that is being made. Safe to call twice."""
        copy, self._copy = self._copy, None
        if copy is not None:
            copy.close()

    def _begin(self) -> None:
        if not forked.AVAILABLE:
            return
        try:
            self._copy = start_copy(lambda: _written(self._guess()), LIMIT_S)
        except CopyError as error:
            self._best = replace(self._best, fallback=str(error))

    def _take(self, copy: Forked) -> None:
        try:
            transcript = _read(copy.result())
        except CopyError as error:
            self._hung = isinstance(error, CopyHungError)
            self._best = replace(self._best, fallback=str(error))
            return
        finally:
            self.close()
        if transcript.segments:
            words = tuple(word for segment in transcript.segments for word in segment.words)
            self._best = replace(self._best, text=transcript.text, words=words)


def _written(transcript: Transcript) -> bytes:
    return json.dumps(wire.transcript_to_json(transcript)).encode()


def _read(answer: bytes) -> Transcript:
    """What a copy wrote.

    Raises:
        CopyError: That is no transcript.
    """
    try:
        return wire.transcript_from_json(json.loads(answer))
    except (ValueError, KeyError, TypeError) as error:
        raise CopyError("The copy of the process answered with something that is no transcript.") from error
