"""The dictations of this sitting, one entry each, in the order of speaking; pure."""

from __future__ import annotations

from dataclasses import dataclass

from tui.panels.revision import Span, carried

KEPT = 200
"""Entries that are kept; the oldest go first."""


@dataclass(slots=True)
class Entry:
    """The words of one dictation.

    Attributes:
        firm: Words that stay, or the final text.
        partial: Words that may still change.
        over: Whether nothing more is expected: it is finished, failed or was cancelled.
        cancelled: Whether the user did not want it.
        revised: Stretches of the firm words that a later decode put there.
    """

    firm: str = ""
    partial: str = ""
    over: bool = False
    cancelled: bool = False
    revised: tuple[Span, ...] = ()

    @property
    def text(self) -> str:
        """All words, firm ones first."""
        return f"{self.firm} {self.partial}".strip()


class Entries:
    """Keeps what each dictation said under its number, for several may be under way at once.

    Numbers grow in the order of speaking. Whatever comes for a dictation that is over, or for one
    that is no longer kept, comes too late and is ignored.
    """

    def __init__(self) -> None:
        self._entries: dict[int, Entry] = {}
        self._forgotten = -1

    def begin(self, dictation: int) -> None:
        """Make an entry for a dictation that begins."""
        self._open(dictation)

    def words(self, dictation: int, firm: str, partial: str) -> None:
        """Take the words so far."""
        entry = self._open(dictation)
        if not entry.over:
            entry.firm, entry.partial = firm, partial

    def revise(self, dictation: int, text: str, spans: tuple[Span, ...]) -> bool:
        """Put another text in the place of all words, new ones in `spans`.

        Returns:
            Whether that is the newest dictation, and not over.
        """
        entry = self._open(dictation)
        if entry.over:
            return False
        entry.firm, entry.partial, entry.revised = text, "", spans
        return entry is self.newest

    def end(self, dictation: int, text: str | None = None) -> None:
        """Close an entry: with its final text, or None for the firm words that it has.

        What was revised stays known as such in the final text.
        """
        entry = self._open(dictation)
        if not entry.over:
            if text is not None:
                entry.revised = carried(entry.firm, entry.revised, text) if entry.revised else ()
                entry.firm = text
            entry.partial, entry.over = "", True

    def stand(self, dictation: int, text: str) -> None:
        """Put the text in the place of all words that stands for a dictation now, over or not."""
        entry = self._open(dictation)
        if not entry.cancelled:
            entry.revised = carried(entry.firm, entry.revised, text) if entry.revised else ()
            entry.firm, entry.partial = text, ""

    def get(self, dictation: int) -> Entry | None:
        """The entry of a dictation, if there is one."""
        return self._entries.get(dictation)

    def cancel(self, dictation: int) -> None:
        """Close an entry that the user did not want, with the firm words that it has."""
        self.end(dictation)
        self._open(dictation).cancelled = True

    @property
    def waits(self) -> bool:
        """Whether a dictation before the newest one is still being recognised."""
        newest = self.newest
        return any(not entry.over for entry in self._entries.values() if entry is not newest)

    @property
    def newest(self) -> Entry | None:
        """The entry of the dictation that began last, with or without words."""
        return next(reversed(self._entries.values()), None)

    def spoken(self) -> list[Entry]:
        """The entries that have words, in the order of speaking."""
        return [entry for entry in self._entries.values() if entry.text]

    def _open(self, dictation: int) -> Entry:
        """The entry of a dictation, made in its place if there is none."""
        if dictation <= self._forgotten:
            return Entry(over=True)
        if dictation not in self._entries:
            out_of_turn = any(number > dictation for number in self._entries)
            self._entries[dictation] = Entry()
            if out_of_turn:
                self._entries = dict(sorted(self._entries.items()))
            self._forget()
        return self._entries.get(dictation, Entry(over=True))

    def _forget(self) -> None:
        while len(self._entries) > KEPT:
            self._forgotten = next(iter(self._entries))
            del self._entries[self._forgotten]
