"""`utter deliver`: take the text on standard input to where it is wanted."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from tui.cli.options import seconds_up_to

if TYPE_CHECKING:
    from engine.deliver.destination import Kind
    from engine.deliver.router import Router
    from engine.deliver.target import Outcome
    from engine.settings.schema import Settings

USAGE = "Hand it one, such as: date | utter deliver, or: utter deliver --to tmux:last < draft.txt"

TIME_OUT_S = 30.0
"""How long a delivery may take, fallbacks included, unless the command line says otherwise."""

LONGEST_S = 3600.0
"""Most seconds that `--timeout` takes."""

FAILED, SENT = 2, 3
"""Exit codes, beside 0 for a text that was delivered."""

SECTIONS: dict[Kind, tuple[str, ...]] = {
    "clipboard": ("into_clipboard",),
    "tmux": ("into_terminal",),
    "kitty": ("into_terminal",),
    "wezterm": ("into_terminal",),
    "screen": ("into_terminal",),
    "window": ("into_terminal", "into_window"),
    "file": ("into_file",),
    "command": ("into_command",),
    "stdout": ("into_stdout",),
}
"""Kind of a place → the tables of the settings that hold the shape of texts for it."""

KEYED = "into_terminal"
"""The table that places have in which keys can be pressed."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    # Many expect a text or files here: they are told what to type instead.
    parser.add_argument("files", nargs="*", metavar="TEXT", help=argparse.SUPPRESS)
    parser.add_argument(
        "--to",
        metavar="PLACE",
        help="clipboard, tmux:PANE, kitty:ID, wezterm:ID, screen:WINDOW, window, file:PATH, command:CMD or "
        "stdout; delivery.target of your settings otherwise",
    )
    parser.add_argument(
        "--newlines", choices=("join", "keep", "shift-enter"), help="what becomes of line ends"
    )
    parser.add_argument("--ending", choices=("none", "space", "newline"), help="what stands behind the text")
    parser.add_argument("--enter", action="store_true", help="press enter afterwards")
    parser.add_argument(
        "--timeout",
        type=seconds_up_to(LONGEST_S, "an hour"),
        default=TIME_OUT_S,
        metavar="SECONDS",
        help=f"how long it may take; {TIME_OUT_S:g} otherwise",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object, on a line")


def run(args: argparse.Namespace) -> int:
    """Deliver what comes on standard input, and say on standard error what became of it.

    Returns:
        0 where the place confirmed the text, 3 where it went out without that, 2 where it failed, also when
        it is kept on the clipboard.
    """
    from engine.deliver.destination import Destination
    from engine.deliver.sanitize import for_terminal
    from engine.deliver.target import Delivery
    from engine.errors import EngineError
    from engine.settings.load import load
    from tui.cli.aimed import not_printed
    from tui.cli.options import instead_of_file, logged, print_text, say
    from tui.cli.standard_input import read_text

    if args.files:
        command = "utter deliver" if args.to is None else f"utter deliver --to {shlex.quote(args.to)}"
        what = "`utter deliver` reads standard input, and no texts or files on its command line."
        raise EngineError(what, instead_of_file(command, args.files[0], USAGE))
    if args.to is not None and not args.to.strip():
        raise EngineError("--to names no place.", "Write one, such as --to clipboard, or leave --to out.")
    place = Destination.parse(args.to or load(args.config).settings.delivery.target)
    if args.json and place.kind == "stdout":
        raise EngineError("--json and the text cannot both go to standard output.", "Leave out one of them.")
    settings = load(args.config, _overrides(args, place.kind)).settings
    # As $(…) does: who pipes a line into a chat does not mean its end.
    # What a terminal would obey goes out in any case; what is told of is what is handed over.
    text = for_terminal(read_text(USAGE)).rstrip("\n")
    began = time.perf_counter()
    with logged():
        allowed = not_printed(settings) if args.json else settings
        outcome = asyncio.run(_deliver(allowed, text, str(place), args.timeout))
    if outcome.status is Delivery.FAILED and not outcome.kept and allowed != settings:
        detail = f"{outcome.detail} Standard output has the JSON: the text is not printed there.".strip()
        outcome = replace(outcome, detail=detail)
    milliseconds = (time.perf_counter() - began) * 1000
    say(_told(outcome, len(text)))
    if args.json:
        row = {
            "status": outcome.status.value,
            "target": outcome.target,
            "spec": str(place),
            "detail": outcome.detail,
            "kept": outcome.kept,
            "characters": len(text),
            "ms": round(milliseconds, 1),
        }
        if not print_text(json.dumps(row), "What became of the text"):
            return FAILED
    return {"delivered": 0, "sent": SENT}.get(outcome.status.value, FAILED)


def _overrides(args: argparse.Namespace, kind: Kind) -> dict[str, str | bool]:
    """The settings that `--newlines`, `--ending` and `--enter` stand for.

    Raises:
        EngineError: A place of that kind has no keys to press.
    """
    from engine.errors import EngineError

    pressed = "--enter" if args.enter else "--newlines shift-enter" if args.newlines == "shift-enter" else ""
    if pressed and KEYED not in SECTIONS[kind]:
        raise EngineError(f"{kind} has no keys to press for {pressed}.", "Panes and windows have.")
    given = {"newlines": args.newlines, "ending": args.ending, "enter": args.enter}
    return {f"{section}.{key}": value for section in SECTIONS[kind] for key, value in given.items() if value}


async def _deliver(settings: Settings, text: str, spec: str, seconds: float) -> Outcome:
    """Deliver, and end what that began: a clipboard gets back what it held before a paste."""
    from engine.deliver.router import Router

    router = Router(settings)
    try:
        try:
            async with asyncio.timeout(seconds):
                return await router.deliver(text, spec)
        except TimeoutError:
            return await _late(router, text, spec, seconds)
    finally:
        await router.close()


async def _late(router: Router, text: str, spec: str, seconds: float) -> Outcome:
    """Keep a text on the clipboard whose place did not answer."""
    from engine.deliver.target import Delivery, Outcome

    name = router.target(spec).name
    detail = f"It was not done within {seconds:g} s; a part may be there."
    copied = await router.copy(text)
    return Outcome(Delivery.FAILED, name, detail, "" if copied.status is Delivery.FAILED else copied.target)


def _told(outcome: Outcome, characters: int) -> str:
    """What became of the text, in a line."""
    from engine.deliver.outcome_words import outcome_words
    from engine.deliver.target import Delivery

    said = outcome_words(outcome, f"{characters:,} character{'' if characters == 1 else 's'}")
    lost = outcome.status is Delivery.FAILED and not outcome.kept
    return f"{said} It is kept nowhere." if lost else said
