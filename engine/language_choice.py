"""What a user may choose of language and translation, with the models that are in use."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from engine.events import Event, Notice
from engine.models.languages import name_of
from engine.preferences import Preferences
from engine.settings.schema import RecognitionSettings
from engine.speech.host import RecognizerHost
from engine.speech.language_fit import can_translate, knows_language
from engine.speech.selection import Choice, choose

OTHER_MODEL = 'Choose a model for all languages first, such as "base" or "small".'
LANGUAGE_TOPIC = "language"
"""Topic of what the model in use cannot do; another model, or another wish, makes it void."""

LANGUAGE, TRANSLATE = "recognition.language", "recognition.translate"


class LanguageChoice:
    """Changes language and translation, from the next dictation on, where the models allow it.

    What the model in use cannot do is refused with a notice. What it can do and the model of the next
    start cannot is for this run alone: the next one must not begin with what does not go together.
    """

    def __init__(
        self, preferences: Preferences, host: RecognizerHost, publish: Callable[[Event], None]
    ) -> None:
        """Wire the parts together; the session makes all of them."""
        self._preferences = preferences
        self._host = host
        self._publish = publish

    async def set_language(self, language: str) -> None:
        """Change the spoken language: ISO 639-1 code, or "auto"."""
        now, later = await self._fit(lambda choice: knows_language(choice.name, choice.model, language))
        if not now:
            self._refuse(f"{self._host.choice.label} does not know {name_of(language)}.")
            return
        change = self._preferences.change if later else self._preferences.try_out
        change(LANGUAGE, language)
        await self._host.follow()

    async def set_translate(self, translate: bool) -> None:
        """Have Whisper write English, whatever language is spoken, or not."""
        now, later = await self._fit(lambda choice: not translate or can_translate(choice.name, choice.model))
        if not now:
            self._refuse(f"{self._host.choice.label} cannot translate.")
            return
        change = self._preferences.change if later else self._preferences.try_out
        change(TRANSLATE, translate)

    async def _fit(self, fits: Callable[[Choice], bool]) -> tuple[bool, bool]:
        """Whether the recogniser in use, and that of the next start, can do what is asked for."""

        def look() -> tuple[bool, bool]:
            return fits(self._host.choice), fits(choose(self._preferences.lasting.recognition))

        return await asyncio.to_thread(look)

    def _refuse(self, what: str) -> None:
        self._publish(Notice("warning", what, OTHER_MODEL, LANGUAGE_TOPIC))


def misfit(choice: Choice, settings: RecognitionSettings) -> str:
    """Why a model cannot be changed to with the language that is set; empty if it can. Reads the disk."""
    if knows_language(choice.name, choice.model, settings.language):
        return ""
    return f"{choice.label} does not know {name_of(settings.language)}."
