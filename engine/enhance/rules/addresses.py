"""Writes spoken e-mail and web addresses, file names and paths: "jane at example dot org"; pure.

An address is words with spoken signs between them ("dot", "slash", "underscore"), and something that
only an address has: a top-level domain, a file's extension, a scheme, or two slashes.
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.rules.address_parts import (
    EXTENSIONS,
    HIDDEN,
    NOT_LOCAL,
    ROOTS,
    SCHEMES,
    ends_in_domain,
    is_domain,
    name_at,
    path_at,
    port_at,
)
from engine.enhance.rules.joints import is_joined, key_at, merged
from engine.speech.tokens import Token

_BEGIN = frozenset({"slash", "tilde", "dot"})
_SIGNS = frozenset({"dot", "slash", "colon"})

_SPOKEN = ("colon", "slash", "slash")
"""What is said behind a scheme."""

_GOES_ON = frozenset({"at", "slash", "colon"})
_SIGN = frozenset("._-+")
"""A word with none of these signs in it is no address unless one of those words follows."""

_BEFORE_SIGN = 10
"""Words between the beginning of an address and its first sign: of a spelled name, say."""


def addresses(words: list[Token]) -> list[Token]:
    """The tokens with each spoken address in one piece."""
    near = _near_signs(words)
    if not near:
        return words
    out: list[Token] = []
    end = 0
    for at in sorted(near):
        if at < end:
            continue
        found = _address(words, at)
        if found is not None:
            text, after = found
            out += words[end:at]
            out.append(merged(words[at], words[after - 1], text))
            end = after
    return out + words[end:]


def _near_signs(words: Sequence[Token]) -> set[int]:
    """Where addresses may begin: a few words before a spoken sign that only they have."""
    near: set[int] = set()
    for at, word in enumerate(words):
        key = word.key
        if key in _SIGNS or (key == "at" and "." in key_at(words, at + 1)):
            near.update(range(max(0, at - _BEFORE_SIGN), at + 1))
    return near


def _address(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """The address at a place and where it ends."""
    if words[at].tail or not words[at].core:
        return None
    if words[at].key in _BEGIN:
        return _path(words, at)
    name, end = name_at(words, at)
    if not name or (key_at(words, end) not in _GOES_ON and _SIGN.isdisjoint(name) and name != "localhost"):
        return None
    return _url(words, name, end) or _named(words, at, name, end)


def _url(words: Sequence[Token], scheme: str, end: int) -> tuple[str, int] | None:
    """An address with a scheme: "https colon slash slash example dot com"."""
    if scheme not in SCHEMES or not all(
        key_at(words, end + place) == key for place, key in enumerate(_SPOKEN)
    ):
        return None
    if not all(is_joined(words, place) for place in range(end, min(end + 4, len(words)))):
        return None
    host, end = name_at(words, end + 3)
    if not host:
        return None
    port, end = port_at(words, end)
    path, end = path_at(words, end)
    return f"{scheme}://{host}{port}{path}".lower(), end


def _named(words: Sequence[Token], at: int, start: str, stop: int) -> tuple[str, int] | None:
    """An address that begins with a name: an e-mail address, a host, a file, or a path to one.

    Args:
        words: All words.
        at: Where the name begins.
        start: The longest name there.
        stop: Where that ends.
    """
    name, end = start, stop
    if key_at(words, end) == "at" and is_joined(words, end) and end + 1 < len(words):
        mail = _mail(words, name, end, spoken=end > at + 1)
        if mail is not None:
            return mail
    name, end = name_at(words, at, ends_in_address)
    if name and (is_domain(name) or name == "localhost"):
        port, after = port_at(words, end)
        path, after = path_at(words, after)
        spoken = after > at + 1 and (bool(port) or name != "localhost")
        return (f"{name}{port}{path}".lower(), after) if spoken else None
    if name and end > at + 1:
        return name, end
    path, end = path_at(words, stop)
    return (start + path, end) if path and ends_in_file(path) else None


def _mail(words: Sequence[Token], name: str, at: int, *, spoken: bool) -> tuple[str, int] | None:
    """The e-mail address whose part before "at" is `name`.

    Args:
        words: All words.
        name: The local part.
        at: Where "at" is.
        spoken: Whether signs were spoken in the name.
    """
    if not is_joined(words, at + 1):
        return None
    host, end = name_at(words, at + 1, ends_in_domain)
    if not host or not is_domain(host):
        return None
    certain = any(sign in name for sign in "._-+") or any(map(str.isdigit, name))
    host_spoken = end > at + 2
    if not (certain or (host_spoken and name.lower() not in NOT_LOCAL)) or not (
        spoken or certain or host_spoken
    ):
        return None
    return f"{name}@{host}".lower(), end


def _path(words: Sequence[Token], at: int) -> tuple[str, int] | None:
    """A path from the root, from home, or from here: "slash etc slash hosts", "tilde slash notes"."""
    start, end = "", at
    if words[at].key == "tilde":
        start, end = "~", at + 1
    elif words[at].key == "dot" and key_at(words, at + 1) in HIDDEN:
        return (f".{words[at + 1].core}", at + 2) if is_joined(words, at + 1) else None
    elif words[at].key == "dot":
        dots = 2 if key_at(words, at + 1) == "dot" else 1
        start, end = "." * dots, at + dots
    if key_at(words, end) != "slash" or not all(is_joined(words, place) for place in range(at + 1, end + 1)):
        return None
    path, end = path_at(words, end)
    deep = path.count("/") > 1 or path[1:] in ROOTS
    return (start + path, end) if len(path) > 1 and (start or deep) else None


def ends_in_file(name: str) -> bool:
    """Whether a name ends with a known extension."""
    stem, dot, extension = name.rpartition(".")
    return bool(dot and stem) and extension.lower() in EXTENSIONS


def ends_in_address(name: str) -> bool:
    """Whether a name can stop here: behind a domain or an extension."""
    return name == "localhost" or ends_in_domain(name) or ends_in_file(name)
