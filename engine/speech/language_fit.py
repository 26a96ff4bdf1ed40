"""Tells before anything is loaded whether a recogniser knows the language that is spoken."""

from __future__ import annotations

from engine.errors import RecognitionError
from engine.models.catalog import MODELS, NEW_LANGUAGES, named
from engine.models.facts import languages_of
from engine.models.languages import AUTO, ENGLISH, name_of

LATE = "yue"
"""The language that only models with `NEW_LANGUAGES` know."""


def check_language(recognizer: str, model: str, language: str) -> None:
    """Refuse a language that the recogniser does not know, as far as that is known of it.

    Args:
        recognizer: Its name in `engine.registry`.
        model: Name or folder of its model.
        language: A code, or "auto", which all of them take.

    Raises:
        RecognitionError: Names the model and the language, and says what to choose instead.
    """
    if language in (AUTO, ENGLISH):
        return
    if recognizer == "pocketsphinx":
        raise RecognitionError(
            f"PocketSphinx knows English only, not {_written(language)}.",
            "Fetch a Whisper model for all languages (`utter models pull base`) and choose it "
            '(`--model base`), or set recognition.language to "en" or "auto".',
        )
    languages = languages_of(model)
    if languages == 1:
        raise english_only(model, language)
    if language == LATE and 0 < languages < NEW_LANGUAGES:
        raise unknown_language(model, language)


def knows_language(recognizer: str, model: str, language: str) -> bool:
    """Whether `check_language` lets it pass."""
    try:
        check_language(recognizer, model, language)
    except RecognitionError:
        return False
    return True


def can_translate(recognizer: str, model: str) -> bool:
    """Whether a recogniser can write English for another language, as far as that is known of it."""
    if recognizer == "pocketsphinx":
        return False
    known = named(model)
    return (known is None or known.translates) and languages_of(model) != 1


def english_only(model: str, language: str) -> RecognitionError:
    """What is said of an English-only model that is to hear another language."""
    other = model.removesuffix(".en")
    hint = f'such as "{other}"' if other != model and other in MODELS else 'such as "base" or "small"'
    return RecognitionError(
        f'The Whisper model "{model}" knows English only, not {_written(language)}.',
        f'Choose a model for all languages, {hint}, or set recognition.language to "en" or "auto".',
    )


def unknown_language(model: str, language: str) -> RecognitionError:
    """What is said of a model that has no token for a language."""
    return RecognitionError(
        f'The Whisper model "{model}" does not know {_written(language)}.',
        'Choose a newer model, such as "large-v3", or another recognition.language.',
    )


def _written(language: str) -> str:
    name = name_of(language)
    return f'"{language}"' if name == language else f'{name} ("{language}")'
