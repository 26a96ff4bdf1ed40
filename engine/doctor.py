"""Says what is there and what is missing on this machine, each with its remedy.

Every check runs in a thread of its own with a time limit: one that crashes or hangs becomes a
finding, and the others are not affected. Native parts are tried in child processes
(`engine.probe`).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib import metadata
from queue import Empty, SimpleQueue
from typing import TypeAlias

from engine import paths
from engine.deliver.clipboards import is_remote
from engine.doctor_delivery import clipboard, panes, places, window
from engine.doctor_enhancement import enhancement
from engine.doctor_recognition import device, recognition
from engine.doctor_remote import remote_microphone
from engine.doctor_terminal import terminal
from engine.findings import Finding, Patient, Status
from engine.probe import ProbeError, probe
from engine.recordings import all_shelters
from engine.settings.explain import shown
from engine.settings.schema import Settings
from engine.source_spec import REMOTE

TIME_LIMIT_S = 30.0
"""How long one check may take; above the time-outs of the child processes within it."""

Check: TypeAlias = Callable[[Patient], Sequence[Finding]]


def examine(settings: Settings, environ: Mapping[str, str] | None = None) -> list[Finding]:
    """Run every check, at the same time; takes seconds, because libraries are loaded for it.

    Args:
        settings: The settings in force.
        environ: The environment; None is our own.
    """
    patient = Patient(settings, os.environ if environ is None else environ)
    checks: dict[str, Check] = {
        "utter": program,
        "sound": sound,
        "remote microphone": remote_microphone,
        "recognition": recognition,
        "CUDA": device,
        "enhancer": enhancement,
        "clipboard": clipboard,
        "panes": panes,
        "window": window,
        "target": places,
        "terminal": terminal,
        "folders": folders,
        "recordings": recordings,
    }
    return run_checks(checks, patient, TIME_LIMIT_S)


def can_dictate(findings: Sequence[Finding]) -> bool:
    """Whether nothing that dictation needs is missing."""
    return all(finding.status != "missing" for finding in findings)


def run_checks(checks: Mapping[str, Check], patient: Patient, limit_s: float) -> list[Finding]:
    """Run `checks` (topic → check) side by side; a crash or a hang becomes a finding.

    The threads are daemons: one that hangs does not keep the program from ending.
    """
    answers: dict[str, SimpleQueue[Sequence[Finding]]] = {topic: SimpleQueue() for topic in checks}

    def answer(topic: str, check: Check) -> None:
        try:
            found = check(patient)
        except Exception as error:
            found = [_unknown(topic, f"could not be examined ({type(error).__name__}: {error})")]
        answers[topic].put(found)

    for topic, check in checks.items():
        threading.Thread(target=answer, args=(topic, check), daemon=True, name=f"doctor {topic}").start()
    findings: list[Finding] = []
    for topic, queue in answers.items():
        try:
            findings += queue.get(timeout=limit_s)
        except Empty:
            findings.append(_unknown(topic, f"gave no answer within {limit_s:g} s"))
    return findings


def program(patient: Patient) -> list[Finding]:
    """Python and utter themselves."""
    try:
        version = metadata.version("utter")
    except metadata.PackageNotFoundError:
        version = "(a checkout)"
    python = ".".join(map(str, sys.version_info[:3]))
    return [Finding("utter", "ok", f"utter {version} on Python {python}, {sys.platform}.")]


def sound(patient: Patient) -> list[Finding]:
    """PortAudio and the microphones; whoever speaks into another machine's can do without."""
    elsewhere = patient.settings.audio.device == REMOTE or is_remote(patient.environ)
    status: Status = "warning" if elsewhere else "missing"
    try:
        version = probe("portaudio")["version"]
    except ProbeError as error:
        return [Finding("PortAudio", status, f"PortAudio cannot be used: {error}", _portaudio_fix())]
    findings = [Finding("PortAudio", "ok", f"{version}.")]
    try:
        answer = probe("inputs")
    except ProbeError as error:
        return [
            *findings,
            Finding("microphone", status, f"Inputs cannot be listed: {error}", "Check the sound system."),
        ]
    names, default = answer["names"], answer["default"]
    if not names:
        fix = "Connect a microphone, or start the sound server; `utter --source FILE` works without one."
        fix = "Speak into your own machine's: `utter mic --to` sends it here." if elsewhere else fix
        return [*findings, Finding("microphone", status, "There is no input device.", fix)]
    listed = ", ".join(f"{name} (default)" if name == default else name for name in names)
    findings.append(Finding("microphone", "ok", f"{listed}."))
    chosen = patient.settings.audio.device
    if chosen not in ("", REMOTE) and not any(chosen.lower() in name.lower() for name in names):
        what = f'audio.device is "{chosen}", which is not connected; the default is used.'
        findings.append(Finding("microphone", "warning", what, "Choose another in the workstation."))
    return findings


def folders(patient: Patient) -> list[Finding]:
    """Whether the folders can be written; dictation works without any of them."""
    kept = "dictation works, but what is kept of it lasts only until you log out or the machine is shut down"
    uses = {
        "recordings": (paths.recordings(), f"; {kept}"),
        "state": (paths.state_file().parent, ""),
        "log": (paths.log_file().parent, ""),
    }
    findings = []
    for use, (folder, then) in uses.items():
        existing = next(place for place in (folder, *folder.parents) if place.exists())
        if not (existing.is_dir() and os.access(existing, os.W_OK | os.X_OK)):
            what = f"The folder for {use}, {shown(folder)}, cannot be written{then}."
            findings.append(Finding("folders", "warning", what, f"Make {shown(existing)} writable."))
    good = ", ".join(shown(folder) for folder, _ in uses.values())
    return findings or [Finding("folders", "ok", f"Writable: {good}.")]


def recordings(patient: Patient) -> list[Finding]:
    """Sound of dictations that were cancelled or failed, and lies around still."""
    findings = []
    for folder in dict.fromkeys((paths.recordings(), *all_shelters())):
        left = [path for path in folder.glob("*") if path.suffix in {".wav", ".pcm"}]
        if left:
            size = sum(path.stat().st_size for path in left)
            what = f"{len(left)} kept in {shown(folder)}, {size / 1e6:.1f} MB."
            fix = "Read them with `utter transcribe`, then delete them."
            findings.append(Finding("recordings", "ok", what, fix))
    return findings


def _portaudio_fix() -> str:
    if sys.platform == "linux":
        return "Install it with `sudo apt-get install libportaudio2`, or your system's package of PortAudio."
    return "Install sounddevice again; its package brings PortAudio."


def _unknown(topic: str, why: str) -> Finding:
    return Finding(topic, "warning", f"It {why}.", "Run `utter doctor` again; report it if it stays.")
