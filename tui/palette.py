"""The command palette: every action of the table, found by its name."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from tui.actions import ACTIONS, Action, effective_keys, show_keys

if TYPE_CHECKING:
    from tui.app import UtterApp

LITERAL = 0.1
"""Score of an action whose help, not its title, holds the query: behind all titles."""


class ActionProvider(Provider):
    """Offers what `ACTIONS` holds, with the keys in force."""

    async def discover(self) -> Hits:
        """All actions, in the order of the table."""
        for action in _offered():
            yield DiscoveryHit(self._title(action), partial(self._run, action), help=action.help)

    async def search(self, query: str) -> Hits:
        """The actions whose label or help match `query`."""
        matcher = self.matcher(query)
        for action in _offered():
            title = self._title(action)
            score = matcher.match(title) or LITERAL * (query.lower() in action.help)
            if score > 0:
                yield Hit(score, matcher.highlight(title), partial(self._run, action), help=action.help)

    def _title(self, action: Action) -> str:
        keys = effective_keys(cast("UtterApp", self.app).user_keys)[action.id]
        return f"{action.label}  ({show_keys(keys)})"

    async def _run(self, action: Action) -> None:
        await self.app.run_action(f"app.{action.id}")


def _offered() -> list[Action]:
    return [action for action in ACTIONS if action.id not in {"command_palette", "cancel"}]
