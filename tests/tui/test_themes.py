"""The shipped themes are complete and readable; broken ones are named and do no harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.color import Color
from textual.theme import Theme

from engine import paths
from engine.settings.schema import Settings
from tui.app import UtterApp
from tui.themes import FALLBACK, LAST_RESORT, choose_theme, load_themes, theme_notices

THEMES, FAILED = load_themes([paths.shipped("themes")])
TEXTS = ("foreground", "text-muted", "text-primary", "text-success", "text-warning", "text-error", "primary")
GROUNDS = ("background", "surface", "panel")
PAIRS = (
    ("block-cursor-foreground", "block-cursor-background"),
    ("screen-selection-foreground", "screen-selection-background"),
)


def luminance(color: Color) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [part / 255 for part in color.rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio as WCAG 2.2 defines it, 1 to 21."""
    bright, dark = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_formula_gives_the_known_extremes():
    assert round(contrast("#000000", "#ffffff"), 2) == 21.0
    assert round(contrast("#777777", "#ffffff"), 2) == 4.48


def test_all_shipped_themes_load():
    assert FAILED == []
    assert {theme.name for theme in THEMES} >= {"utter-dark", "utter-light", "utter-contrast", "utter-amber"}


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_text_can_be_read_on_every_ground(theme: Theme):
    wanted = 7.0 if theme.name == "utter-contrast" else 4.5
    colors = theme.to_color_system().generate()
    pairs = [(text, ground) for text in TEXTS for ground in GROUNDS] + list(PAIRS)
    weak = {
        f"{text} on {ground}": round(contrast(colors[text], colors[ground]), 2)
        for text, ground in pairs
        if contrast(colors[text], colors[ground]) < wanted
    }
    assert not weak


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("primary = ", "Invalid value"),
        ('primry = "#fff"', "'primry'"),
        ('dark = true\nbackground = "#000"', "'primary' is missing"),
        ('primary = "blurple"', "'blurple' is not a colour"),
        ("primary = 3", "primary is not a colour"),
        ('primary = "#fff"\ndark = "yes"', "dark = 'yes'"),
        ('primary = "#fff"\n[variables]\nborder = 3', "[variables]"),
    ],
)
def test_a_broken_theme_is_named_with_its_fault(tmp_path: Path, text: str, reason: str):
    (tmp_path / "mine.toml").write_text(text)
    (tmp_path / "good.toml").write_text('primary = "#abcdef"')
    loaded, failed = load_themes([tmp_path, tmp_path / "missing"])
    assert [theme.name for theme in loaded] == ["good"]
    assert str(failed[0]).startswith("mine.toml: ")
    assert reason in str(failed[0])


def test_a_users_theme_replaces_a_shipped_one(tmp_path: Path):
    (tmp_path / "utter-dark.toml").write_text('primary = "#123456"')
    loaded, _ = load_themes([paths.shipped("themes"), tmp_path])
    assert [theme.primary for theme in loaded if theme.name == "utter-dark"] == ["#123456"]


def test_a_theme_that_is_not_there_falls_back_and_is_told(settings: Settings):
    chosen = settings.model_copy(
        update={"interface": settings.interface.model_copy(update={"theme": "no-such"})}
    )

    def never(_: object) -> None:
        raise AssertionError

    app = UtterApp(chosen, make_session=never)
    assert app.theme == FALLBACK
    assert any("'no-such'" in notice for notice in app._notices)


@pytest.mark.parametrize(
    ("available", "taken"),
    [({"mine", FALLBACK}, "mine"), ({FALLBACK}, FALLBACK), (set[str](), LAST_RESORT)],
)
def test_the_theme_that_is_shown_is_the_one_that_is_named(available: set[str], taken: str):
    assert choose_theme("mine", available) == taken
    told = theme_notices("mine", available, [])
    assert [f"{taken} is shown" in notice for notice in told] == [True] * (taken != "mine")
