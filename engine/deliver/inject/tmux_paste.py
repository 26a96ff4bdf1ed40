r"""Pastes a text into one pane of tmux, with the keys between its lines and behind it.

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

from engine.deliver.inject.tmux_panes import Pane
from engine.deliver.inject.tmux_server import TmuxServer
from engine.errors import DeliveryError

SHIFT_ENTER = "\033[13;2u"
"""What a terminal sends for shift+enter to a program that tells it from enter."""

_OPEN = "#{?pane_dead,,#{?pane_input_off,,1}}"
"""True in a pane that takes input. tmux says nothing where it does not, and up to 3.3 a paste into a dead
pane ends the server with everything in it."""

_REFUSED, _NOT_ENTERED = "refused", "not-entered"
_NUMBERS = itertools.count(1)


async def paste(
    server: TmuxServer, environ: Mapping[str, str], pane: Pane, lines: list[str], *, enter: bool
) -> bool:
    """Paste lines with shift+enter between them, and press enter if that is wanted.

    One run of tmux for each line that is not empty: it has one standard input.

    Returns:
        Whether enter was pressed.

    Raises:
        DeliveryError: The text is not there, or not all of it.
    """
    keys, there, entered = 0, 0, False
    for at, line in enumerate(lines):
        is_end = at == len(lines) - 1
        if line or is_end:
            try:
                entered = await _hand_over(server, environ, pane, line, keys, enter=is_end and enter)
            except DeliveryError as error:
                some = f" The first {there} of {len(lines)} lines are in {pane.id}." if there else ""
                raise DeliveryError(f"{error}{some}") from None
            keys, there = 0, at + 1
        keys += 1
    return entered


async def _hand_over(
    server: TmuxServer, environ: Mapping[str, str], pane: Pane, text: str, keys: int, *, enter: bool
) -> bool:
    """Press shift+enter `keys` times, paste `text`, press enter, in one run of tmux.

    Returns:
        Whether enter was pressed: the pane may end or be switched off in front of it.

    Raises:
        DeliveryError: tmux or the pane did not take the text.
    """
    buffer = f"utter-{os.getpid()}-{next(_NUMBERS)}"
    commands: list[str] = []
    if keys:
        raw = "-r -S" if _cleans_pastes(pane.version) else "-r"
        commands += ["set-buffer", "-b", buffer, SHIFT_ENTER * keys, ";"]
        commands += [*_pasting(pane.id, buffer, raw), ";"]
    if text:
        commands += ["load-buffer", "-b", buffer, "-", ";", *_pasting(pane.id, buffer, "-p"), ";"]
    if enter:
        pressing = _pasting(pane.id, buffer, refusal=_NOT_ENTERED)
        commands += ["set-buffer", "-b", buffer, "\n", ";", *pressing, ";"]
    pasted = False
    try:
        answer = await server.ask(*commands[:-1], text=text.encode(), environ=environ)
        pasted = True
    finally:
        if not pasted:
            await _forget(server, environ, buffer)
    if _REFUSED in answer.split():
        raise DeliveryError(takes_none(pane.id))
    return enter and _NOT_ENTERED not in answer.split()


async def _forget(server: TmuxServer, environ: Mapping[str, str], buffer: str) -> None:
    """Leave no text of ours behind among the user's buffers."""
    with contextlib.suppress(DeliveryError):
        await server.ask("delete-buffer", "-b", buffer, environ=environ)


def _pasting(pane: str, buffer: str, options: str = "", *, refusal: str = _REFUSED) -> list[str]:
    """The command that pastes a buffer and deletes it; it answers where the pane takes no input."""
    paste = f"paste-buffer {options} -d -b {buffer} -t {pane}"
    refuse = f"delete-buffer -b {buffer} ; display-message -p {refusal}"
    return ["if-shell", "-F", "-t", pane, _OPEN, paste, refuse]


def _cleans_pastes(version: str) -> bool:
    """Whether this tmux turns escape sequences in pastes into visible signs, unless told not to (3.7)."""
    numbers = re.match(r"(?:next-)?(\d+)\.(\d+)", version)
    return numbers is not None and (int(numbers[1]), int(numbers[2])) >= (3, 7)


def takes_none(pane: str) -> str:
    """Say that a pane takes no input."""
    return f"Pane {pane} takes no input: its program has ended, or its input is switched off; choose another."
