"""Who may import whom: the rules of the architecture, held against the source of every module.

The tables below are the rules. A module in them that is gone fails as well, so that they cannot
outlive what they speak of.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

INTERFACES = ("tui", "textual", "rich")
"""What the engine never imports."""

HEAVY = (
    *("faster_whisper", "ctranslate2", "onnxruntime", "pocketsphinx"),
    *("av", "sounddevice", "ollama", "psutil"),
    *("huggingface_hub", "httpx", "filelock"),
)
"""Packages that are imported inside functions only, so that nobody pays who does not use them."""

PURE = {
    *("engine.event_json", "engine.remote.feed", "engine.remote.moment"),
    *("engine.bus", "engine.errors", "engine.events", "engine.metrics", "engine.state"),
    *("engine.window_recognition", "engine.word_errors"),
    *("engine.audio.device_choice", "engine.audio.format", "engine.audio.levels", "engine.audio.mono"),
    *("engine.audio.preroll", "engine.audio.ring", "engine.audio.sources", "engine.audio.validate"),
    *("engine.bench.clips", "engine.bench.figures"),
    *("engine.deliver.destination", "engine.deliver.offer", "engine.deliver.sanitize"),
    "engine.deliver.outcome_words",
    *(
        "engine.deliver.clipboard_mechanism",
        "engine.deliver.copies",
        "engine.deliver.shape",
        "engine.deliver.surroundings",
        "engine.deliver.target",
    ),
    *("engine.deliver.inject.ancestors", "engine.deliver.inject.key_input"),
    "engine.deliver.inject.terminal_windows",
    *("engine.deliver.inject.window_backend", "engine.remote.wire", "engine.runtime_folder"),
    *("engine.remote.link_clock", "engine.audio.paced_delivery"),
    *("engine.deliver.inject.line_limit", "engine.deliver.inject.tmux_panes"),
    "engine.remote.backlog",
    *("engine.enhance.alignment", "engine.enhance.diff", "engine.enhance.edited"),
    *("engine.enhance.edited_pieces", "engine.enhance.enhancer"),
    *("engine.enhance.enhancer_status", "engine.enhance.policy", "engine.enhance.prompts"),
    *("engine.enhance.review", "engine.enhance.served_model", "engine.enhance.text_pieces"),
    *("engine.enhance.tidy", "engine.enhance.token_limit", "engine.enhance.touchups"),
    *("engine.enhance.writing_mode", "engine.enhance.ollama.host", "engine.enhance.ollama.options"),
    *("engine.enhance.ollama.answer_text", "engine.enhance.ollama.edit_cost"),
    *("engine.events.engine_state", "engine.events.event", "engine.events.recording"),
    "engine.events.texts",
    *("engine.models.amounts", "engine.models.cuda_faults", "engine.models.decoding"),
    *("engine.models.download_meter", "engine.models.eviction", "engine.models.languages"),
    *("engine.models.lease", "engine.models.loaded", "engine.models.progress", "engine.models.rate"),
    *("engine.models.residents", "engine.models.shelf_model", "engine.models.too_large"),
    "engine.models.wanted",
    *("engine.speech.agreement", "engine.speech.cadence", "engine.speech.capitals"),
    *("engine.speech.cleanup", "engine.speech.cuda_trust", "engine.speech.draft", "engine.speech.effort"),
    *("engine.speech.endpoint", "engine.speech.energy_voice", "engine.speech.hallucination"),
    *("engine.speech.live_text", "engine.speech.onnx_weights", "engine.speech.open_phrase"),
    *("engine.speech.openings", "engine.speech.phrases", "engine.speech.placing"),
    *("engine.speech.recognizer", "engine.speech.sentences", "engine.speech.spans"),
    *("engine.speech.sphinx_tuning", "engine.speech.spoken_language", "engine.speech.streaming"),
    *("engine.speech.tactics", "engine.speech.tokens", "engine.speech.vocabulary", "engine.speech.voice"),
    *("engine.speech.whisper_options", "engine.speech.whisper_unfinished"),
    *("engine.speech.whole_dictation", "engine.speech.words"),
}
"""Modules that import numpy, the standard library and each other."""

PURE_PACKAGES = ("engine.enhance.guard", "engine.enhance.rules")
"""Packages that consist of such modules."""

PURE_EXCEPTIONS = {"engine.metrics": {"psutil"}}
"""What a pure module may import beside that, inside a function: reading our own memory."""

ADAPTERS = {
    *("engine.audio.microphone", "engine.audio.file", "engine.bench.playback"),
    *("engine.audio.remote", "engine.audio.raw_socket"),
    *(
        "engine.speech.whisper",
        "engine.speech.sphinx",
        "engine.speech.process",
        "engine.enhance.ollama.ollama",
    ),
    *("engine.deliver.clipboard", "engine.deliver.osc52", "engine.deliver.stdout"),
    *("engine.deliver.file", "engine.deliver.command", "engine.deliver.inject.kitty"),
    *("engine.deliver.inject.wezterm", "engine.deliver.inject.screen"),
    *("engine.deliver.inject.tmux", "engine.deliver.inject.wtype", "engine.deliver.inject.dotool"),
    *("engine.deliver.inject.ydotool", "engine.deliver.inject.macos", "engine.deliver.inject.windows"),
    "engine.deliver.inject.x11",
}
"""Implementations behind a seam: they never import each other."""

COMPOSERS = ("tui.app", "tui.bridge", "tui.session_runner", "tui.cli")
"""The part of the interface that may import the engine's machinery, inside functions."""

