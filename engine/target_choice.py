"""Which target each writing mode has, and what a user can do about it."""

from __future__ import annotations

from collections.abc import Callable

from engine import registry
from engine.deliver.destination import Destination
from engine.deliver.offer import Offer
from engine.deliver.router import CLIPBOARD, Router
from engine.events import Event, TargetChanged
from engine.preferences import Preferences

PLACES = (CLIPBOARD, "window", "stdout")
"""Destinations that are offered beside panes."""


class TargetChoice:
    """The targets that are chosen: that of the settings, or that of the writing mode."""

    def __init__(self, preferences: Preferences, router: Router, publish: Callable[[Event], None]) -> None:
        """Begin with what the settings say.

        Args:
            preferences: The settings; told of what is chosen.
            router: Makes the targets.
            publish: Told where the next text goes whenever that changes.
        """
        self._preferences = preferences
        self._router = router
        self._publish = publish
        self._by_mode: dict[str, str] = {}
        self._told: TargetChanged | None = None

    def of(self, mode: str) -> str:
        """The destination of texts in a writing mode."""
        settings = self._preferences.settings
        known = settings.modes.get(mode)
        return self._by_mode.get(mode) or (known.target if known else "") or settings.delivery.target

    @property
    def spec(self) -> str:
        """The destination of the next text."""
        return self.of(self._preferences.settings.enhancement.mode)

    @property
    def name(self) -> str:
        """Where the next text goes, as people call it."""
        return self._router.target(self.spec).name

    @property
    def mode(self) -> str:
        """The writing mode in force, where it has a target of its own; else empty."""
        settings = self._preferences.settings
        mode = settings.enhancement.mode
        return mode if settings.modes[mode].target else ""

    def choose(self, spec: str) -> None:
        """Send texts elsewhere from now on.

        Where the writing mode has a target of its own, only the texts of this mode go elsewhere. The
        number of a pane holds for this run alone.

        Raises:
            DeliveryError: It is no destination.
        """
        destination = Destination.parse(spec)
        if self.mode:
            self._by_mode[self.mode] = str(destination)
        elif destination.lasts:
            self._preferences.change("delivery.target", str(destination))
        else:
            self._preferences.try_out("delivery.target", str(destination))
        self.tell()

    def places(self) -> list[Offer]:
        """List what can be chosen here beside panes; where the next text goes is there in any case."""
        specs = [self.spec, *PLACES] if self.spec not in PLACES else PLACES
        return [self._offer(spec) for spec in specs]

    async def offers(self) -> list[Offer]:
        """List all that can be chosen here: places, then the panes of all programs that have some."""
        panes = await registry.list_panes(self._router.environ)
        listed = {pane.spec for pane in panes}
        return [place for place in self.places() if place.spec not in listed] + panes

    async def look(self) -> None:
        """Find out whether the next text can go where it is to go, and say so where it cannot."""
        if self.spec != CLIPBOARD:  # its trouble is said when a text does not get there
            await self._router.prepare(self.spec)
            self.tell()

    def tell(self) -> None:
        """Say where the next text goes, if that is new."""
        target = self._router.target(self.spec)
        changed = TargetChanged(self.spec, target.name, target.can_deliver() or "", self.mode)
        if changed != self._told:
            self._told = changed
            self._publish(changed)

    def _offer(self, spec: str) -> Offer:
        """A place; the clipboard is called so whichever way leads to it."""
        target = self._router.target(spec)
        name, reason = target.name, target.can_deliver()
        if spec != CLIPBOARD:
            return Offer(spec, name, reason=reason)
        way = name.removeprefix(CLIPBOARD).strip(" ()") if name.startswith(CLIPBOARD) else name
        return Offer(spec, CLIPBOARD, way, reason=reason)
