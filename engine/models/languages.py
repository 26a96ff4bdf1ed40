"""The languages that Whisper knows: codes, names, and what somebody probably meant; pure.

From openai/whisper, `tokenizer.py`, `LANGUAGES` and `TO_LANGUAGE_CODE`. Cantonese came with
large-v3; the older models know all the others.
"""

from __future__ import annotations

import difflib
import unicodedata

AUTO = "auto"
"""In the place of a code: the recogniser finds out."""

ENGLISH = "en"
"""What English-only models write, and what is translated into."""

LANGUAGES: dict[str, str] = {
    "af": "Afrikaans",
    "am": "Amharic",
    "ar": "Arabic",
    "as": "Assamese",
    "az": "Azerbaijani",
    "ba": "Bashkir",
    "be": "Belarusian",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "bo": "Tibetan",
    "br": "Breton",
    "bs": "Bosnian",
    "ca": "Catalan",
    "cs": "Czech",
    "cy": "Welsh",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "eu": "Basque",
    "fa": "Persian",
    "fi": "Finnish",
    "fo": "Faroese",
    "fr": "French",
    "gl": "Galician",
    "gu": "Gujarati",
    "ha": "Hausa",
    "haw": "Hawaiian",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "ht": "Haitian Creole",
    "hu": "Hungarian",
    "hy": "Armenian",
    "id": "Indonesian",
    "is": "Icelandic",
    "it": "Italian",
    "ja": "Japanese",
    "jw": "Javanese",
    "ka": "Georgian",
    "kk": "Kazakh",
    "km": "Khmer",
    "kn": "Kannada",
    "ko": "Korean",
    "la": "Latin",
    "lb": "Luxembourgish",
    "ln": "Lingala",
    "lo": "Lao",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "mg": "Malagasy",
    "mi": "Maori",
    "mk": "Macedonian",
    "ml": "Malayalam",
    "mn": "Mongolian",
    "mr": "Marathi",
    "ms": "Malay",
    "mt": "Maltese",
    "my": "Myanmar",
    "ne": "Nepali",
    "nl": "Dutch",
    "nn": "Nynorsk",
    "no": "Norwegian",
    "oc": "Occitan",
    "pa": "Punjabi",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sa": "Sanskrit",
    "sd": "Sindhi",
    "si": "Sinhala",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sn": "Shona",
    "so": "Somali",
    "sq": "Albanian",
    "sr": "Serbian",
    "su": "Sundanese",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "te": "Telugu",
    "tg": "Tajik",
    "th": "Thai",
    "tk": "Turkmen",
    "tl": "Tagalog",
    "tr": "Turkish",
    "tt": "Tatar",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "uz": "Uzbek",
    "vi": "Vietnamese",
    "yi": "Yiddish",
    "yo": "Yoruba",
    "yue": "Cantonese",
    "zh": "Chinese",
}
"""Code, as Whisper's tokens have it, → English name. Codes are those of ISO 639-1, but for Javanese
(jw), Hawaiian and Cantonese."""

_OWN_NAMES = {
    **{"العربية": "ar", "български": "bg", "català": "ca", "čeština": "cs", "cymraeg": "cy"},
    **{"dansk": "da", "deutsch": "de", "ελληνικά": "el", "español": "es", "eesti": "et"},
    **{"euskara": "eu", "فارسی": "fa", "suomi": "fi", "français": "fr", "galego": "gl"},
    **{"עברית": "he", "हिन्दी": "hi", "हिंदी": "hi", "hrvatski": "hr", "magyar": "hu", "հայերեն": "hy"},
    **{"bahasa indonesia": "id", "íslenska": "is", "italiano": "it", "日本語": "ja", "ქართული": "ka"},
    **{"한국어": "ko", "lietuvių": "lt", "latviešu": "lv", "македонски": "mk", "bahasa melayu": "ms"},
    **{"nederlands": "nl", "norsk": "no", "bokmål": "no", "polski": "pl", "português": "pt"},
    **{"română": "ro", "русский": "ru", "slovenčina": "sk", "slovenščina": "sl", "shqip": "sq"},
    **{"српски": "sr", "srpski": "sr", "svenska": "sv", "kiswahili": "sw", "தமிழ்": "ta", "ไทย": "th"},
    **{"türkçe": "tr", "українська": "uk", "اردو": "ur", "tiếng việt": "vi", "中文": "zh", "粵語": "yue"},
    **{"afrikaans": "af", "বাংলা": "bn", "bosanski": "bs", "lëtzebuergesch": "lb", "malti": "mt"},
}
"""What speakers call their language → its code: for the commonest, as Unicode's CLDR writes them."""

_OTHER_NAMES = {
    "burmese": "my",
    "castilian": "es",
    "detect": AUTO,
    "flemish": "nl",
    "haitian": "ht",
    "jv": "jw",
    "letzeburgesch": "lb",
    "mandarin": "zh",
    "moldavian": "ro",
    "moldovan": "ro",
    "nb": "no",
    "panjabi": "pa",
    "pushto": "ps",
    "sinhalese": "si",
    "valencian": "ca",
}

_ALIKE = 0.75
"""Likeness of two words, by difflib, from which one may be the other misspelt."""


def name_of(code: str) -> str:
    """The English name of a language; a code that is unknown stands for itself."""
    return LANGUAGES.get(code, code)


def described(code: str, probability: float) -> str:
    """A language that was found out, such as "German (de), 97 % sure"."""
    return f"{name_of(code)} ({code}), {100 * probability:.0f} % sure"


def nearest(meant: str) -> str | None:
    """The code that somebody meant who wrote something else, or "auto"; None when nothing is near.

    Args:
        meant: Such as "german", "Deutsch", "francais", "de-DE", "EN", "Germann" or "deu".
    """
    word = unicodedata.normalize("NFC", meant.strip().lower())
    code = word.replace("_", "-").partition("-")[0]
    own = _OWN_NAMES | {_without_accents(name): key for name, key in _OWN_NAMES.items()}
    names = own | {name.lower(): key for key, name in LANGUAGES.items()} | _OTHER_NAMES
    for written in (word, code):
        if written in LANGUAGES or written == AUTO:
            return written
        if written in names:
            return names[written]
    alike = difflib.get_close_matches(word, [*names, AUTO], n=1, cutoff=_ALIKE)
    if alike:
        return names.get(alike[0], alike[0])
    if len(code) != 3:
        return None
    # Codes of three letters mostly begin as the English name does, the others as the shorter code.
    begun = next((key for name, key in names.items() if name.startswith(code)), None)
    return begun or (code[:2] if code[:2] in LANGUAGES else None)


def _without_accents(word: str) -> str:
    """As a keyboard without them has it: "francais" for "français"."""
    return "".join(one for one in unicodedata.normalize("NFD", word) if not unicodedata.combining(one))
