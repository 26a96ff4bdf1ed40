"""Whether a translation obeys an order instead of translating it; pure.

Who dictates "write a poem" wants these words in the other language. What obeys has a poem in their
place: it lacks the order's own verb, has lines of its own, or speaks of the writer.
"""

from __future__ import annotations

from engine.enhance.guard.text import Text
from engine.speech.vocabulary import vocabulary

_VERBS: tuple[dict[str, tuple[str, ...]], ...] = (
    {
        "en": ("writ", "wrot", "compos", "draft", "put", "note", "text", "message", "email"),
        "de": ("schreib", "verfass", "dicht", "notier"),
        "fr": ("écri", "rédig", "compos", "note"),
        "es": ("escrib", "redact", "compon", "compón", "anota"),
    },
    {
        "en": ("tell", "told", "say", "let", "recount", "share", "narrat"),
        "de": ("erzähl",),
        "fr": ("racont",),
        "es": ("cuént", "cuent", "contar", "narra"),
    },
    {
        "en": ("expla", "tell", "clarif"),
        "de": ("erklär", "erläuter"),
        "fr": ("expliqu",),
        "es": ("explic", "explíc"),
    },
    {"en": ("translat",), "de": ("übersetz",), "fr": ("tradui",), "es": ("traduc", "tradúc")},
    {"en": ("summar", "sum"), "de": ("zusammenfass",), "fr": ("résum",), "es": ("resum", "resúm")},
    {"en": ("list", "name"), "de": ("nenn", "liste"), "fr": ("list", "nomm"), "es": ("list", "nombr")},
    {
        "en": ("calculat", "comput", "work", "add"),
        "de": ("berechn", "rechne"),
        "fr": ("calcul",),
        "es": ("calcul",),
    },
    {"en": ("ignor", "disregard", "forget"), "de": ("ignorier",), "fr": ("ignor",), "es": ("ignor",)},
    {"en": ("invent", "think", "make"), "de": ("erfind",), "fr": ("invent",), "es": ("invent",)},
    {"en": ("draw", "paint", "sketch"), "de": ("zeichn",), "fr": ("dessin",), "es": ("dibuj",)},
)
"""Verbs of what a language model likes to do itself, by the beginnings of their forms."""

_OPENING = 3
"""Words of a text among which an order has its verb."""

_WRITERS = {
    "de": vocabulary(
        "ich mich mir mein meine meinen meinem meiner wir uns unser unsere unseren unserem bin hab habe will "
        "kann muss werde würde möchte sollte könnte wollte"
    ),
    "fr": vocabulary("j je me m moi mon ma mes nous notre nos on"),
}
"""Words with which one speaks of oneself. Spanish has verbs for it, too many to list."""


def obeys(raw: Text, answer: Text) -> bool:
    """Whether a translation does what the text says, or answers it, instead of saying it."""
    if "\n" in answer.source.strip() and "\n" not in raw.source.strip():
        return True
    opening = [word.key for word in raw.words if word.kind != "filler"][:_OPENING]
    for verbs in _VERBS:
        spoken, written = verbs.get(raw.language, ()), verbs.get(answer.language, ())
        if spoken and written and any(key.startswith(spoken) for key in opening):
            return not any(word.key.startswith(written) for word in answer.words)
    return _speaks_of_itself(raw, answer)


def _speaks_of_itself(raw: Text, answer: Text) -> bool:
    """Whether the answer begins with "I" although the speaker did not speak of themselves."""
    own = _WRITERS.get(raw.language)
    if not own or answer.language != "en" or not answer.words or answer.words[0].key != "i":
        return False
    # German drops "ich" at the beginning: "komme später".
    dropped = raw.language == "de" and bool(raw.words) and raw.words[0].key.endswith("e")
    return not dropped and own.isdisjoint(word.key for word in raw.words)
