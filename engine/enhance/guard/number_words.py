"""The words for numbers in the languages whose numbers are compared; pure."""

from __future__ import annotations

from engine.enhance.rules.numbers import ORDINAL_VALUES, SCALES, UNDER_HUNDRED
from engine.speech.vocabulary import counted, vocabulary

_ENGLISH = {
    **UNDER_HUNDRED,
    **ORDINAL_VALUES,
    **SCALES,
    **{"oh": 0, "dozen": 12, "hundred": 100, "hundredth": 100},
}
GERMAN = {
    **counted("null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf", 0),
    **counted("dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn", 13),
    **counted("zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig", 20, 10),
    **{"eins": 1, "zwo": 2, "sech": 6, "sieb": 7, "hundert": 100, "tausend": 10**3},
    **{"million": 10**6, "millionen": 10**6, "milliarde": 10**9, "milliarden": 10**9},
}
_FRENCH = {
    **counted("zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze", 0),
    **{"quinze": 15, "seize": 16, "vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "une": 1},
    **{"cinquante": 50, "soixante": 60, "septante": 70, "huitante": 80, "nonante": 90},
    **{"cent": 100, "cents": 100, "mille": 10**3, "million": 10**6, "millions": 10**6, "milliard": 10**9},
}
_SPANISH = {
    **counted("cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince", 0),
    **counted("dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés", 16),
    **counted("veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve", 24),
    **counted("treinta cuarenta cincuenta sesenta setenta ochenta noventa cien", 30, 10),
    **counted(
        "doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos", 200, 100
    ),
    **{"uno": 1, "una": 1, "veintiún": 21, "ciento": 100, "novecientos": 900, "mil": 10**3},
    **{"primero": 1, "primer": 1, "millón": 10**6, "millones": 10**6},
}
_KANJI = {**counted("〇 一 二 三 四 五 六 七 八 九 十", 0), "百": 100, "千": 1000, "万": 10**4}
NUMBERS = {"en": _ENGLISH, "de": GERMAN, "fr": _FRENCH, "es": _SPANISH, "ja": _KANJI, "zh": _KANJI}
ANDS = {"en": "and", "de": "und", "fr": "et", "es": "y"}

ORDINALS = vocabulary(
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth thirtieth hundredth"
)
"""English ordinals: what follows one is another number."""

VAGUE = vocabulary("one ein eins un une uno una neuf oh zero null 一")
"""Number words that mean something else as often as not: nobody misses them."""

LOOSE = vocabulary("first second third once primero primer") | VAGUE
"""Those and what may be a way of counting off: missed only where every word counts."""
