"""PocketSphinx behind the protocol: English, from the model that its package carries.

It decodes as it is fed, so partial words are nearly free and little is left to do at the end. It
holds the interpreter's lock while it decodes: the workstation runs it in a process of its own
(`engine.speech.process`).
"""

from __future__ import annotations

from typing import Any

from engine.errors import RecognitionError
from engine.models.languages import AUTO, ENGLISH
from engine.speech.language_fit import check_language
from engine.speech.recognizer import Context, Transcript
from engine.speech.sphinx_decoder import make_decoder
from engine.speech.sphinx_tuning import SpeakerMean
from engine.speech.sphinx_utterance import SphinxUtterance

CANNOT_TRANSLATE = (
    "PocketSphinx knows English only, so the words were taken for English. "
    "Choose a Whisper model that translates, or do not ask for a translation."
)


class Sphinx:
    """PocketSphinx with its English model, in this process."""

    name = "pocketsphinx"
    model = "en-us"
    remark = ""
    runs_on = "cpu"
    streams = True

    def __init__(self) -> None:
        """Load nothing yet."""
        self._decoder: Any = None
        self._speaker = SpeakerMean()
        self._speaker_name = ""
        self._last: SphinxUtterance | None = None

    def load(self) -> None:
        """Bring the decoder and its model into memory; does nothing when they are there.

        Raises:
            RecognitionError: The package or its model is broken.
        """
        if self._decoder is None:
            self._decoder = make_decoder()
            self._speaker = SpeakerMean()

    def unload(self) -> None:
        """Let go of the decoder and of what was learned of the speaker. Safe to call twice."""
        if self._last is not None:
            self._last.discard()
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
        check_language(self.name, self.model, context.language)
        if self._decoder is None:
            raise RecognitionError("The recogniser pocketsphinx is not loaded.", "Load it first.")
        if context.speaker != self._speaker_name:
            self._speaker_name = context.speaker
            self.forget_speaker()
        self._settle_last()
        found_out = None
        if context.language == AUTO:
            remark = CANNOT_TRANSLATE if context.translate else ""
            found_out = Transcript(language=ENGLISH, language_probability=1.0, remark=remark)
        self._last = SphinxUtterance(self._decoder, self._speaker, found_out)
        return self._last

    def _settle_last(self) -> None:
        last, self._last = self._last, None
        if last is not None:
            last.settle()
