"""Every mistake names the file, the key, what is allowed, and the nearest valid name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import SettingsError
from engine.settings.explain import allowed, shown
from engine.settings.load import examine
from engine.settings.names import every_key, fields_of, nearest, written

NAMES = ("record", "cancel", "copy_final", "quit")

CASES = {
    "[audio]\npreroll_s = 12": ("audio.preroll_s is 12, but must be a number from 0 to 10.", "remove"),
    '[audio]\npreroll_s = "1"': ('audio.preroll_s is "1", but must be a number from 0 to 10.', "remove"),
    "[audio]\npreroll_s = true": ("audio.preroll_s is true, but must be a number", "remove"),
    "[audio]\npreroll_s = nan": ("audio.preroll_s is nan, but must be a number", "remove"),
    "[audio]\npreroll_s = inf": ("audio.preroll_s is inf, but must be a number", "remove"),
    '[audio]\nauto_stop = "yes"': ('audio.auto_stop is "yes", but must be true or false.', "remove"),
    "[audio]\nauto_stop = 1": ("audio.auto_stop is 1, but must be true or false.", "remove"),
    "[audio]\ndevice = 2": ("audio.device is 2, but must be a text.", "remove"),
    "[audio]\nprerol_s = 1": ("audio.prerol_s is no setting.", "Did you mean audio.preroll_s?"),
    '[audio]\nmode = "clean"': ("audio.mode is no setting.", "Did you mean enhancement.mode?"),
    "[audio]\nzzz = 1": ("audio.zzz is no setting.", "The keys of [audio] are device, preroll_s"),
    "[adio]\npreroll_s = 1": ("there is no table [adio].", "Did you mean [audio]?"),
    "[zzz]\na = 1": ("there is no table [zzz].", "The tables are audio, voice"),
    "preroll_s = 1": ("preroll_s is no setting.", "Did you mean audio.preroll_s?"),
    "zzz = 1": ("zzz is no setting.", "Keys stand in one of the tables audio"),
    "audio = 3": ("audio must be a table.", "[audio]"),
    "[[audio]]\npreroll_s = 1": ("audio must be a table.", "[audio]"),
    '[recognition]\nrecognizer = "wisper"': (
        'recognition.recognizer is "wisper", but must be one of "auto", "whisper", "pocketsphinx".',
        'Did you mean "whisper"?',
    ),
    '[enhancement]\nmode = "Claen"': ('must be one of "verbatim", "clean"', 'Did you mean "clean"?'),
    "[enhancement]\nmode = 3": ("enhancement.mode is 3, but must be a text", "remove"),
    '[enhancement]\nmode = "haiku"': ("enhancement.mode is", "Write a table [modes.haiku]"),
    '[enhancement]\nenhancer = "olama"': ('must be one of "auto", "ollama"', 'Did you mean "ollama"?'),
    '[modes.haiku]\nfidelity = "close"': ("modes.haiku.instruction is missing", "[modes.haiku]"),
    '[modes.clean]\nfidelity = "closed"': ("modes.clean.fidelity is", 'Did you mean "close"?'),
    "[modes.clean]\ntoken_factor = 0": ("must be a number from 0.1 to 10", "remove modes.clean.token_factor"),
    "[modes.clean]\nexampel_spoken = 3": ("is no setting", "Did you mean modes.clean.example_spoken?"),
    "[modes.clean]\nzzz = 3": ("is no setting", "The keys of a mode are instruction,"),
    "[modes]\nclean = 3": ("modes.clean must be a table", "[modes.clean]"),
    "[modes.standup]\ninstruction = 5": ("modes.standup.instruction is 5, but must be", "Write what a model"),
    f'[modes.standup]\ninstruction = "{"a" * 1001}"': (
        "must be a text of 1 to 1000 characters",
        "Write what",
    ),
    '[ollama]\nhost = "http://x y"': (
        'ollama.host holds "http://x y", which is no address of a server.',
        "Write it as 127.0.0.1:11434",
    ),
    "[ollama]\nhost = 3": ("ollama.host is 3, but must be a text.", "remove"),
    "[ollama]\ncontext = 3": ("must be a whole number from 1024 to 1048576.", "remove"),
    '[ollama]\nkeep_alive = "soon"': ('must be a time such as "30m"', "remove"),
    '[recognition]\nmodel = ""': ('recognition.model is "", but must be a text that is not empty', "remove"),
    '[recognition]\nlanguage = "English"': ("the code of a language that Whisper knows", '"en" (English)'),
    '[recognition]\nlanguage = "de-AT"': ('recognition.language is "de-AT"', '"de" (German)'),
    '[recognition]\nlanguage = "Auto"': ('recognition.language is "Auto"', '"auto"'),
    '[recognition]\nlanguage = "xx"': ("the code of a language", "ISO 639-1"),
    "[recognition]\nlanguage = 49": ("the code of a language", "ISO 639-1"),
    "[recognition]\nthreads = 2.5": ("must be a whole number from 0 to 256", "remove"),
    '[recognition]\nvocabulary = "utter"': ("must be a list of texts", 'Write it in brackets: ["utter"].'),
    '[delivery]\nfallback = "clipboard"': ("must be a list of texts", 'in brackets: ["clipboard"].'),
    '[delivery]\ntarget = "tmux:"': ('"tmux:" does not say where.', "such as tmux:%3, or tmux:last"),
    "[into_clipboard]\nenter = true": (
        "into_clipboard.enter is no setting.",
        "Only [into_terminal] and [into_window] have enter.",
    ),
    "[audio]\nmodel = 1": ("audio.model is no setting.", "Only [recognition] and [ollama] have model."),
    "enter = true": ("enter is no setting.", "Only [into_terminal] and [into_window] have enter."),
    '[into_panes]\nnewlines = "keep"': ("there is no table [into_panes].", "Did you mean [into_terminal]?"),
    '[into_tmux]\nnewlines = "keep"': ("there is no table [into_tmux].", "Did you mean [into_terminal]?"),
    '[into_files]\nnewlines = "keep"': ("there is no table [into_files].", "Did you mean [into_file]?"),
    '[recognition]\nvocabulary = ["utter", 3]': ("must be a list of texts", "remove"),
    "[balanced]\ntemperatures = [0.4, 2.0]": (
        "holds 2.0, but must be a list of numbers from 0 to 1",
        "remove",
    ),
    '[balanced]\ntemperatures = "0.4"': ("must be a list of numbers", "remove balanced.temperatures"),
    "[voice]\nrelease = 0.6": (
        "voice.release is 0.6, but must be at most voice.threshold, 0.5.",
        "Change one",
    ),
    "[tidy]\nfillers = 1": ("tidy.fillers is 1, but must be true or false.", "remove"),
    "[tidy]\nfilers = false": ("tidy.filers is no setting.", "Did you mean tidy.fillers?"),
    '[replacements]\n"my mail" = 3': ('replacements."my mail" is 3, but must be a text.', "in quotes"),
    "[keys]\nrecord = 3": ("keys.record is 3, but must be a text of key names.", "space,f9"),
}


@pytest.mark.parametrize("text", CASES)
def test_one_mistake_is_one_plain_sentence_and_one_remedy(tmp_path: Path, text: str) -> None:
    what, remedy = CASES[text]
    path = tmp_path / "mine.toml"
    path.write_text(text + "\n", encoding="utf-8")
    found = examine(path, state=tmp_path / "state.toml")
    assert isinstance(found, list)
    assert [type(mistake) for mistake in found] == [SettingsError]
    assert found[0].what.startswith(f"{path}: ")
    assert what in found[0].what
    assert remedy in found[0].remedy
    assert "\n" not in str(found[0])


def test_keys_are_checked_by_whoever_knows_them(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('[keys]\nrecrod = "space"\nquit = "q"\n')

    def check_keys(keys: Mapping[str, str]) -> list[str]:
        return [f"keys.{name}: there is no such action." for name in keys if name not in NAMES]

    found = examine(path, state=tmp_path / "state.toml", check_keys=check_keys)
    assert isinstance(found, list)
    assert [mistake.what for mistake in found] == [f"{path}: keys.recrod: there is no such action."]
    assert "utter config --keys" in found[0].remedy


def test_whole_numbers_do_where_numbers_are_asked(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[audio]\npreroll_s = 1\n")
    loaded = examine(path, state=tmp_path / "state.toml")
    assert not isinstance(loaded, list)
    assert loaded.settings.audio.preroll_s == 1.0


def test_what_stands_in_for_an_empty_address_is_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OLLAMA_HOST", "://bad")
    assert not isinstance(examine(state=tmp_path / "state.toml"), list)


def test_every_setting_can_say_what_is_allowed() -> None:
    for key in every_key():
        section, _, name = key.partition(".")
        assert allowed(fields_of(section)[name])


@given(st.text(max_size=20))
def test_the_nearest_name_is_always_a_valid_one(name: str) -> None:
    assert nearest(name, NAMES) in {None, *NAMES}


def test_the_nearest_name_forgives_case() -> None:
    assert nearest("RECORD", NAMES) == "record"


def test_paths_are_shown_with_a_tilde() -> None:
    assert shown(Path.home() / ".config" / "utter" / "config.toml") == "~/.config/utter/config.toml"
    assert shown(Path("/etc/utter.toml")) == "/etc/utter.toml"


def test_long_values_are_cut() -> None:
    assert len(written("x" * 500)) == 60
