"""What a time of day that was said in words may be written as; pure."""

from __future__ import annotations

from collections.abc import Sequence

from engine.enhance.guard.number_words import NUMBERS
from engine.speech.vocabulary import vocabulary

HOURS = vocabulary("h uhr heures")
"""Between hours and minutes: "19 h 30"."""

_BEFORE_HOUR = {
    ("half", "past"): (0, 30),
    ("quarter", "past"): (0, 15),
    ("quarter", "to"): (-1, 45),
    ("viertel", "nach"): (0, 15),
    ("viertel", "vor"): (-1, 45),
    ("halb",): (-1, 30),
    ("dreiviertel",): (-1, 45),
}
"""What stands before an hour → hours to add, and minutes."""

_BEHIND_HOUR = {
    ("et", "demie"): (0, 30),
    ("et", "quart"): (0, 15),
    ("heures", "et", "demie"): (0, 30),
    ("heures", "et", "quart"): (0, 15),
    ("heures", "moins", "le", "quart"): (-1, 45),
    ("y", "media"): (0, 30),
    ("y", "cuarto"): (0, 15),
    ("menos", "cuarto"): (-1, 45),
}


def read_clock(
    words: Sequence[str], start: int, end: int, groups: list[tuple[str, ...]], language: str, whole: set[str]
) -> tuple[int, int]:
    """Add what a time of day may be written as; returns where it begins and ends."""
    first = groups[0][0]
    if not first.isdigit() or len(first) > 4:
        return start, end
    hour = int(first)
    for phrase, (more, minutes) in _BEFORE_HOUR.items():
        if hour <= 24 and start >= len(phrase) and tuple(words[start - len(phrase) : start]) == phrase:
            _tell(hour + more, minutes, groups, whole)
            return start - len(phrase), end
    for phrase, (more, minutes) in _BEHIND_HOUR.items():
        if hour <= 24 and tuple(words[end : end + len(phrase)]) == phrase:
            _tell(hour + more, minutes, groups, whole)
            return start, end + len(phrase)
    following = words[end] if end < len(words) else ""
    if len(groups) == 2 and groups[1][0].isdigit() and hour <= 24 and int(groups[1][0]) < 60:
        minutes_text = groups[1][0].zfill(2)
        other = hour - 12 if hour > 12 else hour + 12
        whole.update({f"{other}{minutes_text}", f"{hour}{minutes_text}"})
    elif len(groups) == 1 and following in ("past", "to", "nach", "vor") and hour < 60:
        return start, _minutes(words, end, hour, following, language, groups, whole)
    elif len(groups) == 1 and hour < 12 and following in ("pm", "p"):
        whole.add(str(hour + 12))
    elif len(groups) == 1 and 12 < hour <= 24 and following in (*HOURS, "horas"):
        whole.add(str(hour - 12))
    elif tuple(words[end + 1 : end + 3]) in (("y", "medio"), ("y", "media"), ("et", "demi"), ("et", "demie")):
        groups[:] = [(f"{first}.5",)]
        whole.update({first, f"{first}.5"})
    elif tuple(words[end : end + 3]) == ("and", "a", "half"):
        groups[:] = [(f"{first}.5",)]
        whole.add(f"{first}.5")
        return start, end + 3
    return start, end


def _tell(hour: int, minutes: int, groups: list[tuple[str, ...]], whole: set[str]) -> None:
    """Make a number the time of day that it is, by either half of the day."""
    hour = hour or 12
    groups[:] = [(f"{hour}{minutes:02}",)]
    whole.clear()
    whole.update({f"{hour}{minutes:02}", f"{(hour + 12) % 24}{minutes:02}"})


def _minutes(
    words: Sequence[str],
    end: int,
    minutes: int,
    side: str,
    language: str,
    groups: list[tuple[str, ...]],
    whole: set[str],
) -> int:
    """What a time such as "twenty past six" may be written as, and the index behind it."""
    table = NUMBERS.get(language, {})
    hour = words[end + 1] if end + 1 < len(words) else ""
    value = int(hour) if hour.isdigit() and len(hour) < 3 else table.get(hour, 0)
    units = table.get(words[end + 2], -1) if end + 2 < len(words) else -1
    # "Twenty to twenty five" and "three to six" are from one number to another.
    if minutes % 5 or not 1 <= value <= 24 or (value == 20 and not hour.isdigit() and 0 < units < 10):
        return end
    # "Twenty past six" is a time; "ten to five" may be two numbers.
    if side in ("past", "nach"):
        times = {f"{value}{minutes:02}", f"{value + 12}{minutes:02}"}
        groups[:] = [(f"{value}{minutes:02}",)]
    else:
        earlier = (value - 1) or 12
        times = {f"{earlier}{60 - minutes:02}", f"{earlier + 12}{60 - minutes:02}"}
        groups.append((str(value),))
    whole.clear()
    whole.update(times)
    return end + 2
