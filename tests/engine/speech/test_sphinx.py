"""PocketSphinx for real, on synthetic voices, fed as a microphone would feed it."""

from __future__ import annotations

import statistics

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE, Samples
from engine.errors import RecognitionError
from engine.speech.process import RecognizerProcess
from engine.speech.recognizer import Context, Recognizer, Transcript
from engine.speech.sphinx import Sphinx
from tests.support.voices import SENTENCES, Voices, word_errors


def recognize(recognizer: Recognizer, samples: Samples, speaker: str = "") -> Transcript:
    utterance = recognizer.open(Context(speaker=speaker))
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
    return utterance.finish()


def test_two_voices_are_understood(sphinx: Sphinx, voices: Voices) -> None:
    for voice in ("slt", "rms"):
        sphinx.forget_speaker()
        spoken = voices.sentences(4, [voice])
        errors = [word_errors(one.text, recognize(sphinx, one.samples()).text) for one in spoken]
        assert statistics.mean(errors) < 0.2, (voice, errors)


@pytest.mark.parametrize("gain", [0.02, 1.5])
def test_the_level_of_the_microphone_hardly_matters(sphinx: Sphinx, voices: Voices, gain: float) -> None:
    spoken = voices.sentences(3, ["slt"])
    errors = [
        word_errors(one.text, recognize(sphinx, np.clip(one.samples() * np.float32(gain), -1, 1)).text)
        for one in spoken
    ]
    assert statistics.mean(errors) < 0.25, errors


