"""Whether an answer can be the translation of a text, as far as that shows without knowing either language.

Numbers, names and addresses pass from one language to the other, and so do denials, questions and,
roughly, the length. Which language a text is in shows by its small words and by its script; pure.
"""

from __future__ import annotations

import re
from collections import Counter

from engine.enhance.guard.amounts import changed_number
from engine.enhance.guard.calendar_words import changed_date
from engine.enhance.guard.corrections import taken_back
from engine.enhance.guard.equivalents import CALENDAR
from engine.enhance.guard.orders import obeys
from engine.enhance.guard.patterns import REPLIES
from engine.enhance.guard.text import Text, read
from engine.enhance.guard.vocabulary import is_soft_denial
from engine.enhance.guard.word_stems import alike, unaccented
from engine.enhance.writing_mode import WritingMode
from engine.models.languages import LANGUAGES
from engine.speech.vocabulary import vocabulary

_SHORTEST, _LONGEST = 0.45, 1.6
"""Length of a translation by that of the text."""

_SLACK = 24
"""Characters by which a short translation may exceed that."""

_DENSE = 2.2
"""Latin letters that say what one kanji or kana says, about."""

_DENSE_SCRIPT = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ADDRESS = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|(?:https?://|www\.)\S{1,200}|"
    r"\b\w{1,63}(?:\.\w{1,63}){0,8}\.(?:com|org|net|io|de|dev|fr|es|eu|uk)\b\S*"
)
_INTO = re.compile(r"\b(?:into|to|in|nach|ins|en|al|auf)\s+(?:the\s+)?([^\W\d_]+)", re.I)
_NAMES = {name.lower(): code for code, name in LANGUAGES.items()} | {
    "deutsch": "de",
    "deutsche": "de",
    "englisch": "en",
    "englische": "en",
    "français": "fr",
    "anglais": "en",
    "español": "es",
    "inglés": "en",
    "französisch": "fr",
    "spanisch": "es",
    "allemand": "de",
    "alemán": "de",
}
"""The English names of languages, and what speakers of the known ones call these → their code."""

_KNOWN = ("en", "de", "fr", "es")
_MARKS = {
    "en": vocabulary("the is are was and of to you that it for with not i we have this will be on my"),
    "de": vocabulary("der die das und ist nicht ich wir mit ein eine zu den für auf es sie im dem von"),
    "fr": vocabulary("le la les et est je vous nous des une pas que pour dans du au sur avec un ne"),
    "es": vocabulary("el la los las y es que en un una por para con no se del lo está al mi"),
    "it": vocabulary("il che di è e non per una sono con del della gli ma ho le si nel"),
    "pt": vocabulary("o que não um uma os em para com do da é você eu ao na no se"),
    "nl": vocabulary("de het een en is niet van ik dat op te voor met zijn we aan"),
}
_OTHER_NAMES = vocabulary(
    "germany france spain italy england britain austria switzerland japan china russia poland greece "
    "europe "
    "munich cologne vienna zurich geneva rome florence venice milan naples paris lisbon seville "
    "prague warsaw "
    "moscow athens brussels copenhagen english german french spanish italian japanese chinese "
    "russian american "
    "british european mr mrs ms dr i bavaria saxony lake danube rhine christmas easter god internet monday"
)
"""Names that English writes in another way than their own language, or where that has none."""

_ASKING = vocabulary(
    "what who whom whose which where when why how wer wen wem was wo wohin woher wann warum wie "
    "wieso welche welcher "
    "welches wieviel weshalb qui que quel quelle quels quelles où quand comment pourquoi combien "
    "quoi qué quién quiénes "
    "cuál cuáles dónde cuándo cómo cuánto cuánta cuántos cuántas adónde por cuando como donde quien cual"
)
_QUESTION = re.compile(r"[?？]")


def changed_translation(raw: Text, answer_text: str, mode: WritingMode) -> str:
    """Say why an answer is no translation of a text; empty where it may be one."""
    target = target_language(mode)
    heard = language_of(answer_text)
    answer = read(answer_text, heard or target or "en")
    if target and heard and heard != target:
        same = heard == raw.language
        return "It is not translated." if same else f"It is not in {LANGUAGES.get(target, target)}."
    if not _same_script(raw.source, answer_text) and target == raw.language:
        return f"It is not in {LANGUAGES.get(target, target)}."
    dense = len(_DENSE_SCRIPT.findall(answer_text))
    if raw.language != target and target in _KNOWN and dense * 3 > len(answer_text):
        return "It is not translated."
    return _changed_length(raw.source, answer_text) or _changed_facts(raw, answer)


