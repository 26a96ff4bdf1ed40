"""What `nvidia-smi` says, as programs of that name say it; no card is needed."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.models import graphics
from engine.models.graphics import MIB, Card, cards, growth, parse, total_bytes

A3060 = Card("NVIDIA GeForce RTX 3060", "550.54.14", 12288 * MIB, 512 * MIB)


@pytest.fixture
def tool(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test puts its own `nvidia-smi`, before all others."""
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    graphics._total_bytes.cache_clear()
    return tmp_path / "nvidia-smi"


def write(tool: Path, script: str) -> None:
    tool.write_text(f"#!/bin/sh\n{script}\n")
    tool.chmod(0o755)


def test_a_card_is_read_and_asked_for_in_the_documented_way(tool: Path) -> None:
    write(
        tool,
        'test "$1" = "--query-gpu=name,driver_version,memory.total,memory.used"'
        ' && test "$2" = "--format=csv,noheader,nounits"'
        " && echo 'NVIDIA GeForce RTX 3060, 550.54.14, 12288, 512'",
    )
    assert cards() == (A3060,)
    assert A3060.free_bytes == 11776 * MIB


@pytest.mark.parametrize(
    "script", ["exit 9", "echo 'NVIDIA-SMI has failed'", "kill -9 $$", "printf '\\377\\n'"]
)
def test_a_tool_that_fails_means_no_cards(tool: Path, script: str) -> None:
    write(tool, script)
    assert cards() == ()
    assert total_bytes() == 0


def test_no_tool_means_no_cards(tool: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tool.parent))
    assert cards() == ()


def test_a_tool_that_hangs_is_given_up(tool: Path) -> None:
    write(tool, "exec sleep 600")
    assert cards(time_out_s=0.2) == ()


def test_the_least_memory_counts_and_is_asked_for_once(tool: Path) -> None:
    write(tool, "echo 'A, 550, 8000, 0'; echo 'B, 550, [N/A], 0'; echo 'C, 550, 24000, 0'")
    assert total_bytes() == 8000 * MIB
    write(tool, "echo 'A, 550, 1, 0'")
    assert total_bytes() == 8000 * MIB


@pytest.mark.parametrize(
    ("line", "card"),
    [
        ("Tesla T4, 470.1, [N/A], [Not Supported]", Card("Tesla T4", "470.1")),
        ("A, B and C, 470.1, 10, 4", Card("A, B and C", "470.1", 10 * MIB, 4 * MIB)),
        ('"A, B", 470.1, 10, 4', Card("A, B", "470.1", 10 * MIB, 4 * MIB)),
        (", [N/A], -5, 1e9", Card("NVIDIA card")),
        ("\x1b[31mred\x07, 1; rm, 99999999999, 3", Card("[31mred", "", 0, 3 * MIB)),
        (f"{'x' * 500}, 1, 2, 3", Card("x" * 60, "1", 2 * MIB, 3 * MIB)),
    ],
)
def test_odd_answers_are_read_as_far_as_they_go(line: str, card: Card) -> None:
    assert parse(line) == (card,)


def test_what_is_no_row_is_left_out() -> None:
    assert parse("") == ()
    assert parse("No devices were found\n\nA, 1, 2, 3\n") == (Card("A", "1", 2 * MIB, 3 * MIB),)


def test_growth_is_that_of_the_card_which_filled_up_most() -> None:
    def now(*used: int) -> tuple[Card, ...]:
        return tuple(Card("A", "1", 100, one) for one in used)

    assert growth(now(10, 20), now(15, 90)) == 70
    assert growth(now(10, 20), now(5, 10)) == 0
    assert growth((), ()) == 0
    assert growth(now(10), now(10, 20)) == 0
