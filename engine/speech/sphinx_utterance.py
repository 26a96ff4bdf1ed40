"""One stretch of speech in PocketSphinx's decoder."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.speech import forked
from engine.speech.forked import CopyError, CopyHungError
from engine.speech.recognizer import Hypothesis, Transcript
from engine.speech.sphinx_decoder import BYTES_A_FRAME, as_transcript, measure_mean, read_words
from engine.speech.sphinx_first_words import FirstWords, ask_words
from engine.speech.sphinx_tuning import MEAN_EVERY_FRAMES, Cepstrum, Conditioner, SpeakerMean

Result = TypeVar("Result")

MOST_SAMPLES = SAMPLE_RATE // 2
"""Samples given to the decoder at a time. It silently leaves out what exceeds about six seconds in
one call, as after a wait for the model."""


class SphinxUtterance:
    """One stretch of speech in the decoder."""

    def __init__(self, decoder: Any, speaker: SpeakerMean, found_out: Transcript | None = None) -> None:
        """Begin it; only `Sphinx.open` makes one.

        Args:
            decoder: From `make_decoder`, with no open utterance.
            speaker: What is known of the speaker's cepstral mean; learns from this utterance.
            found_out: What to say of the language along with the words; None where it was given.
        """
        self._found_out = found_out or Transcript()
        self._decoder = decoder
        self._speaker = speaker
        self._conditioner = Conditioner()
        self._first = FirstWords(self._guess)
        self._sound: list[bytes] = []
        self._unlearned = 0.0
        self._over = False
        self._accepted = False
        self._finished = False
        self._hung = ""

    def feed(self, samples: Samples) -> None:
        """Decode mono float32 at 16 kHz, shape [n].

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        for at in range(0, len(samples), MOST_SAMPLES):
            self._process(self._conditioner.push(samples[at : at + MOST_SAMPLES]))

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """The best words so far; a guess at them as long as the decoder has named none.

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        best = self._decode(self._decoder.hyp) if self._sound else None
        if best is None or not best.hypstr:
            return self._first.look(self._conditioner.expected_speech_s)
        self._first.close()
        return Hypothesis(best.hypstr, self._decode(lambda: read_words(self._decoder)) if timed else ())

    def speculate(self) -> Transcript | None:
        """What `finish` would give now: a copy of this process finishes, and this one stays as it is.

        Returns:
            The words, or why the copy failed; after one that hung, which cost its whole time, no
            other is made. None where this system cannot copy a process.

        Raises:
            RecognitionError: The utterance is over.
        """
        self._check_open()
        if not forked.AVAILABLE:
            return None
        if self._hung:
            return Transcript(fallback=self._hung, failed=True)
        try:
            return ask_words(self._finish)
        except CopyError as error:
            if isinstance(error, CopyHungError):
                self._hung = str(error)
            return Transcript(fallback=str(error), failed=True)

    def accept(self) -> None:
        """End it. What the decoder has still to do for that is done when the next one begins."""
        if not self._over:
            self._over = self._accepted = True
            self._first.close()

    def finish(self) -> Transcript:
        """Decode what is left and give the words, as one segment whose word times keep the pauses.

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        self._first.close()
        return self._finish()

    def settle(self) -> None:
        """Learn the speaker from a finished utterance, or discard one that is open.

        Done when the next one begins, not in `finish`, where somebody waits for the words.
        """
        if self._accepted:
            with contextlib.suppress(RecognitionError):
                self._process(self._conditioner.flush())
                self._end()
        if self._finished:
            self._speaker.learn(*measure_mean(self._decoder, b"".join(self._sound)))
        self.discard()

    def discard(self) -> None:
        """Throw it away. Never raises."""
        self._first.close()
        over, self._over = self._over, True
        if self._sound and not over:
            with contextlib.suppress(RuntimeError):
                self._decoder.end_utt()

    def _guess(self) -> Transcript:
        """The words of the first moments, as if the utterance ended here; for a copy of this process.

        Sound that is still held back is decoded at the level that it seems to have so far, without
        the quiet in front of it, which would take as long as the speech.
        """
        skipped_s, sound = self._conditioner.preview()
        self._process(sound)
        transcript = self._end_and_read()
        return as_transcript(
            tuple(
                replace(word, start_s=word.start_s + skipped_s, end_s=word.end_s + skipped_s)
                for segment in transcript.segments
                for word in segment.words
            )
        )

    def _finish(self) -> Transcript:
        """Decode what is left and end."""
        self._process(self._conditioner.flush())
        return self._end_and_read()

    def _end_and_read(self) -> Transcript:
        self._end()
        words = as_transcript(self._decode(lambda: read_words(self._decoder)) if self._finished else ())
        return replace(self._found_out, segments=words.segments) if words.segments else words

    def _end(self) -> None:
        """End the decoder's utterance, if there was sound to begin it."""
        self._over = True
        if self._sound:
            self._decode(self._decoder.end_utt)
            self._finished = True

    def _check_open(self) -> None:
        if self._over:
            raise RecognitionError(
                "The utterance is over, and nothing more can be asked of it.", "Begin another one."
            )

    def _process(self, sound: bytes) -> None:
        """Decode 16-bit samples; the first ones settle the cepstral mean, the others move it a little.

        `get_cmn(True)` takes what was decoded into the decoder's mean, which it would else leave
        alone for the first eight seconds.
        """
        if not sound:
            return
        if not self._sound:
            heard, frames = self._decode(lambda: measure_mean(self._decoder, sound))
            self._decoder.set_cmn(_listed(self._speaker.estimate(heard, frames)))
            self._decode(self._decoder.start_utt)
        self._sound.append(sound)
        self._decode(lambda: self._decoder.process_raw(sound))
        self._unlearned += len(sound) / BYTES_A_FRAME
        if self._unlearned >= MEAN_EVERY_FRAMES:
            self._unlearned = 0.0
            self._decoder.get_cmn(True)

    def _decode(self, step: Callable[[], Result]) -> Result:
        try:
            return step()
        except RuntimeError as error:
            self._over = True
            raise RecognitionError(
                f"PocketSphinx could not go on decoding ({error}).", "Try again."
            ) from error


def _listed(mean: Cepstrum) -> str:
    return ",".join(f"{number:.3f}" for number in mean)
