"""Two measurements of `utter bench --json` side by side."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from engine.errors import EngineError
from tui.cli.bench_table import Figures, entries, line, machine_facts, name_of, number, runs_of, word

SAME_LENGTH = 0.1
"""Share by which two clips may differ in length and be compared."""

ROWS: tuple[tuple[str, tuple[str, ...], float, int], ...] = (
    ("stop→text, p50 ms", ("stop_to_text_ms", "p50"), 1, 1),
    ("stop→text, p95 ms", ("stop_to_text_ms", "p95"), 1, 1),
    ("0.5 s later, p50 ms", ("after_quiet_ms", "p50"), 1, 1),
    ("0.5 s later, p95 ms", ("after_quiet_ms", "p95"), 1, 1),
    ("at once, ms", ("plain_ms",), 1, 1),
    ("ratio", ("ratio",), 1, 2),
    ("first word, ms", ("first_partial_ms",), 1, 1),
    ("real-time factor", ("real_time_factor",), 1, 3),
    ("agreement, %", ("agreement",), 100, 1),
    ("word errors, %", ("word_error_rate",), 100, 1),
    ("word errors at once, %", ("plain_word_error_rate",), 100, 1),
)
"""Figures: what people call them, where they are, by what they are multiplied, their digits."""

MOVING = ("date", "load")
"""Facts that are never the same, and no difference worth a mark."""

WIDTH = 30
"""Columns of one side in the comparison of machines."""


def read_report(path: Path) -> Figures:
    """Read what `utter bench --json` printed.

    Raises:
        EngineError: It cannot be read, or is something else.
    """
    try:
        report = json.loads(path.read_bytes())
    except OSError as error:
        raise EngineError(f"{path} cannot be read: {error.strerror or error}.", "Check its name.") from None
    except (ValueError, RecursionError):
        report = None
    if not isinstance(report, Mapping) or not any(entries(one, "lengths") for one in runs_of(report)):
        raise EngineError(f"{path} holds no measurement.", "`utter bench --json > FILE` writes one.")
    return report


def compare(first: Figures, second: Figures, names: tuple[str, str]) -> str:
    """Lay out two measurements; what differs in machine or settings is marked."""
    lines = _machines(first, second, names)
    pairs, alone = _pairs(runs_of(first), runs_of(second))
    for one, other in pairs:
        lines += ["", *_recognizers(one, other)]
    lines += [f"Only in {'AB'[side]}: {name_of(one)}" for side, one in alone]
    return "\n".join(lines)


def _machines(first: Figures, second: Figures, names: tuple[str, str]) -> list[str]:
    facts = [machine_facts(report) for report in (first, second)]
    lines = [_sides(" ", "", *(f"{at}: {line(name)}" for at, name in zip("AB", names, strict=True)))]
    for key in dict.fromkeys([*facts[0], *facts[1]]):
        one, other = (found.get(key, "") for found in facts)
        if one or other:
            mark = " " if one == other or key in MOVING else "≠"
            lines.append(_sides(mark, key, one or "–", other or "–"))
    return lines + _changed_settings(first, second)


def _changed_settings(first: Figures, second: Figures) -> list[str]:
    """The settings that differ by dotted key."""
    values = [_texts(report.get("settings")) for report in (first, second)]
    if not all(values):
        return []
    lines = []
    for key in dict.fromkeys([*values[0], *values[1]]):
        one, other = (found.get(key, "–") for found in values)
        if one != other:
            lines.append(f"≠ {key}: {one} | {other}")
    return lines


def _texts(values: object) -> dict[str, str]:
    return {line(key): line(value) for key, value in values.items()} if isinstance(values, Mapping) else {}


def _sides(mark: str, label: str, one: str, other: str) -> str:
    return f"{mark} {label:14.14}  {_fitted(one):{WIDTH}}  {_fitted(other)}".rstrip()


def _fitted(text: str) -> str:
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _pairs(
    first: Sequence[Figures], second: Sequence[Figures]
) -> tuple[list[tuple[Figures, Figures]], list[tuple[int, Figures]]]:
    """Recognisers that are in both, else the first of each; and those that are left, with their side."""
    others = {name_of(one): one for one in reversed(second)}
    pairs = [(one, others[name_of(one)]) for one in first if name_of(one) in others]
    pairs = pairs or [(first[0], second[0])]
    used = {id(one) for pair in pairs for one in pair}
    sides = ((0, first), (1, second))
    return pairs, [(side, one) for side, all_of in sides for one in all_of if id(one) not in used]


def _recognizers(first: Figures, second: Figures) -> list[str]:
    one, other = (_titled(each) for each in (first, second))
    title = one if one == other else f"≠ A: {one}   B: {other}"
    lines = [title, " sound s  figure                             A           B     B/A"]
    unmatched = list(entries(second, "lengths"))
    for length in entries(first, "lengths"):
        partner = _nearest(length, unmatched)
        if partner is None:
            lines.append(f"{_seconds(length):>8}  only in A")
            continue
        unmatched.remove(partner)
        lines += _length(length, partner)
    return lines + [f"{_seconds(length):>8}  only in B" for length in unmatched]


def _titled(one: Figures) -> str:
    settings = ("performance", "device", "compute_type", "threads")
    return " · ".join(filter(None, [name_of(one), *(_setting(key, word(one, key)) for key in settings)]))


def _setting(key: str, value: str) -> str:
    return f"{value} threads" if key == "threads" and value else value


def _nearest(length: Figures, among: Sequence[Figures]) -> Figures | None:
    wanted = number(length, "audio_s")
    known = [(number(one, "audio_s"), one) for one in among]
    near = [(abs(at - wanted), one) for at, one in known if at is not None and wanted is not None]
    distance, found = min(near, key=lambda pair: pair[0], default=(0.0, None))
    return found if wanted is not None and distance <= SAME_LENGTH * wanted else None


def _length(first: Figures, second: Figures) -> list[str]:
    lines = []
    start = _seconds(first)
    for label, keys, factor, digits in ROWS:
        one, other = number(first, *keys), number(second, *keys)
        if one is None and other is None:
            continue
        shown = [f"{value * factor:.{digits}f}" if value is not None else "–" for value in (one, other)]
        by = f"{other / one:.2f}" if one and other is not None else "–"
        lines.append(f"{start:>8}  {label:24}{shown[0]:>12}{shown[1]:>12}{by:>8}")
        start = ""
    return lines


def _seconds(length: Figures) -> str:
    value = number(length, "audio_s")
    return "?" if value is None else f"{value:.1f}"
