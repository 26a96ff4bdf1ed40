"""The pieces of which spoken addresses are made: names with signs between their words, ports, paths; pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.enhance.rules.joints import DIGITS, FUNCTION, is_joined, key_at
from engine.enhance.rules.numbers import read_number
from engine.enhance.rules.spelled_letters import letter_run
from engine.speech.tokens import Token
from engine.speech.vocabulary import vocabulary

JOINTS = {"dot": ".", "slash": "/", "underscore": "_", "hyphen": "-", "dash": "-", "plus": "+"}
"""Spoken signs inside an address."""

SCHEMES = vocabulary("http https ftp sftp ssh file ws wss git")

DOMAINS = vocabulary(
    "com org net edu gov mil int io dev ai app info biz co uk de fr es eu nl ch se dk fi pl pt br jp cn "
    "ca au nz ie cz ru tv cc xyz site online cloud tech blog wiki test local localhost example invalid"
)
"""Top-level domains that are said in addresses, but for those that are words as well ("it", "is", "at")."""

EXTENSIONS = vocabulary(
    "py toml json yaml yml md txt csv tsv js mjs ts jsx tsx html htm css scss sh bash zsh fish rs go c h "
    "cpp hpp cc java kt rb php pl lua sql xml ini cfg conf log lock env pdf doc docx xls xlsx ppt pptx "
    "odt png jpg jpeg gif svg webp ico mp3 mp4 wav flac ogg opus webm mov zip tar gz xz bz2 zst exe dll "
    "so bin iso bak tmp ipynb proto tf vue swift"
)
"""Extensions of file names."""

HIDDEN = vocabulary(
    "env gitignore gitattributes bashrc zshrc vimrc profile dockerignore editorconfig npmrc ssh"
)
"""Files whose name begins with a dot."""

ROOTS = vocabulary("etc home var usr tmp opt dev bin proc sys mnt root srv boot lib")
"""Folders at the root of a file system."""

NOT_LOCAL = FUNCTION | vocabulary(
    "look looking looks go going see find found meet read more now today here there up in out us live "
    "available hosted online published posted listed visit starts start page pages site website docs "
    "documentation server service blog shop running served reachable located register registered "
    "subscribe order"
)
"""Words after which "at example dot com" says where something is, and no e-mail address."""

_COMPOUNDS = {("local", "host"): "localhost", ("read", "me"): "readme", ("docker", "file"): "dockerfile"}
"""Names that recognisers write as two words."""


def ends_in_domain(name: str) -> bool:
    """Whether a name can be a host, by its last part."""
    return "." in name.strip(".") and name.rpartition(".")[2].lower() in DOMAINS


def is_domain(name: str) -> bool:
    """Whether a name is that of a host with a domain."""
    return ends_in_domain(name) and not any(sign in name for sign in "/_+@")


def name_at(
    words: Sequence[Token],
    at: int,
    is_end: Callable[[str], bool] | None = None,
    *,
    any_word: bool = False,
) -> tuple[str, int]:
    """Words with spoken signs between them, but for slashes, and where they end; "" where none begins.

    Args:
        words: All words.
        at: Where to begin.
        is_end: What the name must be at its end; the longest such name is taken.
        any_word: Whether it may begin with any word, such as "a".
    """
    text, end = _atom(words, at)
    function = key_at(words, at) in FUNCTION and key_at(words, at + 1) not in ("hyphen", "underscore")
    if not text or (function and not any_word):
        return "", at
    best = (text, end) if is_end is None or is_end(text) else ("", at)
    while end + 1 < len(words) and is_joined(words, end) and is_joined(words, end + 1):
        sign = JOINTS.get(words[end].key)
        more, after = _atom(words, end + 1)
        if sign is None or sign == "/" or not more or words[end + 1].key in JOINTS:
            break
        text, end = f"{text}{sign}{more}", after
        if is_end is None or is_end(text):
            best = text, end
    return best


def port_at(words: Sequence[Token], at: int) -> tuple[str, int]:
    """A port with its colon, "colon eight zero eight zero", or ""."""
    if key_at(words, at) != "colon" or at + 1 >= len(words):
        return "", at
    if not (is_joined(words, at) and is_joined(words, at + 1)):
        return "", at
    digits, end = _digits(words, at + 1)
    spoken = [word.key for word in words[at + 1 : at + 9]]
    number = read_number(spoken) if len(digits) < 2 else None
    if number is not None and number.exact and number.length > 1:
        return f":{number.value}", at + 1 + number.length
    return (f":{digits}", end) if digits else ("", at)


def path_at(words: Sequence[Token], at: int) -> tuple[str, int]:
    """A path, "slash docs slash intro dot html", or ""; a last slash alone belongs to it."""
    text, end = "", at
    while key_at(words, end) == "slash" and is_joined(words, end):
        hidden = key_at(words, end + 1) == "dot"
        more, after = "", end + 1
        if after < len(words) and is_joined(words, after):
            more, after = name_at(words, after + hidden, any_word=True)
        if not more:
            return (f"{text}/", end + 1) if text or end + 1 == len(words) else (text, end)
        text, end = f"{text}/{'.' * hidden}{more}", after
    return text, end


def _atom(words: Sequence[Token], at: int) -> tuple[str, int]:
    """A piece between two signs: a word, spelled letters, digits, or a name that is written as two."""
    if at >= len(words) or not words[at].core:
        return "", at
    word = words[at]
    letters, end, _ = letter_run(words, at)
    if letters and (len(letters) > 1 or word.key not in ("a", "i")):
        digits, end = _digits(words, end) if end < len(words) and is_joined(words, end) else ("", end)
        return letters + digits, end
    digits, end = _digits(words, at)
    if digits:
        return digits, end
    pair = (word.key, key_at(words, at + 1))
    if pair in _COMPOUNDS and is_joined(words, at + 1):
        return _COMPOUNDS[pair], at + 2
    plain = word.core.replace("-", "").replace("_", "").replace(".", "").isalnum()
    return (word.core, at + 1) if plain else ("", at)


def _digits(words: Sequence[Token], at: int) -> tuple[str, int]:
    """Digits that follow each other, spoken or written."""
    text, end = "", at
    while end < len(words) and (end == at or is_joined(words, end)):
        key = words[end].key
        digit = DIGITS.get(key) or (key if key.isdecimal() and key.isascii() else "")
        if not digit:
            break
        text += digit
        end += 1
    return text, end
