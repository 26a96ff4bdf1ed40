"""The doctor's checks of the terminal that shows the program."""

from __future__ import annotations

import shutil
import subprocess

from engine.deliver.clipboards import is_remote
from engine.findings import Finding, Patient

TMUX_TIME_OUT_S = 3.0
"""How long a tmux server may take to answer."""


def terminal(patient: Patient) -> list[Finding]:
    """What the terminal says of itself, and tmux around us."""
    environ = patient.environ
    term = environ.get("TERM", "")
    if term in {"", "dumb"}:
        what = f"TERM is {term or 'not set'}: the workstation needs a terminal that can place text."
        return [Finding("terminal", "warning", what, "Use another terminal; `utter record` works anywhere.")]
    abilities = [term, _colours(term, environ.get("COLORTERM", ""))]
    if environ.get("NO_COLOR"):
        abilities.append("NO_COLOR is set")
    if is_remote(environ):
        abilities.append("over SSH")
    findings = [Finding("terminal", "ok", f"{', '.join(abilities)}.")]
    return [*findings, *_tmux(patient)] if environ.get("TMUX") else findings


def _colours(term: str, colorterm: str) -> str:
    if colorterm in {"truecolor", "24bit"} or term.endswith("-direct"):
        return "16 million colours"
    return (
        "256 colours" if "256color" in term else "16 colours (COLORTERM=truecolor says that there are more)"
    )


def _tmux(patient: Patient) -> list[Finding]:
    """Version and `set-clipboard` of the tmux that we run in."""
    tmux = shutil.which("tmux", path=patient.environ.get("PATH"))
    if tmux is None:
        what = "TMUX is set, but the program tmux is not in PATH."
        return [
            Finding("tmux", "warning", what, "Add it to PATH, so that texts reach the clipboard through it.")
        ]
    command = [tmux, "display-message", "-p", "#{version} #{set-clipboard}"]
    try:
        answer = subprocess.run(
            command, env=dict(patient.environ), capture_output=True, timeout=TMUX_TIME_OUT_S, check=True
        )
    except (subprocess.SubprocessError, OSError) as error:
        return [Finding("tmux", "warning", f"tmux does not answer: {error}.", "Check that its server runs.")]
    version, _, setting = answer.stdout.decode(errors="replace").strip().partition(" ")
    what = f"tmux {version}, set-clipboard {setting or 'unknown'}."
    fix = "Text reaches tmux's own buffer; `set -s set-clipboard on` lets it reach the terminal, too."
    return [Finding("tmux", "ok", what, fix if setting == "off" else "")]