def target_language(mode: WritingMode) -> str:
    """The language into which a mode translates, as its instruction says; empty where it does not."""
    for match in _INTO.finditer(mode.instruction):
        code = _NAMES.get(match[1].lower())
        if code:
            return code
    return ""


def language_of(text: str) -> str:
    """The language of a text, by its small words; empty where they do not say."""
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    hits = {code: sum(words[word] for word in marks) for code, marks in _MARKS.items()}
    ranked = sorted(hits, key=lambda code: -hits[code])
    first, second = hits[ranked[0]], hits[ranked[1]]
    return ranked[0] if first >= 2 and first >= 2 * second else ""


def _same_script(one: str, other: str) -> bool:
    return bool(_DENSE_SCRIPT.search(one)) == bool(_DENSE_SCRIPT.search(other))


def _weight(text: str) -> float:
    dense = len(_DENSE_SCRIPT.findall(text))
    return len(text) - dense + dense * _DENSE


def _changed_length(raw: str, answer: str) -> str:
    spoken, written = _weight(raw), _weight(answer)
    if written < _SHORTEST * spoken - 4:
        return "It is much shorter than what was spoken."
    if written > _LONGEST * spoken + _SLACK:
        return "It is much longer than what was spoken."
    return ""


def _changed_facts(raw: Text, answer: Text) -> str:
    corrected = taken_back(raw, set(range(len(raw.words))))
    # Words that may be numbers are certain only where the language's are known.
    known = raw.language in (*_KNOWN, "ja", "zh")
    changed = changed_number(raw, answer, corrected, may_add=not known)
    changed = changed or changed_date(raw, answer, corrected)
    if changed:
        return changed
    if obeys(raw, answer):
        return REPLIES
    addresses = set(_ADDRESS.findall(raw.source.lower()))
    lost = next((one for one in addresses if one.rstrip(".,") not in answer.source.lower()), "")
    if lost:
        return f"It leaves out {lost}."
    name = _exchanged_name(raw, answer)
    if name:
        return f"It has the name “{name}”, which was not spoken."
    if _QUESTION.search(raw.source) and not _QUESTION.search(answer.source):
        return REPLIES
    asks = answer.words[0].key if answer.words and _QUESTION.search(answer.source) else ""
    asked = any(word.key in _ASKING for word in raw.words)
    if asks in _ASKING and raw.language in _KNOWN and not asked:
        return REPLIES
    return _changed_denial(raw, answer)


def _exchanged_name(raw: Text, answer: Text) -> str:
    """A name in the answer that nothing in the text can have become."""
    if not raw.source.isascii() and _DENSE_SCRIPT.search(raw.source):
        return ""
    if answer.language == "de":
        return ""
    others = {unaccented(word.key) for word in raw.words}
    for previous, word in zip((None, *answer.words), answer.words, strict=False):
        if not word.capital or word.opens or len(word.key) < 3 or word.kind != "content" or previous is None:
            continue
        key = unaccented(word.key)
        acronym = answer.source[word.start : word.start + len(key)].isupper()
        if key in others or word.key.rstrip("s") in CALENDAR or key in _OTHER_NAMES or acronym:
            continue
        if not any(alike(key, other) or key[:4] == other[:4] for other in others):
            return answer.spelling(word)
    return ""


def _changed_denial(raw: Text, answer: Text) -> str:
    """Whether one text denies and the other does not, in languages of which the words are known."""
    if raw.language not in _KNOWN or answer.language not in _KNOWN:
        return ""
    denied, denies = _denies(raw), _denies(answer)
    if denied and not denies and not _may_deny(answer):
        return "It leaves out “not”."
    if denies and not denied and not _may_deny(raw):
        return "It adds “not”."
    return ""


def _denies(text: Text) -> bool:
    return any(word.kind == "denial" for word in text.words)


def _may_deny(text: Text) -> bool:
    """Whether a word such as "impossible" may say in one word what the other text says with "not"."""
    return any(is_soft_denial(word.key, text.known) for word in text.words)
