"""What `utter doctor` says of recognisers, models, CUDA, arithmetic and threads."""

from __future__ import annotations

from collections.abc import Collection

from engine.findings import Finding, Patient
from engine.models.cuda import Trial, try_out
from engine.models.cuda_faults import fault_of
from engine.models.devices import Placement, choose
from engine.models.graphics import Card, cards
from engine.probe import ProbeError, probe
from engine.settings.explain import shown
from engine.settings.schema import RecognitionSettings

CUDA_TIME_OUT_S = 25.0
"""How long CUDA may take to answer here; below the time limit of a check."""

GB = 1e9


def recognition(patient: Patient) -> list[Finding]:
    """The two recognisers and the Whisper model; "missing" if the one that is set cannot work."""
    from engine.models.catalog import how_to_get
    from engine.models.on_disk import find, flaw, incomplete, on_disk

    wanted = patient.settings.recognition
    sphinx = _import_finding("PocketSphinx", "pocketsphinx", needed=wanted.recognizer == "pocketsphinx")
    whisper = _import_finding("faster-whisper", "whisper", needed=wanted.recognizer == "whisper")
    folder = find(wanted.model)
    if folder:
        model = Finding("model", "ok", f"{wanted.model} is in {shown(folder)}.")
    else:
        needed = wanted.recognizer == "whisper"
        part = incomplete(wanted.model)
        wrong = f"in {shown(part)} {flaw(part)}" if part else f"{wanted.model} is not on disk"
        what = f"The Whisper model {wrong}."
        model = Finding("model", "missing" if needed else "warning", what, how_to_get(wanted.model))
    findings = [sphinx, whisper, model]
    others = [found.name for found in on_disk() if found.name != wanted.model]
    if others:
        findings.append(Finding("model", "ok", f"Also on disk: {', '.join(others)}."))
    works = sphinx.status == "ok" or whisper.status == model.status == "ok"
    if wanted.recognizer == "auto" and not works:
        findings.append(
            Finding("recognition", "missing", "No recogniser can work.", "Mend one of those above.")
        )
    return findings


def device(patient: Patient) -> list[Finding]:
    """CUDA, if there is a card or one is asked for; the arithmetic, and the threads.

    Nothing where faster-whisper does not work: that is a finding of `recognition`.
    """
    wanted = patient.settings.recognition
    try:
        answer = probe("whisper")
    except ProbeError:
        return []
    if wanted.device == "cpu":
        trial, found = None, Finding("CUDA", "ok", 'It is not used, because recognition.device is "cpu".')
    elif answer["cuda"]:
        trial = try_out("cuda", CUDA_TIME_OUT_S)
        found = _present(trial, cards())
    else:
        trial = Trial(fault=fault_of(answer["cuda_said"]), present=False)
        found = _absent(trial, wanted.device, cards())
    placement = choose(wanted.device, wanted.compute_type, answer["cpu"], trial)
    types = trial.works if trial is not None and placement.device == "cuda" else answer["cpu"]
    return [found, _arithmetic(placement, wanted.compute_type, types), *_threads(placement, wanted)]


def _present(trial: Trial, found: tuple[Card, ...]) -> Finding:
    """What is said of CUDA where it has a device."""
    if trial.fault is not None:
        what = f"It does not work, so Whisper runs on the CPU: {trial.fault.what}."
        return Finding("CUDA", "warning", what, trial.fault.fix)
    shown_cards = "; ".join(_described(card) for card in found) or "a card that nvidia-smi does not tell of"
    return Finding("CUDA", "ok", f"It works on {shown_cards}. Arithmetic: {', '.join(trial.works)}.")


def _absent(trial: Trial, wanted: str, found: tuple[Card, ...]) -> Finding:
    """What is said of CUDA where it has no device."""
    if found and trial.fault is not None:
        what = f"It cannot use {_described(found[0])}, so Whisper runs on the CPU: {trial.fault.what}."
        return Finding("CUDA", "warning", what, trial.fault.fix)
    if wanted == "cuda":
        what = 'recognition.device is "cuda", but there is no NVIDIA graphics card; Whisper runs on the CPU.'
        return Finding("CUDA", "warning", what, 'Set recognition.device to "auto".')
    return Finding("CUDA", "ok", "There is no NVIDIA graphics card; Whisper runs on the CPU.")


def _described(card: Card) -> str:
    driver = f", driver {card.driver}" if card.driver else ""
    if not card.total_bytes:
        return f"{card.name}{driver}"
    return f"{card.name}{driver}, {card.free_bytes / GB:.1f} of {card.total_bytes / GB:.1f} GB free"


def _arithmetic(placement: Placement, wanted: str, types: Collection[str]) -> Finding:
    """The compute type in force; a warning where it is not the one that is set."""
    used = f"Whisper computes in {placement.compute_type} on {placement.device.upper()}."
    if wanted in ("auto", placement.compute_type):
        return Finding("compute type", "ok", used)
    what = f"{wanted} does not exist on {placement.device.upper()} here; {placement.compute_type} is used."
    names = ", ".join(sorted(types))
    fix = f'Set recognition.compute_type to "auto", or to one of: {names}.'
    return Finding("compute type", "warning", what, fix)


def _threads(placement: Placement, wanted: RecognitionSettings) -> list[Finding]:
    """Threads of the decoder, which matter on the CPU only."""
    from engine.machine import usable_cores

    if placement.device == "cuda":
        return []
    cores = usable_cores()
    if wanted.threads > cores:
        what = f"recognition.threads is {wanted.threads}, but utter may use {cores} physical core(s)."
        return [Finding("threads", "warning", what, "Set it to 0; more threads than cores are slower.")]
    return [Finding("threads", "ok", f"Whisper decodes with {wanted.threads or cores} thread(s).")]


def _import_finding(topic: str, name: str, *, needed: bool) -> Finding:
    """Say whether a recogniser's package works."""
    try:
        answer = probe(name)
    except ProbeError as error:
        fix = "Install utter again; `pip install --force-reinstall` mends a broken package."
        return Finding(topic, "missing" if needed else "warning", f"It cannot be loaded: {error}", fix)
    return Finding(topic, "ok", f"Version {answer['version']}.")
