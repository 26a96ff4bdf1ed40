"""Chooses the way to the clipboard, falls back once, and says truthfully which way was taken."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.deliver.clipboard import SystemClipboard
from engine.deliver.clipboard_mechanism import Selection
from engine.deliver.copies import Copies
from engine.deliver.osc52 import TerminalClipboard
from engine.deliver.shape import Shape
from engine.deliver.surroundings import ClipboardSetting, Surroundings, Writer
from engine.deliver.target import Delivery, Outcome, Target


class Clipboard(Target):
    """The first of its targets that works."""

    def __init__(
        self,
        targets: Sequence[Target],
        shape: Shape | None = None,
        primary: Target | None = None,
        copies: Copies | None = None,
    ) -> None:
        """Try targets in their order.

        Args:
            targets: There is at least one.
            shape: The shape that texts get.
            primary: The primary selection, which is to have what the desktop's clipboard gets.
            copies: Where it is told that the user has something on the clipboard now.
        """
        self.targets = tuple(targets)
        self._shape = shape or Shape()
        self._primary = primary
        self._copies = copies or Copies()

    @property
    def replaces(self) -> bool:
        """A clipboard holds one text."""
        return True

    @property
    def name(self) -> str:
        """Name of the target that would be tried first now."""
        return next((one.name for one in self.targets if one.can_deliver() is None), self.targets[0].name)

    def can_deliver(self) -> str | None:
        """Say why none of the targets can work; None when one can."""
        reasons = [one.can_deliver() for one in self.targets]
        return None if None in reasons else " ".join(reason for reason in reasons if reason)

    async def deliver(self, text: str) -> Outcome:
        """Hand `text` to the first target that takes it; what failed before is in `detail`."""
        selections: list[Selection] = ["clipboard"]
        if self._primary is not None:
            selections.append("primary")
        async with self._copies.copying(*selections):
            return await self._deliver(self._shape.text(text))

    async def _deliver(self, text: str) -> Outcome:
        failures: list[str] = []
        standing = True  # that a way is not there at all is no news each time
        for one in self.targets:
            reason = one.can_deliver()
            if reason is not None:
                failures.append(reason)
                continue
            outcome = await one.deliver(text)
            if outcome.status is not Delivery.FAILED:
                if isinstance(one, SystemClipboard):
                    primary = await self._also_primary(text)
                    standing = standing and not primary
                    failures.append(primary)
                detail = " ".join(filter(None, [*failures, outcome.detail]))
                standing = standing and (outcome.standing or not outcome.detail)
                return replace(outcome, detail=detail, standing=standing and bool(detail))
            standing = False
            failures.append(outcome.detail)
        return Outcome(Delivery.FAILED, self.name, " ".join(dict.fromkeys(failures)))

    async def _also_primary(self, text: str) -> str:
        """Set the primary selection as well, where that is wanted; gives why that failed."""
        if self._primary is None:
            return ""
        reason = self._primary.can_deliver()
        if reason is None:
            second = await self._primary.deliver(text)
            reason = second.detail if second.status is Delivery.FAILED else None
        return f"The primary selection does not have it: {reason}" if reason else ""

    async def prepare(self) -> None:
        """Make the next delivery quick; call it when a dictation begins."""
        first = next((one for one in self.targets if one.can_deliver() is None), None)
        if first is not None:
            await first.prepare()
        if self._primary is not None and isinstance(first, SystemClipboard):
            await self._primary.prepare()

    async def close(self) -> None:
        """End what `prepare` started. Safe to call twice."""
        for one in filter(None, [*self.targets, self._primary]):
            await one.close()


def is_remote(environ: Mapping[str, str]) -> bool:
    """Whether the user sits at another machine, so that this one's clipboard is not theirs."""
    return any(environ.get(name) for name in ("SSH_TTY", "SSH_CONNECTION", "SSH_CLIENT"))


def choose_clipboard(
    setting: ClipboardSetting,
    environ: Mapping[str, str] | None = None,
    writer: Writer | None = None,
    *,
    primary: bool = False,
    shape: Shape | None = None,
    copies: Copies | None = None,
) -> Clipboard:
    """Choose the targets for a setting.

    "auto" takes the desktop's clipboard, over SSH the terminal's, and falls back to the other;
    "system" falls back to the terminal's; "osc52" is the terminal's and nothing else.

    Args:
        setting: `delivery.clipboard` of the settings.
        environ: The environment; None is our own.
        writer: Writes a control sequence to the terminal; None opens `/dev/tty`.
        primary: Whether the primary selection is to have the text as well.
        shape: The shape that texts get; None leaves them as they are.
        copies: Where it is told that the user has something on the clipboard now.
    """
    environ = os.environ if environ is None else environ
    terminal = TerminalClipboard(writer, environ, primary=primary)
    if setting == "osc52":
        return Clipboard([terminal], shape, copies=copies)
    system = SystemClipboard(environ)
    remote = setting == "auto" and is_remote(environ)
    second = SystemClipboard(environ, selection="primary") if primary else None
    return Clipboard([terminal, system] if remote else [system, terminal], shape, second, copies)


def clipboard_target(_what: str, around: Surroundings) -> Clipboard:
    """The clipboard as `engine.registry.TARGETS` makes it."""
    return choose_clipboard(
        around.clipboard,
        around.environ,
        around.writer,
        primary=around.primary,
        shape=around.shapes.clipboard,
        copies=around.copies,
    )
