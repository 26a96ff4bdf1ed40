"""Many windows at once: the same words as one by one, nothing lost, guards and limits in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import RecognitionError
from engine.speech.effort import Effort
from engine.speech.recognizer import Context, Segment
from engine.speech.spans import SpanRecognizer
from engine.speech.whisper import Whisper
from engine.speech.whisper_batch import decode_batch, split_at_times
from engine.speech.whisper_options import Pass, Prompt, final_pass
from tests.support import random_whisper
from tests.support.random_whisper import noise
from tests.support.whispering import said, whispering

GREEDY = Effort(1, (0.0,), "full", "full")
FIRST_TIME = 1000
"""Token of time stamp 0 in the tests of `split_at_times`."""


@pytest.fixture(scope="module")
def whisper() -> Iterator[Whisper]:
    with whispering(compute_type="float32", guards=False) as recognizer:
        yield recognizer


def never() -> bool:
    return False


def recognized(
    recognizer: Whisper, windows: Iterable[np.ndarray], context: Context
) -> list[tuple[Segment, ...]]:
    return [transcript.segments for transcript in recognizer.recognize(windows, context, never)]


def test_it_satisfies_the_seam(whisper: Whisper) -> None:
    assert isinstance(whisper, SpanRecognizer)
    assert whisper.window_s == 30.0


@pytest.mark.parametrize("context", [Context(effort=GREEDY), Context(effort=GREEDY, vocabulary=("Textual",))])
def test_windows_together_have_the_words_that_they_have_alone(whisper: Whisper, context: Context) -> None:
    sounds = [noise(30.0, seed) for seed in range(6)]
    together = recognized(whisper, sounds, context)
    assert len(together) == 6
    for sound, segments in zip(sounds, together, strict=True):
        text = " ".join(segment.text for segment in segments)
        assert text == " ".join(segment.text for segment in said(whisper, sound, context).segments)
        assert all(0.0 <= segment.start_s <= segment.end_s <= 30.0 for segment in segments)


def test_short_windows_with_the_floor_are_encoded_shorter(
    whisper: Whisper, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = whisper._model()
    shapes: list[tuple[int, ...]] = []
    plain = model.encode
    monkeypatch.setattr(model, "encode", lambda features: shapes.append(features.shape) or plain(features))
    sounds, floor = [noise(3.0), noise(11.0)], Pass(1, (0.0,), "floor", segments=True)
    decode_batch(model, sounds, Prompt("en"), floor, whisper._row)
    decode_batch(model, sounds, Prompt("en"), final_pass(GREEDY), whisper._row)
    assert [shape[-1] for shape in shapes] == [1300, 1300, 3000, 3000]


def test_silence_has_no_words_and_keeps_its_place(whisper: Whisper) -> None:
    silence = np.zeros(48000, np.float32)
    one, two, three = recognized(whisper, [noise(2.0), silence, noise(2.0)], Context(effort=GREEDY))
    assert one
    assert one == three
    assert two == ()


def test_it_takes_windows_as_it_goes_and_stops_when_told(whisper: Whisper) -> None:
    taken = 0

    def windows() -> Iterator[np.ndarray]:
        nonlocal taken
        for _ in range(40):
            taken += 1
            yield noise(1.0)

    stop = False
    results = whisper.recognize(windows(), Context(effort=GREEDY), lambda: stop)
    next(results)
    assert taken < 10
    stop = True
    assert len(list(results)) < 10
    assert taken < 20


def test_what_the_model_takes_for_silence_has_no_words() -> None:
    recognizer = Whisper(str(random_whisper.shared(no_speech=True)), device="cpu", threads=1)
    recognizer.load()
    assert recognized(recognizer, [noise(3.0)] * 3, Context()) == [()] * 3
    recognizer.unload()


def test_a_poor_window_is_decoded_again_at_the_next_temperature(monkeypatch: pytest.MonkeyPatch) -> None:
    recognizer = Whisper(str(random_whisper.shared()), device="cpu", threads=1)
    recognizer.load()
    # Random weights are sure of themselves: with this limit no answer is good enough.
    monkeypatch.setattr(recognizer, "_row", replace(recognizer._row, log_prob_threshold=0.0))
    temperatures: list[tuple[float, ...]] = []
    plain = recognizer._decode

    def spy(samples, prompt, how, cancelled):
        temperatures.append(how.temperatures)
        return plain(samples, prompt, how, cancelled)

    monkeypatch.setattr(recognizer, "_decode", spy)
    (once,) = recognized(recognizer, [noise(3.0)], Context(effort=Effort(1, (0.0, 0.4, 0.8))))
    assert once
    assert temperatures == [(0.4, 0.8)]
    recognized(recognizer, [noise(3.0)], Context(effort=GREEDY))
    assert len(temperatures) == 1
    recognizer.unload()


def test_a_cap_on_tokens_holds_for_windows() -> None:
    recognizer = Whisper(
        str(random_whisper.shared(endless=True)), device="cpu", threads=1, tokens_per_s=3.0, guards=False
    )
    recognizer.load()
    ((segment,),) = recognized(recognizer, [noise(10.0)], Context(effort=GREEDY))
    assert 20 <= len(segment.text.split()) <= 30
    (whole,) = said(recognizer, noise(10.0), Context(effort=GREEDY)).segments
    assert 20 <= len(whole.text.split()) <= 30
    recognizer.unload()


def test_a_decoder_that_fails_says_so(whisper: Whisper, monkeypatch: pytest.MonkeyPatch) -> None:
    model = whisper._model()
    plain = model.encode
    # CTranslate2 itself refuses these: it wants as many bands as the model has.
    monkeypatch.setattr(model, "encode", lambda features: plain(features[:40]))
    with pytest.raises(RecognitionError, match="Invalid input features shape"):
        recognized(whisper, [noise(1.0)], Context(effort=GREEDY))


def test_an_unknown_language_is_refused(whisper: Whisper) -> None:
    with pytest.raises(RecognitionError, match='does not know "xx"'):
        recognized(whisper, [noise(1.0)], Context(language="xx"))


def at(seconds: float) -> int:
    return FIRST_TIME + round(seconds / 0.02)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([], []),
        ([at(0.0), 1, 2, at(3.0)], [(0.0, 3.0, [1, 2])]),
        ([at(0.5), 1, at(2.0), at(2.4), 2, 3, at(5.0)], [(0.5, 2.0, [1]), (2.4, 5.0, [2, 3])]),
        ([at(0.0), 1, at(2.0), at(2.0), 2, 3], [(0.0, 2.0, [1]), (2.0, 8.0, [2, 3])]),
        ([1, 2], [(0.0, 8.0, [1, 2])]),
        ([at(1.0), 1, at(20.0)], [(1.0, 8.0, [1])]),
        ([at(4.0), 1, at(2.0), at(1.0), 2], [(4.0, 4.0, [1]), (4.0, 8.0, [2])]),
    ],
    ids=["nothing", "one", "two", "unfinished", "untimed", "behind the end", "backwards"],
)
def test_a_window_is_cut_at_its_time_stamps(
    tokens: list[int], expected: list[tuple[float, float, list[int]]]
) -> None:
    found = [
        (pytest.approx(start), pytest.approx(end), text)
        for start, end, text in split_at_times(tokens, FIRST_TIME, 8.0)
    ]
    assert found == expected


@given(st.lists(st.one_of(st.integers(0, 50), st.integers(FIRST_TIME, FIRST_TIME + 1500))))
def test_no_token_of_the_text_is_lost(tokens: list[int]) -> None:
    found = list(split_at_times(tokens, FIRST_TIME, 8.0))
    assert [token for _, _, text in found for token in text] == [t for t in tokens if t < FIRST_TIME]
    times = [time for start, end, _ in found for time in (start, end)]
    assert times == sorted(times)
    assert all(0.0 <= time <= 8.0 for time in times)
