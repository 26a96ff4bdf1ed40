"""The part of the app that opens dialogs to choose from, and does what was chosen."""

from __future__ import annotations

from textual.app import App

from engine.events import Event
from tui.actions import effective_keys, show_key
from tui.messages import EngineEvent
from tui.screens.workstation import Workstation
from tui.session_runner import SessionRunner
from tui.then_use import ThenUse


class ChoosingApp(App[None], inherit_bindings=False):
    """Actions with a dialog: each imports its screen only when it is asked for."""

    workstation: Workstation
    user_keys: dict[str, str]
    _runner: SessionRunner

    def __init__(self) -> None:
        super().__init__()
        self._then_use = ThenUse()

    def _show(self, event: Event) -> None:
        """Hand an event to all screens, and use a model that was waited for."""
        self.workstation.post_message(EngineEvent(event))
        for screen in self.screen_stack[1:]:
            screen.post_message(EngineEvent(event))
        fetched = self._then_use.due(event)
        if fetched and self._runner.session is not None:
            self._runner.session.models.choose(fetched)

    def action_models(self) -> None:
        """See the models, fetch and choose them."""
        from tui.screens.models import ModelsScreen

        session = self._runner.ready_for("models")
        if session is not None:
            self.push_screen(ModelsScreen(session.models, self._then_use))

    def action_enhancer(self) -> None:
        """Choose server and language model."""
        from tui.screens.enhancer import EnhancerScreen

        session = self._runner.ready_for("enhancer")
        if session is not None:
            self.push_screen(EnhancerScreen(session.enhancers, session.settings))

    def action_language(self) -> None:
        """Choose the spoken language."""
        from tui.screens.language_picker import LanguagePicker

        session = self._runner.ready_for("language")
        if session is None:
            return

        def chosen(code: str | None) -> None:
            if code is not None:
                session.live.set_language(code)

        current = session.settings.recognition.language
        models_key = show_key(effective_keys(self.user_keys)["models"][0])
        self.push_screen(LanguagePicker(session.models.rows, current, models_key), chosen)

    def action_toggle_translate(self) -> None:
        """Translate to English, or not."""
        session = self._runner.ready_for("toggle_translate")
        if session is not None:
            session.live.set_translate(not session.settings.recognition.translate)

    def action_microphone(self) -> None:
        """Choose the microphone."""
        from tui.screens.microphone_picker import MicrophonePicker

        session = self._runner.ready_for("microphone")
        if session is None:
            return

        def chosen(name: str | None) -> None:
            if name is not None:
                self.run_worker(session.sources.choose(name))

        self.push_screen(MicrophonePicker(session.sources.microphones, session.settings.audio.device), chosen)

    def action_target(self) -> None:
        """Choose where the text goes."""
        from tui.screens.target_picker import TargetPicker

        session = self._runner.ready_for("target")
        if session is None:
            return

        def chosen(spec: str | None) -> None:
            if spec is not None:
                self.run_worker(session.targets.choose(spec))

        self.push_screen(TargetPicker(session.targets), chosen)

    def action_theme(self) -> None:
        """Choose the theme."""
        from tui.screens.theme_picker import ThemePicker

        def chosen(name: str | None) -> None:
            if name is not None and self._runner.session is not None:
                self._runner.session.live.set_theme(name)

        self.push_screen(ThemePicker(), chosen)

    def action_help(self) -> None:
        """Show all keys."""
        from tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(effective_keys(self.user_keys)))
