"""The words of a dictation written out as sentences while they come, and what a second decode changes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.enhance.diff import Change, word_diff
from engine.enhance.enhancer import Draft
from engine.speech.draft import draft_of
from engine.speech.live_text import LiveText
from engine.speech.recognizer import Segment
from engine.speech.words import Words


@dataclass(frozen=True, slots=True)
class Revision:
    """A text that took the place of another, with what changed."""

    before: str
    after: str
    changes: tuple[Change, ...]


class WrittenWords:
    """Writes out the firm words of one dictation. Used on one thread at a time.

    Attributes:
        revision: What the decode of the whole dictation changed, after its end; None before.
    """

    def __init__(self) -> None:
        """Nothing is written yet."""
        self.revision: Revision | None = None
        self._live = LiveText()
        self._segments: tuple[Segment, ...] = ()
        self._text = ""

    def take(self, words: Words) -> str:
        """Take what is known now, and give the firm words as sentences."""
        if words.segments != self._segments:
            before, known = self._text, len(self._segments)
            if words.revised:
                self._live, known = LiveText(), 0
            self._text = self._live.add(words.segments[known:], words.language.text)
            self._segments = words.segments
            if words.revised:
                self.revision = Revision(before, self._text, word_diff(before, self._text))
        return self._text

    def draft(self, words: Words) -> Draft | None:
        """The text if the dictation ended now; None while a phrase is open of which that is not known."""
        if words.expected is None:
            return None
        return draft_of(words.segments + words.expected, words.expected_language.text)
