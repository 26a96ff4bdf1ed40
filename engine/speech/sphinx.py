"""PocketSphinx behind the protocol: English, from the model that its package carries.

It decodes as it is fed, so partial words are nearly free and little is left to do at the end. It
holds the interpreter's lock while it decodes: the workstation runs it in a process of its own
(`engine.speech.process`). This is the only module that imports pocketsphinx.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

import numpy as np

from engine.audio.format import SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.speech.recognizer import Context, Hypothesis, Segment, Transcript, Word
from engine.speech.sphinx_tuning import (
    DECODER_OPTIONS,
    MEAN_EVERY_FRAMES,
    Cepstrum,
    Conditioner,
    SpeakerMean,
)

Result = TypeVar("Result")

FRAMES_A_SECOND = 100
"""The decoder's own frames, in which it tells times."""

MOST_SAMPLES = SAMPLE_RATE // 2
"""Samples given to the decoder at a time. It silently leaves out what exceeds about six seconds in
one call, as after a wait for the model."""

BYTES_A_FRAME = 2 * SAMPLE_RATE / FRAMES_A_SECOND
"""Bytes of 16-bit samples in one of the decoder's frames."""

MEASURING = "measuring"
"""Name of the search that runs while sound is measured."""

ONE_WORD = "#JSGF V1.0; grammar one; public <one> = a;"
"""The grammar that it searches: as little as there can be."""

NO_WORD = re.compile(r"<.*>|\[.*\]|\+\+.*\+\+")
"""What the decoder writes for silence, noise and the ends of an utterance."""

ALTERNATE = re.compile(r"\(\d+\)$")
"""What marks a word's second pronunciation: "the(2)"."""


class Sphinx:
    """PocketSphinx with its English model, in this process."""

    name = "pocketsphinx"
    model = "en-us"
    remark = ""
    streams = True

    def __init__(self, *, language: str = "en") -> None:
        """Name the language; nothing is loaded yet.

        Args:
            language: ISO 639-1 code; only "en" can be loaded.
        """
        self._language = language
        self._decoder: Any = None
        self._speaker = SpeakerMean()
        self._speaker_name = ""
        self._last: SphinxUtterance | None = None

    def load(self) -> None:
        """Bring the decoder and its model into memory; does nothing when they are there.

        Raises:
            RecognitionError: The language is not English, or the package or its model is broken.
        """
        _check_language(self._language)
        if self._decoder is None:
            self._decoder = make_decoder()
            self._speaker = SpeakerMean()

    def unload(self) -> None:
        """Let go of the decoder and of what was learned of the speaker. Safe to call twice."""
        self._decoder = self._last = None

    def forget_speaker(self) -> None:
        """Begin with a speaker of whom nothing is known."""
        self._settle_last()
        self._speaker = SpeakerMean()

    def memory_bytes(self) -> int:
        """Always 0: what the model takes of this process cannot be told apart from the rest."""
        return 0

    def open(self, context: Context) -> SphinxUtterance:
        """Begin an utterance; one that is still open is discarded. A new speaker is learnt anew.

        Raises:
            RecognitionError: Nothing is loaded, or the language is not English.
        """
        _check_language(context.language)
        if self._decoder is None:
            raise RecognitionError("The recogniser pocketsphinx is not loaded.", "Load it first.")
        if context.speaker != self._speaker_name:
            self._speaker_name = context.speaker
            self.forget_speaker()
        self._settle_last()
        self._last = SphinxUtterance(self._decoder, self._speaker)
        return self._last

    def _settle_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.settle()


