"""The language of a dictation: found out once, by the first final words that are sure of it."""

from __future__ import annotations

import pytest

from engine.errors import RecognitionError
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context, Segment, Transcript
from engine.speech.spoken_language import SURE, SpokenLanguage, expecting
from engine.speech.streaming import StreamingTranscriber
from engine.speech.tactics import Tactics
from engine.speech.words import Words
from tests.support.scripted import Scripted, Speech, speech
from tests.support.scripted_dictation import HESITATION, Failing, feed, sentence, text


def heard(language: str, probability: float, words: str = "some words") -> Transcript:
    segments = (Segment(words, 0.0, 1.0),) if words else ()
    return Transcript(segments, language=language, language_probability=probability)


def test_the_first_that_is_sure_decides_for_good() -> None:
    language = expecting("auto").after(heard("nl", SURE - 0.01)).after(heard("de", SURE))
    assert (language.code, language.probability) == ("de", SURE)
    assert language.after(heard("fr", 1.0)) == language == language.at_end()


def test_where_nothing_was_sure_the_likeliest_is_taken_at_the_end() -> None:
    language = expecting("auto").after(heard("nl", 0.3)).after(heard("de", 0.4)).after(heard("fr", 0.2))
    assert (language.code, language.expected, language.text) == ("", "auto", "")
    assert (language.at_end().code, language.at_end().probability) == ("de", 0.4)
    assert expecting("auto").at_end() == SpokenLanguage()


def test_what_says_nothing_decides_nothing() -> None:
    assert expecting("auto").after(heard("nl", 0.9, words="")) == SpokenLanguage()
    assert expecting("auto").after(heard("", 0.0)) == SpokenLanguage()


def test_a_language_that_was_given_stays() -> None:
    language = expecting("de").after(heard("nl", 1.0))
    assert (language.code, language.probability, language.expected) == ("de", 0.0, "de")


def test_a_translation_is_english_whatever_is_spoken() -> None:
    translated = Transcript((Segment("words", 0.0, 1.0),), translated=True)
    assert expecting("auto").after(translated).text == "en"
    assert expecting("de").after(translated).text == "en"
    assert expecting("de").after(translated).expected == "de"


def stream_of(
    recognizer: Scripted, reports: list[Words], *, redecode_s: float = 0.0, translate: bool = False
) -> StreamingTranscriber:
    cutter = PhraseCutter(Endpointer(0.5, 0.35, 0.6), 0.4)
    context = Context(language="auto", translate=translate)
    return StreamingTranscriber(
        recognizer, cutter, context, lambda: Tactics(redecode_s=redecode_s), reports.append
    )


def dictate(recognizer: Scripted, said: Speech, **options: float) -> tuple[Words, list[Words]]:
    reports: list[Words] = []
    recognizer.said = said.words
    stream = stream_of(recognizer, reports, **options)
    feed(stream, said)
    return stream.finish(), reports


def languages(recognizer: Scripted) -> list[str]:
    return [context.language for context in recognizer.contexts]


def test_later_phrases_are_decoded_in_the_language_of_the_first() -> None:
    recognizer = Scripted()
    recognizer.heard = [("de", 0.9), ("fr", 0.9)]
    words, reports = dictate(recognizer, speech(sentence(3) * 3))
    assert languages(recognizer) == ["auto", "de", "de"]
    assert (words.language.code, words.language.probability) == ("de", 0.9)
    firm = [one for one in reports if one.segments]
    assert {one.language.code for one in firm} == {"de"}, "words were firm before their language"
    assert {one.language.code for one in reports if not one.segments} == {""}


def test_a_phrase_that_is_not_sure_leaves_it_to_the_next() -> None:
    recognizer = Scripted()
    recognizer.heard = [("nl", 0.4), ("de", 0.8)]
    words, _ = dictate(recognizer, speech(sentence(3) * 3))
    assert languages(recognizer) == ["auto", "auto", "de"]
    assert words.language.code == "de"


