"""The firm words of a dictation as sentences, growing phrase by phrase; pure.

A dictation's words become firm a phrase at a time, and each time the text is shown. Writing all of
it out anew would cost the square of its length; here a phrase costs its own length alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.speech.cleanup import Composer
from engine.speech.draft import draft_of
from engine.speech.recognizer import Segment
from engine.speech.tokens import tokens


class LiveText:
    """What people see while they speak: it only ever grows at its end, whatever follows.

    Where segments are parted by pauses, the text is that of the whole draft. The mark behind the
    last word is left out: it depends on the word that comes next.

    Attributes:
        text: The words so far, as sentences.
    """

    def __init__(self) -> None:
        """Begin a text."""
        self.text = ""
        self._composer = Composer(english=False)
        self._heard_until = 0.0

    def add(self, segments: Sequence[Segment], language: str) -> str:
        """Append segments that have become firm, and give the whole text.

        Args:
            segments: In order, times in seconds from the recording's start; none of them added before.
            language: ISO 639-1 code of what they are written in; empty while it is not known. Once it is,
                its rules apply to what follows, and not to what people have read already.
        """
        english = self._composer.english = language == "en"
        previous = self._composer.previous
        if previous is None:
            new = tokens(draft_of(segments, language), english)
        else:
            # The last word stands in front once more, so that the first new one finds the pause
            # before it, and punctuation by itself finds the word that it belongs to.
            last = Segment(previous.text, self._heard_until, self._heard_until)
            again, *new = tokens(draft_of((last, *segments), language), english, previous)
            if again.tail != previous.tail:
                self._composer.append_mark(again.tail)
        for at, token in enumerate(new):
            self._composer.add(token, new[at + 1] if at + 1 < len(new) else None)
        for segment in segments:
            if segment.words or segment.text.strip():
                self._heard_until = segment.words[-1].end_s if segment.words else segment.end_s
        self.text += self._composer.take()
        return self.text
