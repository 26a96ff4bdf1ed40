"""`--to`: one place for all texts of a run."""

from __future__ import annotations

import pytest

from engine.errors import DeliveryError
from tests.support.shipped_settings import shipped_settings
from tui.cli.aimed import aimed
from tui.cli.main import main


def test_all_texts_go_there_whatever_a_writing_mode_says():
    shipped = shipped_settings()
    notes = shipped.modes["notes"].model_copy(update={"target": "file:notes.md"})
    settings = aimed(shipped.model_copy(update={"modes": {**shipped.modes, "notes": notes}}), "tmux: %3")
    assert settings.delivery.target == "tmux:%3"
    assert {mode.target for mode in settings.modes.values()} == {""}


def test_without_it_the_settings_stay_as_they_are():
    shipped = shipped_settings()
    assert aimed(shipped, None) is shipped


def test_what_is_no_place_is_refused():
    with pytest.raises(DeliveryError, match="no place for a text"):
        aimed(shipped_settings(), "nowhere")


def test_the_workstation_says_a_mistake_in_one_line(capsys: pytest.CaptureFixture[str]):
    assert main(["--to", "clipbord"]) == 2
    said = capsys.readouterr().err
    assert said.startswith('utter: "clipbord" is no place for a text. Did you mean clipboard?')
    assert said.count("\n") == 1


def test_before_a_subcommand_that_delivers_nothing_it_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--to", "clipboard", "doctor"])
    assert "--to does not go with `utter doctor`" in capsys.readouterr().err
