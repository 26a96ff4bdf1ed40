import pytest

from engine import paths
from engine.errors import SettingsError
from tui.actions import (
    ACTIONS,
    bindings,
    check_keys,
    effective_keys,
    list_keys,
    readme_table,
    require_keys,
    show_key,
    show_keys,
)
from tui.app import UtterApp


def test_default_keys_have_no_mistake():
    assert check_keys({}) == []


def test_ids_are_unique_and_each_has_a_method():
    ids = [action.id for action in ACTIONS]
    assert len(set(ids)) == len(ids)
    for action in ACTIONS:
        assert hasattr(UtterApp, f"action_{action.id}"), action.id


def test_every_action_has_a_binding_with_its_id():
    assert [binding.id for binding in bindings()] == [action.id for action in ACTIONS]


def test_an_override_replaces_all_default_keys():
    assert effective_keys({"record": "f5, ctrl+r"})["record"] == ("f5", "ctrl+r")


@pytest.mark.parametrize(
    "key", ["a", "Y", "?", "question_mark", "f12", "ctrl+r", "alt+x", "shift+f9", "space", "é"]
)
def test_names_of_keys_are_accepted(key):
    assert not [mistake for mistake in check_keys({"sample": key}) if "is not the name" in mistake]


@pytest.mark.parametrize("key", ["spcae", "hyperspace", "ctrl+nonsense", "strg+a"])
def test_an_unknown_key_is_named_with_its_action(key):
    (mistake,) = check_keys({"record": key})
    assert "keys.record" in mistake
    assert key in mistake


def test_a_misspelt_key_comes_with_the_nearest():
    assert "'space'" in check_keys({"record": "spcae"})[0]


def test_an_unknown_action_comes_with_the_nearest():
    (mistake,) = check_keys({"recrod": "x"})
    assert "'recrod'" in mistake
    assert "'record'" in mistake


def test_an_action_without_a_key_is_a_mistake():
    assert check_keys({"record": " , "}) == ["keys.record: names no key."]


def test_a_conflict_names_key_and_both_actions():
    (mistake,) = check_keys({"sample": "y"})
    assert "'y'" in mistake
    assert "copy_final" in mistake
    assert "sample" in mistake


def test_two_spellings_of_one_key_conflict():
    (mistake,) = check_keys({"sample": "?"})
    assert "help" in mistake


def test_swapping_two_keys_is_no_conflict():
    assert check_keys({"copy_final": "e", "toggle_enhancement": "y"}) == []


def test_require_keys_raises_a_settings_error():
    with pytest.raises(SettingsError, match=r"keys\.sample") as caught:
        require_keys({"sample": "y"})
    assert caught.value.remedy


def test_keys_are_shown_as_people_write_them():
    assert show_key("escape") == "esc"
    assert show_key("question_mark") == "?"
    assert show_key("shift+f9") == "shift+F9"
    assert show_key("+") == "+"
    assert show_keys(("space", "f9")) == "space, F9"


def test_the_listing_names_every_action_and_its_keys_in_force():
    listing = list_keys({"record": "f5"})
    for action in ACTIONS:
        assert action.id in listing
        assert action.help in listing
    assert "f5" in listing


def test_the_readme_carries_the_table():
    readme = paths.shipped("README.md")
    assert readme_table() in readme.read_text(), "put tui.actions.readme_table() into README.md"
