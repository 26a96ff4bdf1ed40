"""Real targets behind the choice of one, and texts that are handed to them."""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.deliver.router import Router
from engine.deliveries import Deliveries
from engine.enhance.diff import Change
from engine.enhance.edited import Edited
from engine.enhance.enhancer import Draft
from engine.enhance.review import Review
from engine.events import Delivered, Event, TargetChanged
from engine.preferences import Preferences
from engine.settings.schema import Settings
from engine.target_choice import TargetChoice
from engine.tasks import Tasks
from engine.texts import Text
from tests.support.shipped_settings import shipped_settings


@dataclass
class Places:
    """Real targets behind the choice, and all that is reported.

    Attributes:
        written: What went to the terminal.
        remembered: What the next run begins with.
    """

    settings: Settings
    events: list[Event] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
    remembered: dict[str, str | bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.preferences = Preferences(self.settings, self.events.append, self.remembered.__setitem__)
        self.router = Router(self.settings, writer=self.written.append)
        self.choice = TargetChoice(self.preferences, self.router, self.events.append)
        self.tasks = Tasks(self.events.append)
        self.deliveries = Deliveries(self.router, self.choice, self.events.append, self.tasks)

    @property
    def told(self) -> TargetChanged:
        """Where the next text goes, as it was said last."""
        return [event for event in self.events if isinstance(event, TargetChanged)][-1]

    @property
    def delivered(self) -> Delivered:
        return [event for event in self.events if isinstance(event, Delivered)][-1]

    def copied(self) -> list[str]:
        payloads = (re.search(r"\x1b\]52;[a-z]*;([^\x07\x1b]*)", sequence) for sequence in self.written)
        return [base64.b64decode(payload[1]).decode() for payload in payloads if payload]


def places(target: str = "clipboard", fallback: Sequence[str] = ("clipboard",), **own: str) -> Places:
    """Places whose texts go to `target`, and those in some writing modes elsewhere."""
    shipped = shipped_settings()
    changed = {"clipboard": "osc52", "target": target, "fallback": list(fallback)}
    delivery = shipped.delivery.model_copy(update=changed)
    modes = {
        name: mode.model_copy(update={"target": own.get(name, "")}) for name, mode in shipped.modes.items()
    }
    return Places(shipped.model_copy(update={"delivery": delivery, "modes": modes}))


def spoken(words: str = "one two", mode: str = "clean") -> Text:
    """A text of which one change is taken."""
    changes = (Change("equal", "one ", "one "), Change("replace", "two", "three"))
    edited = Edited("one three", words, changes, "tidy", mode=mode)
    return Text(7, Draft(words), "base.en", edited, Review.of(changes, words, taken=True))


def decide(text: Text, review: Review) -> None:
    """Have the user decide on a text."""
    text.review = review
    text.decisions += 1
