"""`utter config`: what it prints is TOML again, and says where everything came from."""

from __future__ import annotations

import tomllib
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from engine import paths
from engine.settings.load import load
from engine.settings.remembered import Remembered
from tui.cli.config import effective
from tui.cli.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    return tmp_path


@pytest.fixture
def own(home: Path) -> Path:
    paths.config_file().parent.mkdir(parents=True)
    return paths.config_file()


def test_each_value_is_shown_with_its_origin(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text('[audio]\npreroll_s = 3\n[recognition]\nvocabulary = ["utter", "a \\"b\\""]\n')
    with closing(Remembered(paths.state_file())) as remembered:
        remembered.set("interface.theme", "utter-light")
    assert main(["config"]) == 0
    lines = capsys.readouterr().out.splitlines()
    shown = own.relative_to(Path.home())
    assert f"preroll_s = 3.0    # ~/{shown}" in lines
    vocabulary = next(line for line in lines if line.startswith("vocabulary"))
    assert vocabulary.startswith(r'vocabulary = ["utter", "a \"b\""]')
    assert vocabulary.endswith(f"# ~/{shown}")
    assert any(line.startswith('theme = "utter-light"') and "# changed live, ~/" in line for line in lines)
    assert any(line.startswith("tail_s = 0.35") and line.endswith("# default") for line in lines)


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(device=st.text(st.characters(exclude_categories=["Cs"])), words=st.lists(st.text('aé"\\\n\x7f😀')))
def test_the_output_can_be_read_again(tmp_path: Path, device: str, words: list[str]) -> None:
    overrides = {"audio.device": device, "recognition.vocabulary": words, "keys.record": "space"}
    loaded = load(paths.shipped("config.toml"), overrides, state=tmp_path / "none")
    assert tomllib.loads(effective(loaded)) == loaded.settings.model_dump(mode="json")


def test_check_of_a_good_file(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text("[audio]\npreroll_s = 3\n")
    assert main(["config", "--check"]) == 0
    assert capsys.readouterr() == (f"~/{own.relative_to(Path.home())} is valid.\n", "")


def test_check_without_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--check"]) == 0
    assert "does not exist; everything has its default." in capsys.readouterr().out


def test_check_tells_every_mistake_on_a_line_of_its_own(
    own: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    own.write_text('[audio]\npreroll_s = 99\nautostop = true\n[voice]\nthreshold = "high"\n')
    assert main(["config", "--check"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert [line.split(" ")[2] for line in err.splitlines()] == [
        "audio.preroll_s",
        "audio.autostop",
        "voice.threshold",
    ]
    assert "Did you mean audio.auto_stop?" in err


def test_wrong_keys_are_found_with_their_file(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text('[keys]\nrecrod = "space"\n')
    assert main(["config", "--check"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("utter: ~/")
    assert "recrod" in err
    assert "record" in err.replace("recrod", "")


def test_a_broken_state_file_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    paths.state_file().parent.mkdir(parents=True)
    paths.state_file().write_text("broken")
    assert main(["config", "--check"]) == 0
    assert "state.toml cannot be used and is left out" in capsys.readouterr().err


def test_the_path_can_be_handed_to_an_editor(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--path"]) == 0
    assert capsys.readouterr().out == f"{own}\n"
    assert main(["--config", "other.toml", "config", "--path"]) == 0
    assert capsys.readouterr().out == "other.toml\n"


def test_the_keys_are_listed_as_they_are_in_force(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own.write_text('[keys]\nrecord = "f8"\n')
    assert main(["config", "--keys"]) == 0
    listed = dict(line.split()[:2] for line in capsys.readouterr().out.splitlines())
    assert listed["record"] == "f8"
    assert listed["cancel"] == "escape"


def test_a_model_for_the_start_that_cannot_be_is_told(own: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (paths.models() / "mine").mkdir(parents=True)
    could_be = ["base.en", "built-in", "mine", str(paths.models()), "someone/whisper-ct2"]
    own.write_text(f"[models]\npreload = {[*could_be, 'smal.en', 'nonsens', '/nowhere']}\n")
    assert main(["config", "--check"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert lines[0].endswith(
        'models.preload: No model is called "smal.en", and no folder. Did you mean "small.en"?'
    )
    assert '"nonsens"' in lines[1]
    assert "utter models list" in lines[1]
    assert '"/nowhere"' in lines[2]
