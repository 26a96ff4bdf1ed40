"""A panel of flowing text that grows: the common part of transcript and diff."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.panels.wrap import UNWRAPPED, Line, common_prefix, wrap

FRAME_CELLS = 6
"""Cells of the frame that words on it leave free: corners, line and blanks."""


class Mark(NamedTuple):
    """A stretch of the text that is drawn in the style `flow--NAME`."""

    begin: int
    end: int
    name: str


class Flow(ScrollView, can_focus=True):
    """Wrapped text with marked stretches, drawn line by line.

    Only lines that changed are wrapped, made and repainted again, so that long texts grow without
    flicker. Stays at its end unless the user scrolled up. Text is never read as markup.
    """

    ALLOW_SELECT = True
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "flow--earlier",
        "flow--partial",
        "flow--hint",
        "flow--removed",
        "flow--added",
        "flow--remark",
        "flow--revised",
        "flow--left",
        "flow--current",
        "flow--chosen",
    }
    DEFAULT_CSS = """
    Flow {
        scrollbar-size-vertical: 1;
        scrollbar-gutter: stable;
        overflow-x: hidden;
        overflow-y: auto;
        .flow--earlier { color: $text-muted; }
        .flow--partial { color: $text-muted; text-style: italic; }
        .flow--hint { color: $text-muted; }
        .flow--removed { color: $text-error; text-style: strike; }
        .flow--added { color: $text-success; text-style: bold; }
        .flow--revised { text-style: underline; }
        .flow--remark { color: $text-warning; }
        .flow--left { color: $text-muted; }
        .flow--current { text-style: reverse; }
        .flow--chosen { text-style: bold; }
    }
    """

    def __init__(self, name: str) -> None:
        """Make an empty panel with `name` as its id."""
        super().__init__(id=name)
        self._text = ""
        self._marks: tuple[Mark, ...] = ()
        self._lines: list[Line] = [(0, 0)]
        self._strips: dict[int, Strip] = {}
        self._width = 0
        self._follow = True

    @property
    def allow_select(self) -> bool:
        """Whether the mouse can select here: always, also in a scrolled panel."""
        return True

    @property
    def text(self) -> str:
        """What is shown, unwrapped."""
        return self._text

    @property
    def lines(self) -> list[str]:
        """What is shown, as wrapped."""
        return [self._text[begin:end].rstrip(" ") for begin, end in self._lines]

    def show(self, text: str, marks: Sequence[Mark] = (), *, follow: bool = False) -> None:
        """Show another text.

        Args:
            text: The whole text, made safe by `plain`.
            marks: Stretches with a style of their own, in order, not overlapping.
            follow: Go to the end even if the user scrolled up.
        """
        new = tuple(marks)
        changed = min(common_prefix(self._text, text), _first_difference(self._marks, new, len(text)))
        if changed == len(text) == len(self._text) and new == self._marks:
            return
        self._text, self._marks = text, new
        self._follow = self._follow or follow
        self._rewrap(changed)

    def show_from_top(self, text: str, marks: Sequence[Mark] = ()) -> None:
        """Show another text from its first line on; it is not followed to its end."""
        self._follow = False
        self.show(text, marks)
        if self._width:
            self.scroll_home(animate=False, force=True, immediate=True, x_axis=False)
        self._follow = False

    def reveal(self, begin: int, end: int) -> None:
        """Scroll as little as shows a stretch of the text; of a long one the beginning."""
        first, last = self._line_of(begin), self._line_of(max(begin, end - 1))
        top, rows = self.scroll_offset.y, self.scrollable_content_region.height
        if rows and not top <= first <= last < top + rows:
            y = first if first < top else min(first, last - rows + 1)
            self.scroll_to(y=y, animate=False, force=True, immediate=True)

    def _line_of(self, offset: int) -> int:
        """The wrapped line that holds an offset of the text."""
        return max(0, bisect_right(self._lines, offset, key=lambda line: line[0]) - 1)

    def _rewrap(self, changed: int) -> None:
        """Wrap and repaint from the line before the one that holds offset `changed`."""
        keep = 0
        while keep < len(self._lines) and self._lines[keep][1] < changed:
            keep += 1
        keep = max(0, keep - 1)
        before = len(self._lines)
        begin = self._lines[keep][0]
        self._lines[keep:] = wrap(self._text, self._width or UNWRAPPED, min(begin, len(self._text)))
        for index in range(keep, max(before, len(self._lines))):
            self._strips.pop(index, None)
        self._take_size(Size(self._width, len(self._lines)))
        self.refresh_lines(keep, max(before, len(self._lines)) - keep)
        self._stick()

    def _take_size(self, size: Size) -> None:
        """Scroll over so many lines. The screen is laid out anew only where a scrollbar comes or goes."""
        scrolls = size.height > self.container_size.height and size.width == self.virtual_size.width
        if scrolls and self.show_vertical_scrollbar:
            self.set_reactive(Flow.virtual_size, size)
            self.vertical_scrollbar.window_virtual_size = size.height
        else:
            self.virtual_size = size

    def _stick(self) -> None:
        if self._follow and self._width:
            self.scroll_end(animate=False, force=True, immediate=True, x_axis=False)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Notice whether the user left the end or came back to it."""
        super().watch_scroll_y(old_value, new_value)
        self._follow = new_value >= self.max_scroll_y

    def on_resize(self, _event: events.Resize) -> None:
        """Wrap again for the new width."""
        follow = self._follow
        width = self.scrollable_content_region.width
        if width != self._width:
            self._width = width
            self._rewrap(0)
        self._follow = follow
        self._stick()

    def notify_style_update(self) -> None:
        """Make all lines again in the new style."""
        super().notify_style_update()
        self._strips.clear()

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected text, without the line breaks that wrapping made."""
        begin = 0 if selection.start is None else self._offset(selection.start.x, selection.start.y)
        end = len(self._text) if selection.end is None else self._offset(selection.end.x, selection.end.y)
        return self._text[begin:end], "\n"

    def _offset(self, x: int, y: int) -> int:
        """Offset in the text of the character at column `x` of wrapped line `y`."""
        if y >= len(self._lines):
            return len(self._text)
        begin, end = self._lines[max(0, y)]
        return min(begin + x, end)

    def selection_updated(self, selection: Selection | None) -> None:
        """Repaint for another selection."""
        self._strips.clear()
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """Draw row `y` of the panel."""
        index = self.scroll_offset.y + y
        if index >= len(self._lines):
            return Strip.blank(self.size.width, self.rich_style)
        selection = self.text_selection
        if selection is None and index in self._strips:
            return self._strips[index]
        strip = self._make_strip(index, selection)
        if selection is None:
            self._strips[index] = strip
        return strip

    def _make_strip(self, index: int, selection: Selection | None) -> Strip:
        begin, end = self._lines[index]
        end = begin + len(self._text[begin:end].rstrip(" "))
        span = selection.get_span(index) if selection is not None else None
        chosen = (begin + span[0], end if span[1] == -1 else begin + span[1]) if span else (end, end)
        cuts = {begin, end, *(cut for cut in chosen if begin < cut < end)}
        marks = self._marks_between(begin, end)
        for mark in marks:
            cuts.update(cut for cut in (mark.begin, mark.end) if begin < cut < end)
        edges = sorted(cuts)
        segments = []
        for left, right in pairwise(edges):
            name = next((mark.name for mark in marks if mark.begin <= left < mark.end), "")
            style = self.get_component_rich_style(f"flow--{name}") if name else self.rich_style
            if chosen[0] <= left < chosen[1]:
                style += self._selection_style()
            segments.append(Segment(self._text[left:right], style))
        strip = Strip(segments).extend_cell_length(self.size.width, self.rich_style)
        return strip.apply_offsets(0, index)

    def _marks_between(self, begin: int, end: int) -> tuple[Mark, ...]:
        """The marks that reach into a line; found by bisection, for a long text has thousands."""
        first = bisect_right(self._marks, begin, key=lambda mark: mark.end)
        last = bisect_left(self._marks, end, key=lambda mark: mark.begin)
        return self._marks[first:last]

    def _selection_style(self) -> Style:
        return self.screen.get_component_rich_style("screen--selection")


def _first_difference(old: tuple[Mark, ...], new: tuple[Mark, ...], length: int) -> int:
    """The first offset from which two lists of marks draw differently."""
    for one, other in zip(old, new, strict=False):
        if one != other:
            same = (one.begin, one.name) == (other.begin, other.name)
            return min(one.end, other.end) if same else min(one.begin, other.begin)
    rest = old[len(new) :] or new[len(old) :]
    return rest[0].begin if rest else length
