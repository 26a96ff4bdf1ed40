"""The rules of the architecture: who may import whom. The tables are the rules."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from tests.support.module_imports import Import


def _modules(packages: Mapping[str, str]) -> frozenset[str]:
    """Full names, from those of each package."""
    return frozenset(f"{package}.{name}" for package, names in packages.items() for name in names.split())


INTERFACES = ("tui", "textual", "rich")
"""What the engine never imports."""

HEAVY = (
    *("faster_whisper", "ctranslate2", "onnxruntime", "pocketsphinx"),
    *("av", "sounddevice", "ollama", "psutil"),
    *("huggingface_hub", "httpx", "filelock"),
)
"""Packages that are imported inside functions only, so that nobody pays who does not use them."""

PURE = _modules(
    {
        "engine": (
            "bus errors event_json events exit_status metrics runtime_folder state window_recognition "
            "word_errors"
        ),
        "engine.audio": "device_choice format levels mono paced_delivery preroll ring sources validate",
        "engine.bench": "clips figures",
        "engine.deliver": (
            "clipboard_mechanism copies destination offer outcome_words sanitize shape surroundings target"
        ),
        "engine.deliver.inject": (
            "ancestors key_input line_limit terminal_windows tmux_names tmux_panes window_backend"
        ),
        "engine.enhance": (
            "alignment diff edited edited_pieces enhancer enhancer_status policy prompts "
            "review served_model text_pieces tidy token_limit touchups writing_mode"
        ),
        "engine.enhance.ollama": "answer_text edit_cost host options",
        "engine.events": "engine_state event recording texts",
        "engine.models": (
            "amounts cuda_faults decoding download_meter eviction languages lease loaded "
            "progress rate residents shelf_model too_large wanted"
        ),
        "engine.remote": "backlog feed link_clock moment wire",
        "engine.speech": (
            "agreement cadence capitals cleanup cuda_trust draft effort endpoint energy_voice "
            "hallucination live_text onnx_weights open_phrase openings phrases placing "
            "recognizer sentences spans sphinx_tuning spoken_language streaming tactics "
            "tokens vocabulary voice whisper_options whisper_unfinished whole_dictation words"
        ),
    }
)
"""Modules that import numpy, the standard library and each other."""

PURE_PACKAGES = ("engine.enhance.guard", "engine.enhance.rules")
"""Packages that consist of such modules."""

PURE_EXCEPTIONS = {"engine.metrics": {"psutil"}}
"""What a pure module may import beside that, inside a function: reading our own memory."""

ADAPTERS = _modules(
    {
        "engine.audio": "file microphone raw_socket remote",
        "engine.bench": "playback",
        "engine.deliver": "clipboard command file osc52 stdout",
        "engine.deliver.inject": "dotool kitty macos screen tmux wezterm windows wtype x11 ydotool",
        "engine.enhance.ollama": "ollama",
        "engine.speech": "process sphinx whisper",
    }
)
"""Implementations behind a seam: they never import each other."""

COMPOSERS = ("tui.app", "tui.bridge", "tui.session_runner", "tui.cli")
"""The part of the interface that may import the engine's machinery, inside functions."""

MACHINERY = {"engine.session", "engine.registry", *ADAPTERS}
"""What only composers import."""

SHOWN = _modules(
    {
        "engine": "errors events metrics settings state",
        "engine.audio": "format",
        "engine.deliver": "destination offer sanitize target",
        "engine.enhance": "diff enhancer enhancer_status served_model touchups writing_mode",
        "engine.enhance.ollama": "host",
        "engine.models": "amounts catalog languages loaded progress shelf_model",
    }
)
"""What panels and screens may know of the engine: its events, and what these carry."""


def within(name: str, *packages: str) -> bool:
    """Whether a module is one of `packages` or lies in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def is_pure(module: str) -> bool:
    """Whether a module is one that imports nothing but numpy, the standard library and its like."""
    return module in PURE or within(module, *PURE_PACKAGES)


def broken_rules(module: str, found: list[Import]) -> list[str]:
    """Say in which lines `module` breaks a rule, and which."""
    return [
        f"{module}, line {one.line}: {rule} ({one.name})"
        for one in found
        for rule, breaks in RULES.items()
        if breaks(module, one)
    ]


def _engine_knows_the_interface(module: str, one: Import) -> bool:
    return within(module, "engine") and within(one.name, *INTERFACES)


def _heavy_at_once(module: str, one: Import) -> bool:
    return one.at_once and not one.typing and within(one.name, *HEAVY)


def _impure(module: str, one: Import) -> bool:
    top = one.name.partition(".")[0]
    if not is_pure(module) or one.typing or top in sys.stdlib_module_names or top == "numpy":
        return False
    excused = not one.at_once and top in PURE_EXCEPTIONS.get(module, ())
    return not (is_pure(one.name) or excused)


def _adapter_knows_another(module: str, one: Import) -> bool:
    return module in ADAPTERS and one.name in ADAPTERS and one.name != module


def _machinery_in_the_interface(module: str, one: Import) -> bool:
    if not within(module, "tui") or one.name not in MACHINERY or one.typing:
        return False
    return one.at_once or not within(module, *COMPOSERS)


def _panel_knows_too_much(module: str, one: Import) -> bool:
    return (
        within(module, "tui.panels", "tui.screens")
        and within(one.name, "engine")
        and not within(one.name, *SHOWN)
    )


RULES = {
    "the engine knows no interface": _engine_knows_the_interface,
    "heavy packages are imported inside functions": _heavy_at_once,
    "pure modules import numpy, the standard library and each other": _impure,
    "adapters never import each other": _adapter_knows_another,
    "only app, bridge and cli import the engine's machinery, inside functions": _machinery_in_the_interface,
    "panels and screens know events and what these carry": _panel_knows_too_much,
}
