"""What is told of the recogniser, and taken back once another one, or another wish, makes it void."""

from __future__ import annotations

from collections.abc import Callable, Collection

from engine.events import Notice, RecognizerChanged, SettingChanged
from engine.models.shelf_model import BUILT_IN
from tui.panels.header_facts import HeaderFacts
from tui.panels.message_strip import MessageStrip
from tui.panels.performance import Performance
from tui.panels.plain import one_line
from tui.panels.transcript import Transcript

UNTIL_READY = "model"
"""Topic of why the recogniser is not there yet."""

OF_RECOGNIZER = ("language", "translation", UNTIL_READY)
"""Topics of notices on what the recogniser in use cannot do, or on why it is not there."""


class RecognizerNews:
    """Shows each change of the recogniser wherever it matters, and remembers which messages were of it."""

    def __init__(
        self,
        facts: HeaderFacts,
        performance: Performance,
        transcript: Transcript,
        messages: MessageStrip,
    ) -> None:
        """Tell it to these parts of the screen."""
        self._facts = facts
        self._performance = performance
        self._transcript = transcript
        self._messages = messages
        self._status = ""
        self._model = ("", "")
        self._problem = ""
        self._told: dict[str, str] = {}

    def note(self, notice: Notice) -> None:
        """Remember a notice that is of the recogniser in use."""
        if notice.topic in OF_RECOGNIZER:
            self._told[notice.message] = notice.topic

    def change_setting(self, event: SettingChanged) -> None:
        """Take back what was said of another wish."""
        if event.key.startswith("recognition."):
            self._take_back(OF_RECOGNIZER)

    def change(self, event: RecognizerChanged, tell: Callable[..., None]) -> None:
        """Show another recogniser, or another state of it.

        Args:
            event: Which, and its state.
            tell: Tells the user something, as the workstation does.
        """
        self._facts.recognize(event)
        self._performance.use(BUILT_IN if event.name == "pocketsphinx" else event.model)
        model, waits = (event.name, event.model), event.status == "unloaded" and self._status == "loading"
        if model != self._model:
            self._take_back(OF_RECOGNIZER)
        elif event.status == "ready":  # what it cannot do, it cannot do still
            self._take_back((UNTIL_READY,))
        self._model, self._status = model, event.status
        if event.status == "failed":
            self._problem = event.remark
            tell("error", event.remark)
            return
        self._transcript.remark(event.remark)
        if waits and event.remark:
            message = f"{one_line(event.model or event.name)} is not loaded yet."
            self._told[message] = UNTIL_READY
            tell("information", message, event.remark, stays=True)
        if event.status == "ready" and not event.remark:
            self._messages.withdraw(self._problem)
            self._problem = ""

    def _take_back(self, topics: Collection[str]) -> None:
        for message in [message for message, topic in self._told.items() if topic in topics]:
            self._messages.withdraw(message)
            del self._told[message]
