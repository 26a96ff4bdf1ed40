from __future__ import annotations

import pytest

from engine.models.catalog import MODELS
from engine.models.decoding import TABLE, UNKNOWN, Geometry, decoding_for

NOTHING = Geometry(640, 0, 80)
BASE = Geometry(512, 6, 80)


def family(model: str, geometry: Geometry = NOTHING) -> str:
    return decoding_for(model, geometry, english_only=False).family


@pytest.mark.parametrize("name", MODELS)
def test_every_model_of_the_catalog_has_its_row_by_name_and_by_repository(name: str) -> None:
    by_name = family(name)
    assert by_name != UNKNOWN
    assert by_name in name.replace("large-v2", "large").replace("large-v1", "large") or name == "large"
    assert family(MODELS[name].repository) == by_name


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("/data/models/base", "base"),
        ("/data/large/my-small.en-int8", "small"),
        ("/cache/models--Systran--faster-whisper-large-v2/snapshots/0123abc", "large"),
        ("/cache/models--distil-whisper--distil-large-v3.5-ct2/snapshots/0123abc", "distil"),
        ("somebody/whisper-Large-V3-Turbo-german", "turbo"),
        ("large-v1", "large"),
        ("faster-whisper-large-v3-int8", "large-v3"),
        ("/home/tiny/notes", UNKNOWN),
        ("database", UNKNOWN),
    ],
)
def test_folders_and_unknown_repositories_are_known_by_a_part_of_their_names(
    model: str, expected: str
) -> None:
    assert family(model) == expected


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (Geometry(384, 4, 80), "tiny"),
        (Geometry(512, 6, 80), "base"),
        (Geometry(768, 12, 80), "small"),
        (Geometry(768, 4, 80), "distil"),
        (Geometry(1024, 24, 80), "medium"),
        (Geometry(1024, 2, 80), "distil"),
        (Geometry(1280, 31, 80), "large"),
        (Geometry(1280, 26, 128), "large-v3"),
        (Geometry(1280, 4, 128), "turbo"),
        (Geometry(1280, 2, 128), "distil"),
        (Geometry(1280, 0, 80), "large"),
        (NOTHING, UNKNOWN),
    ],
)
def test_a_model_without_a_telling_name_is_known_by_its_size(geometry: Geometry, expected: str) -> None:
    assert family("/data/mine", geometry) == expected


def test_english_models_are_decoded_in_english_and_others_in_the_language_given() -> None:
    english = decoding_for("base.en", BASE, english_only=True)
    other = decoding_for("base", BASE, english_only=False)
    assert (english.language("de"), other.language("de")) == ("en", "de")
    assert english.tokens_per_s < other.tokens_per_s


def test_only_what_is_known_not_to_judge_silence_is_judged_otherwise() -> None:
    assert [row.family for row in TABLE.values() if not row.judges_silence] == ["turbo"]
    assert TABLE["distil"].previous_tokens == 0


@pytest.mark.parametrize("name", TABLE)
def test_the_numbers_of_a_row_make_sense(name: str) -> None:
    row = TABLE[name]
    assert row.family == name
    assert 1 <= row.beam_size <= 5
    assert (row.no_speech_threshold, row.log_prob_threshold, row.compression_ratio_threshold) == (
        0.6,
        -1.0,
        2.4,
    )
    assert row.log_prob_threshold is not None
    assert row.log_prob_threshold <= row.unsure < 0
    assert 0 < row.doubtful < 0.6
    assert 3 <= row.phrase_loop <= row.word_loop
    assert 0 <= row.previous_tokens <= 96


def test_a_cap_is_exact_and_unguarded_takes_everything() -> None:
    row = TABLE["base"]
    assert row.most_tokens(2.0) > 50
    assert row.capped(3.0).most_tokens(2.0) == 6
    assert row.capped(3.0).most_tokens(0.1) == 1
    bare = row.unguarded()
    assert (bare.no_speech_threshold, bare.log_prob_threshold, bare.compression_ratio_threshold) == (
        None,
    ) * 3
    assert not bare.guarded
