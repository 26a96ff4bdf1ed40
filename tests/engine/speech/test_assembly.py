"""What a performance mode's table says arrives where it is used: each field, in each mode."""

from __future__ import annotations

from typing import Any

import pytest

from engine.settings.load import load
from engine.settings.schema import PerformanceSettings, Settings
from engine.speech.assembly import effort_of, make_context, make_transcriber, tactics_of
from engine.speech.effort import Effort
from engine.speech.recognizer import Context
from engine.speech.tactics import Tactics
from engine.speech.whisper_options import final_pass, partial_pass
from tests.support.scripted import Scripted, speech
from tests.support.scripted_dictation import GAP, WORD, feed, sentence, text

MODES = ("quality", "balanced", "speed")

OTHER: dict[str, Any] = {
    "beam_size": 7,
    "temperatures": [0.1, 0.9],
    "partials": False,
    "partial_every_s": 3.3,
    "speculation": False,
    "agreement": False,
    "redecode_s": 12.5,
}
"""A value for each field that no mode ships with; the two contexts have but two values each."""

USED_ELSEWHERE = {"ahead", "checked_share"}
"""Fields that never reach a recogniser: see the tests of the session."""


def settings(mode: str, **changed: object) -> Settings:
    row = {f"{mode}.{key}": value for key, value in changed.items()}
    return load(overrides={"recognition.performance": mode, **row}).settings


def plain(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def recognised_with(given: Settings) -> Context:
    """What the utterance of a dictation is opened with under these settings."""
    said = speech(sentence(2))
    recognizer = Scripted(said.words)
    stream = make_transcriber(recognizer, lambda: given, lambda _: None)
    stream.push(said.sound(0, len(said.voice)), said.voice)
    stream.finish()
    return recognizer.contexts[0]


def test_every_field_of_the_tables_is_looked_at_here_or_by_the_sessions_tests() -> None:
    contexts = {"encoder_context", "partial_context"}
    assert {*OTHER, *contexts, *USED_ELSEWHERE} == set(PerformanceSettings.model_fields)
    assert set(Tactics.__dataclass_fields__) - {"effort"} <= set(OTHER)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("field", OTHER)
def test_each_field_arrives_and_no_other_changes(mode: str, field: str) -> None:
    before, after = settings(mode), settings(mode, **{field: OTHER[field]})
    arrived: Tactics | Effort
    was: Tactics | Effort
    if field in Tactics.__dataclass_fields__:
        arrived, was = tactics_of(after.performance), tactics_of(before.performance)
        assert arrived.effort == was.effort
    else:
        arrived, was = effort_of(after.performance), effort_of(before.performance)
    changed = {key for key in type(was).__dataclass_fields__ if getattr(was, key) != getattr(arrived, key)}
    assert changed == {field}
    assert getattr(arrived, field) == plain(OTHER[field])


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("final", "partial"), [("full", "floor"), ("floor", "full")])
def test_the_encoders_two_contexts_are_not_mistaken_for_one_another(
    mode: str, final: str, partial: str
) -> None:
    effort = recognised_with(settings(mode, encoder_context=final, partial_context=partial)).effort
    assert final_pass(effort).context == final
    assert partial_pass(effort, timed=False).context == partial


@pytest.mark.parametrize("mode", MODES)
def test_the_recogniser_is_given_the_effort_of_the_mode_in_force(mode: str) -> None:
    given = settings(mode, beam_size=7, temperatures=[0.1, 0.9])
    assert recognised_with(given).effort == make_context(given).effort == effort_of(given.performance)
    assert final_pass(recognised_with(given).effort).beam_size == 7
    assert final_pass(recognised_with(given).effort).temperatures == (0.1, 0.9)
    others = [other for other in MODES if other != mode]
    assert all(recognised_with(settings(other)).effort.beam_size != 7 for other in others)


def test_the_shipped_modes_differ_as_their_names_say() -> None:
    quality, balanced, speed = (settings(mode).performance for mode in MODES)
    assert quality.partial_every_s > balanced.partial_every_s > speed.partial_every_s
    assert quality.checked_share > balanced.checked_share > speed.checked_share
    assert len(quality.temperatures) > len(balanced.temperatures) > len(speed.temperatures)
    assert (quality.redecode_s, balanced.redecode_s, speed.redecode_s) == (30.0, 0.0, 0.0)
    encoders = [mode.encoder_context for mode in (quality, balanced, speed)]
    assert encoders == ["full", "full", "floor"]


@pytest.mark.parametrize(
    ("field", "value", "partials", "speculations"),
    [("partials", False, 0, 1), ("speculation", False, 1, 0)],
)
def test_a_switch_of_the_table_reaches_the_driver(
    field: str, value: bool, partials: int, speculations: int
) -> None:
    said = speech(sentence(3))
    recognizer = Scripted(said.words)
    stream = make_transcriber(recognizer, lambda: settings("balanced", **{field: value}), lambda _: None)
    spoken = said.words[-1].last
    for start, end in ((0, spoken), (spoken, spoken + 12)):
        stream.push(said.sound(start, end - start), said.voice[start:end])
        stream.work_ahead()
    stream.finish()
    assert (recognizer.partials, recognizer.speculations) == (partials, speculations)


@pytest.mark.parametrize("agreement", [True, False])
def test_speech_without_a_pause_is_cut_early_where_the_table_says_so(agreement: bool) -> None:
    said = speech([(WORD, GAP)] * 40)
    recognizer = Scripted(said.words, streams=False)
    given = settings("balanced", agreement=agreement)
    stream = make_transcriber(recognizer, lambda: given, lambda _: None)
    feed(stream, said)
    assert text(stream.finish()) == " ".join(word.text for word in said.words)
    assert (len(recognizer.taken) > 1) == agreement


def test_the_language_the_words_to_expect_and_the_speaker_arrive_too() -> None:
    given = load(overrides={"recognition.vocabulary": ["utter", "Textual"], "recognition.language": "de"})
    context = make_context(given.settings, speaker="Ada")
    assert (context.language, context.vocabulary, context.speaker) == ("de", ("utter", "Textual"), "Ada")


def test_terms_that_replace_what_is_said_are_expected_and_snippets_are_not() -> None:
    written = {"replacements.cube control": "kubectl", "replacements.sign it": "Kind regards,\nJane"}
    given = load(overrides={"recognition.vocabulary": ["utter"], **written, "replacements.basically": ""})
    assert make_context(given.settings).vocabulary == ("utter", "kubectl")
