"""`utter bench`: measure this machine, or print two measurements side by side."""

from __future__ import annotations

import argparse
import asyncio
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.options import add_recognition_arguments

if TYPE_CHECKING:
    from engine.bench.material import Material
    from engine.bench.measure import Report
    from engine.settings.schema import Settings

LONGEST_S = 3600.0
"""Longest clip in seconds that `--lengths` takes; it is played in real time, twice a run."""

MOST_RUNS = 1000
"""Most runs that `--runs` takes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the figures as one JSON object")
    parser.add_argument("--source", type=Path, metavar="FILE", help="speech to play, instead of the sample")
    add_recognition_arguments(parser)
    parser.add_argument(
        "--lengths",
        type=_lengths,
        metavar="SECONDS",
        help="clips to play, such as 3,13,60: cut between words; else 3,13 and the whole of FILE",
    )
    parser.add_argument("--runs", type=_runs, metavar="N", help="how often to play each, instead of a minute")
    parser.add_argument(
        "--reference", type=Path, metavar="TEXT-FILE", help="what is said in FILE; adds the word error rate"
    )
    parser.add_argument(
        "--compare", nargs=2, type=Path, metavar=("A.json", "B.json"), help="print two runs side by side"
    )


def run(args: argparse.Namespace) -> int:
    """Measure, or compare.

    Returns:
        0; 2 when nothing could be measured, with one line on standard error; 130 after Ctrl-C.
    """
    from engine.errors import EngineError
    from tui.cli.entry import INTERRUPTED
    from tui.cli.options import say, unforeseen

    if args.compare:
        return _compare(args)
    try:
        report = _measure(args)
    except EngineError:
        raise
    except KeyboardInterrupt:
        say("Stopped before the measurement was complete.")
        return INTERRUPTED
    except Exception as error:  # the edge of the program: what is unforeseen is told, and logged in full
        say(f"The measurement failed. {unforeseen(error)}")
        return 2
    if args.json:
        for one, why in report.left_out:
            say(f"Left out: {one.name} {one.model}. {why}")
        return _print(json.dumps(report.as_json(), indent=2))
    from tui.cli.bench_table import table

    return _print(table(report.as_json()))


def _measure(args: argparse.Namespace) -> Report:
    from engine import paths
    from engine.bench.measure import Bench
    from engine.bench.plan import candidates, schedule
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.cli.bench_progress import Progress
    from tui.cli.options import recognition_overrides, say

    loaded = load(args.config, recognition_overrides(args))
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    material = _material(args, loaded.settings)
    found = candidates(loaded.settings, chosen=bool(args.recognizer or args.model))
    jobs, left_out = schedule(found, material.clips, args.runs)
    progress = Progress()
    bench = Bench(material, progress.step)
    for one in left_out:
        why = f"There was no time for it; `utter bench --model {one.model}` measures it."
        bench.report.left_out.append((one, why))
    with progress:
        return asyncio.run(progress.beside(bench.measure(jobs)))


def _material(args: argparse.Namespace, settings: Settings) -> Material:
    from engine.bench.material import built_in, from_file, read_reference

    reference = read_reference(args.reference) if args.reference else ""
    if args.source is None:
        return built_in(args.lengths, settings.voice, reference)
    return from_file(Path(args.source), args.lengths, settings.voice, reference)


def _compare(args: argparse.Namespace) -> int:
    from engine.errors import EngineError
    from tui.cli.bench_compare import compare, read_report

    if args.json:
        raise EngineError("--json does not go with --compare.", "Both files hold JSON already.")
    first, second = args.compare
    return _print(compare(read_report(first), read_report(second), (first.name, second.name)))


def _print(text: str) -> int:
    """Print the result; the exit code."""
    from tui.cli.options import print_text

    return 0 if print_text(text, "The figures") else 2


def _lengths(text: str) -> tuple[float, ...]:
    try:
        lengths = tuple(float(part) for part in text.split(","))
    except ValueError:
        lengths = (math.nan,)
    if not all(0.0 < length <= LONGEST_S for length in lengths):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no list of seconds such as 3,13,60; each an hour at most"
        )
    return lengths


def _runs(text: str) -> int:
    try:
        runs = int(text)
    except ValueError:
        runs = 0
    if not 0 < runs <= MOST_RUNS:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 1 to {MOST_RUNS}")
    return runs
