from engine.enhance.enhancer import Draft, Pause
from engine.speech.draft import draft_of
from engine.speech.recognizer import Segment, Word


def test_pauses_lie_at_the_first_character_behind_them():
    one = Segment("hello there", 0.0, 1.0, (Word("hello", 0.0, 0.4), Word("there", 0.7, 1.0)))
    two = Segment("how are you", 2.0, 3.0)
    draft = draft_of([one, two], "en")
    assert draft == Draft("hello there how are you", (Pause(6, 0.3), Pause(12, 1.0)))
    assert [draft.text[pause.offset :].split()[0] for pause in draft.pauses] == ["there", "how"]


def test_gaps_of_articulation_are_no_pauses():
    words = (Word("a", 0.0, 0.1), Word("b", 0.25, 0.3))
    assert draft_of([Segment("a b", 0.0, 0.3, words)], "en") == Draft("a b")


def test_empty_segments_leave_no_trace():
    assert draft_of([], "") == Draft("", language="")
    segments = [Segment("", 0, 1), Segment(" x  y ", 1, 2), Segment("", 2, 3)]
    assert draft_of(segments, "de") == Draft("x y", language="de")
