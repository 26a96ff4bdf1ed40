"""`utter doctor`: what is there, what is missing, and how to mend it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.findings import Finding
    from engine.settings.schema import Settings

MARKS = {"ok": ("✓", "32"), "warning": ("!", "33"), "missing": ("✗", "31")}
"""Sign and colour (SGR) of each status; the sign alone says everything."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    parser.add_argument("--json", action="store_true", help="print the findings as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Examine this machine.

    Returns:
        0 when dictation can work, else 1.
    """
    from engine.doctor import can_dictate, examine

    findings, settings = _settings(args.config)
    findings += examine(settings)
    able = can_dictate(findings)
    if args.json:
        found = {"can_dictate": able, "findings": [asdict(finding) for finding in findings]}
        print(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        print(report(findings, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR")))
    return 0 if able else 1


def report(findings: Sequence[Finding], *, colour: bool) -> str:
    """Lay the findings out, one a line with its remedy under it, and a verdict at the end."""
    from engine.deliver.sanitize import for_terminal
    from engine.doctor import can_dictate

    width = max(len(finding.topic) for finding in findings)
    lines = []
    for finding in findings:
        mark, code = MARKS[finding.status]
        shown = f"\033[{code}m{mark}\033[0m" if colour else mark
        lines.append(f"{shown} {finding.topic:{width}}  {for_terminal(finding.what)}")
        if finding.fix:
            lines.append(f"  {'':{width}}  → {for_terminal(finding.fix)}")
    verdict = "Dictation can work here." if can_dictate(findings) else "Dictation cannot work here yet."
    return "\n".join([*lines, "", verdict])


def _settings(config: Path | None) -> tuple[list[Finding], Settings]:
    """Read the settings; when they are wrong, say so and go on with the defaults."""
    from engine import paths
    from engine.findings import Finding
    from engine.settings.explain import shown
    from engine.settings.load import examine, load
    from tui.actions import check_keys

    loaded = examine(config, check_keys=check_keys)
    if isinstance(loaded, list):
        findings = [Finding("settings", "missing", mistake.what, mistake.remedy) for mistake in loaded]
        return findings, load(paths.shipped("config.toml"), state=Path(os.devnull)).settings
    own = config or paths.config_file()
    where = shown(own) if own.exists() else f"no {shown(own)}, so the defaults hold"
    findings = [Finding("settings", "ok", f"Valid: {where}.")]
    findings += [Finding("settings", "warning", warning) for warning in loaded.warnings]
    return findings, loaded.settings
