"""What is known of the language of one dictation, as its phrases are decoded; pure.

A language that is left open is found out once. Every phrase of which the words are final may settle
it, if its decoder is sure enough; what follows is decoded in that language.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.models.languages import AUTO, ENGLISH
from engine.speech.recognizer import Transcript

SURE = 0.5
"""Probability from which a language is settled; else the next phrase decides. The most probable of a
hundred languages is more probable than all others together then. Judgement, and what faster-whisper
takes for its own detection over several windows."""


@dataclass(frozen=True, slots=True)
class SpokenLanguage:
    """The language that is spoken, and that of the text.

    Attributes:
        code: ISO 639-1 code of the language that is spoken; empty until it is known.
        probability: How sure that is, 0 to 1; 0 as well where the language was given.
        translated: Whether the newest words were translated into English.
        guess: The most probable language of what was heard while nothing was settled; may be empty.
        guess_probability: Its probability.
    """

    code: str = ""
    probability: float = 0.0
    translated: bool = False
    guess: str = ""
    guess_probability: float = 0.0

    @property
    def text(self) -> str:
        """ISO 639-1 code of the language in which the words are written; empty until it is known."""
        return ENGLISH if self.translated else self.code

    @property
    def expected(self) -> str:
        """What to expect of the next phrase: a code or "auto", for `Context.language`."""
        return self.code or AUTO

    def after(self, transcript: Transcript) -> SpokenLanguage:
        """What is known once these words are final; words alone tell, not silence."""
        if not transcript.text:
            return self
        known = replace(self, translated=transcript.translated)
        if self.code or not transcript.language:
            return known
        language, probability = transcript.language, transcript.language_probability
        if probability >= SURE:
            return replace(known, code=language, probability=probability)
        if probability > self.guess_probability:
            return replace(known, guess=language, guess_probability=probability)
        return known

    def at_end(self) -> SpokenLanguage:
        """What is taken once nothing more comes: the guess, where nothing was sure."""
        if self.code or not self.guess:
            return self
        return replace(self, code=self.guess, probability=self.guess_probability)


def expecting(language: str) -> SpokenLanguage:
    """Before the first words, with the language of the settings: a code, or "auto"."""
    return SpokenLanguage("" if language == AUTO else language)
