"""Who edits: the server of language models, what it has, and what each costs; chosen live."""

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

from engine import events
from engine.enhance.enhancer_status import EnhancerStatus
from engine.enhance.ollama.host import address
from engine.enhance.served_model import ServedModel
from engine.errors import EnhancementError
from engine.settings.schema import Settings
from tui.messages import EngineEvent
from tui.panels.enhancer_rows import LEGEND, Choice, choices, details, heading, row
from tui.panels.foot_line import foot_line
from tui.panels.message_strip import MARKS
from tui.panels.plain import one_line
from tui.panels.row_list import RowList
from tui.panels.steady_text import SteadyText
from tui.screens.dialog import Dialog, StyleSheets
from tui.screens.models import HEIGHTS, WIDTHS
from tui.served import EnhancerChoice

THIS_MACHINE = "OLLAMA_HOST, or this machine"
"""What the address means that is not set."""

KEYS = (("enter", "use"), ("o", "server…"), ("l", "look again"))
"""What can be done, in the order in which it is named."""


class EnhancerList(RowList[Choice]):
    """One enhancer or model a row."""

    def words(self, choice: Choice, *, bare: bool) -> Content:
        """The row of a choice."""
        return row(choice, self.room, bare=bare)

    def begins_at(self, rows: Sequence[Choice]) -> str:
        """What edits now."""
        return next((choice.name for choice in rows if choice.edits), "")


class EnhancerScreen(Dialog[None]):
    """What can edit, what is known of the one under the cursor, and the line for another server.

    Hears the engine's events while it is open. The server is asked behind it.
    """

    CSS_PATH: ClassVar[StyleSheets | None] = ["dialog.tcss", "enhancer.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("S", "close", "close", id="enhancer"),
        Binding("o,slash", "server", "server"),
        Binding("l,f5", "look", "look again"),
    ]

    def __init__(self, enhancers: EnhancerChoice, settings: Settings) -> None:
        """Offer what `enhancers` can do, from what the settings say now."""
        super().__init__()
        self._enhancers = enhancers
        self._enhancer: str = settings.enhancement.enhancer
        self._model, self._host = settings.ollama.model, settings.ollama.host
        self._served: tuple[ServedModel, ...] = ()
        self._listed = _listed(enhancers.status)
        self._list = EnhancerList()
        self._heading = SteadyText(id="heading")
        self._detail = SteadyText(id="detail")
        self._said = SteadyText(id="said")
        self._address = Input(placeholder=f"host:port, then enter; empty for {THIS_MACHINE}", id="address")
        self._keys = SteadyText(id="keys")

    def compose(self) -> ComposeResult:
        """List and details, what was said, the line for another server, the keys."""
        box = Vertical()
        box.border_title, box.border_subtitle = "enhancer", LEGEND
        with box:
            yield self._heading
            yield self._list
            yield self._detail
            yield self._said
            yield self._address
            yield self._keys

    def on_mount(self) -> None:
        """Ask the server behind the open screen."""
        self._said.display = self._address.display = False
        self._list.focus()
        self.action_look()

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show what became of what was chosen."""
        match message.event:
            case events.EnhancerChanged(status):
                self._draw()
                listed = _listed(status)
                if listed != self._listed:  # what else is known of it stands in no row
                    self._listed = listed
                    self._read()
            case events.SettingChanged("enhancement.enhancer", value):
                self._enhancer = str(value)
                self._draw()
            case events.SettingChanged("ollama.model", value):
                self._model = str(value)
                self._draw()
            case events.SettingChanged("ollama.host", value):
                self._host, self._served = str(value), ()
                self.action_look()
            case events.Notice(severity, text, remedy):
                self._say(f"{MARKS[severity][0]} {text} {remedy}".strip())

    def action_look(self) -> None:
        """Ask the server once more."""
        self._say(f"asking {self._host or THIS_MACHINE}…")
        self._draw()
        self._read()

    def action_server(self) -> None:
        """Ask for another address."""
        self._address.value = self._host
        self._address.display = True
        self._address.focus()

    def action_close(self) -> None:
        """Close the line for another server; else the screen."""
        if self._address.display:
            self._end_address()
        else:
            super().action_close()

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        """Have the row under the cursor edit from now on."""
        choice = self._list.current
        if choice is None:
            return
        if choice.kind == "model":
            self._enhancers.choose_model(choice.name)
        else:
            self._enhancers.choose_enhancer(choice.name)

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        self._draw()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        """Ask another server from now on; what is no address stays to be mended, and the old one holds."""
        host = event.value.strip()
        try:
            address(host)
        except EnhancementError as error:
            self._say(f"{MARKS['error'][0]} {error}")
            return
        self._end_address()
        if host != self._host:
            self._enhancers.choose_host(host)

    def on_resize(self, _event: Resize) -> None:
        """Lay the rows out for another width."""
        self.call_after_refresh(self._draw)

    def _end_address(self) -> None:
        self._address.display = False
        self._list.focus()

    @work(exclusive=True, group="served")
    async def _read(self) -> None:
        try:
            self._served = await self._enhancers.served()
        except EnhancementError as error:
            self._served = ()
            self._say(f"{MARKS['error'][0]} {error}")
        else:
            self._say("" if self._served else "The server has no model. `ollama pull NAME` fetches one.")
        self._draw()

    def _draw(self) -> None:
        """Show what is known now."""
        if not self._list.room:
            return
        status = self._enhancers.status
        self._heading.show(heading(self._list.room))
        self._list.show(choices(self._served, self._enhancer, self._model, status))
        if self._list.current is not None:
            host = status.host or self._host or THIS_MACHINE
            self._detail.show(Content("\n").join(details(self._list.current, status, host)))
        self._keys.show(foot_line(KEYS, self._keys.size.width))

    def _say(self, text: str) -> None:
        """Say something until there is something else to say; empty takes it away."""
        self._said.show(Content(one_line(text)))
        if self._said.display != bool(text):
            self._said.display = bool(text)
            self._list.reveal()


def _listed(status: EnhancerStatus) -> tuple[object, ...]:
    """What of a status the rows depend on."""
    return status.host, status.model, status.state, status.edit_s
