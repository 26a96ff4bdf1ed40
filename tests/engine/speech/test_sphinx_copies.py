"""Copies of PocketSphinx's process in trouble: told, ended, and no word is lost."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable

import numpy as np
import pytest

from engine.audio.format import FRAME, SAMPLE_RATE
from engine.errors import RecognitionError
from engine.speech import forked, sphinx_first_words
from engine.speech.recognizer import Context, Transcript
from engine.speech.sphinx import Sphinx
from tests.engine.speech.listening import PADDING, feed, fresh, plainly, wait_for_guess
from tests.support.voices import Spoken

pytestmark = pytest.mark.usefixtures("no_copy_is_left")


def fail() -> bytes:
    raise RecognitionError("The copy failed.", "")


def hang() -> bytes:
    time.sleep(3600)
    return b""


TROUBLES: list[tuple[Callable[[], bytes], str]] = [
    (fail, "failed without an answer"),
    (hang, "too long"),
    (lambda: os._exit(0), "failed without an answer"),
    *(
        (lambda garbage=garbage: garbage, "no transcript")
        for garbage in (b"", b"[1", b"[1]", b"3", b'{"segments": 3}')
    ),
]


@pytest.mark.parametrize(("trouble", "why"), TROUBLES)
def test_a_copy_in_trouble_is_told_and_costs_no_words(
    spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch, trouble: Callable[[], bytes], why: str
) -> None:
    samples = spoken[0].samples()
    expected = plainly(fresh().open(Context()), samples)
    monkeypatch.setattr(sphinx_first_words, "LIMIT_S", 0.1 if trouble is hang else 30.0)
    monkeypatch.setattr(sphinx_first_words, "_written", lambda transcript: trouble())
    utterance = fresh().open(Context())
    partials = []
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        wait_for_guess(utterance)
        partials.append(utterance.partial())
        if start == 40 * FRAME:
            assert_failed(utterance.speculate(), why)
    assert_failed(utterance.speculate(), why)
    assert utterance.finish() == expected
    assert any(why in partial.fallback for partial in partials)
    assert not partials[-1].fallback


def assert_failed(answer: Transcript | None, why: str) -> None:
    assert answer is not None
    assert (answer.failed, answer.segments) == (True, ())
    assert why in answer.fallback
    assert answer.fallback.endswith(".")


def test_where_the_system_refuses_a_copy_that_is_told(
    sphinx: Sphinx, spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> int:
        raise BlockingIOError(errno.EAGAIN, "no more processes")

    monkeypatch.setattr(os, "fork", refuse)
    utterance = sphinx.open(Context())
    feed(utterance, np.concatenate([PADDING, spoken[0].samples()[: SAMPLE_RATE // 2]]))
    assert "no more processes" in utterance.partial().fallback
    assert_failed(utterance.speculate(), "no more processes")
    monkeypatch.undo()
    assert utterance.speculate() == utterance.finish()


def test_after_a_copy_that_hung_an_utterance_makes_no_other(
    sphinx: Sphinx, spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    copies: list[float] = []

    def counting(work: Callable[[], bytes], limit_s: float) -> forked.Forked:
        copies.append(limit_s)
        return forked.Forked(hang, 0.05)

    samples = spoken[0].samples()
    with monkeypatch.context() as patched:
        patched.setattr(forked, "start_copy", counting)
        patched.setattr(sphinx_first_words, "start_copy", counting)
        utterance = sphinx.open(Context())
        feed(utterance, samples)
        assert_failed(utterance.speculate(), "too long")
        assert_failed(utterance.speculate(), "too long")
        assert len(copies) == 1
        utterance = sphinx.open(Context())
        for start in range(0, SAMPLE_RATE // 2, FRAME):
            utterance.feed(samples[start : start + FRAME])
            utterance.partial()
            wait_for_guess(utterance)
        assert len(copies) == 2
    utterance = sphinx.open(Context())
    feed(utterance, samples)
    assert utterance.speculate() == utterance.finish(), "the next one may try again"


def test_where_no_process_can_be_copied_words_come_as_they_are_decoded(
    sphinx: Sphinx, spoken: list[Spoken], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forked, "AVAILABLE", False)
    utterance = sphinx.open(Context())
    partials = []
    samples = spoken[0].samples()
    for start in range(0, len(samples), FRAME):
        utterance.feed(samples[start : start + FRAME])
        partials.append(utterance.partial().text)
    assert utterance.speculate() is None
    assert partials[15] == ""
    assert partials[-1]
    assert utterance.finish().text


@pytest.mark.parametrize("end", ["discard", "accept", "finish", "unload", "open"])
def test_a_guess_ends_with_its_utterance(spoken: list[Spoken], end: str) -> None:
    sphinx = fresh()
    utterance = sphinx.open(Context())
    samples = spoken[0].samples()
    feed(utterance, samples[: SAMPLE_RATE * 11 // 20])
    utterance.partial()
    assert utterance._first._copy is not None
    {
        "unload": sphinx.unload,
        "open": lambda: sphinx.open(Context()),
    }.get(end, getattr(utterance, end, None))()
    assert utterance._first._copy is None
