"""The figures of `utter bench` as a table of 80 columns, for a terminal and for a bug report."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

Figures = Mapping[str, Any]
"""A part of what `utter bench --json` prints; read from a file, anything may be missing or wrong."""

TIMES = """\
                 stop at last word     0.5 s later      at once         first
 sound s  runs  p50 ms   p95 ms     p50 ms   p95 ms         ms  ratio   word ms"""

TEXTS = """\
            real-time         guesses        agreement        word errors
 sound s       factor    used  dropped     with at once      live     at once"""

NOTES = (
    "Times run from the stop to the text delivered, and so include the sound that is recorded after the "
    'stop (audio.tail_s). "At once" decodes the whole clip when all of it is there; the ratio is that time '
    'by "stop at last word", p50. Real-time factor: seconds of decoding per second of sound. Guesses: '
    "decodes made before it was certain that a phrase was over."
)

MACHINE = ("cpu", "cores", "memory", "system", "load")
"""Facts that stand in a line of their own."""

WIDTH = 80
"""Columns of the table."""


def table(report: Figures) -> str:
    """Lay out a measurement."""
    lines = [*_heading(report), ""]
    for one in runs_of(report):
        lines += [*_recognizer(one), ""]
    for left in entries(report, "left_out"):
        lines += textwrap.wrap(f"Left out: {name_of(left)}. {word(left, 'why')}", WIDTH)
    return "\n".join([*lines, *textwrap.wrap(NOTES, WIDTH)])


def runs_of(report: Figures) -> list[Figures]:
    """The recognisers of a measurement: that at its top, then the others."""
    return [report, *entries(report, "others")]


def name_of(one: Figures) -> str:
    """A recogniser and its model; of a folder only its name, for people paste this."""
    return f"{word(one, 'recognizer') or '?'} {PurePath(word(one, 'model')).name}".strip()


def entries(where: Figures, key: str) -> list[Figures]:
    """The objects in a list."""
    found = where.get(key)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def number(where: Figures, *keys: str) -> float | None:
    """A finite number, some levels down."""
    found: Any = where
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if isinstance(found, bool) or not isinstance(found, int | float):
        return None
    try:
        value = float(found)
    except OverflowError:
        return None
    return value if math.isfinite(value) else None


def line(value: object) -> str:
    """Anything as one line that is harmless to a terminal."""
    from engine.deliver.sanitize import for_terminal

    return " ".join(for_terminal(str(value)).split())


def word(where: Figures, *keys: str) -> str:
    """A text or a number as one harmless line, some levels down; empty where there is none."""
    found: Any = where
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    if found is None or isinstance(found, Mapping | list):
        return ""
    return line(found)


def shown(value: float | None, digits: int = 0, unit: str = "") -> str:
    """A number, or a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}{unit}"


def percent(value: float | None) -> str:
    """A share as per cent."""
    return shown(None if value is None else value * 100, 1, " %")


def machine_facts(report: Figures) -> dict[str, str]:
    """The machine and the settings of a measurement, by what people call them."""
    machine = report.get("machine")
    machine = machine if isinstance(machine, Mapping) else {}
    memory = number(machine, "memory_bytes")
    versions = machine.get("versions")
    versions = versions if isinstance(versions, Mapping) else {}
    return {
        "date": word(report, "date"),
        "sound": word(report, "source"),
        "mode": word(report, "performance"),
        "cpu": word(machine, "cpu"),
        "cores": word(machine, "cores"),
        "memory": "" if memory is None else f"{memory / 1e9:.1f} GB",
        "system": word(machine, "system"),
        "load": word(machine, "load"),
        "python": word(machine, "python"),
        **{line(name): line("?" if version is None else version) for name, version in versions.items()},
    }


def _heading(report: Figures) -> list[str]:
    facts = machine_facts(report)
    programs = [key for key in facts if key not in ("date", "sound", "mode", *MACHINE, "utter")]
    machine = [facts["cpu"], f"{facts['cores'] or '?'} cores", facts["memory"], facts["system"]]
    return [
        *_joined(f"utter {facts.get('utter', '')}", facts["date"], facts["sound"]),
        *_joined(*machine, f"load {facts['load'] or '?'}"),
        *_joined(*(f"{key} {facts[key]}" for key in programs)),
    ]


def _joined(*items: str) -> list[str]:
    """Items with dots between them, in lines of at most `WIDTH` columns where an item allows it."""
    lines: list[str] = []
    for item in filter(None, items):
        longer = f"{lines[-1]} · {item}" if lines else item
        if lines and len(longer) <= WIDTH:
            lines[-1] = longer
        else:
            lines.append(item)
    return lines


def _recognizer(one: Figures) -> list[str]:
    memory = number(one, "memory_bytes")
    title = [name_of(one), word(one, "performance"), f"loaded in {shown(number(one, 'load_s'), 1)} s"]
    title += [] if memory is None else [f"{memory / 1e6:.0f} MB"]
    lengths = entries(one, "lengths")
    return [
        *_joined(*title),
        TIMES,
        *(_times(length) for length in lengths),
        TEXTS,
        *(_texts(length) for length in lengths),
    ]


def _times(one: Figures) -> str:
    return (
        f"{shown(number(one, 'audio_s'), 1):>8}{shown(number(one, 'runs')):>6}"
        f"{shown(number(one, 'stop_to_text_ms', 'p50')):>8}{shown(number(one, 'stop_to_text_ms', 'p95')):>9}"
        f"{shown(number(one, 'after_quiet_ms', 'p50')):>11}{shown(number(one, 'after_quiet_ms', 'p95')):>9}"
        f"{shown(number(one, 'plain_ms')):>11}{shown(number(one, 'ratio'), 1):>7}"
        f"{shown(number(one, 'first_partial_ms')):>10}"
    )


def _texts(one: Figures) -> str:
    return (
        f"{shown(number(one, 'audio_s'), 1):>8}{shown(number(one, 'real_time_factor'), 2):>13}"
        f"{shown(number(one, 'speculation', 'used')):>8}{shown(number(one, 'speculation', 'discarded')):>9}"
        f"{percent(number(one, 'agreement')):>17}{percent(number(one, 'word_error_rate')):>10}"
        f"{percent(number(one, 'plain_word_error_rate')):>12}"
    )
