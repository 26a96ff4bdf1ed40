"""Layers and origins: which file wins, and what is said when one of them is wrong."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import paths
from engine.errors import SettingsError
from engine.settings.load import Layer, examine, flatten, load, overlay, read_toml, unflatten
from engine.settings.remembered import Remembered

NAMES = st.text(min_size=1, max_size=8).filter(lambda name: "." not in name)
VALUES = st.one_of(st.booleans(), st.integers(), st.text(max_size=5))
TREES = st.dictionaries(NAMES, st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), max_size=4)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    path = tmp_path / "own.toml"
    path.write_text("", encoding="utf-8")
    return path


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state" / "state.toml"


def test_without_a_file_everything_is_default(state: Path, own: Path) -> None:
    loaded = load(own, state=state)
    assert loaded.settings.audio.preroll_s == 1.5
    assert {origin.layer for origin in loaded.origins.values()} == {Layer.DEFAULT}
    assert loaded.origins["audio.preroll_s"].file == paths.shipped("config.toml")
    assert loaded.warnings == []


def remember(state: Path, own: Mapping[str, Any], *changes: tuple[str, str | bool | float]) -> None:
    """Change settings live, in a run that has ended."""
    with closing(Remembered(state, own)) as remembered:
        for key, value in changes:
            remembered.set(key, value)


def test_the_layers_lie_over_each_other(state: Path, own: Path) -> None:
    own.write_text('[audio]\npreroll_s = 3\n[recognition]\nmodel = "small"\n', encoding="utf-8")
    remember(state, {}, ("enhancement.mode", "verbatim"))
    loaded = load(own, {"recognition.model": "tiny.en"}, state=state)
    assert loaded.settings.audio.preroll_s == 3.0
    assert loaded.settings.enhancement.mode == "verbatim"
    assert loaded.settings.recognition.model == "tiny.en"
    assert loaded.origins["audio.preroll_s"].layer is Layer.FILE
    assert loaded.origins["audio.preroll_s"].file == own
    assert loaded.origins["enhancement.mode"].layer is Layer.REMEMBERED
    assert loaded.origins["recognition.model"].layer is Layer.COMMAND_LINE
    assert loaded.origins["recognition.language"].layer is Layer.DEFAULT


def test_a_mode_may_be_changed_key_by_key_and_another_added(state: Path, own: Path) -> None:
    own.write_text('[modes.clean]\nmodel = "tiny"\n[modes.haiku]\ninstruction = "Write a haiku."\n')
    loaded = load(own, {"enhancement.mode": "haiku"}, state=state)
    modes = loaded.settings.modes
    clean = modes["clean"]
    assert (clean.model, clean.fidelity, clean.by_phrase) == ("tiny", "close", True)
    assert loaded.settings.writing_mode.name == "haiku"
    assert loaded.settings.writing_mode.instruction == "Write a haiku."
    assert loaded.origins["modes.clean.model"].layer is Layer.FILE
    assert loaded.origins["modes.clean.fidelity"].layer is Layer.DEFAULT
    assert list(modes)[-1] == "haiku"


def test_a_live_change_wins_over_the_file_until_the_file_changes_that_key(state: Path, own: Path) -> None:
    own.write_text('[enhancement]\nmode = "clean"\n', encoding="utf-8")
    loaded = load(own, state=state)
    remember(state, loaded.own, ("enhancement.mode", "verbatim"))
    own.write_text('# other things changed\n[audio]\ntail_s = 1\n[enhancement]\nmode = "clean"\n')
    assert load(own, state=state).settings.enhancement.mode == "verbatim"
    own.write_text("[enhancement]\nenabled = true\n")
    again = load(own, state=state)
    assert again.settings.enhancement.mode == "clean"
    assert again.origins["enhancement.mode"].layer is Layer.DEFAULT


def test_a_key_that_the_file_newly_sets_wins_over_an_older_live_change(state: Path, own: Path) -> None:
    remember(state, load(own, state=state).own, ("interface.theme", "utter-amber"))
    assert load(own, state=state).settings.interface.theme == "utter-amber"
    own.write_text('[interface]\ntheme = "utter-light"\n')
    assert load(own, state=state).settings.interface.theme == "utter-light"


@pytest.mark.parametrize("content", [b"not toml", b"\xff\xfe", b"a = " + b"[" * 5000])
def test_a_broken_state_file_is_a_warning(state: Path, own: Path, content: bytes) -> None:
    state.parent.mkdir()
    state.write_bytes(content)
    loaded = load(own, state=state)
    assert len(loaded.warnings) == 1
    assert "state.toml" in loaded.warnings[0]
    assert loaded.settings.enhancement.mode == "clean"


def test_outdated_entries_of_the_state_are_left_out_one_by_one(state: Path, own: Path) -> None:
    changes = (
        *(("enhancement.mode", "poetic"), ("audio.loudness", 3)),
        *(("voice.release", 0.9), ("audio.auto_stop", True)),
    )
    remember(state, {}, *changes)
    loaded = load(own, state=state)
    assert loaded.settings.audio.auto_stop is True
    assert loaded.settings.enhancement.mode == "clean"
    assert len(loaded.warnings) == 3
    assert any('enhancement.mode = "poetic"' in warning for warning in loaded.warnings)


def test_a_named_file_must_exist(tmp_path: Path, state: Path) -> None:
    with pytest.raises(SettingsError, match=r"absent\.toml does not exist"):
        load(tmp_path / "absent.toml", state=state)


def test_the_usual_file_need_not_exist(tmp_path: Path, state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "config_file", lambda: tmp_path / "none" / "config.toml")
    assert load(state=state).settings.recognition.recognizer == "auto"


def test_a_folder_is_named_as_such(tmp_path: Path, state: Path) -> None:
    with pytest.raises(SettingsError, match="is a folder"):
        load(tmp_path, state=state)


def test_text_that_is_not_utf8(own: Path, state: Path) -> None:
    own.write_bytes('[interface]\ntheme = "façade"\n'.encode("latin-1"))
    with pytest.raises(SettingsError, match=r"not UTF-8 text in line 2"):
        load(own, state=state)


def test_a_byte_order_mark_is_allowed(own: Path, state: Path) -> None:
    own.write_bytes(b"\xef\xbb\xbf[audio]\ntail_s = 1\n")
    assert load(own, state=state).settings.audio.tail_s == 1.0


def test_a_syntax_error_names_the_line(own: Path, state: Path) -> None:
    own.write_text("[audio]\npreroll_s = 1.5\nauto_stop = yes\n")
    with pytest.raises(SettingsError, match=r"own\.toml is not valid TOML: .*line 3"):
        load(own, state=state)


def test_an_unreadable_file(own: Path, state: Path) -> None:
    if os.geteuid() == 0:
        locked = own.parent / ("n" * 300)
    else:
        locked = own
        locked.chmod(0)
    with pytest.raises(SettingsError, match="cannot be read"):
        load(locked, state=state)


def test_all_mistakes_are_found_at_once(own: Path, state: Path) -> None:
    own.write_text('[audio]\npreroll_s = 99\nautostop = true\n[voice]\nthreshold = "high"\n')
    found = examine(own, state=state)
    assert isinstance(found, list)
    assert len(found) == 3


def test_a_wrong_flag_is_put_down_to_the_command_line(own: Path, state: Path) -> None:
    with pytest.raises(
        SettingsError, match=r'The command line: recognition\.recognizer is "wisper"'
    ) as raised:
        load(own, {"recognition.recognizer": "wisper"}, state=state)
    assert raised.value.remedy == 'Did you mean "whisper"?'


@given(TREES)
def test_flattening_loses_nothing(tree: dict[str, dict[str, object]]) -> None:
    assert unflatten(flatten(tree)) == tree


@given(TREES, TREES)
def test_an_overlay_takes_every_key_from_the_upper_tree_that_has_it(
    below: dict[str, dict[str, object]], above: dict[str, dict[str, object]]
) -> None:
    assert flatten(overlay(below, above)) == flatten(below) | flatten(above)


def test_the_shipped_file_explains_every_key() -> None:
    lines = paths.shipped("config.toml").read_text(encoding="utf-8").splitlines()
    for key in flatten(read_toml(paths.shipped("config.toml"))):
        name = key.rpartition(".")[2]
        if key.startswith(("modes.", "into_")):  # explained once for all of them
            assert any(line.startswith("# ") and name in re.split(r"[ ,]+", line) for line in lines), name
            continue
        table = lines.index(f"[{key.rpartition('.')[0]}]")
        line = next(at for at, text in enumerate(lines) if at > table and text.startswith(f"{name} ="))
        assert lines[line - 1].startswith("# "), f"config.toml does not explain {key}"