MACHINERY = {"engine.session", "engine.registry", *ADAPTERS}
"""What only composers import."""

SHOWN = (
    *("engine.events", "engine.state", "engine.settings", "engine.errors", "engine.metrics"),
    *("engine.audio.format", "engine.enhance.enhancer", "engine.enhance.diff", "engine.deliver.target"),
    *("engine.enhance.touchups", "engine.deliver.sanitize", "engine.enhance.enhancer_status"),
    *("engine.deliver.offer", "engine.deliver.destination"),
    *("engine.enhance.served_model", "engine.enhance.writing_mode", "engine.enhance.ollama.host"),
    *("engine.models.loaded", "engine.models.progress", "engine.models.shelf_model"),
    *("engine.models.languages", "engine.models.amounts", "engine.models.catalog"),
)
"""What panels and screens may know of the engine: its events, and what these carry."""


@dataclass(frozen=True)
class Import:
    """One imported module.

    Attributes:
        name: Its full name.
        line: Where it is imported.
        at_once: Whether this happens when the importing module is imported.
        typing: Whether only a type checker sees it.
    """

    name: str
    line: int
    at_once: bool
    typing: bool


def module_names() -> dict[str, Path]:
    """All modules of the program, with their files."""
    files = (path for package in ("engine", "tui") for path in (ROOT / package).rglob("*.py"))
    return {_name(path.relative_to(ROOT)): path for path in files}


def _name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(source: str, known: Mapping[str, object]) -> list[Import]:
    """Read all imports of a module.

    Args:
        source: Its text.
        known: Names of the program's modules, to tell `from package import module` from a name.
    """
    return list(_imports(ast.parse(source), known, at_once=True, typing=False))


def _imports(node: ast.AST, known: Mapping[str, object], *, at_once: bool, typing: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, at_once, typing)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"line {child.lineno}: relative imports are not used here"
            for alias in child.names:
                full = f"{child.module}.{alias.name}"
                yield Import(full if full in known else str(child.module), child.lineno, at_once, typing)
        else:
            inside = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            checked = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
            yield from _imports(child, known, at_once=at_once and not inside, typing=typing or checked)


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
MODULES = module_names()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_breaks_a_rule(module: str) -> None:
    found = imports(MODULES[module].read_text(encoding="utf-8"), MODULES)
    assert broken_rules(module, found) == []


def test_the_tables_speak_of_modules_that_exist() -> None:
    assert PURE | MACHINERY | set(PURE_EXCEPTIONS) <= set(MODULES)
    assert all(name in MODULES for name in (*COMPOSERS, *SHOWN, *PURE_PACKAGES))


_MAKERS = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def test_what_the_registry_names_exists() -> None:
    from engine import registry

    tables = (registry.RECOGNIZERS, registry.ENHANCERS, registry.SOURCES, registry.TARGETS)
    rows = [row for table in (*tables, registry.WINDOW_BACKENDS) for row in table.values()]
    for row in [*rows, *registry.PANES]:
        module, _, name = row.partition(":")
        tree = ast.parse(MODULES[module].read_text(encoding="utf-8"))
        makers = (node for node in tree.body if isinstance(node, _MAKERS))
        assert name in {node.name for node in makers}, row


@pytest.mark.parametrize(
    ("module", "source", "rule"),
    [
        ("engine.session", "import textual.app", "no interface"),
        ("engine.session", "def f():\n    from rich import print", "no interface"),
        ("engine.session", "if TYPE_CHECKING:\n    from tui.app import App", "no interface"),
        ("engine.speech.whisper", "import faster_whisper", "inside functions"),
        (
            "engine.speech.whisper",
            "try:\n    import av\nexcept ImportError:\n    av = None",
            "inside functions",
        ),
        ("engine.speech.whisper", "class A:\n    from psutil import Process", "inside functions"),
        ("engine.audio.ring", "import pydantic", "pure"),
        ("engine.audio.ring", "def f():\n    from engine import session", "pure"),
        ("engine.metrics", "import psutil", "pure"),
        ("engine.speech.whisper", "from engine.speech.sphinx import Sphinx", "adapters"),
        ("engine.speech.whisper", "def f():\n    from engine.audio import microphone", "adapters"),
        ("tui.app", "from engine.session import DictationSession", "machinery"),
        ("tui.themes", "def f():\n    from engine import registry", "machinery"),
        ("tui.panels.diff", "from engine import paths", "panels"),
        ("tui.screens.help", "def f():\n    import engine.session", "panels"),
    ],
)
def test_each_rule_can_be_broken(module: str, source: str, rule: str) -> None:
    broken = broken_rules(module, imports(source, MODULES))
    assert any(rule in line for line in broken), broken


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("engine.speech.whisper", "def load():\n    import faster_whisper"),
        ("engine.audio.ring", "import threading\nimport numpy as np\nfrom engine.audio.format import FRAME"),
        ("engine.metrics", "def process_bytes():\n    import psutil"),
        ("tui.app", "if TYPE_CHECKING:\n    from engine.session import DictationSession"),
        ("tui.cli.record", "def run():\n    from engine.session import DictationSession"),
        (
            "tui.panels.diff",
            "from engine.enhance.diff import Change\nfrom engine.settings.schema import Settings",
        ),
    ],
)
def test_what_is_allowed_is_left_alone(module: str, source: str) -> None:
    assert broken_rules(module, imports(source, MODULES)) == []
