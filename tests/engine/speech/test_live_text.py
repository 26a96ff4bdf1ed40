"""The text shown while one speaks: that of the whole draft, though each phrase is written once."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine.speech.cleanup import readable
from engine.speech.draft import draft_of
from engine.speech.live_text import LiveText
from engine.speech.recognizer import Segment, Word
from tests.engine.enhance.speech import phrases
from tests.support.live import readable_live


def spoken(texts: list[str], silences: list[float], *, timed: bool) -> list[Segment]:
    """Segments of these texts with these silences between them."""
    segments = []
    now = 0.0
    for text, silence in zip(texts, silences, strict=False):
        now += silence
        words = tuple(
            Word(word, now + 0.1 * at, now + 0.1 * at + 0.1) for at, word in enumerate(text.split())
        )
        end = words[-1].end_s if words else now
        segments.append(Segment(text, now, end, words if timed else ()))
        now = end
    return segments


SILENCES = st.lists(st.sampled_from([0.2, 0.4, 0.6, 0.9, 2.0]), min_size=6, max_size=6)


@given(phrases(6), SILENCES, st.booleans(), st.integers(1, 3))
@example(["so it", "is it", "is"], [0.6] * 6, True, 1)
@example(["The", ", end", "b."], [0.6] * 6, True, 1)
@example(["i .", "!"], [0.2] * 6, False, 1)
@settings(max_examples=400)
def test_phrases_after_pauses_make_the_text_of_the_whole(
    texts: list[str], silences: list[float], timed: bool, together: int
) -> None:
    segments = spoken(texts, [silence + 0.01 for silence in silences], timed=timed)
    live = LiveText()
    for at in range(0, len(segments), together):
        before = live.text
        assert live.add(segments[at : at + together], "en").startswith(before)
        assert live.text == readable_live(draft_of(segments[: at + together], "en"))


@given(phrases(6), st.lists(st.sampled_from([0.0, 0.1, 0.3, 0.8]), min_size=6, max_size=6))
@settings(max_examples=300)
def test_what_is_shown_never_changes_wherever_speech_is_cut(texts: list[str], silences: list[float]) -> None:
    segments = spoken(texts, silences, timed=True)
    live = LiveText()
    for segment in segments:
        before = live.text
        assert live.add([segment], "en").startswith(before)
    letters = [char for char in live.text if char.isalnum()]
    assert (
        "".join(letters).casefold()
        == "".join(char for char in readable(draft_of(segments, "en")) if char.isalnum()).casefold()
    )


def test_nothing_adds_nothing() -> None:
    live = LiveText()
    assert live.add([], "de") == live.add([Segment(" ", 0.0, 1.0)], "de") == ""
    assert live.add([Segment("ja", 1.0, 2.0)], "de") == "Ja"
    assert live.add([Segment("", 3.0, 4.0)], "de") == "Ja"
    assert live.add([Segment("nein", 4.0, 5.0)], "de") == "Ja. Nein"


def test_a_language_that_becomes_known_changes_nothing_that_was_read() -> None:
    live = LiveText()
    assert live.add([Segment("i think so", 1.0, 2.0)], "") == "I think so"
    assert live.add([Segment("well i do", 3.0, 4.0)], "") == "I think so. Well i do"
    assert live.add([Segment("now i know", 5.0, 6.0)], "en") == "I think so. Well i do. Now I know"
