"""Which target each writing mode has, and what a user can do about it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine import registry
from engine.beside import beside
from engine.deliver.destination import Destination
from engine.deliver.offer import Offer
from engine.deliver.router import CLIPBOARD, Router
from engine.events import Event, TargetChanged
from engine.preferences import Preferences

PLACES = (CLIPBOARD, "window", "stdout")
"""Destinations that are offered beside panes."""

PATIENCE_S = 0.25
"""How long a place may take to say whether it can be used: a network folder that is gone never answers.
Where the next text goes is told without that then; what it says in the end is told when it comes."""


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
        self._reasons: dict[str, str] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}

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

    async def choose(self, spec: str) -> None:
        """Send texts elsewhere from now on, and find out whether that can work.

        Where the writing mode has a target of its own, only the texts of this mode go elsewhere. The
        number of a pane holds for this run alone.

        Raises:
            DeliveryError: It is no destination.
        """
        destination = Destination.parse(spec)
        if not destination.lasts:
            self._router.forget(str(destination))
        if self.mode:
            self._by_mode[self.mode] = str(destination)
        elif destination.lasts:
            self._preferences.change("delivery.target", str(destination))
        else:
            self._preferences.try_out("delivery.target", str(destination))
        await self.look()

    def places(self) -> list[Offer]:
        """List what can be chosen here beside panes; where the next text goes is there in any case.

        Why a place cannot be used is there as far as it is known; `offers` finds it out.
        """
        return [self._offer(spec) for spec in self._places]

    async def offers(self) -> list[Offer]:
        """List all that can be chosen here: places, then the panes of all programs that have some."""
        listing = asyncio.create_task(registry.list_panes(self._router.environ))
        await asyncio.gather(self.look(), *(self._see(spec) for spec in PLACES))
        panes = await listing
        listed = {pane.spec for pane in panes}
        return [place for place in self.places() if place.spec not in listed] + panes

    async def look(self) -> None:
        """Find out whether the next text can go where it is to go, and say so where it cannot."""
        if self.spec != CLIPBOARD:  # its trouble is said when a text does not get there
            await self._router.prepare(self.spec)
        await self.see()

    async def see(self) -> None:
        """Say where the next text goes, and whether it can, as far as the place says that soon."""
        await self._see(self.spec)
        self.tell()

    def tell(self) -> None:
        """Say where the next text goes, if that is new, with what was seen of the place last."""
        spec = self.spec
        reason = self._reasons.get(spec, "")
        changed = TargetChanged(spec, self._router.target(spec).name, reason, self.mode)
        if changed != self._told:
            self._told = changed
            self._publish(changed)

    @property
    def _places(self) -> tuple[str, ...]:
        return PLACES if self.spec in PLACES else (self.spec, *PLACES)

    async def _see(self, spec: str) -> None:
        """Ask a place whether it can be used, on a thread of its own; waits for it `PATIENCE_S` at most."""
        if spec not in self._looking:
            self._looking[spec] = asyncio.create_task(self._ask(spec))
        await asyncio.wait({self._looking[spec]}, timeout=PATIENCE_S)

    async def _ask(self, spec: str) -> None:
        try:
            reason = await beside(self._router.target(spec).can_deliver)
            self._reasons[spec] = reason or ""
        finally:
            del self._looking[spec]
        self.tell()

    def _offer(self, spec: str) -> Offer:
        """A place; the clipboard is called so whichever way leads to it."""
        target = self._router.target(spec)
        name, reason = target.name, self._reasons.get(spec)
        if spec != CLIPBOARD:
            return Offer(spec, name, reason=reason)
        way = name.removeprefix(CLIPBOARD).strip(" ()") if name.startswith(CLIPBOARD) else name
        return Offer(spec, CLIPBOARD, way, reason=reason)
