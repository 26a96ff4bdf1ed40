"""The texts of this sitting: what was said, what was made of it, and what of that the user takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine import recordings
from engine.deliver.target import Delivery, Outcome
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.events import Event, Notice, Reviewed

KEPT = 200
"""Texts that are kept; of those that are somewhere the oldest go first. The transcript shows as many."""


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
        places: The destinations that it was delivered to, in one form or another.
        stand_ins: For destinations that could not take it the one that did.
        last_place: Where it went last, be it the clipboard because nothing else took it; "" while nowhere.
        last_form: The form in which it went there.
        failed: Whether it reached no place when it was handed over last.
        audio: Its sound, kept while nothing went out.
        decisions: How often it was decided on, by the user or by an edit; tells what came too late.
        handed: The decision that was handed over last; -1 before the first.
    """

    number: int
    draft: Draft
    model: str
    edited: Edited
    review: Review
    waits: bool = False
    places: set[str] = field(default_factory=set)
    stand_ins: dict[str, str] = field(default_factory=dict)
    last_place: str = ""
    last_form: str = ""
    failed: bool = False
    audio: Path | None = None
    decisions: int = 0
    handed: int = -1

    @property
    def as_it_went(self) -> bool:
        """Whether the place it went to last has it as it stands."""
        return bool(self.last_place) and self.last_form == self.text

    @property
    def text(self) -> str:
        """The text that stands."""
        return self.review.text

    def place_of(self, spec: str) -> str:
        """Which place has it in some form, of a destination and what stood in for that; "" where none has."""
        there = self.stand_ins.get(spec, spec)
        return there if there in self.places else ""

    def note(self, outcome: Outcome, said: str, spec: str) -> None:
        """Keep what became of it.

        Args:
            outcome: What became of it.
            said: The form in which it was handed over.
            spec: The destination it was meant for.
        """
        self.failed = not outcome.spec
        if outcome.spec:
            self.last_place, self.last_form = outcome.spec, said
        if outcome.status is not Delivery.FAILED:
            self.places.add(outcome.spec)
            self.stand_ins[spec] = outcome.spec

    async def keep(self, audio: Path) -> None:
        """Keep its sound, with the text beside it, for as long as it is nowhere."""
        await self.write_beside(audio)
        self.audio = audio
        if self.last_place:  # it was accepted meanwhile
            await self.forget_audio()

    async def write_beside(self, audio: Path) -> None:
        """Write it beside its sound as it stands."""
        await recordings.keep_text(audio, self.text)

    async def forget_audio(self) -> None:
        """Remove its sound, now that the text went out."""
        if self.audio is not None:
            audio, self.audio = self.audio, None
            await recordings.remove(audio)


def kept_beside(audio: Path) -> Notice:
    """What is said of a text that reached no place."""
    return Notice("warning", f"The text is kept beside its sound: {audio}")


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
        self._let_the_oldest_go()
        if self._shown not in self._texts:
            self._shown = text.number
        if tell:
            self.tell(text)

    def _let_the_oldest_go(self) -> None:
        """Forget no text whose sound is kept: it is nowhere yet."""
        somewhere = [number for number, text in sorted(self._texts.items()) if text.audio is None]
        for number in somewhere[: max(0, len(self._texts) - KEPT)]:
            del self._texts[number]

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
