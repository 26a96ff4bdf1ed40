"""`utter enhance`: edit the text on standard input and print it."""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING

from tui.cli.options import add_editing_arguments

if TYPE_CHECKING:
    from engine.enhance.edited import Edited
    from engine.settings.schema import Settings

USAGE = "Hand it one, such as: xclip -o | utter enhance, or: utter enhance < notes.txt"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    # Many expect files here, as with sed: they are told what to type instead.
    parser.add_argument("files", nargs="*", metavar="FILE", help=argparse.SUPPRESS)
    add_editing_arguments(parser)
    parser.add_argument("--model", metavar="NAME", help="language model, as `ollama list` names it")
    parser.add_argument("--language", metavar="CODE", help="language of the text, such as de")
    parser.add_argument("--json", action="store_true", help="print one JSON object, on a line")


def run(args: argparse.Namespace) -> int:
    """Edit what comes on standard input.

    Returns:
        0 with a text on standard output, also where it is not the one that was asked for: one line on
        standard error says why. 2 when there is no text, or a setting is wrong.
    """
    from engine.deliver.sanitize import for_terminal
    from engine.errors import EngineError
    from engine.settings.load import load
    from tui.cli.options import editing_overrides, instead_of_file, leave, logged, print_text, say, unforeseen
    from tui.cli.standard_input import read_text

    if args.files:
        raise EngineError(
            "`utter enhance` reads standard input, and no files.",
            instead_of_file("utter enhance", args.files[0], USAGE),
        )
    overrides = editing_overrides(args)
    if args.model:
        # Who names a model means a model.
        overrides.setdefault("enhancement.enhancer", "ollama")
        overrides["ollama.model"] = args.model
    if args.language:
        overrides["recognition.language"] = args.language
        overrides["recognition.translate"] = False
    settings = load(args.config, overrides).settings
    text = read_text(USAGE).strip()
    with logged(), asyncio.Runner() as runner:
        try:
            edited = runner.run(_edit(settings, text, named=bool(args.model)))
        except KeyboardInterrupt:
            # A library may still be imported, or a host's name be looked up, on a thread. The connection
            # to the server is closed by then.
            say("Stopped.")
            leave()
        except EngineError:
            raise
        except Exception as error:  # the edge of the program: what is unforeseen is told, and logged in full
            say(f"The text could not be enhanced. {unforeseen(error)}")
            return 2
    if edited.remark:
        say(edited.remark)
    shown = _json(text, edited) if args.json else for_terminal(edited.text)
    return 0 if print_text(shown, "The text") else 2


async def _edit(settings: Settings, text: str, *, named: bool) -> Edited:
    """Edit the text in the writing mode in force; with a model that was named, in the place of the mode's."""
    from engine.enhance.enhancer import Draft
    from engine.enhance_text import TextEnhancer
    from engine.models.languages import AUTO, ENGLISH

    recognition = settings.recognition
    language = ENGLISH if recognition.translate else recognition.language
    mode = settings.writing_mode
    enhancer = TextEnhancer(settings)
    try:
        return await enhancer.enhance(
            Draft(text, language="" if language == AUTO else language),
            replace(mode, model="") if named else mode,
            by_hand=True,
        )
    finally:
        await enhancer.close()


def _json(raw: str, edited: Edited) -> str:
    """One line of ASCII: whatever a model wrote, it reaches no terminal unescaped."""
    from engine.deliver.sanitize import for_terminal

    return json.dumps(
        {
            "raw": raw,
            "text": for_terminal(edited.text),
            "mode": edited.mode,
            "enhancer": edited.enhancer,
            "accepted": edited.accepted,
            "reason": edited.remark,
            "first_token_ms": None if edited.first_ms is None else round(edited.first_ms, 1),
            "total_ms": round(edited.total_ms, 1),
            "changes": [asdict(change) for change in edited.changes],
        }
    )
