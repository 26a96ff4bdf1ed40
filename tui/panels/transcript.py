"""The words as they are understood, and the final texts of this sitting above them."""

from __future__ import annotations

from collections import deque

from textual.content import Content
from textual.timer import Timer

from tui.panels.flow import Flow, Mark
from tui.panels.plain import homely, one_line, plain

KEPT = 200
"""Finished dictations that stay on the panel."""

INFORMED_S = 6.0
"""How long a piece of information stays on the frame, in seconds."""

FRAME_CELLS = 6
"""Cells of the frame that a message on it leaves free: corners, line and blanks."""


class Transcript(Flow):
    """Live words: committed ones firm, unstable ones dim; earlier dictations above, muted."""

    BORDER_TITLE = "transcript"

    def __init__(self, hint: str) -> None:
        """Make an empty panel that shows `hint` until there are words."""
        super().__init__("transcript")
        self._hint = hint
        self._remark = ""
        self._empty = True
        self._earlier: deque[str] = deque(maxlen=KEPT)
        self._dictation: int | None = None
        self._committed = ""
        self._partial = ""
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
        self._information = self.set_timer(INFORMED_S, self._stop_informing)
        return True

    def _stop_informing(self) -> None:
        self.border_subtitle = ""

    def remark(self, message: str) -> None:
        """Show a message under the hint, until there are words; empty removes it."""
        self._remark = one_line(homely(message))
        self._redraw()

    def begin(self, dictation: int) -> None:
        """Make room for a new dictation and go to the end."""
        self._shelve()
        self._dictation = dictation
        self._redraw(follow=True)

    def words(self, dictation: int, committed: str, partial: str) -> None:
        """Show the words so far."""
        if dictation != self._dictation:
            self._shelve()
            self._dictation = dictation
        self._committed, self._partial = plain(committed).strip(), plain(partial).strip()
        self._redraw()

    def finish(self, dictation: int, text: str) -> None:
        """Let the final text take the place of the live words; an empty text removes them."""
        self.words(dictation, text, "")

    def drop_partial(self, dictation: int) -> None:
        """Keep only the firm words of a dictation that was cancelled or failed."""
        if dictation == self._dictation:
            self.words(dictation, self._committed, "")

    def _shelve(self) -> None:
        """Move the current dictation to the earlier ones."""
        if self._committed:
            self._earlier.append(self._committed)
        self._committed = self._partial = ""

    def _redraw(self, *, follow: bool = False) -> None:
        earlier = "\n".join(self._earlier)
        text, marks = earlier, [Mark(0, len(earlier), "earlier")] if earlier else []
        if earlier and (self._committed or self._partial):
            text += "\n"
        text += self._committed
        if self._partial:
            text += " " if self._committed else ""
            marks.append(Mark(len(text), len(text) + len(self._partial), "partial"))
            text += self._partial
        was_empty, self._empty = self._empty, not text
        if self._empty:
            self._show_hint()
        else:
            self.show(text, marks, follow=follow or was_empty)

    def _show_hint(self) -> None:
        """Show what to do, from its first line on however little room there is."""
        text = "\n\n".join(part for part in (self._hint, self._remark) if part)
        self.show_from_top(text, [Mark(0, len(text), "hint")])
