"""The seam between sound and words.

A new recogniser is one file with a class that satisfies `Recognizer`, and one row in
`engine.registry`. Calls are blocking and come from one thread at a time. In the workstation a
recogniser lives in a process of its own (`engine.speech.process`), which satisfies the same
protocol, so that nothing it does can hold up the screen or the audio callback.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from engine.audio.format import Samples
from engine.speech.effort import Effort


@dataclass(frozen=True, slots=True)
class Word:
    """One recognised word; times in seconds from the first sample of the utterance."""

    text: str
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of words without a long pause; times in seconds from the utterance's start.

    Attributes:
        text: The words as the recogniser wrote them, without outer white space.
        words: The single words with their times; empty where the recogniser gives none.
    """

    text: str
    start_s: float
    end_s: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Transcript:
    """The final words of one utterance.

    Attributes:
        segments: The words.
        fallback: Why an optimised path failed and the plain one was taken; mostly empty.
        cpu_s: Processor seconds that the answer took, where they are known.
        failed: Whether a guess came to nothing: it has no words then, and `fallback` says why.
        language: ISO 639-1 code of the language that was found out; empty where the context named
            one, or nothing was heard to judge by.
        language_probability: How sure that is, 0 to 1.
        translated: Whether the words are a translation into English.
        remark: What the user should know of the words, such as that they could not be translated.
    """

    segments: tuple[Segment, ...] = ()
    fallback: str = ""
    cpu_s: float = 0.0
    failed: bool = False
    language: str = ""
    language_probability: float = 0.0
    translated: bool = False
    remark: str = ""

    @property
    def text(self) -> str:
        """All segments joined with single spaces."""
        return " ".join(segment.text for segment in self.segments if segment.text)


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """What the open utterance seems to say so far; any of it may still change.

    Attributes:
        text: The words.
        words: The same with their times, where they were asked for and the recogniser knows them.
        fallback: Why an optimised path failed and the plain one was taken; mostly empty.
    """

    text: str = ""
    words: tuple[Word, ...] = ()
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What helps to recognise the next utterance.

    Attributes:
        previous_text: The words before it in the same dictation; empty at its start.
        language: ISO 639-1 code of the language to expect, or "auto": then the recogniser finds out.
        vocabulary: Names and terms that are likely to be said.
        speaker: A name for who speaks, as far as it is known. A recogniser that adapts itself to a
            voice begins anew when this changes.
        effort: How much work to put into it.
        translate: Whether to write English, whatever language is spoken; who cannot do that ignores it.
    """

    previous_text: str = ""
    language: str = "en"
    vocabulary: tuple[str, ...] = field(default=())
    speaker: str = ""
    effort: Effort = field(default=Effort())
    translate: bool = False


class Utterance(Protocol):
    """One stretch of speech that is being recognised."""

    def feed(self, samples: Samples) -> None:
        """Add sound: mono float32 at 16 kHz, shape [n]. Nobody changes it afterwards."""

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """Say what the sound so far seems to contain.

        Args:
            timed: Whether to give the words with their times, which may cost more.

        Raises:
            RecognitionError: The recogniser failed; the utterance cannot be continued.
        """

    def speculate(self) -> Transcript | None:
        """Give the words as if the utterance ended here, and leave it open.

        Returns:
            What `finish` would give now, or, with `failed`, why there is no answer this time; None
            where this recogniser, on this system, can never tell without ending the utterance.

        Raises:
            RecognitionError: The recogniser failed; the utterance may be lost.
        """

    def accept(self) -> None:
        """End the utterance: the words of the last `speculate` are taken. No other call may follow.

        Never raises. A recogniser that learns from finished utterances learns from this one.
        """

    def finish(self) -> Transcript:
        """End the utterance and give its words. No other call may follow.

        Raises:
            RecognitionError: The recogniser failed.
        """

    def discard(self) -> None:
        """Throw the utterance away. Never raises."""


class Recognizer(Protocol):
    """Something that turns sound into words. At most one utterance is open at a time."""

    @property
    def name(self) -> str:
        """Its name in `engine.registry`, such as "whisper"."""

    @property
    def model(self) -> str:
        """The model it uses, such as "base.en"."""

    @property
    def streams(self) -> bool:
        """Whether `partial` is nearly free because the decoder works as it is fed."""

    @property
    def runs_on(self) -> str:
        """Device and arithmetic of the loaded model, such as "cpu int8"; empty when unloaded."""

    @property
    def remark(self) -> str:
        """One sentence for the user about how it was loaded, such as a fallback; else empty."""

    def load(self) -> None:
        """Bring the model into memory and warm it up. Does nothing when it is there already.

        Raises:
            RecognitionError: The model is missing or broken; says which, and how to get it.
        """

    def unload(self) -> None:
        """Give the memory back. Open utterances are lost. Safe to call twice."""

    def memory_bytes(self) -> int:
        """Resident bytes that the loaded model accounts for; 0 when unloaded or unknown."""

    def open(self, context: Context) -> Utterance:
        """Begin an utterance.

        Raises:
            RecognitionError: The model is not loaded or cannot begin.
        """
