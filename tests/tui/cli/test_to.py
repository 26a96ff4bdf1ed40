"""`--to`: one place for all texts of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import DeliveryError
from engine.settings.schema import Settings
from tests.support.shipped_settings import shipped_settings
from tui.cli import record, workstation
from tui.cli.aimed import aimed, not_printed
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


def test_beside_json_nothing_falls_back_to_standard_output():
    shipped = shipped_settings()
    given = {"fallback": ["stdout", "file:~/spare", "clipboard"]}
    settings = shipped.model_copy(update={"delivery": shipped.delivery.model_copy(update=given)})
    assert not_printed(settings).delivery.fallback == ["file:~/spare", "clipboard"]
    assert not_printed(shipped) == shipped


@pytest.mark.parametrize(("option", "fallback"), [("--json", []), ("--until-silence", ["stdout"])])
def test_a_dictation_whose_events_are_printed_has_its_text_there_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str, fallback: list[str]
):
    config = tmp_path / "config.toml"
    config.write_text('[delivery]\nfallback = ["stdout"]\n')
    dictated: list[Settings] = []

    async def dictate(settings: Settings, *_: object, **__: object) -> int:
        dictated.append(settings)
        return 0

    monkeypatch.setattr(record, "_dictate", dictate)
    assert main(["record", "--config", str(config), "--to", "tmux:last", option]) == 0
    assert [settings.delivery.fallback for settings in dictated] == [fallback]


def test_what_is_no_place_is_refused():
    with pytest.raises(DeliveryError, match="no place for a text"):
        aimed(shipped_settings(), "nowhere")


def test_the_workstation_says_a_mistake_in_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(workstation, "_why_no_screen", lambda: None)
    assert main(["--to", "clipbord"]) == 2
    said = capsys.readouterr().err
    assert said.startswith('utter: "clipbord" is no place for a text. Did you mean clipboard?')
    assert said.count("\n") == 1


def test_before_a_subcommand_that_delivers_nothing_it_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["--to", "clipboard", "doctor"])
    assert "--to does not go with `utter doctor`" in capsys.readouterr().err