def test_partial_words_appear_while_one_speaks_and_need_no_silence(sphinx: Sphinx, voices: Voices) -> None:
    spoken = voices.speak("she opened the window and looked at the garden")
    utterance = sphinx.open(Context())
    assert utterance.partial().text == ""
    partials = []
    samples = spoken.samples()
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        partials.append(utterance.partial().text)
    final = utterance.finish().text
    assert word_errors(partials[-1], final) < 0.5
    half = partials[len(partials) * 2 // 3].split()
    assert 2 <= len(half) < len(final.split())
    assert not any(mark in text for text in partials for mark in "<>[]()")


def test_words_carry_their_times_and_the_pause_between_them(sphinx: Sphinx, voices: Voices) -> None:
    first = voices.speak("open the door and tell them that we are ready").samples()
    second = voices.speak("the weather will be cold and windy in the morning").samples()
    pause = np.zeros(SAMPLE_RATE // 2, dtype=np.float32)
    (segment,) = recognize(sphinx, np.concatenate([first, pause, second])).segments
    assert segment.text == " ".join(word.text for word in segment.words)
    assert (segment.start_s, segment.end_s) == (segment.words[0].start_s, segment.words[-1].end_s)
    for before, after in zip(segment.words, segment.words[1:], strict=False):
        assert before.start_s < before.end_s <= after.start_s
    total_s = (len(first) + len(pause) + len(second)) / SAMPLE_RATE
    assert segment.end_s <= total_s + 0.02
    gaps = [b.start_s - a.end_s for a, b in zip(segment.words, segment.words[1:], strict=False)]
    at = segment.words[int(np.argmax(gaps))].end_s
    assert max(gaps) >= 0.4
    assert abs(at - len(first) / SAMPLE_RATE) < 0.6


def test_how_the_sound_is_cut_into_blocks_does_not_change_the_words(sphinx: Sphinx, voices: Voices) -> None:
    samples = voices.speak("there is a small table in the corner of the room").samples()
    framed = recognize(sphinx, samples)
    sphinx.forget_speaker()
    whole = sphinx.open(Context())
    whole.feed(samples)
    assert word_errors(framed.text, whole.finish().text) <= 0.2


def test_a_discarded_utterance_leaves_no_trace(sphinx: Sphinx, voices: Voices) -> None:
    samples = voices.speak("the company will build a new school near the river").samples()
    alone = recognize(sphinx, samples)
    sphinx.forget_speaker()
    utterance = sphinx.open(Context())
    utterance.feed(voices.speak("nobody knows what will happen after the election", "rms").samples())
    utterance.discard()
    utterance.discard()
    assert word_errors(alone.text, recognize(sphinx, samples).text) <= 0.2
    with pytest.raises(RecognitionError, match="over"):
        utterance.feed(samples)


def test_another_speaker_is_learnt_anew(sphinx: Sphinx, voices: Voices) -> None:
    samples = voices.speak("we need to finish the project before the end of the month").samples()
    known = sphinx._speaker
    for _ in range(2):
        recognize(sphinx, samples)
        assert sphinx._speaker is known
    recognize(sphinx, samples, "another")
    other = sphinx._speaker
    assert other is not known
    recognize(sphinx, samples, "another")
    assert sphinx._speaker is other


def test_opening_again_discards_what_is_open(sphinx: Sphinx, voices: Voices) -> None:
    samples = voices.speak("open the door and tell them that we are ready").samples()
    first = sphinx.open(Context())
    first.feed(samples)
    second = sphinx.open(Context())
    with pytest.raises(RecognitionError, match="over"):
        first.partial()
    second.feed(samples)
    assert "door" in second.finish().text


@pytest.mark.parametrize("count", [0, 100, SAMPLE_RATE // 10])
@pytest.mark.parametrize("value", [0.0, 1.0])
def test_hardly_any_sound_gives_hardly_any_words(sphinx: Sphinx, count: int, value: float) -> None:
    transcript = recognize(sphinx, np.full(count, value, dtype=np.float32))
    assert len(transcript.text.split()) <= 1


def test_clipped_sound_is_still_recognised(sphinx: Sphinx, voices: Voices) -> None:
    samples = voices.speak("my brother and his wife are coming to dinner tonight").samples()
    loud = recognize(sphinx, samples * np.float32(20)).text
    assert len(loud.split()) >= 3


def test_other_languages_are_refused_with_a_way_out(loaded: Sphinx) -> None:
    with pytest.raises(RecognitionError) as failure:
        loaded.open(Context(language="fr"))
    assert '"fr"' in failure.value.what
    assert "`utter models pull base`" in failure.value.remedy


def test_a_language_that_is_left_open_is_english(sphinx: Sphinx, voices: Voices) -> None:
    utterance = sphinx.open(Context(language="auto"))
    utterance.feed(voices.speak(SENTENCES[0], "slt").samples())
    guessed, found = utterance.speculate(), utterance.finish()
    assert guessed is not None
    for transcript in (guessed, found):
        assert (transcript.language, transcript.language_probability) == ("en", 1.0)
        assert transcript.remark == ""
    given = recognize(sphinx, voices.speak(SENTENCES[0], "slt").samples())
    assert (given.language, given.language_probability) == ("", 0.0)


def test_a_translation_that_is_asked_for_is_not_made_and_this_is_said(sphinx: Sphinx, voices: Voices) -> None:
    utterance = sphinx.open(Context(language="auto", translate=True))
    utterance.feed(voices.speak(SENTENCES[0], "slt").samples())
    found = utterance.finish()
    assert found.text
    assert not found.translated
    assert "PocketSphinx knows English only" in found.remark


def test_nothing_is_open_before_loading_or_after_unloading(voices: Voices) -> None:
    sphinx = Sphinx()
    with pytest.raises(RecognitionError, match="not loaded"):
        sphinx.open(Context())
    sphinx.load()
    sphinx.load()
    utterance = sphinx.open(Context())
    sphinx.unload()
    sphinx.unload()
    utterance.discard()
    with pytest.raises(RecognitionError, match="not loaded"):
        sphinx.open(Context())


def test_it_says_the_same_in_a_process_of_its_own(sphinx: Sphinx, voices: Voices) -> None:
    here = [recognize(sphinx, one.samples()) for one in voices.sentences(2, ["slt"])]
    process = RecognizerProcess("pocketsphinx", {})
    process.load()
    try:
        assert (process.name, process.model, process.streams) == (sphinx.name, sphinx.model, True)
        there = [recognize(process, one.samples()) for one in voices.sentences(2, ["slt"])]
    finally:
        process.unload()
    assert [one.text for one in there] == [one.text for one in here]


def test_sound_that_waited_for_the_model_is_decoded_to_its_end(sphinx: Sphinx, voices: Voices) -> None:
    spoken = voices.sentences(4, ["rms"])
    waited = np.concatenate([one.samples() for one in spoken])
    assert len(waited) > 10 * SAMPLE_RATE
    utterance = sphinx.open(Context())
    utterance.feed(waited)
    said = " ".join(one.text for one in spoken)
    assert word_errors(said, utterance.finish().text) < 0.2
