"""Takes each text to its target, falls back where that fails, and says truthfully what happened."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace

from engine import registry
from engine.deliver.destination import Destination
from engine.deliver.sanitize import for_terminal
from engine.deliver.shape import Shapes
from engine.deliver.surroundings import Surroundings, Writer
from engine.deliver.target import Delivery, Outcome, Target
from engine.settings.schema import Settings

CLIPBOARD = "clipboard"
"""The destination of what is copied."""


class Router:
    """The targets of a session, made when they are first used.

    Attributes:
        has_focus: Whether the terminal that shows us has the focus; told by the interface.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        given: Target | None = None,
        writer: Writer | None = None,
    ) -> None:
        """Make no target yet.

        Args:
            settings: The options of `[delivery]` and `[into_…]`.
            given: Where everything goes instead, such as standard output.
            writer: Writes a control sequence to the terminal; None opens `/dev/tty`.
        """
        self.has_focus = False
        self._given = given
        self._fallback = settings.delivery.fallback
        self._around = surroundings(settings, writer, lambda: self.has_focus)
        self._targets: dict[str, Target] = {}

    @property
    def environ(self) -> Mapping[str, str]:
        """The environment in which targets are looked for."""
        return self._around.environ

    def target(self, spec: str) -> Target:
        """The target of that destination, a text that `Destination.parse` takes."""
        if self._given is not None:
            return self._given
        if spec not in self._targets:
            destination = Destination.parse(spec)
            self._targets[spec] = registry.build_target(destination.kind, destination.what, self._around)
        return self._targets[spec]

    def forget(self, spec: str) -> None:
        """Make the target anew that is chosen now: what was known of a pane may be true no longer."""
        self._targets.pop(spec, None)

    async def deliver(self, text: str, spec: str) -> Outcome:
        """Hand `text` to its target; where that fails, to the fallbacks in their order.

        A text that only the clipboard took has failed, and is kept there. Never raises.
        """
        outcome = await self._hand_over(text, spec)
        if outcome.status is not Delivery.FAILED or self._given is not None:
            return outcome
        for other in self._fallback:
            if other == spec:
                continue
            second = await self._hand_over(text, other)
            if second.status is Delivery.FAILED:
                continue
            if other == CLIPBOARD:
                return replace(outcome, kept=second.target, spec=CLIPBOARD)
            said = f"It did not reach: {outcome.target}. {outcome.detail}".strip()
            return replace(second, detail=" ".join(filter(None, [said, second.detail])), standing=False)
        return outcome

    async def copy(self, text: str) -> Outcome:
        """Put `text` on the clipboard, wherever texts go. Never raises."""
        return await self._hand_over(text, CLIPBOARD)

    async def prepare(self, spec: str) -> None:
        """Make the next delivery to a destination quick."""
        await self.target(spec).prepare()

    async def close(self) -> None:
        """End what `prepare` began. Safe to call twice."""
        for target in [*self._targets.values(), *filter(None, [self._given])]:
            await target.close()

    async def _hand_over(self, text: str, spec: str) -> Outcome:
        target = self.target(spec)
        # Before it has its shape, in which it may have an end; blanks alone would do nothing but press enter.
        if not for_terminal(text).strip():
            return Outcome(Delivery.FAILED, target.name, "There is no text in it.")
        try:
            outcome = await target.deliver(text)
        except Exception as error:  # a target is the world outside: whatever it does, the text stays
            logging.getLogger(__name__).exception("delivery")
            return Outcome(Delivery.FAILED, target.name, f"It failed unexpectedly: {error}.")
        return outcome if outcome.status is Delivery.FAILED else replace(outcome, spec=spec)


def surroundings(
    settings: Settings, writer: Writer | None = None, has_focus: Callable[[], bool] | None = None
) -> Surroundings:
    """What targets are made with, as the settings have it."""
    shapes = Shapes(
        settings.into_terminal.shape,
        settings.into_window.shape,
        settings.into_clipboard.shape,
        settings.into_file.shape,
        settings.into_command.shape,
        settings.into_stdout.shape,
    )
    delivery = settings.delivery
    around = Surroundings(
        shapes=shapes,
        clipboard=delivery.clipboard,
        window=delivery.window,
        restore=delivery.restore,
        primary=delivery.primary,
        writer=writer,
    )
    return around if has_focus is None else replace(around, has_focus=has_focus)
