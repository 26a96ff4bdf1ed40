"""What is known of a dictation's words at one moment; pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from engine.speech.recognizer import Segment, Transcript
from engine.speech.spoken_language import SpokenLanguage


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of a dictation's words.

    Attributes:
        segments: Firm segments, times in seconds from the recording's start.
        partial: Text of the open phrase that may still change.
        expected: Segments behind the firm ones, if the open phrase ended now; None where that is
            not known, and empty where nothing is open.
        revised: Whether the firm segments come from a decode of the whole dictation after its end.
        language: What is known of the language of the firm segments.
        expected_language: The same, if the dictation ended now.
        remark: What the user should know of the words; mostly empty.
    """

    segments: tuple[Segment, ...] = ()
    partial: str = ""
    expected: tuple[Segment, ...] | None = None
    revised: bool = False
    language: SpokenLanguage = field(default=SpokenLanguage())
    expected_language: SpokenLanguage = field(default=SpokenLanguage())
    remark: str = ""

    def firm(self, transcript: Transcript, segments: tuple[Segment, ...], *, revised: bool = False) -> Words:
        """The words with one more final transcript, when nothing is open behind it.

        Args:
            transcript: What was recognised last.
            segments: All firm segments, those of the transcript included.
            revised: Whether it is of the whole dictation.
        """
        language = self.language.after(transcript)
        remark = self.remark or transcript.remark
        return Words(segments, "", (), revised, language, language.at_end(), remark)

    def guessed(self, transcript: Transcript, segments: tuple[Segment, ...]) -> Words:
        """The words with what the open phrase is if it is over.

        Args:
            transcript: What was recognised of it.
            segments: The segments of the transcript, placed in the recording.
        """
        language = self.language.after(transcript).at_end()
        return replace(self, partial=transcript.text, expected=segments, expected_language=language)

    def unknown(self) -> Words:
        """The words while it is not known what the open phrase would be if it ended now."""
        return self if self.expected is None else replace(self, expected=None)

    def at_end(self) -> Words:
        """The words of a dictation that is over."""
        language = self.language.at_end()
        return replace(self, language=language, expected_language=language)
