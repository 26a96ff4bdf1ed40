"""Choose the spoken language, or have it detected."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from engine.models.languages import AUTO, ENGLISH, LANGUAGES, nearest
from engine.models.shelf_model import ShelfModel
from tui.panels.plain import one_line
from tui.screens.dialog import StyleSheets
from tui.screens.finder import FinderDialog

DETECT = "automatic, detected once a dictation"
NONE = "No language that Whisper knows is called so."


class LanguagePicker(FinderDialog):
    """All languages that Whisper knows, detection first; typing filters. Answers with a code."""

    CSS_PATH: ClassVar[StyleSheets | None] = ["dialog.tcss", "language_picker.tcss"]

    def __init__(
        self, rows: Callable[[], Awaitable[tuple[ShelfModel, ...]]], current: str, models_key: str
    ) -> None:
        """Offer all languages.

        Args:
            rows: Gives the models, of which one is in use.
            current: The language that is chosen at first.
            models_key: The key with which models are chosen.
        """
        super().__init__()
        self._rows = rows
        self._models_key = models_key
        self._english_only = ""
        self._current = current
        self._languages = {AUTO: DETECT, **dict(sorted(LANGUAGES.items(), key=lambda item: item[1]))}
        self._list = OptionList()
        self._remark = Static(id="remark")
        self._none = Static(Content(NONE), id="none")

    def compose(self) -> ComposeResult:
        """What is typed, the languages that match it, and what the model in use knows."""
        box = Vertical()
        box.border_title, box.border_subtitle = "language", "enter chooses · esc keeps"
        with box:
            yield Input(placeholder="type to find a language")
            yield self._remark
            yield self._none
            yield self._list

    def on_mount(self) -> None:
        """Show all languages, and look behind them which model is in use."""
        self._remark.display = False
        self._list.can_focus = False
        self._fill("")
        self.query_one(Input).focus()
        self._look()

    @work
    async def _look(self) -> None:
        chosen = next((model for model in await self._rows() if model.chosen), None)
        if chosen is not None and chosen.languages == "English":
            self._english_only = one_line(chosen.name)
            self._say("other languages")

    def _say(self, languages: str) -> None:
        """Say what the model in use does not know, and with what key one is chosen that does."""
        sentence = (
            f"{self._english_only} knows English only. {self._models_key} chooses a model for {languages}."
        )
        self._remark.update(Content(sentence))
        self._remark.display = True

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._list.action_select()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        """Answer with a language, unless the model in use does not know it: no dictation would succeed."""
        code = event.option_id
        if self._english_only and code is not None and code not in (AUTO, ENGLISH, self._current):
            self._say(LANGUAGES[code])
        else:
            self.dismiss(code)

    def _fill(self, typed: str) -> None:
        found = matching(self._languages, typed)
        width = max(map(len, self._languages))
        self._list.set_options(
            Option(Content(f"{code:<{width}}  {self._languages[code]}"), id=code) for code in found
        )
        self._none.display = not found
        if found:
            self._list.highlighted = found.index(self._current) if self._current in found else 0


def matching(languages: dict[str, str], typed: str) -> list[str]:
    """The codes that are what was typed, or whose names begin with or have it; the best first.

    Where there is none, what was probably meant.
    """
    wanted = typed.strip().casefold()

    def rank(code: str) -> int:
        name = languages[code].casefold()
        return 0 if code == wanted else 1 if name.startswith(wanted) else 2 if wanted in name else 3

    if not wanted:
        return list(languages)
    found = sorted((code for code in languages if rank(code) < 3), key=rank)
    meant = None if found else nearest(wanted)
    return [meant] if meant in languages else found
