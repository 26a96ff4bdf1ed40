r"""Pastes into panes of tmux: `load-buffer` from standard input, then `paste-buffer`.

tmux puts brackets around the text where the program in the pane asked for them (`-p`), so that an editor
does not indent it and a shell does not run it. Line ends that are kept become CR, as in every paste from
a terminal's own menu: bash, zsh, vim and prompt_toolkit take CR within brackets for a line end, in a
program without brackets it is the enter key, and the line discipline turns it into LF for everything that
reads whole lines. LF (`-r`) would be ctrl+j there, which nano, for one, takes for a command.

Shift+enter is the sequence CSI 13 ; 2 u (http://www.leonerd.org.uk/hacks/fixterms/, kept by the keyboard
protocol of kitty and by tmux's `extended-keys`): vim, Neovim, Emacs and the chat programs that know the
key know it. A program that does not shows a few stray signs; no program takes it for enter.

Keys go the way of the text, as pastes without brackets: `send-keys` would press them in copy mode instead
of in the program, and in all panes where those are synchronised.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import re
from collections.abc import Mapping

from engine.deliver.destination import LAST
from engine.deliver.inject.line_limit import line_limit, longest_line
from engine.deliver.inject.tmux_panes import Pane, used_last
from engine.deliver.inject.tmux_server import own_pane, server_for
from engine.deliver.offer import Offer
from engine.deliver.sanitize import for_terminal
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery, Outcome, Target
from engine.errors import DeliveryError

SHIFT_ENTER = "\033[13;2u"
"""What a terminal sends for shift+enter to a program that tells it from enter."""

_OPEN = "#{?pane_dead,,#{?pane_input_off,,1}}"
"""True in a pane that takes input. tmux says nothing where it does not, and up to 3.3 a paste into a dead
pane ends the server with everything in it."""

_REFUSED = "refused"
_NUMBERS = itertools.count(1)


class TmuxPane(Target):
    """One pane, or the one in which the user was last."""

    def __init__(self, what: str, around: Surroundings) -> None:
        """Look for nothing yet.

        Args:
            what: A pane's id such as "%3", "last", or any target that tmux understands.
            around: The environment, and the shape of texts for terminals.
        """
        self._what = what
        self._environ = around.environ
        self._shape = around.shapes.terminal
        self._server = server_for(around.environ)
        self._ours = own_pane(around.environ)
        self._found: Pane | None = None

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
        known = self._server.panes
        if known is None or self._remembered() is not None or not _is_id(self._what):
            return None
        return _is_gone(self._what)

    async def deliver(self, text: str) -> Outcome:
        """Paste `text`; tmux confirms it."""
        lines = self._shape.lines(for_terminal(text))
        if lines == [""]:
            return Outcome(Delivery.FAILED, self.name, "There is no text to paste.")
        pane = None
        try:
            pane = await self._find()
            _refuse_loss(pane, SHIFT_ENTER.join(lines))
            await self._paste(pane, lines)
        except DeliveryError as error:
            return Outcome(Delivery.FAILED, f"tmux {pane.described}" if pane else self.name, str(error))
        hides = f"tmux itself uses {pane.id} now (copy mode or the like): press q there to see the text."
        remark = hides if pane.in_mode else ""
        return Outcome(Delivery.DELIVERED, f"tmux {pane.described}", remark)

    async def prepare(self) -> None:
        """See which pane it is, so that the name is true."""
        with contextlib.suppress(DeliveryError):
            await self._find()

    def _remembered(self) -> Pane | None:
        """The pane as it was seen last, without asking."""
        panes = self._server.panes or ()
        if self._what == LAST:
            return used_last(panes, self._ours)
        wanted = self._what if _is_id(self._what) else self._found.id if self._found else ""
        return next((pane for pane in panes if pane.id == wanted), None)

    async def _find(self) -> Pane:
        """Ask tmux for the pane.

        Raises:
            DeliveryError: There is none, it takes no input, or it is the one in which we run.
        """
        if self._what == LAST:
            _, panes = await self._server.look(environ=self._environ)
            found = used_last(panes, self._ours)
            if found is None:
                raise DeliveryError("tmux has no other pane; open one, or choose another target.")
        else:
            wanted, panes = await self._named()
            found = next((pane for pane in panes if pane.id == wanted), None)
            if found is None:
                raise DeliveryError(_is_gone(self._what))
        self._found = found
        if found.id == self._ours:
            raise DeliveryError(_is_ours(self._what))
        if found.dead or found.input_off:
            raise DeliveryError(_takes_none(found.id))
        return found

    async def _named(self) -> tuple[str, tuple[Pane, ...]]:
        """The id of the pane that was asked for by name, which need not exist, and all panes.

        Raises:
            DeliveryError: tmux cannot be asked, or knows no such name.
        """
        if _is_id(self._what):
            return self._what, (await self._server.look(environ=self._environ))[1]
        # A semicolon at the end would end the command.
        name = self._what[:-1] + "\\;" if self._what.endswith(";") else self._what
        # To send nothing changes nothing, and fails where the name is wrong; display-message would
        # fall back to some other pane.
        check = ("send-keys", "-l", "-t", name, "", ";", "display-message", "-p", "-t", name, "#{pane_id}")
        try:
            return await self._server.look(*check, environ=self._environ)
        except DeliveryError as error:
            raise DeliveryError(_is_gone(self._what) if "can't find" in str(error) else str(error)) from None

    async def _paste(self, pane: Pane, lines: list[str]) -> None:
        """Paste lines with shift+enter between them, and press enter if that is wanted.

        One run of tmux for each line that is not empty: it has one standard input.
        """
        keys, there = 0, 0
        for at, line in enumerate(lines):
            is_end = at == len(lines) - 1
            if line or is_end:
                try:
                    await self._hand_over(pane, line, keys, enter=is_end and self._shape.enter)
                except DeliveryError as error:
                    some = f" The first {there} of {len(lines)} lines are in {pane.id}." if there else ""
                    raise DeliveryError(f"{error}{some}") from None
                keys, there = 0, at + 1
            keys += 1

    async def _hand_over(self, pane: Pane, text: str, keys: int, *, enter: bool) -> None:
        """Press shift+enter `keys` times, paste `text`, press enter, in one run of tmux."""
        buffer = f"utter-{os.getpid()}-{next(_NUMBERS)}"
        commands: list[str] = []
        if keys:
            raw = "-r -S" if _cleans_pastes(pane.version) else "-r"
            commands += ["set-buffer", "-b", buffer, SHIFT_ENTER * keys, ";"]
            commands += [*_pasting(pane.id, buffer, raw), ";"]
        if text:
            commands += ["load-buffer", "-b", buffer, "-", ";", *_pasting(pane.id, buffer, "-p"), ";"]
        if enter:
            commands += ["set-buffer", "-b", buffer, "\n", ";", *_pasting(pane.id, buffer), ";"]
        pasted = False
        try:
            answer = await self._server.ask(*commands[:-1], text=text.encode(), environ=self._environ)
            pasted = True
        finally:
            if not pasted:
                await self._forget(buffer)
        if answer:
            raise DeliveryError(_takes_none(pane.id))

    async def _forget(self, buffer: str) -> None:
        """Leave no text of ours behind among the user's buffers."""
        with contextlib.suppress(DeliveryError):
            await self._server.ask("delete-buffer", "-b", buffer, environ=self._environ)


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List the panes of the user's server, that which was used last first; none without a server."""
    server, ours = server_for(environ), own_pane(environ)
    try:
        _, panes = await server.look(environ=environ)
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
        _takes_none(pane.id) if pane.dead or pane.input_off else None,
    )


