"""A language that a model does not know is refused before the model is loaded, with a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import paths
from engine.errors import RecognitionError
from engine.models.catalog import MODELS
from engine.models.decoding import Geometry, decoding_for
from engine.models.facts import languages_of
from engine.models.languages import LANGUAGES
from engine.speech.language_fit import can_translate, check_language
from tests.support import random_whisper


@pytest.mark.parametrize("model", ["base.en", "base", "large-v3", "/no/such/folder"])
@pytest.mark.parametrize("recognizer", ["whisper", "pocketsphinx"])
def test_all_take_english_and_what_is_to_be_found_out(recognizer: str, model: str) -> None:
    check_language(recognizer, model, "en")
    check_language(recognizer, model, "auto")


def test_models_for_all_languages_take_all_but_the_one_that_came_late() -> None:
    for code in LANGUAGES:
        check_language("whisper", "large-v3", code)
        if code != "yue":
            check_language("whisper", "small", code)
    with pytest.raises(RecognitionError, match='"small" does not know Cantonese') as failed:
        check_language("whisper", "small", "yue")
    assert "large-v3" in failed.value.remedy


def test_english_models_refuse_another_language_with_their_sister() -> None:
    with pytest.raises(RecognitionError, match=r'"base\.en" knows English only, not German') as failed:
        check_language("whisper", "base.en", "de")
    assert 'such as "base", or set' in failed.value.remedy


def test_pocketsphinx_refuses_another_language() -> None:
    with pytest.raises(RecognitionError, match="PocketSphinx knows English only, not German") as failed:
        check_language("pocketsphinx", "en-us", "de")
    assert "`utter models pull base`" in failed.value.remedy


def test_a_folder_is_judged_by_its_weights(tmp_path: Path) -> None:
    assert languages_of(str(random_whisper.shared())) == 99
    with pytest.raises(RecognitionError, match="knows English only, not French"):
        check_language("whisper", str(random_whisper.shared(multilingual=False)), "fr")
    check_language("whisper", str(tmp_path / "nothing"), "fr")


@pytest.mark.parametrize("name", MODELS)
def test_who_translates_is_the_same_in_both_tables(name: str) -> None:
    model = MODELS[name]
    geometry = Geometry(model.width, model.decoder_layers, 80)
    row = decoding_for(name, geometry, english_only=model.english_only)
    assert row.translates == model.translates


def test_a_folder_with_the_name_of_another_model_is_judged_by_its_weights() -> None:
    assert can_translate("whisper", "small")
    random_whisper.build(paths.models() / "small", multilingual=False)
    assert not can_translate("whisper", "small")
    with pytest.raises(RecognitionError, match='"small" knows English only, not German'):
        check_language("whisper", "small", "de")
