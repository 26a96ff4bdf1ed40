r"""Pastes into panes of tmux: `load-buffer` from standard input, then `paste-buffer`.

tmux puts brackets around the text where the program in the pane asked for them (`-p`), so that an editor
does not indent it and a shell does not run it. Line ends that are kept become CR, as in every paste from
a terminal's own menu: bash, zsh, vim and prompt_toolkit take CR within brackets for a line end, in a
program without brackets it is the enter key, and the line discipline turns it into LF for everything that
reads whole lines. LF (`-r`) would be ctrl+j there, which nano, for one, takes for a command.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

from engine.deliver.destination import LAST
from engine.deliver.inject.line_limit import refuse_loss, remember
from engine.deliver.inject.tmux_names import meant
from engine.deliver.inject.tmux_panes import Pane, used_last
from engine.deliver.inject.tmux_paste import SHIFT_ENTER, paste, takes_none
from engine.deliver.inject.tmux_server import own_pane, server_for
from engine.deliver.offer import Offer
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError


class TmuxPane(Target):
    """One pane, or the one in which the user was last."""

    def __init__(self, what: str, around: Surroundings) -> None:
        """Look for nothing yet.

        Args:
            what: A pane's id such as "%3", "last", or a name such as "work:editor".
            around: The environment, and the shape of texts for terminals.
        """
        self._what = what
        self._environ = around.environ
        self._shape = around.shapes.terminal
        self._server = server_for(around.environ)
        self._ours = own_pane(around.environ)
        self._pinned = ""

    @property
    def name(self) -> str:
        """The pane and its program, as far as they are known."""
        pane = self._remembered()
        if self._what == LAST:
            return f"last tmux pane, {pane.described}" if pane else "last tmux pane"
        return f"tmux {self._what} ({pane.command})" if pane and pane.command else f"tmux {self._what}"

    @property
    def replaces(self) -> bool:
        """Texts come one after the other."""
        return False

    def can_deliver(self) -> str | None:
        """Say why it cannot work; None when nothing is known that speaks against it."""
        reason = self._server.why_not(self._environ)
        if reason is not None:
            return reason
        if self._what == self._ours:
            return _is_ours(self._what)
        if self._server.panes is None:
            return None
        try:
            self._choose(self._server.panes)
        except DeliveryError as error:
            return str(error)
        return None

    async def deliver(self, text: str) -> Outcome:
        """Paste `text`; tmux confirms it."""
        lines = self._shape.lines(for_terminal(text))
        pane = None
        try:
            pane = await self._find()
            whole = SHIFT_ENTER.join(lines)
            refuse_loss(pane.tty, whole, f"{pane.command or 'The program'} in {pane.id}")
            entered = await paste(self._server, self._environ, pane, lines, enter=self._shape.enter)
            remember(pane.tty, whole, entered=entered)
        except DeliveryError as error:
            return Outcome(Delivery.FAILED, f"tmux {pane.described}" if pane else self.name, str(error))
        hides = f"tmux itself uses {pane.id} now (copy mode or the like): press q there to see the text."
        remarks = [hides] if pane.in_mode else []
        if self._shape.enter and not entered:
            remarks.append(f"Enter was not pressed: {takes_none(pane.id)}")
        return Outcome(Delivery.DELIVERED, f"tmux {pane.described}", " ".join(remarks))

    async def prepare(self) -> None:
        """See which pane it is, so that the name is true."""
        with contextlib.suppress(DeliveryError):
            await self._find()

    def _remembered(self) -> Pane | None:
        """The pane as it was seen last, without asking."""
        panes = self._server.panes or ()
        if self._what == LAST:
            return used_last(panes, self._ours)
        found = meant(panes, self._what)
        return found[0] if len(found) == 1 else None

    async def _find(self) -> Pane:
        """Ask tmux for the pane.

        Raises:
            DeliveryError: As `_choose`, or tmux cannot be asked.
        """
        pane = self._choose(await self._server.look(environ=self._environ))
        self._pinned = pane.server
        return pane

    def _choose(self, panes: tuple[Pane, ...]) -> Pane:
        """The pane that is meant.

        Raises:
            DeliveryError: There is none, or more than one, it takes no input, or we run in it.
        """
        if self._what == LAST:
            last = used_last(panes, self._ours)
            if last is None:
                raise DeliveryError("tmux has no other pane; open one, or choose another target.")
            found = [last]
        else:
            found = meant(panes, self._what)
        if not found:
            raise DeliveryError(_is_gone(self._what))
        if len(found) > 1:
            raise DeliveryError(_are_several(self._what, found))
        (pane,) = found
        if _is_id(self._what) and pane.server != (self._pinned or pane.server):
            raise DeliveryError(_is_another(self._what))
        if pane.id == self._ours:
            raise DeliveryError(_is_ours(self._what))
        if pane.dead or pane.input_off:
            raise DeliveryError(takes_none(pane.id))
        return pane


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List the panes of the user's server, that which was used last first; none without a server."""
    server, ours = server_for(environ), own_pane(environ)
    try:
        panes = await server.look(environ=environ)
    except DeliveryError:
        return []
    last = used_last(panes, ours)
    first = Offer(
        f"tmux:{LAST}",
        "last tmux pane",
        f"now {last.described}" if last else "",
        reason=None if last else "There is no other pane.",
    )
    # A window that is linked into several sessions has its panes in each.
    others = {pane.id: pane for pane in panes if pane.id != ours}
    return [first, *(_offer(pane, last is not None and pane.id == last.id) for pane in others.values())]


def _offer(pane: Pane, active: bool) -> Offer:
    return Offer(
        f"tmux:{pane.id}",
        f"tmux {pane.id}",
        " · ".join(filter(None, [pane.command, pane.title])),
        pane.place,
        active,
        takes_none(pane.id) if pane.dead or pane.input_off else None,
    )


def _is_id(what: str) -> bool:
    return re.fullmatch(r"%\d+", what) is not None


def _is_ours(what: str) -> str:
    return f"{what} is the pane in which utter itself runs."


def _is_gone(what: str) -> str:
    return f"There is no pane {what} in tmux, or no longer."


def _are_several(what: str, panes: list[Pane]) -> str:
    numbers = ", ".join(pane.id for pane in panes)
    return f"Several panes of tmux are called {what} ({numbers}); choose one by its number."


def _is_another(what: str) -> str:
    return f"tmux was started anew, and {what} is another pane there; choose the pane again."
