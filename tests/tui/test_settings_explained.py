"""What config.toml says of the settings that the built-in recogniser has no use for."""

from __future__ import annotations

import pytest

from engine import paths
from tui.performance_modes import PERFORMANCE_MODES

WHISPER_ONLY = (
    *("beam_size", "temperatures", "encoder_context", "partial_context"),
    *("partial_every_s", "agreement", "redecode_s"),
)


def explanations(table: str) -> dict[str, str]:
    """The comment above each setting of a table of config.toml."""
    lines = paths.shipped("config.toml").read_text(encoding="utf-8").splitlines()
    found: dict[str, str] = {}
    comment = ""
    for line in lines[lines.index(f"[{table}]") + 1 :]:
        if line.startswith("["):
            break
        if line.startswith("# "):
            comment = f"{comment} {line[2:]}".strip()
        elif " = " in line:
            found[line.partition(" = ")[0]], comment = comment, ""
    return found


@pytest.mark.parametrize("mode", PERFORMANCE_MODES)
def test_settings_that_only_whisper_heeds_say_so(mode: str) -> None:
    said = explanations(mode)
    assert {name for name, text in said.items() if "Whisper" in text} == set(WHISPER_ONLY)
    assert "with partials" in said["agreement"]