def test_a_dictation_that_was_never_sure_ends_with_the_likeliest() -> None:
    recognizer = Scripted()
    recognizer.heard = [("nl", 0.4), ("de", 0.3)]
    words, reports = dictate(recognizer, speech(sentence(3) * 2))
    assert (words.language.code, words.language.probability) == ("nl", 0.4)
    assert text(words) == text(reports[-1]) == "w0 w1 w2 w3 w4 w5"


def test_a_guess_at_the_end_settles_nothing_until_it_is_taken() -> None:
    recognizer = Scripted()
    recognizer.heard = [("de", 0.9)]
    words, reports = dictate(recognizer, speech(sentence(3, HESITATION) + sentence(2, HESITATION)))
    guessed = [one for one in reports if one.expected]
    assert guessed
    assert {(one.language.code, one.expected_language.code) for one in guessed} == {("", "de")}
    assert words.language == words.expected_language == guessed[-1].expected_language


def test_the_head_of_a_phrase_that_is_cut_decides_for_its_tail() -> None:
    recognizer = Scripted(streams=False)
    recognizer.heard = [("de", 0.9)]
    said = speech([(12, 3)] * 60)
    recognizer.said = said.words
    reports: list[Words] = []
    stream = stream_of(recognizer, reports)
    feed(stream, said)
    stream.finish()
    cut = next(one for one in reports if one.segments)
    assert cut.language.code == "de"
    assert languages(recognizer)[:2] == ["auto", "auto"], "the phrase, and its head alone"
    assert set(languages(recognizer)[2:]) == {"de"}


def test_the_whole_dictation_is_decoded_again_in_the_language_that_was_found() -> None:
    recognizer = Scripted(streams=False)
    recognizer.heard = [("nl", 0.3), ("de", 0.9)]
    words, _ = dictate(recognizer, speech(sentence(3) * 2), redecode_s=30.0)
    assert languages(recognizer) == ["auto", "auto", "de"]
    assert words.revised
    assert words.language.code == "de"


def test_the_whole_dictation_may_find_out_what_its_phrases_could_not() -> None:
    recognizer = Scripted(streams=False)
    recognizer.heard = [("nl", 0.3), ("nl", 0.3), ("de", 0.9)]
    words, reports = dictate(recognizer, speech(sentence(3) * 2), redecode_s=30.0)
    assert languages(recognizer) == ["auto", "auto", "auto"]
    assert (words.language.code, words.language.probability) == ("de", 0.9)
    assert [one.revised for one in reports].count(True) == 1


@pytest.mark.parametrize("call", ["partial", "speculate", "finish", "open"])
def test_a_phrase_that_is_replayed_still_finds_it_out(call: str) -> None:
    said = speech(sentence(3) * 2)
    recognizer = Failing(said.words, call, RecognitionError)
    recognizer.heard = [("de", 0.9)]
    words, _ = dictate(recognizer, said)
    assert text(words) == "w0 w1 w2 w3 w4 w5"
    assert words.language.code == "de"
    assert languages(recognizer)[-1] == "de"


def test_what_could_not_be_translated_is_said_with_the_words() -> None:
    recognizer = Scripted()
    recognizer.heard, recognizer.translates = [("de", 0.9)], False
    words, reports = dictate(recognizer, speech(sentence(3) * 2), translate=True)
    assert words.remark == "It cannot translate."
    assert words.language.text == "de"
    assert all(bool(one.remark) == bool(one.segments) for one in reports)


def test_a_translated_dictation_is_english_from_its_first_firm_words() -> None:
    recognizer = Scripted()
    recognizer.heard = [("de", 0.3), ("de", 0.9)]
    words, reports = dictate(recognizer, speech(sentence(3) * 2), translate=True)
    assert {one.language.text for one in reports if one.segments} == {"en"}
    assert (words.language.code, words.language.text, words.remark) == ("de", "en", "")
