"""Writes items that were counted out as a list: "first … second … third …", "bullet point …"; pure.

Counting words are ordinary words as well, so a list needs its markers in order, each with something
said after it: three ordinals, two numbers, or two bullets.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise, zip_longest
from typing import NamedTuple

from engine.enhance.rules.joints import (
    DETERMINERS,
    beginning,
    ends_sentence,
    is_joined,
    is_set_off,
    key_at,
    merged,
    says,
)
from engine.enhance.rules.numbers import ORDINAL_VALUES, UNDER_HUNDRED
from engine.speech.capitals import capitalised
from engine.speech.sentences import written_break
from engine.speech.tokens import Token
from engine.speech.vocabulary import counted, vocabulary

_COUNTED = range(1, 11)
"""How far people count items."""

_ORDINALS = {word: value for word, value in ORDINAL_VALUES.items() if value in _COUNTED} | counted(
    "firstly secondly thirdly fourthly fifthly", start=1
)
_NUMBERS = {word: value for word, value in UNDER_HUNDRED.items() if value in _COUNTED} | {
    str(number): number for number in _COUNTED
}
_BULLETS = (("bullet", "point"), ("next", "bullet", "point"), ("next", "bullet"), ("bullet",))
_BULLET_WORDS = frozenset(name[0] for name in _BULLETS)

_NOT_AFTER = DETERMINERS | vocabulary(
    "at came come comes finished finish ranked of in on to from by with as and or"
)
"""Words after which nothing is a marker, unless it is set off."""

_RANKED = vocabulary("is was are were be am been being")
"""Words after which an ordinal is none either."""

_NOT_BEFORE = vocabulary(
    "of and or in is was are on at to place time times half name names thing things one class priority "
    "rule reason choice came come comes went base fan hit seller customer supplier step year day week "
    "month second third floor person lady"
)
"""Words before which they are no marker, whatever stands before them."""

_ITEM = re.compile(r"(?:- |\d{1,2}\. )\S")


class _Marker(NamedTuple):
    """Where an item of a list begins.

    Attributes:
        at: Index of the first word that announces it.
        end: Index of its first own word.
        value: Its number; 0 for a bullet.
    """

    at: int
    end: int
    value: int


def lists(words: list[Token]) -> list[Token]:
    """The tokens with lists set out, an item a line."""
    said = {word.key for word in words}
    if "bullet" in said:
        words = _set_out(words, [_bullets(words)])
    if "number" in said:
        words = _set_out(words, _counted_out(_numbers(words), least=2))
    if said >= {"first", "third"} or said >= {"firstly", "thirdly"}:
        words = _set_out(words, _counted_out(_ordinals(words), least=3))
    return words


def _set_out(words: list[Token], found: Sequence[list[_Marker]]) -> list[Token]:
    """The tokens with the lists set out whose markers are given; one with an empty item is none."""
    chosen = [
        markers
        for markers in found
        if markers and all(marker.end < following.at for marker, following in pairwise(markers))
    ]
    out: list[Token] = []
    done = 0
    for markers, following in zip_longest(chosen, chosen[1:]):
        _keep(out, words[done : markers[0].at], begins=done > 0)
        if out and out[-1].tail in ("", ","):
            out[-1] = out[-1]._replace(tail=":")
        done = _last_end(words, markers, following[0].at if following else len(words))
        ends = [marker.at for marker in markers[1:]]
        for marker, stop in zip(markers, [*ends, done], strict=True):
            out.extend(_item(words, marker, stop, first=not out))
    _keep(out, words[done:], begins=done > 0)
    return out


def _keep(out: list[Token], words: Sequence[Token], *, begins: bool) -> None:
    """Go on with words that are in no list; behind one they begin a paragraph."""
    if begins and words:
        out.append(beginning(words[0])._replace(gap="\n\n", pause=0.0))
        words = words[1:]
    out.extend(words)


def without_last_stop(text: str) -> str:
    """`text`, without the full stop behind an item at its end that is a single sentence."""
    *above, line = text.split("\n")
    if not line.endswith(".") or line.endswith("..") or not _ITEM.match(line):
        return text
    if not above or not _ITEM.match(above[-1]) or above[-1].endswith("."):
        return text
    mark, _, item = line[:-1].partition(" ")
    return text if any(end in item for end in (". ", "? ", "! ")) else "\n".join([*above, f"{mark} {item}"])


def _counted_out(markers: Sequence[_Marker], least: int) -> list[list[_Marker]]:
    """The lists that are counted out from one on, of at least so many items.

    An item goes on to the next number, however often smaller ones are said in it, unless the count
    begins anew.
    """
    places: dict[int, list[int]] = {}
    for place, marker in enumerate(markers):
        places.setdefault(marker.value, []).append(place)

    def behind(place: int, value: int) -> int:
        listed = places.get(value, [])
        at = bisect_right(listed, place)
        return listed[at] if at < len(listed) else len(markers)

    found: list[list[_Marker]] = []
    begin = behind(-1, 1)
    while begin < len(markers):
        chain = [begin]
        while (following := behind(chain[-1], len(chain) + 1)) < len(markers):
            anew = behind(chain[-1], 1)
            if len(chain) > 1 and behind(anew, 2) < following:
                break
            chain.append(following)
        if len(chain) >= least:
            found.append([markers[place] for place in chain])
        begin = behind(chain[-1], 1)
    return found


def _bullets(words: Sequence[Token]) -> list[_Marker]:
    found: list[_Marker] = []
    done = 0
    for at in [at for at, word in enumerate(words) if word.key in _BULLET_WORDS]:
        name = next((name for name in _BULLETS if says(words, at, name)), None)
        if at < done or name is None or (key_at(words, at - 1) in _NOT_AFTER and not is_set_off(words, at)):
            continue
        done = at + len(name)
        if (len(name) > 1 or is_set_off(words, at)) and _holds(words, done):
            found.append(_Marker(at, done, 0))
    return found if len(found) > 1 else []


def _numbers(words: Sequence[Token]) -> list[_Marker]:
    found: list[_Marker] = []
    for at in [at for at, word in enumerate(words[:-2]) if word.key == "number"]:
        value = _NUMBERS.get(words[at + 1].key)
        if value and is_joined(words, at + 1) and _counts(words, at, at + 2):
            found.append(_Marker(at, at + 2, value))
    return found


def _ordinals(words: Sequence[Token]) -> list[_Marker]:
    found: list[_Marker] = []
    for at in [at for at, word in enumerate(words[:-1]) if word.key in _ORDINALS]:
        if key_at(words, at - 1) not in _RANKED and _counts(words, at, at + 1):
            found.append(_Marker(at, at + 1, _ORDINALS[words[at].key]))
    return found


def _counts(words: Sequence[Token], at: int, end: int) -> bool:
    """Whether words that can announce an item do so."""
    if key_at(words, at - 1) in _NOT_AFTER and not is_set_off(words, at):
        return False
    return _holds(words, end) and words[end].key not in _NOT_BEFORE


def _holds(words: Sequence[Token], end: int) -> bool:
    """Whether an item has words of its own, on the same line as its marker."""
    return end < len(words) and bool(words[end].core) and "\n" not in words[end].gap


def _last_end(words: Sequence[Token], markers: Sequence[_Marker], limit: int) -> int:
    """Where the last item ends: with its line, or with its sentence where the others have but one.

    Args:
        words: All words.
        markers: Those of the list.
        limit: Where the next list begins.
    """
    single = not any(
        ends_sentence(words, at)
        for marker, following in pairwise(markers)
        for at in range(marker.end + 1, following.at)
    )
    for at in range(markers[-1].end + 1, limit):
        if "\n" in words[at].gap or (single and ends_sentence(words, at)):
            return at
    return limit


def _item(words: Sequence[Token], marker: _Marker, stop: int, *, first: bool) -> list[Token]:
    """One item in a line of its own, without a full stop if it is a single sentence."""
    name = words[marker.at]
    gap = "" if first else "\n"
    if marker.value:
        head = merged(name, name, str(marker.value))._replace(lead="", tail=".", gap=gap, pause=0.0)
    else:
        head = merged(name, name, "-")._replace(lead="", tail="", gap=gap, pause=0.0)
    item = list(words[marker.end : stop])
    item[0] = item[0]._replace(pause=0.0, gap=" ").with_core(capitalised(item[0].core))
    single = not any(ends_sentence(item, at) for at in range(1, len(item)))
    last = item[-1]
    if last.tail in (",", ";") or (single and last.tail == "." and written_break(last) == "."):
        item[-1] = last._replace(tail="")
    return [head, *item]
