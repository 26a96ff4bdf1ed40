"""Turns what happens into the facts of the header: modes, recogniser, language, downloads."""

from __future__ import annotations

from collections.abc import Mapping

from engine import events
from engine.enhance.enhancer_status import EnhancerStatus
from engine.models.catalog import named
from engine.models.languages import AUTO, ENGLISH, LANGUAGES
from engine.models.progress import Progress
from engine.settings.schema import Settings
from tui.delivery_policies import BRIEF
from tui.delivery_policies import meaning as policy_meaning
from tui.panels.downloads import Downloads, short
from tui.panels.enhancer_words import BRIEF_STATES
from tui.panels.header import Header
from tui.panels.plain import one_line
from tui.performance_modes import meaning

RECOGNIZER_STATES = {"loading": "loading…", "ready": "", "failed": "failed", "unloaded": "unloaded"}

SYSTEM_MICROPHONES = ("default", "default microphone")
"""What the system's choice is called; beside a model's name it would read as if that were meant."""


class HeaderFacts:
    """Keeps what the header says of settings and models, and says it there."""

    def __init__(self, header: Header, settings: Settings, keys: Mapping[str, str]) -> None:
        """Begin with `settings`; `show` puts them into the header.

        Args:
            header: Where it is said.
            settings: The settings that hold from the start.
            keys: The keys as people write them, by action id.
        """
        self._header = header
        self._keys = keys
        self._enhancer = EnhancerStatus("tidy")
        self._translating = {name for name, mode in settings.modes.items() if mode.fidelity == "translated"}
        self._downloads = Downloads()
        self._recognizer = self._model = self._heard = ""
        self._settings: dict[str, str | bool] = {
            "enhancement.mode": str(settings.enhancement.mode),
            "enhancement.enabled": settings.enhancement.enabled,
            "enhancement.enhancer": settings.enhancement.enhancer,
            "delivery.policy": settings.delivery.policy,
            "audio.auto_stop": settings.audio.auto_stop,
            "recognition.performance": settings.recognition.performance,
            "recognition.language": settings.recognition.language,
            "recognition.translate": settings.recognition.translate,
        }

    def show(self) -> None:
        """Put all settings into the header."""
        settings = self._settings
        mode = one_line(str(settings["enhancement.mode"]))
        self._header.set_fact("mode", mode if settings["enhancement.enabled"] else "enhancement off")
        self._header.set_fact("enhancer", self._trouble())
        self._header.set_fact("policy", BRIEF[str(settings["delivery.policy"])])
        self._header.set_fact("performance", str(settings["recognition.performance"]))
        self._header.set_fact("auto_stop", "auto-stop" if settings["audio.auto_stop"] else "")
        self._header.set_fact("language", self._language())

    def change(self, key: str, value: str | bool) -> str:
        """Show a setting that was changed. Returns a sentence on what that means; mostly empty."""
        self._settings[key] = value
        self._heard = "" if key == "recognition.language" else self._heard
        self.show()
        match key:
            case "enhancement.mode" if value in self._translating and self._enhancer.name == "tidy":
                return f"Tidy cannot translate. {self._keys['enhancer']} chooses a language model."
            case "delivery.policy":
                return policy_meaning(str(value), self._keys["accept"], self._keys["reject"])
            case "recognition.performance":
                return meaning(str(value), self._recognizer)
            case "recognition.translate" if value:
                return self._cannot_translate().strip() or "Translates to English."
            case "recognition.translate":
                return "Writes the language that is spoken."
            case "recognition.language" if value == AUTO:
                return f"The language is detected once a dictation.{self._english_only()}"
            case "recognition.language":
                name = LANGUAGES.get(str(value), one_line(str(value)))
                return f"The language is {name}.{'' if value == ENGLISH else self._english_only()}"
        return ""

    def enhance(self, status: EnhancerStatus) -> None:
        """Show what is not as it should be with the enhancer's server and model."""
        self._enhancer = status
        self.show()

    def recognize(self, event: events.RecognizerChanged) -> None:
        """Show another recogniser, or another state of it."""
        if (event.name, event.model) != (self._recognizer, self._model):
            self._heard = ""
        self._recognizer, self._model = event.name, event.model
        name = one_line(short(event.model) if event.name == "whisper" else event.name)
        self._header.set_fact("recognizer", f"{name} {RECOGNIZER_STATES[event.status]}".strip())
        self.show()

    def listen(self, microphone: str) -> None:
        """Show the microphone where it is not the one that the system would take; empty for none."""
        self._header.set_fact("microphone", "" if microphone in SYSTEM_MICROPHONES else one_line(microphone))

    def connect(self, link: str) -> None:
        """Show how sound comes from another machine; empty where it does not."""
        self._header.set_fact("link", link)

    def hear(self, language: str) -> None:
        """Show the language that was detected; empty for a dictation that begins."""
        self._heard = one_line(language)
        self.show()

    def fetch(self, progress: Progress) -> None:
        """Show how far a download is, in the header where every screen has room for it."""
        self._downloads.take(progress)
        self._header.set_fact("download", self._downloads.brief)

    def wait(self, texts: int) -> None:
        """Show how many texts wait to be accepted."""
        self._header.set_fact("waiting", f"{texts} wait{'s' if texts == 1 else ''}" if texts else "")

    def edit(self, under_way: bool) -> None:
        """Show whether words that are recognised are still being edited."""
        self._header.set_editing(under_way)

    def sum_up(self, edit: str) -> None:
        """Show in short what the last edit did, where nothing else has room for it."""
        self._header.set_fact("edit", edit)

    def _trouble(self) -> str:
        """What keeps the enhancer that was asked for from its work; empty where nothing does."""
        settings, status = self._settings, self._enhancer
        asked = status.name == "ollama" or settings["enhancement.enhancer"] == "ollama"
        return BRIEF_STATES.get(status.state, "") if asked and settings["enhancement.enabled"] else ""

    def _language(self) -> str:
        """The language where it is not plain English, and what is written of it."""
        language = str(self._settings["recognition.language"])
        heard = f": {self._heard}" if language == AUTO and self._heard else ""
        spoken = "" if language == ENGLISH else f"{one_line(language)}{heard}"
        translates = self._settings["recognition.translate"] and not self._cannot_translate()
        return f"{spoken} → {ENGLISH}".strip() if translates else spoken

    def _english_only(self) -> str:
        """What to know where the model in use knows English only; empty where it is not known to."""
        if self._recognizer == "pocketsphinx":
            return " PocketSphinx knows English only."
        model = named(self._model)
        return f" {one_line(self._model)} knows English only." if model and model.english_only else ""

    def _cannot_translate(self) -> str:
        """What to know where the model in use does not translate; empty where it is not known not to."""
        model = named(self._model)
        if self._recognizer == "pocketsphinx" or (model is not None and model.english_only):
            return self._english_only()
        knows_not = model is not None and not model.translates
        return f" {one_line(self._model)} does not translate." if knows_not else ""
