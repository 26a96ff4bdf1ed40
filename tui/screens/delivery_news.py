"""What is told of delivery: where the next text goes, and what became of the last one."""

from __future__ import annotations

import re
from collections.abc import Callable

from engine.deliver.target import Delivery, Outcome
from engine.events import Delivered, TargetChanged
from tui.panels.header import Header
from tui.panels.message_strip import MessageStrip
from tui.panels.plain import homely, one_line

CLIPBOARD = "clipboard"
"""The destination that is there in any case; its troubles are told when a text does not get there."""

_IN_BRACKETS = re.compile(r" \([^()]*\)")
"""What explains a detail to those who look for its cause: `utter doctor` tells that."""

_COMMON = ("clipboard", "focused", "last", "terminal", "window")
"""First words of places that are called by a common noun, which takes an article."""


class DeliveryNews:
    """Shows where texts go, and says what is known of each delivery, and no more."""

    def __init__(
        self,
        header: Header,
        messages: MessageStrip,
        tell: Callable[..., None],
        *,
        target_key: str,
        again_key: str,
    ) -> None:
        """Tell it to these parts of the screen.

        Args:
            header: Shows where the next text goes.
            messages: Where a problem stands until it is none any more.
            tell: Tells the user something.
            target_key: The key with which another place is chosen.
            again_key: The key that delivers a text once more.
        """
        self._header = header
        self._messages = messages
        self._tell = tell
        self._target_key = target_key
        self._again_key = again_key
        self._target = ""
        self._spec = ""
        self._problem = ""
        self._told: set[str] = set()
        self._failed: dict[int, str] = {}

    def aim(self, target: str) -> None:
        """Show where the next text will go."""
        self._target = one_line(homely(target))
        self.begin()

    def begin(self) -> None:
        """Show no more what became of the last text: another one is being spoken."""
        self._header.set_target(f"→ {self._target}" if self._target else "")

    def change(self, event: TargetChanged) -> None:
        """Show where texts go from now on, and what is wrong with that."""
        before, self._spec = self._spec, event.spec
        if one_line(homely(event.name)) != self._target or event.spec != before:
            self.aim(event.name)
        self._messages.withdraw(self._problem)
        self._problem = ""
        if event.problem and event.spec != CLIPBOARD:
            self._problem = f"Texts cannot go to {the(event.name)}: {event.problem}"
            self._tell("warning", self._problem, f"{self._target_key} chooses another place.")
        elif before and event.spec != before:
            whose = f"Texts in mode {one_line(event.mode)}" if event.mode else "Texts"
            self._tell("information", f"{whose} go to {the(event.name)}.")

    def show(self, event: Delivered, *, late: bool) -> None:
        """Say what is known about a delivery, and what explains all deliveries but once.

        Args:
            event: The delivery.
            late: Whether a newer dictation has begun: the header speaks of the newest text alone.
        """
        outcome = event.outcome
        self._messages.withdraw(self._failed.pop(event.dictation, ""))
        if outcome.status is Delivery.FAILED:
            self._show_failure(event.dictation, outcome, late=late)
            return
        target = one_line(homely(outcome.target))
        sent = outcome.status is Delivery.SENT
        verb = "sent" if sent else "copied" if target == CLIPBOARD else "delivered"
        if not late:
            self._header.set_target(f"{verb} → {target}")
        said = f"{verb.capitalize()} to {the(target)}."
        known = outcome.standing and outcome.detail in self._told
        detail = "" if known else _IN_BRACKETS.sub("", outcome.detail)
        self._told.add(outcome.detail)
        if event.left_at:
            where = f"was sent to {the(target)}" if sent else f"is on {the(target)}"
            said = f"What went to {the(event.left_at)} stays as it is there."
            detail = f"The new text {where}; {self._again_key} delivers it as well. {detail}".strip()
        elif sent and not outcome.detail:
            detail = "Whether it arrived cannot be known."
        self._tell("success", said, detail)

    def _show_failure(self, dictation: int, outcome: Outcome, *, late: bool) -> None:
        """Say what went wrong, where the text is, and what can be done with it."""
        place = the(outcome.kept)
        is_copied = outcome.kept.startswith(CLIPBOARD)
        kept = f"kept on {place}" if is_copied else f"sent to {place}"
        if not late:
            self._header.set_target(f"✕ not delivered ({kept})" if outcome.kept else "✕ not delivered")
        self._messages.withdraw(self._problem)  # it is said with what came of it
        it_is = f"; it {'is' if is_copied else 'was'} {kept}" if outcome.kept else ""
        what = f"The text did not reach {the(outcome.target)}{it_is}."
        remedy = f"{self._target_key} chooses another place, {self._again_key} tries again."
        self._failed[dictation] = what
        self._tell("error", what, f"{outcome.detail} {remedy}".strip())


def the(name: str) -> str:
    """The name of a place as it stands in a sentence: "the clipboard", but "tmux %3"."""
    shown = one_line(homely(name))
    return f"the {shown}" if shown.split(" ")[0] in _COMMON else shown
