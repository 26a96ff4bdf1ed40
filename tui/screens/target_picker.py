"""Choose where the text goes: a place, a pane of a program that runs here, or what is typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, OptionList

from engine.deliver.offer import Offer
from tui.offered_targets import OfferedTargets
from tui.panels.foot_line import foot_line
from tui.panels.message_strip import MARKS
from tui.panels.plain import homely, one_line
from tui.panels.row_list import RowList
from tui.panels.steady_text import SteadyText
from tui.panels.target_rows import LEGEND, TargetRow, details, mistake, row, rows
from tui.screens.dialog import StyleSheets
from tui.screens.finder import FinderDialog
from tui.screens.models import HEIGHTS, WIDTHS

LOOKING = "looking for panes…"
HINT = "find, or name a place: file:~/notes.md"
KEYS = (("enter", "sends texts there"), ("F5", "looks again"))
"""What can be done, in the order in which it is named."""


class TargetList(RowList[TargetRow]):
    """One place a row."""

    def words(self, target: TargetRow, *, bare: bool) -> Content:
        """The row of a place."""
        return row(target, self.room, bare=bare)

    def begins_at(self, rows: Sequence[TargetRow]) -> str:
        """Where texts go now."""
        return next((target.name for target in rows if target.chosen), "")


class TargetPicker(FinderDialog):
    """All places that texts can go to; typing filters, or names one. Answers with a destination."""

    CSS_PATH: ClassVar[StyleSheets | None] = ["dialog.tcss", "target_picker.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f5", "look", "look again", priority=True)]

    def __init__(self, targets: OfferedTargets) -> None:
        """Offer what `targets` know; panes are looked for behind the open dialog."""
        super().__init__()
        self._targets = targets
        self._offers: list[Offer] = targets.places()
        self._looking = True
        self._line = Input(placeholder=HINT, id="line")
        self._list = TargetList()
        self._detail = SteadyText(id="detail")
        self._said = SteadyText(id="said")
        self._keys = SteadyText(id="keys")

    def compose(self) -> ComposeResult:
        """What is typed, the places that match it, what is known of the one under the cursor, the keys."""
        box = Vertical()
        mode = one_line(self._targets.mode)
        box.border_title = f"target of texts in mode {mode}" if mode else "target"
        box.border_subtitle = LEGEND
        with box:
            yield self._line
            yield self._list
            yield self._said
            yield self._detail
            yield self._keys

    def on_mount(self) -> None:
        """Show what is known at once, and look for panes."""
        self._list.can_focus = False
        self._line.focus()
        self.action_look()

    def action_look(self) -> None:
        """Look for panes once more."""
        self._looking = True
        self._say(LOOKING)
        self._draw()
        self._look()

    @work(exclusive=True)
    async def _look(self) -> None:
        """Ask all programs that have panes; one that hangs holds up nothing but this."""
        self._offers = await self._targets.offers()
        self._looking = False
        self._say("")
        self._draw()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        """Go to the first row that matches; to where texts go now where all do."""
        found = rows(self._offers, self._targets.spec, event.value)
        if found:
            self._list.go(found[0].name if event.value else self._list.begins_at(found))
        self._say(LOOKING if self._looking else "")
        self._draw()

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._choose()

    @on(OptionList.OptionSelected)
    def _clicked(self) -> None:
        self._choose()

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._draw()

    def on_resize(self, _event: Resize) -> None:
        """Lay the rows out for another width."""
        self.call_after_refresh(self._draw)

    def _choose(self) -> None:
        """Answer with the row under the cursor; what cannot be used, or is no place, is said."""
        target = self._list.current
        if target is None:
            self._draw(refused=True)
        elif target.offer.reason:
            self._say(f"{MARKS['error'][0]} Texts cannot go there: {homely(target.offer.reason)}")
        else:
            self.dismiss(target.name)

    def _draw(self, *, refused: bool = False) -> None:
        """Show what is known now; where nothing is called as was typed, and was `refused`, marked so."""
        if not self._list.room:
            return
        self._list.show(rows(self._offers, self._targets.spec, self._line.value))
        current = self._list.current
        if current is not None:
            self._detail.show(Content("\n").join(details(current)))
        else:
            mark = f"{MARKS['error'][0]} " if refused else ""
            self._detail.show(Content(f"{mark}{mistake(self._line.value)}"))
        self._keys.show(foot_line(KEYS, self._keys.size.width, closing="keeps"))

    def _say(self, text: str) -> None:
        """Say something until there is something else to say; empty takes it away."""
        self._said.show(Content(one_line(text)))
        if self._said.display != bool(text):
            self._said.display = bool(text)
            self._list.reveal()