def _refuse_loss(pane: Pane, text: str) -> None:
    """Refuse a line of which the terminal of `pane` would drop the end.

    Raises:
        DeliveryError: There is one; says how long.
    """
    size, limit = longest_line(text), line_limit(pane.tty)
    if limit is not None and size > limit:
        raise DeliveryError(
            f"{pane.command or 'The program'} in {pane.id} takes {limit:,} bytes a line, and the text has a"
            f" line of {size:,}: nothing was pasted; choose another target."
        )


def _pasting(pane: str, buffer: str, options: str = "") -> list[str]:
    """The command that pastes a buffer and deletes it; it answers where the pane takes no input."""
    paste = f"paste-buffer {options} -d -b {buffer} -t {pane}"
    refuse = f"delete-buffer -b {buffer} ; display-message -p {_REFUSED}"
    return ["if-shell", "-F", "-t", pane, _OPEN, paste, refuse]


def _cleans_pastes(version: str) -> bool:
    """Whether this tmux turns escape sequences in pastes into visible signs, unless told not to (3.7)."""
    numbers = re.match(r"(?:next-)?(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (3, 7)


def _is_id(what: str) -> bool:
    return re.fullmatch(r"%\d+", what) is not None


def _is_ours(what: str) -> str:
    return f"{what} is the pane in which utter itself runs; choose another one."


def _is_gone(what: str) -> str:
    return f"There is no pane {what} in tmux, or no longer; choose another one."


def _takes_none(pane: str) -> str:
    return f"Pane {pane} takes no input: its program has ended, or its input is switched off; choose another."
