"""Whether the addresses and paths of an answer were spoken, word by word; pure."""

from __future__ import annotations

import re
from collections.abc import Container

from engine.enhance.guard.equivalents import SPOKEN_SIGNS
from engine.enhance.guard.text import Text
from engine.speech.vocabulary import vocabulary

_ADDRESS = re.compile(
    r"\b[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/[\w./#?=&%-]{0,200}|\b[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}\.(?:com|org|net|io|dev|app|edu|gov|de|fr|es|eu|uk|ch|at)\b"
)
_PART = re.compile(r"[^\W\d_]+")
_FILE = re.compile(r"(?<![\w/])/?[\w.-]{1,80}(?:/[\w.-]{1,80}){1,20}")
_SLASHES = vocabulary("slash backslash schrägstrich barre barra")


def new_address(raw: Text, answer: Text) -> str:
    """An address or a path in the answer that was not spoken, letter by letter; empty for none."""
    if not _ADDRESS.search(answer.source) and "/" not in answer.source:
        return ""
    said = set(_PART.findall(raw.source.lower()))
    bare, edges = "", {0}
    for word in raw.words:
        if word.key not in SPOKEN_SIGNS:
            bare += word.key
            edges.add(len(bare))
    spoken: dict[str, bool] = {}
    found = [match.group() for match in _ADDRESS.finditer(answer.source)]
    if "/" in raw.source or any(word.key in _SLASHES for word in raw.words):
        found += [match.group() for match in _FILE.finditer(answer.source)]
    for address in found:
        parts = [part for part in _PART.findall(address.lower()) if part not in ("https", "http", "www")]
        for part in parts:
            if part not in spoken:
                spoken[part] = part in said or _is_spoken(part, bare, edges)
            if not spoken[part]:
                return address
        whole = "".join(parts)
        if "@" in address and whole not in bare and whole not in "".join(_PART.findall(raw.source.lower())):
            return address
    return ""


def _is_spoken(part: str, bare: str, edges: Container[int]) -> bool:
    """Whether a part of an address is made of whole words: "host" is not in "hosts"."""
    at = bare.find(part)
    while at >= 0:
        if at in edges and at + len(part) in edges:
            return True
        at = bare.find(part, at + 1)
    return False
