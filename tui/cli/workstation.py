"""`utter` without a subcommand: open the workstation."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.session import DictationSession
    from engine.settings.load import Loaded


def run(args: argparse.Namespace) -> int:
    """Open the workstation and stay until the user quits."""
    from engine import paths
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.actions import check_keys
    from tui.app import UtterApp
    from tui.cli.options import recognition_overrides

    loaded = load(args.config, recognition_overrides(args), check_keys=check_keys)
    part_native_stderr(paths.log_file())
    app = UtterApp(loaded.settings, make_session=_session_maker(loaded, args.source), notices=loaded.warnings)
    app.run()
    return app.return_code or 0


def _session_maker(
    loaded: Loaded, source: Path | None
) -> Callable[[Callable[[str], None]], DictationSession]:
    """What makes the session once the first paint is out, given the way to the terminal."""

    def make(terminal: Callable[[str], None]) -> DictationSession:
        from engine import paths, registry
        from engine.session import DictationSession
        from engine.settings.remembered import Remembered

        return DictationSession(
            loaded.settings,
            source=registry.build_source("file", source) if source else None,
            terminal=terminal,
            remember=Remembered(paths.state_file(), loaded.own).set,
        )

    return make
