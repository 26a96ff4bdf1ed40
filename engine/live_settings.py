"""What a user may change while the engine runs, and from when on it holds."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from engine.language_choice import LanguageChoice
from engine.listening import Listener
from engine.preferences import Preferences
from engine.target_choice import TargetChoice


class LiveSettings:
    """Live changes of settings. All methods return at once; each change is an event, and is remembered."""

    def __init__(
        self,
        preferences: Preferences,
        listener: Listener,
        languages: LanguageChoice,
        targets: TargetChoice,
        spawn: Callable[[Coroutine[Any, Any, None]], object],
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._preferences = preferences
        self._listener = listener
        self._languages = languages
        self._targets = targets
        self._spawn = spawn

    def set_mode(self, mode: str) -> None:
        """Change the writing mode, a name of `settings.modes`; the mode in force at stop is used."""
        self._preferences.change("enhancement.mode", mode)
        self._spawn(self._targets.look())

    def set_enhancement(self, enabled: bool) -> None:
        """Switch enhancement on or off."""
        self._preferences.change("enhancement.enabled", enabled)

    def set_delivery_policy(self, policy: str) -> None:
        """Change which text goes out by itself: "enhanced", "raw" or "accept"; from the next text on."""
        self._preferences.change("delivery.policy", policy)

    def set_auto_stop(self, enabled: bool) -> None:
        """Switch auto-stop on silence on or off, at once, also while recording."""
        self._preferences.change("audio.auto_stop", enabled)

    def set_performance(self, mode: str) -> None:
        """Change the performance mode: "quality", "balanced" or "speed"; from the next phrase on."""
        self._preferences.change("recognition.performance", mode)
        self._listener.recorder.set_checked_share(self._preferences.settings.performance.checked_share)

    def set_language(self, language: str) -> None:
        """Change the spoken language: ISO 639-1 code, or "auto"; from the next dictation on.

        Refused with a notice where the model in use does not know it.
        """
        self._spawn(self._languages.set_language(language))

    def set_translate(self, translate: bool) -> None:
        """Have Whisper write English, whatever language is spoken; from the next dictation on.

        Refused with a notice where the model in use cannot do that.
        """
        self._spawn(self._languages.set_translate(translate))

    def set_theme(self, name: str) -> None:
        """Remember the theme that the interface shows."""
        self._preferences.change("interface.theme", name)
