"""The words as they are understood, and the final texts of this sitting above them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from textual.content import Content
from textual.timer import Timer

from engine.enhance.diff import Change
from tui.panels.entries import Entries, Entry
from tui.panels.flow import FRAME_CELLS, Flow, Mark
from tui.panels.plain import homely, one_line, plain
from tui.panels.revision import count, revised

INFORMED_S = 6.0
"""How long a piece of information stays on the frame, in seconds."""

WAITS = "finishing the last dictation"
"""What the frame says while one dictation is recorded and the one before it is being recognised."""


class Transcript(Flow):
    """Live words: committed ones firm, unstable ones dim; earlier dictations above, muted.

    A dictation may begin while the words of the last one still come: each grows in its own place.
    """

    BORDER_TITLE = "transcript"

    def __init__(self, hint: str) -> None:
        """Make an empty panel that shows `hint` until there are words."""
        super().__init__("transcript")
        self._hint = hint
        self._remark = ""
        self._empty = True
        self._about = self._edit = ""
        self._entries = Entries()
        self._chosen: int | None = None
        self._place = ""
        self._information: Timer | None = None
        self._redraw()

    def inform(self, message: str) -> bool:
        """Show a message on the lower frame for a while: nothing moves for it.

        Returns:
            Whether there is a frame on which it fits.
        """
        content = Content(one_line(message))
        if not self.styles.border_bottom[0] or content.cell_length > self.outer_size.width - FRAME_CELLS:
            return False
        if self._information is not None:
            self._information.stop()
        self.border_subtitle = content
        self._information = self.set_timer(INFORMED_S, self.stop_informing)
        return True

    def sum_up(self, edit: str) -> None:
        """Say in short how the text was made, where nothing else shows that; empty takes it away."""
        if edit != self._edit:
            self._edit = edit
            self._title()

    def stop_informing(self) -> None:
        """Take the information off the frame."""
        self.border_subtitle = ""

    def remark(self, message: str) -> None:
        """Show a message under the hint, until there are words; empty removes it."""
        self._remark = one_line(homely(message))
        self._redraw()

    def begin(self, dictation: int) -> None:
        """Make room for a new dictation and go to the end."""
        self._entries.begin(dictation)
        self._about = ""
        self._redraw(follow=True)

    def words(self, dictation: int, committed: str, partial: str) -> None:
        """Show the words so far."""
        self._entries.words(dictation, _firm(committed), plain(partial).strip())
        self._redraw()

    def revise(self, dictation: int, text: str, changes: Sequence[Change]) -> None:
        """Show words that a later decode put in the place of all before, and say how many are new.

        The count stands on the frame until the next dictation, and the new words are underlined:
        nothing moves but what the words themselves move.
        """
        shown = plain(text).strip()
        # What must be drawn in another way is rare; its stretches would lie elsewhere.
        spans = revised(text, changes) if shown == text else ()
        words = count(changes)
        if self._entries.revise(dictation, shown, spans) and words:
            self._about = f"revised: {words} word{'' if words == 1 else 's'}"
        self._redraw()

    def end(self, dictation: int, text: str | None = None) -> None:
        """End a dictation.

        Args:
            dictation: Its number.
            text: What takes the place of its live words: nothing if it is empty. None keeps the
                firm words and removes the others.
        """
        self._entries.end(dictation, None if text is None else plain(text).strip())
        self._redraw()

    def stand(self, dictation: int, text: str) -> None:
        """Show the text that stands for a dictation: what is copied."""
        self._entries.stand(dictation, plain(text).strip())
        self._redraw()

    def choose(self, dictation: int, place: str) -> None:
        """Make the text stand out that keys act on, where it is not the newest.

        Args:
            dictation: The dictation that it is of.
            place: Which of several texts it is, such as "2 of 5"; empty for the newest.
        """
        chosen = dictation if place else None
        if (chosen, place) == (self._chosen, self._place):
            return
        self._chosen, self._place = chosen, place
        self._redraw(follow=not place)
        for mark in self._marks:
            if mark.name == "chosen":
                self.reveal(mark.begin, mark.end)

    def cancel(self, dictation: int) -> None:
        """End a dictation that the user did not want: its firm words are drawn like those of earlier ones."""
        self._entries.cancel(dictation)
        newest = self._entries.newest
        if newest is not None and newest.cancelled and newest.text:
            self._about = "cancelled"
        self._redraw()

    def _redraw(self, *, follow: bool = False) -> None:
        self._title()
        chosen = None if self._chosen is None else self._entries.get(self._chosen)
        text, marks = _drawn(self._entries, chosen)
        was_empty, self._empty = self._empty, not text
        if self._empty:
            self._show_hint()
        else:
            self.show(text, marks, follow=follow or was_empty)

    def _title(self) -> None:
        """Write on the frame what the words are."""
        about = WAITS if self._entries.waits else self._place or self._about
        title = " · ".join(part for part in (self.BORDER_TITLE, about, one_line(self._edit)) if part)
        if self.border_title != title:
            self.border_title = Content(title)

    def _show_hint(self) -> None:
        """Show what to do, from its first line on however little room there is."""
        text = "\n\n".join(part for part in (self._hint, self._remark) if part)
        self.show_from_top(text, [Mark(0, len(text), "hint")])


@lru_cache(maxsize=2)
def _firm(committed: str) -> str:
    """Firm words made safe: milliseconds for a long text, which most updates leave as it is.

    Kept for the two dictations whose words may come at the same time.
    """
    return plain(committed).strip()


def _drawn(entries: Entries, chosen: Entry | None) -> tuple[str, list[Mark]]:
    """The text of the panel, one dictation under the other, and where its styles lie.

    Args:
        entries: The dictations.
        chosen: The one that keys act on, where that is not the newest.
    """
    lines, marks, begin = list[str](), list[Mark](), 0
    for entry in entries.spoken():
        lines.append(entry.text)
        end = begin + len(entry.text)
        firm = end - len(entry.partial)
        if entry is chosen:
            marks.append(Mark(begin, firm, "chosen"))
        elif (chosen or entry is not entries.newest or entry.cancelled) and firm > begin:
            marks.append(Mark(begin, firm, "earlier"))
        else:
            marks.extend(_revised(entry, begin))
        if entry.partial:
            marks.append(Mark(firm, end, "partial"))
        begin = end + 1
    return "\n".join(lines), marks


def _revised(entry: Entry, begin: int) -> Iterator[Mark]:
    """Marks the revised words of an entry that stands at offset `begin`."""
    for first, last in entry.revised:
        yield Mark(begin + first, begin + last, "revised")
