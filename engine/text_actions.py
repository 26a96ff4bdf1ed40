"""What a user may do with the text that is shown: take or leave its changes, have it edited again."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from engine.deliver.target import Outcome
from engine.deliveries import Deliveries
from engine.enhance.edited import Job
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.enhance.writing_mode import WritingMode
from engine.enhancers import TIDY, Enhancers
from engine.events import Event, Notice
from engine.finishing import Finisher
from engine.kept_texts import Kept
from engine.preferences import Preferences
from engine.second_edits import SecondEdits
from engine.texts import Text, Texts

NO_TEXT = "There is no text yet."


class TextActions:
    """Decisions on texts. All methods return at once, and act on the text that is shown.

    Whatever changes the text that stands delivers it again, unless it was never delivered: what is shown
    is what can be pasted. A text that waits goes out when it is accepted or rejected.
    """

    def __init__(
        self,
        texts: Texts,
        finisher: Finisher,
        second: SecondEdits,
        deliveries: Deliveries,
        enhancers: Enhancers,
        preferences: Preferences,
        publish: Callable[[Event], None],
        spawn: Callable[[Coroutine[Any, Any, object]], object],
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._texts = texts
        self._finisher = finisher
        self._second = second
        self._deliveries = deliveries
        self._enhancers = enhancers
        self._preferences = preferences
        self._publish = publish
        self._spawn = spawn

    @property
    def undelivered(self) -> list[Kept]:
        """What is kept of texts that have reached no place, or wait for the user; the newest is last."""
        return self._texts.kept()

    def accept(self) -> None:
        """Take all changes, but those that were left one by one, and deliver the text."""
        self._decide(lambda review: review.accept(), settles=True)

    def reject(self) -> None:
        """Go back to the words as they were spoken, and deliver them."""
        self._decide(lambda review: review.reject(), settles=True)

    def toggle_change(self, index: int) -> None:
        """Take or leave one change.

        Args:
            index: Counted among the changes that are no "equal"; one that is not there is ignored.
        """
        text = self._texts.shown
        if text is not None and 0 <= index < len(text.review.taken):
            self._decide(lambda review: review.toggle(index), settles=False)

    def enhance_now(self) -> None:
        """Have the model edit the text that is shown, in its mode, whatever the policy says."""
        text = self._settled()
        if text is None:
            return
        by_rules = self._preferences.settings.enhancement.enhancer == TIDY
        if by_rules and text.edited.enhancer == TIDY:
            self._say("Tidy edited this already, and is the enhancer that is chosen.")
            return
        job = self._enhancers.job(*self._of(text, text.edited.mode), by_hand=True)
        self._spawn(self._edit_again(text, job))

    def reapply_mode(self) -> None:
        """Have the text that is shown edited again, from its raw words, in the mode in force."""
        text = self._settled()
        if text is not None:
            of = self._of(text, self._preferences.settings.enhancement.mode)
            self._spawn(self._edit_again(text, self._enhancers.job_if_usable(*of)))

    def show_earlier(self) -> None:
        """Show the text before the one that is shown."""
        if not self._texts.move(-1):
            self._say("There is no earlier text." if self._texts.shown else NO_TEXT)

    def show_later(self) -> None:
        """Show the text after the one that is shown."""
        if not self._texts.move(1):
            self._say("This is the newest text." if self._texts.shown else NO_TEXT)

    async def copy_final(self) -> None:
        """Put the text that stands on the clipboard; one that waits is accepted as it is shown."""
        text = self._texts.shown
        if text is None:
            self._say("There is no text to copy yet.")
        elif text.waits:
            await asyncio.shield(self._settle(text))
        else:
            await self.copy(text.text)

    async def deliver_again(self, *, newest: bool = False) -> Outcome | None:
        """Hand the text that is shown, or the newest, to its target once more; one that waits is accepted.

        Returns:
            What became of it; None where there is no text, or another decision on it was made meanwhile.
        """
        text = self._texts.newest if newest else self._texts.shown
        if text is None:
            self._say("There is no text to deliver yet.")
            return None
        if text.waits:
            return await asyncio.shield(self._settle(text))
        return await asyncio.shield(self._deliveries.deliver_again(text))

    async def copy_raw(self) -> None:
        """Put the words as recognised on the clipboard."""
        await self.copy(self._texts.shown.draft.text if self._texts.shown else "")

    async def copy(self, text: str) -> None:
        """Put any text on the clipboard; reported as `Delivered`, an empty text as a notice."""
        if text:
            await asyncio.shield(self._deliveries.copy(text))
        else:
            self._say("There is no text to copy yet.")

    def _decide(self, decide: Callable[[Review], Review], *, settles: bool) -> None:
        text = self._settled()
        if text is None:
            return
        before = text.text
        text.review = decide(text.review)
        text.decisions += 1
        self._texts.tell(text)
        if text.waits:
            if settles:
                self._settle(text)
        elif settles or text.text != before:
            self._deliveries.deliver_standing(text)

    def _settle(self, text: Text) -> asyncio.Task[Outcome | None]:
        """Deliver a text that waited; has what became of it, as `Deliveries.deliver_standing` says."""
        text.waits = False
        self._texts.tell(text)
        return self._deliveries.deliver_standing(text)

    async def _edit_again(self, text: Text, job: Job) -> None:
        await self._second.edit(text, job, self._preferences.settings.delivery.policy)

    def _of(self, text: Text, mode: str) -> tuple[Draft, WritingMode, str]:
        """The words of a text, a writing mode (that in force, should it be gone), and who recognised them."""
        settings = self._preferences.settings
        known = settings.modes.get(mode)
        return text.draft, known.named(mode) if known else settings.writing_mode, text.model

    def _settled(self) -> Text | None:
        """The text that is shown; None, and a word, while there is none or a newer one is being made."""
        text = self._texts.shown
        if self._finisher.busy and (text is None or self._texts.is_newest(text)):
            self._say("The text is still being edited.")
            return None
        if text is None:
            self._say(NO_TEXT)
        return text

    def _say(self, message: str) -> None:
        self._publish(Notice("information", message))
