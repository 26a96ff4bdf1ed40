"""The texts of this sitting: what was said, what was made of it, and what of that the user takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine.deliver.target import Delivery, Outcome
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.events import Event, Notice, Reviewed
from engine.kept_texts import Kept, forget, keep_text

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
        places: The destinations that it was delivered to, in one form or another, and what they were called.
        stand_ins: For destinations that could not take it the one that did.
        last_place: Where it went last, be it the clipboard because nothing else took it; "" while nowhere.
        last_form: The form in which it went there.
        failed: Whether it reached no place when it was handed over last.
        kept: Where it and its sound lie while it is nowhere; None before it has been tried, and afterwards.
        decisions: How often it was decided on, by the user or by an edit; tells what came too late.
        handed: The decision that was handed over last; -1 before the first.
    """

    number: int
    draft: Draft
    model: str
    edited: Edited
    review: Review
    waits: bool = False
    places: dict[str, str] = field(default_factory=dict)
    stand_ins: dict[str, str] = field(default_factory=dict)
    last_place: str = ""
    last_form: str = ""
    failed: bool = False
    kept: Kept | None = None
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
        """Remember what became of it.

        Args:
            outcome: What became of it.
            said: The form in which it was handed over.
            spec: The destination it was meant for.
        """
        self.failed = not outcome.spec
        if outcome.spec:
            self.last_place, self.last_form = outcome.spec, said
        if outcome.status is not Delivery.FAILED:
            self.places[outcome.spec] = outcome.target
            self.stand_ins[spec] = outcome.spec

    async def keep(self, recording: Path, audio: Path | None) -> None:
        """Keep it and its sound as files for as long as it is nowhere.

        Args:
            recording: The file of its recording.
            audio: Where its sound is kept; None where it could be kept nowhere.
        """
        self.kept = await keep_text(self.text, recording, audio)
        if self.last_place:  # it was accepted meanwhile
            await self.forget_files()

    async def write_anew(self) -> None:
        """Have the file that it is kept in hold it as it stands."""
        if self.kept is not None and self.kept.file is not None:
            self.kept = await keep_text(self.text, self.kept.file, self.kept.audio)

    async def forget_files(self) -> None:
        """Remove it and its sound from the disk, now that it went out."""
        if self.kept is not None:
            kept, self.kept = self.kept, None
            await forget(kept)


def kept_notice(kept: Kept) -> Notice:
    """What is said of a text that reached no place."""
    return Notice("warning", f"The text {kept}")


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

    def kept(self) -> list[Kept]:
        """What is kept of texts that wait for the user, or reached no place; the newest is last."""
        return [text.kept for _, text in sorted(self._texts.items()) if text.kept and not text.last_place]

    async def close(self) -> list[Kept]:
        """Write anew what is kept, and forget what is somewhere; returns what is kept then."""
        for text in self._texts.values():
            await (text.forget_files() if text.last_place else text.write_anew())
        return self.kept()

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
        self._let_the_oldest_go(text.number)
        if self._shown not in self._texts:
            self._shown = text.number
        if tell:
            self.tell(text)

    def _let_the_oldest_go(self, new: int) -> None:
        """Forget no text that is nowhere yet, and not the one that was just put."""
        somewhere = [
            number for number, text in sorted(self._texts.items()) if not text.kept and number != new
        ]
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
