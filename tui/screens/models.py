"""The models: what is here and what can be had; choose, fetch, load, let go, remove, all live."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Vertical
from textual.content import Content
from textual.events import Resize
from textual.widgets import Input, OptionList

from engine import events
from tui.messages import EngineEvent
from tui.panels.message_strip import MARKS
from tui.panels.model_list import ModelList
from tui.panels.model_words import LEGEND, details, heading
from tui.panels.plain import one_line
from tui.panels.shelved import Shelved, is_fetched
from tui.panels.steady_text import SteadyText
from tui.screens.dialog import Dialog, StyleSheets
from tui.screens.model_keys import KEYS, cancelled, is_folder, keys_line, refusal
from tui.shelf import Shelf
from tui.then_use import ThenUse

READING = "reading what is on this machine…"

WIDTHS = [(0, "-narrow"), (60, "-normal"), (120, "-wide")]
"""Columns from which the screen has a style class: the details stand beside the list from 120 on."""

HEIGHTS = [(0, "-tiny"), (20, "-standard")]
"""The same for rows."""


class ModelsScreen(Dialog[None]):
    """A list of all models, what is known of the one under the cursor, and the keys that apply to it.

    Hears the engine's events while it is open. What it began goes on when it is closed.
    """

    CSS_PATH: ClassVar[StyleSheets | None] = ["dialog.tcss", "models.tcss"]
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("M", "close", "close", id="models"),
        *(Binding(key, f"act('{name}')", label) for name, key, label in KEYS if name != "choose"),
        Binding("o,slash", "another", "other"),
    ]

    def __init__(self, shelf: Shelf, then_use: ThenUse) -> None:
        """Show what is on `shelf`; `then_use` keeps what is to be used once it is fetched."""
        super().__init__()
        self._shelf = shelf
        self._then_use = then_use
        self._shelved = Shelved()
        self._removing = self._told = ""
        self._list = ModelList()
        self._heading = SteadyText(id="heading")
        self._detail = SteadyText(Content(READING), id="detail")
        self._said = SteadyText(id="said")
        self._another = Input(placeholder="owner/name on the hub, or a folder, then enter", id="another")
        self._keys = SteadyText(id="keys")

    def compose(self) -> ComposeResult:
        """List and details, what was said, the line for another model, the keys."""
        box = Vertical()
        box.border_title, box.border_subtitle = "models", LEGEND
        with box:
            with Container(id="body"):
                with Vertical(id="rows"):
                    yield self._heading
                    yield self._list
                yield self._detail
            yield self._said
            yield self._another
            yield self._keys

    def on_mount(self) -> None:
        """Read the rows behind the open screen, and keep its times right."""
        self._said.display = self._another.display = False
        self._list.focus()
        self._read()
        self.set_interval(1.0, self._draw_detail)

    def on_engine_event(self, message: EngineEvent) -> None:
        """Show what became of what was asked for."""
        match message.event:
            case events.DownloadChanged(progress):
                self._shelved.take(progress)
                self._draw()
                if progress.is_over:
                    self._say(f"{progress.model} is on this machine now." if progress.state == "done" else "")
                    self._read()
            case events.ModelsChanged() | events.RecognizerChanged():
                self._read()
            case events.SettingChanged(key, _) if key.startswith("recognition."):
                self._read()
            case events.Notice(severity, text, remedy):
                self._say(f"{MARKS[severity][0]} {text} {remedy}".strip())

    def action_act(self, name: str) -> None:
        """Do to the model under the cursor what the key of that name does."""
        model = self._list.current
        if model is None:
            return
        if name == "cancel_download":
            model = cancelled(model, self._list.rows)
        removing, self._removing = self._removing, ""
        why_not = refusal(name, model, then_used=self._then_use.name == model.name)
        self._say(why_not)
        if why_not:
            pass
        elif name == "choose":
            self._use(model.name, here=model.on_disk, fetched=is_fetched(model))
        elif name == "remove" and removing != model.name:
            self._removing = model.name
            self._say(f"x once more deletes {model.name} from the disk.")
        else:
            if name == "cancel_download" and self._then_use.name == model.name:
                self._then_use.drop()
            self._calls[name](model.name)
            if name == "make_default":
                self._say(f"{model.name} is used now, and at every start.")
        self._draw_detail()

    def action_another(self) -> None:
        """Ask for a model that is not in the list."""
        self._say("")
        self._another.display = True
        self._another.focus()

    def action_close(self) -> None:
        """Close the line for another model; else the screen."""
        if self._another.display:
            self._end_another()
        else:
            super().action_close()

    @on(OptionList.OptionSelected)
    def _chosen(self) -> None:
        self.action_act("choose")

    @on(OptionList.OptionHighlighted)
    def _moved(self) -> None:
        """A question was about the row that was left."""
        if self._removing and (self._list.current is None or self._list.current.name != self._removing):
            self._removing = ""
            self._say("")
        self._draw()

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        """Use a folder, or what a row already stands for; fetch and then use anything else."""
        name = event.value.strip()
        if not name:
            return
        self._end_another()
        known = next((model for model in self._list.rows if model.name == name), None)
        here = is_folder(name) if known is None else known.on_disk
        self._use(name, here=here, fetched=known is not None and is_fetched(known))
        self._list.go(name)
        self._draw()

    def on_resize(self, _event: Resize) -> None:
        """Lay the rows out for another width."""
        self.call_after_refresh(self._draw)

    @property
    def _calls(self) -> dict[str, Callable[[str], None]]:
        shelf = self._shelf
        return {
            "download": shelf.download,
            "cancel_download": shelf.cancel_download,
            "load": shelf.load,
            "unload": shelf.unload,
            "make_default": shelf.make_default,
            "remove": shelf.remove,
        }

    def _use(self, name: str, *, here: bool, fetched: bool) -> None:
        """Use a model now, or as soon as it is here."""
        if here:
            self._then_use.drop()
            self._shelf.choose(name)
            return
        self._then_use.want(name)
        if not fetched:
            self._shelf.download(name)
        self._say(f"{name} is used as soon as it is here; this screen may be closed.")

    def _end_another(self) -> None:
        self._another.value, self._another.display = "", False
        self._say("")
        self._list.focus()

    @work(exclusive=True, group="rows")
    async def _read(self) -> None:
        self._shelved.read(await self._shelf.rows())
        self._draw()

    def _draw(self) -> None:
        """Show what is known of all models now."""
        if self._shelved.was_read and self._list.room:
            self._heading.show(heading(self._list.room))
            self._list.show(self._shelved.rows())
            self._draw_detail()

    def _draw_detail(self) -> None:
        model = self._list.current
        if model is None:
            return
        then_used = self._then_use.name == model.name
        room = self._detail.content_size.width
        lines = details(model, time.time(), room, then_used=then_used, told=self._told)
        self._detail.show(Content("\n").join(lines))
        width, rows = self._keys.size.width, self._list.rows
        self._keys.show(keys_line(model, width, rows=rows, then_used=then_used))

    def _say(self, text: str) -> None:
        """Say something until the next key; empty takes it away."""
        self._told = one_line(text)
        self._said.show(Content(self._told))
        if self._said.display != bool(text):
            self._said.display = bool(text)
            self._list.reveal()
        self._draw_detail()
