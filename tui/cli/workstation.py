"""`utter` without a subcommand: open the workstation."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import sys
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.errors import EngineError
    from engine.session import DictationSession
    from engine.settings.load import Loaded
    from engine.settings.remembered import Remembered
    from engine.settings.schema import Settings
    from tui.app import UtterApp
    from tui.cli.commanded import Commanded


def run(args: argparse.Namespace) -> int:
    """Open the workstation and stay until the user quits.

    Raises:
        AnotherEngineError: This user has one open already.
        EngineError: The terminal cannot show it.
    """
    from engine.errors import EngineError
    from tui.cli.commanded import one_engine

    if why := _why_no_screen():
        raise EngineError(why, "Dictate with `utter record`, or run `utter daemon`.")
    with one_engine("workstation") as commanded:
        return _open(args, commanded)


def _why_no_screen() -> str | None:
    """Say why the workstation cannot be shown; it reads standard input, and draws on standard error."""
    if os.environ.get("TERM") == "dumb":
        return "This terminal cannot show a screen (TERM is dumb)."
    for stream, name in ((sys.__stdin__, "input"), (sys.__stderr__, "error")):
        if stream is None or not stream.isatty():
            return f"The workstation needs a terminal, and standard {name} is none."
    return None


def _open(args: argparse.Namespace, commanded: Commanded) -> int:
    from engine import paths
    from engine.settings.load import load
    from engine.settings.remembered import Remembered
    from engine.stderr import part_native_stderr
    from tui.actions import check_keys
    from tui.app import UtterApp
    from tui.cli.aimed import aimed
    from tui.cli.options import mode_overrides, recognition_overrides, say

    overrides = recognition_overrides(args) | mode_overrides(args)
    loaded = load(args.config, overrides, check_keys=check_keys)
    lasting = load(args.config, check_keys=check_keys).settings if overrides else loaded.settings
    loaded = replace(loaded, settings=aimed(loaded.settings, args.to))
    part_native_stderr(paths.log_file())
    _measure_where_it_is_drawn()
    problems = Problems()
    remembered = Remembered(paths.state_file(), loaded.own, on_problem=problems.add)
    make_session = _session_maker(loaded, lasting, args.source, remembered, problems, commanded)
    notices = [*loaded.warnings, *filter(None, [commanded.problem])]
    app = UtterApp(loaded.settings, make_session=make_session, notices=notices)
    problems.app = app
    try:
        asyncio.run(_show(app, commanded))
    finally:
        remembered.close()
        for problem in problems.untold:
            say(str(problem))
    return app.return_code or 0


async def _show(app: UtterApp, commanded: Commanded) -> None:
    """Run the app to its end; commands are answered as long as it has a session."""
    try:
        # GNU screen holds an escape back until the next key while a program in it takes the mouse.
        await app.run_async(mouse=not os.environ.get("STY"))
    finally:
        await commanded.finish()


def _measure_where_it_is_drawn() -> None:
    """Let Textual find the size of the terminal, and follow it.

    It draws on standard error, but asks `sys.__stdout__` for the size. Where that is a pipe it takes 80 by
    24, while the terminal reports its true size: the screen would change between the two for ever. Before
    either it believes COLUMNS and LINES (`shutil.get_terminal_size`), and would for ever: they tell what the
    size was when somebody exported them (`resize` does).
    """
    for name in ("COLUMNS", "LINES"):
        os.environ.pop(name, None)
    if sys.__stdout__ is not None and not sys.__stdout__.isatty():
        vars(sys)["__stdout__"] = sys.__stderr__


class Problems:
    """Brings what went wrong on another thread onto the screen.

    Attributes:
        app: Whose screen it is.
        untold: What has not come to the screen: to be printed once that is gone.
    """

    def __init__(self) -> None:
        """Keep what comes until `listen`."""
        self.app: UtterApp | None = None
        self.untold: list[EngineError] = []
        self._wake: Callable[[], object] = _nobody

    def listen(self) -> None:
        """From now on tell the user; on the app's event loop, in the app's context."""
        loop, context = asyncio.get_running_loop(), copy_context()
        self._wake = lambda: loop.call_soon_threadsafe(self._tell, context=context)

    def add(self, problem: EngineError) -> None:
        """Tell the user of a problem. From any thread; never waits."""
        self.untold.append(problem)
        with contextlib.suppress(RuntimeError):  # the loop is closed: it will be printed
            self._wake()

    def _tell(self) -> None:
        while self.untold and self.app is not None and self.app.is_running:
            problem = self.untold.pop(0)
            self.app.workstation.tell("warning", problem.what, problem.remedy)


def _session_maker(
    loaded: Loaded,
    lasting: Settings,
    source: str | None,
    remembered: Remembered,
    problems: Problems,
    commanded: Commanded,
) -> Callable[[Callable[[str], None]], DictationSession]:
    """What makes the session once the first paint is out, given the way to the terminal."""

    def make(terminal: Callable[[str], None]) -> DictationSession:
        from engine.session import DictationSession
        from engine.source_spec import source_named

        problems.listen()
        session = DictationSession(
            loaded.settings,
            source=None if source is None else source_named(source),
            terminal=terminal,
            remember=remembered.set,
            lasting=lasting,
        )
        commanded.attend(session)
        return session

    return make


def _nobody() -> None:
    """Nobody listens yet."""
