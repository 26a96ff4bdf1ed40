"""Which days and months a text names, in the languages whose calendars are known; pure."""

from __future__ import annotations

from collections.abc import Container

from engine.enhance.guard.text import Text, Word
from engine.enhance.guard.word_stems import unaccented

_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
}
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar februar märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
}
_NEAR = {
    "en": "yesterday today tomorrow",
    "de": "gestern heute morgen",
    "fr": "hier aujourd demain",
    "es": "ayer hoy mañana",
}
_OTHERS = {
    "de": {"sonnabend": "saturday", "jänner": "january", "feber": "february"}
    | {"übermorgen": "tomorrow", "vorgestern": "yesterday"},
    "es": {"setiembre": "september", "anteayer": "yesterday"},
}
_UNSURE = {
    "en": frozenset(("march", "may", "august")),
    "de": frozenset(("morgen", "heute", "gestern")),
    "fr": frozenset(("mars", "hier", "aujourd", "demain")),
    "es": frozenset(("mañana", "ayer", "hoy")),
}
"""Words that mean something else as well, or that another way of saying it may stand for."""


def _calendar(language: str) -> dict[str, str]:
    """Each word of a language's calendar → the English one."""
    table: dict[str, str] = {}
    for words in (_DAYS, _MONTHS, _NEAR):
        table.update(zip(words[language].split(), words["en"].split(), strict=True))
    table.update(_OTHERS.get(language, {}))
    return table | {unaccented(word): meaning for word, meaning in table.items()}


_BY_LANGUAGE = {language: _calendar(language) for language in _DAYS}
_GERMAN_DAYS = (*_DAYS["de"].split(), "sonnabend")


def changed_date(raw: Text, answer: Text, corrected: Container[int]) -> str:
    """Say which day or month a translation left out or put in; empty where all are kept.

    Args:
        raw: The text, in a language whose calendar is known; of another nothing is said.
        answer: Its translation.
        corrected: Indices of the words of the text that the speaker took back.
    """
    if raw.language not in _BY_LANGUAGE or answer.language not in _BY_LANGUAGE:
        return ""
    spoken = [(index, word, meaning) for index, word in enumerate(raw.words) if (meaning := _day(raw, word))]
    written = [(word, meaning) for word in answer.words if (meaning := _day(answer, word))]
    said = {meaning for _, _, meaning in spoken}
    kept = {meaning for _, meaning in written}
    for word, meaning in written:
        if meaning not in said and _is_sure(answer, word):
            return f"It has “{word.key.capitalize()}”, which was not spoken."
    for index, word, meaning in spoken:
        if meaning not in kept and index not in corrected and _is_sure(raw, word):
            return f"It leaves out “{word.key.capitalize()}”."
    return ""


def _day(text: Text, word: Word) -> str:
    """The day or month that a word is, in English; empty for any other word.

    German writes "Freitagabend" in one word, and all these languages have a plural in -s.
    """
    table = _BY_LANGUAGE[text.language]
    meaning = table.get(word.key, "")
    if not meaning and word.key.endswith("s") and word.key not in text.known.functions:
        meaning = table.get(word.key[:-1], "")
    if not meaning and text.language == "de":
        meaning = next((table[day] for day in _GERMAN_DAYS if word.key.startswith(day)), "")
    return meaning


def _is_sure(text: Text, word: Word) -> bool:
    if word.key not in _UNSURE[text.language]:
        return True
    # English writes months with a capital; at the beginning of a sentence every word has one.
    return text.language == "en" and word.capital and not word.opens
