"""Panes of the WezTerm terminal as targets, by `wezterm cli`."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from typing import Any

from engine.deliver.destination import LAST
from engine.deliver.inject.remote_pane import SHIFT_ENTER, Found, RemotePane, refuse_own
from engine.deliver.offer import Offer
from engine.deliver.program import require
from engine.deliver.sanitize import for_terminal
from engine.errors import DeliveryError


class WeztermPane(RemotePane):
    """A pane of WezTerm.

    `wezterm cli send-text` (https://wezterm.org/cli/cli/send-text.html) takes the text on standard input
    as a paste, bracketed where the program in the pane asked for that, and ends once WezTerm answered.
    """

    program = "wezterm"

    def _why_not(self) -> str | None:
        """Say why WezTerm cannot be commanded here."""
        return _why_not(self._environ)

    async def _find(self) -> Found:
        panes = await _list(self._environ)
        # Where it is null, the pane's program is on another machine, or on Windows.
        ttys = {str(pane["pane_id"]): str(pane.get("tty_name") or "") for pane in panes}
        own = self._environ.get("WEZTERM_PANE", "")
        if self._what == LAST:
            focused = await self._focused()
            active = [str(pane["pane_id"]) for pane in panes if pane.get("is_active")]
            for pane in [*focused, *active, *ttys]:
                if pane != own and pane in ttys:
                    return Found(pane, ttys[pane])
            raise DeliveryError("WezTerm has no pane beside the one that utter runs in.", "Open one.")
        refuse_own(self.program, self._what, own)
        if self._what not in ttys:
            raise DeliveryError(f"WezTerm has no pane {self._what} now.", "Choose the pane again.")
        return Found(self._what, ttys[self._what])

    async def _focused(self) -> list[str]:
        """The panes that the clients of WezTerm show with the focus, the one used last first."""
        listed = await _json(self._environ, "list-clients")
        clients = sorted(listed, key=lambda one: _seconds(one.get("idle_time")))
        return [
            str(client["focused_pane_id"]) for client in clients if client.get("focused_pane_id") is not None
        ]

    async def _paste(self, pane: str, pieces: Sequence[bytes]) -> bool:
        there = 0
        for at, piece in enumerate(pieces):
            try:
                if at:
                    await self._press(pane, SHIFT_ENTER)
                if piece:
                    await self._send(pane, piece)
            except DeliveryError as error:
                some = f"The first {there} of {len(pieces)} lines are in the pane." if there else ""
                raise DeliveryError(str(error), some) from None
            there = at + 1
        return True

    async def _press(self, pane: str, key: bytes) -> None:
        await self._send(pane, key, "--no-paste")

    async def _send(self, pane: str, data: bytes, *options: str) -> None:
        command = ["wezterm", "cli", "send-text", "--pane-id", pane, *options]
        await require(command, data, environ=self._environ)


async def offers(environ: Mapping[str, str]) -> list[Offer]:
    """List WezTerm's panes; none where it is not what shows us."""
    if not (environ.get("WEZTERM_PANE") or environ.get("WEZTERM_UNIX_SOCKET")):
        return []
    reason = _why_not(environ)
    panes: list[dict[str, Any]] = []
    if reason is None:
        try:
            panes = await _list(environ)
        except DeliveryError as error:
            reason = str(error)
    if reason is not None:
        return [Offer(f"wezterm:{LAST}", "wezterm", reason=reason)]
    return [
        Offer(
            f"wezterm:{pane['pane_id']}",
            f"wezterm {pane['pane_id']}",
            for_terminal(str(pane.get("title", ""))),
            for_terminal(str(pane.get("tab_title") or pane.get("window_title") or "")),
            active=bool(pane.get("is_active")),
        )
        for pane in panes
        if str(pane["pane_id"]) != environ.get("WEZTERM_PANE")
    ]


def _why_not(environ: Mapping[str, str]) -> str | None:
    if not (environ.get("WEZTERM_PANE") or environ.get("WEZTERM_UNIX_SOCKET")):
        return "utter does not run in WezTerm (WEZTERM_PANE is not set)."
    if shutil.which("wezterm", path=environ.get("PATH")) is None:
        return "The program wezterm is not on the search path; add the folder that it is in to PATH."
    return None


async def _list(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    """The panes, as `wezterm cli list --format json` prints them.

    Raises:
        DeliveryError: WezTerm does not answer, or in a way that is not known.
    """
    panes = await _json(environ, "list")
    if not all("pane_id" in pane for pane in panes):
        raise DeliveryError("This version of WezTerm lists its panes in a way that utter does not know.")
    return panes


async def _json(environ: Mapping[str, str], what: str) -> list[dict[str, Any]]:
    printed = await require(["wezterm", "cli", what, "--format", "json"], environ=environ)
    try:
        listed = json.loads(printed)
    except ValueError:
        listed = None
    if not (isinstance(listed, list) and all(isinstance(one, dict) for one in listed)):
        raise DeliveryError(f"`wezterm cli {what}` prints something that utter does not know.")
    return listed


def _seconds(written: object) -> float:
    """A duration as `list-clients` writes it, with whole seconds and nanoseconds apart."""
    if not isinstance(written, dict):
        return float("inf")
    return float(written.get("secs", 0)) + float(written.get("nanos", 0)) / 1e9
