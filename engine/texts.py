"""The texts of this sitting: what was said, what was made of it, and what of that the user takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine import recordings
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.events import Event, Reviewed

KEPT = 200
"""Texts that are kept; the oldest go first. The transcript shows as many."""


@dataclass(slots=True)
class Text:
    """One dictation that has its words.

    Attributes:
        number: Of the dictation.
        draft: The words as recognised.
        model: Which model recognised them.
        edited: What was made of them last.
        review: Which changes of that are taken; its text is the one that stands.
        waits: Whether it goes out only when the user accepts it.
        went_to: The destination that has it, in the form in which it went there last; empty while none has.
        meant_for: The destination it was meant for then, which another one may have stood in for; empty while
            it was not delivered, or only the clipboard has it.
        audio: Its sound, kept while nothing went out.
        decisions: How often it was decided on, by the user or by an edit; tells what came too late.
    """

    number: int
    draft: Draft
    model: str
    edited: Edited
    review: Review
    waits: bool = False
    went_to: str = ""
    meant_for: str = ""
    audio: Path | None = None
    decisions: int = 0

    @property
    def text(self) -> str:
        """The text that stands."""
        return self.review.text

    async def forget_audio(self) -> None:
        """Remove its sound, now that the text went out."""
        if self.audio is not None:
            audio, self.audio = self.audio, None
            await recordings.remove(audio)


class Texts:
    """Keeps the texts, and which of them is shown: the one that keys act on."""

    def __init__(self, publish: Callable[[Event], None]) -> None:
        """Keep nothing yet; `publish` is told what stands for a text whenever that changes."""
        self._publish = publish
        self._texts: dict[int, Text] = {}
        self._shown = 0

    @property
    def shown(self) -> Text | None:
        """The text that is shown; None before the first."""
        return self._texts.get(self._shown)

    @property
    def newest(self) -> Text | None:
        """The text of the last dictation; None before the first."""
        return self._texts.get(max(self._texts, default=0))

    def is_newest(self, text: Text) -> bool:
        """Whether no later dictation has its words."""
        return text.number == max(self._texts, default=0)

    def get(self, number: int) -> Text | None:
        """The text of one dictation; None where it has none, or not any more."""
        return self._texts.get(number)

    def kept(self) -> list[Text]:
        """The texts whose sound is kept: they wait for the user, or reached no place."""
        return [text for text in self._texts.values() if text.audio is not None]

    def put(self, text: Text, *, tell: bool = True) -> None:
        """Keep a text, in the place of one of the same dictation.

        A dictation that is newer than all others is shown from now on.

        Args:
            text: The text.
            tell: Whether to say what stands for it; not where an edit of it is to follow.
        """
        if text.number not in self._texts:
            if len(self._texts) >= KEPT and text.number < min(self._texts):
                return  # it was forgotten while it was being edited
            if text.number > max(self._texts, default=0):
                self._shown = text.number
        self._texts[text.number] = text
        while len(self._texts) > KEPT:
            del self._texts[min(self._texts)]
        if self._shown not in self._texts:
            self._shown = text.number
        if tell:
            self.tell(text)

    def tell(self, text: Text) -> None:
        """Say what stands for a text now; of a dictation that failed before its first word nothing does."""
        if not text.draft.text or self._texts.get(text.number) is not text:
            return
        numbers = sorted(self._texts)
        edited = text.edited
        self._publish(
            Reviewed(
                text.number,
                text.draft.text,
                text.text,
                text.review.changes,
                text.review.taken,
                text.waits,
                edited.enhancer,
                edited.mode,
                edited.remark,
                text.number == self._shown,
                numbers.index(text.number) + 1,
                len(numbers),
            )
        )

    def move(self, step: int) -> bool:
        """Show the text that lies `step` places later (negative: earlier). False where there is none."""
        numbers = sorted(self._texts)
        if self._shown not in self._texts:
            return False
        place = numbers.index(self._shown) + step
        if not 0 <= place < len(numbers):
            return False
        self._shown = numbers[place]
        self.tell(self._texts[self._shown])
        return True