class SphinxUtterance:
    """One stretch of speech in the decoder."""

    def __init__(self, decoder: Any, speaker: SpeakerMean) -> None:
        """Begin it; only `Sphinx.open` makes one.

        Args:
            decoder: From `make_decoder`, with no open utterance.
            speaker: What is known of the speaker's cepstral mean; learns from this utterance.
        """
        self._decoder = decoder
        self._speaker = speaker
        self._conditioner = Conditioner()
        self._sound: list[bytes] = []
        self._unlearned = 0.0
        self._over = False
        self._finished = False

    def feed(self, samples: Samples) -> None:
        """Decode mono float32 at 16 kHz, shape [n].

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        for at in range(0, len(samples), MOST_SAMPLES):
            self._process(self._conditioner.push(samples[at : at + MOST_SAMPLES]))

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """The best words so far.

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        best = self._decode(self._decoder.hyp) if self._sound else None
        return Hypothesis(" ".join(_plain(best.hypstr.split())) if best is not None else "")

    def finish(self) -> Transcript:
        """Decode what is left and give the words, as one segment whose word times keep the pauses.

        Raises:
            RecognitionError: The utterance is over, or the decoder failed.
        """
        self._check_open()
        self._process(self._conditioner.flush())
        self._over = True
        if not self._sound:
            return Transcript()
        self._decode(self._decoder.end_utt)
        self._finished = True
        words = tuple(
            _word(entry) for entry in self._decoder.seg() or () if not NO_WORD.fullmatch(entry.word)
        )
        if not words:
            return Transcript()
        text = " ".join(word.text for word in words)
        return Transcript((Segment(text, words[0].start_s, words[-1].end_s, words),))

    def speculate(self) -> Transcript | None:
        """None: the decoder cannot tell without ending the utterance."""
        return None

    def accept(self) -> None:
        """End it like a finished one."""
        self._over = True

    def settle(self) -> None:
        """Learn the speaker from a finished utterance, or discard one that is open.

        Done when the next one begins, not in `finish`, where somebody waits for the words.
        """
        if self._finished:
            self._speaker.learn(*measure_mean(self._decoder, b"".join(self._sound)))
        self.discard()

    def discard(self) -> None:
        """Throw it away. Never raises."""
        over, self._over = self._over, True
        if self._sound and not over:
            with contextlib.suppress(RuntimeError):
                self._decoder.end_utt()

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
                f"PocketSphinx could not go on decoding ({error}).", "The audio is kept; try again."
            ) from error


def make_decoder() -> Any:
    """A `pocketsphinx.Decoder` with the package's English model, and a way to measure sound.

    Raises:
        RecognitionError: The package or its model is missing or broken.
    """
    try:
        from pocketsphinx import Decoder

        decoder = Decoder(samprate=SAMPLE_RATE, loglevel="FATAL", **DECODER_OPTIONS)
        decoder.add_jsgf_string(MEASURING, ONE_WORD)
    except (ImportError, RuntimeError, ValueError) as error:
        raise RecognitionError(
            f"PocketSphinx or its English model cannot be loaded ({error}).",
            "Install it again: pip install --force-reinstall pocketsphinx.",
        ) from error
    return decoder


def measure_mean(decoder: Any, sound: bytes) -> tuple[Cepstrum, float]:
    """The cepstral mean of 16-bit samples, and how many frames it was taken from.

    Takes about 2 ms a second of sound. The decoder alone knows its features, and it must search
    what it computes; a grammar of one word makes that search almost free. Hearing the sound once
    before it is decoded also lets the decoder's noise estimate settle.
    """
    words = decoder.current_search()
    decoder.activate_search(MEASURING)
    decoder.start_utt()
    decoder.process_raw(sound, True, True)
    decoder.end_utt()
    decoder.activate_search(words)
    mean = np.array([float(number) for number in decoder.get_cmn(False).split(",")])
    return mean, len(sound) / BYTES_A_FRAME


def _check_language(language: str) -> None:
    if language != "en":
        raise RecognitionError(
            f'PocketSphinx knows English only, not "{language}".',
            'Set recognition.recognizer = "whisper", or recognition.language = "en".',
        )


def _listed(mean: Cepstrum) -> str:
    return ",".join(f"{number:.3f}" for number in mean)


def _plain(words: Iterable[str]) -> Iterator[str]:
    return (ALTERNATE.sub("", word) for word in words if not NO_WORD.fullmatch(word))


def _word(entry: Any) -> Word:
    """A word of the decoder's segmentation; its last frame belongs to it."""
    text = ALTERNATE.sub("", entry.word)
    return Word(text, entry.start_frame / FRAMES_A_SECOND, (entry.end_frame + 1) / FRAMES_A_SECOND)
