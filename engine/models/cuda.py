"""Whether Whisper runs on CUDA here: tried out once, in a process that may crash."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from engine.models.cuda_faults import Fault, fault_of
from engine.probe import ProbeError, probe

TIME_OUT_S = 60.0
"""How long the trial may take: at a card's first use its driver may compile what it runs."""


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of trying Whisper out on a device.

    Attributes:
        works: The arithmetic that ran, in CTranslate2's names; empty where nothing did.
        fault: Why nothing ran; None where something did.
        present: Whether there is a device at all.
    """

    works: tuple[str, ...] = ()
    fault: Fault | None = None
    present: bool = True


_lock = threading.Lock()
_remembered: dict[str, Trial] = {}


def try_cuda(time_out_s: float = TIME_OUT_S) -> Trial:
    """Try CUDA out; at most once in the life of the process, unless what failed may pass.

    Where there is no device this is known at once; else a child process runs a tiny Whisper.
    """
    with _lock:
        if "cuda" not in _remembered:
            trial = _absent() or try_out("cuda", time_out_s)
            if trial.fault is not None and trial.fault.passing:
                return trial
            _remembered["cuda"] = trial
        return _remembered["cuda"]


def try_out(device: str, time_out_s: float = TIME_OUT_S) -> Trial:
    """Run a tiny Whisper on "cuda" or "cpu" in a child process, and tell how it went."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="utter-") as folder:
        try:
            answer = probe("cuda", device, folder, time_out_s=time_out_s)
        except ProbeError as error:
            said = f"{error.printed}\n{'' if error.code else error}"
            return Trial(fault=fault_of(said, error.code, hung=error.hung))
    if answer["works"]:
        return Trial(tuple(answer["works"]))
    return Trial(fault=fault_of("\n".join(answer["failed"].values())))


def known() -> dict[str, Any] | None:
    """What this process knows of CUDA, as JSON carries it; None before it was tried."""
    trial = _remembered.get("cuda")
    return asdict(trial) if trial is not None else None


def known_to_work() -> bool | None:
    """Whether Whisper runs on CUDA here; None before it was tried."""
    trial = _remembered.get("cuda")
    return trial.fault is None if trial is not None else None


def remember(told: Mapping[str, Any] | None) -> None:
    """Take over what another process told by `known`, so that it is not tried out again."""
    if told:
        fault = Fault(**told["fault"]) if told["fault"] else None
        _remembered["cuda"] = Trial(tuple(told["works"]), fault, bool(told["present"]))


def _absent() -> Trial | None:
    """The trial's end where there is no device, with what CUDA itself says to that; else None."""
    import ctranslate2

    if ctranslate2.get_cuda_device_count() > 0:
        return None
    try:
        ctranslate2.get_supported_compute_types("cuda")
    except (RuntimeError, ValueError) as error:
        return Trial(fault=fault_of(str(error)), present=False)
    return Trial(fault=fault_of("no CUDA-capable device is detected"), present=False)
