"""Who may import whom: the rules of `support.import_rules`, held against the source of every module.

A module in their tables that is gone fails as well, so that they cannot outlive what they speak of.
"""

from __future__ import annotations

import pytest

from tests.support.import_rules import (
    COMPOSERS,
    MACHINERY,
    PURE,
    PURE_EXCEPTIONS,
    PURE_PACKAGES,
    SHOWN,
    broken_rules,
)
from tests.support.module_imports import imports, module_names

MODULES = module_names()


@pytest.mark.parametrize("module", sorted(MODULES))
def test_no_module_breaks_a_rule(module: str) -> None:
    found = imports(MODULES[module].read_text(encoding="utf-8"), MODULES)
    assert broken_rules(module, found) == []


def test_the_tables_speak_of_modules_that_exist() -> None:
    assert PURE | MACHINERY | set(PURE_EXCEPTIONS) <= set(MODULES)
    assert all(name in MODULES for name in (*COMPOSERS, *SHOWN, *PURE_PACKAGES))


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
