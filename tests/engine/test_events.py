"""What an event leaves of one that it takes the place of."""

from __future__ import annotations

from engine.events import EnhancementGrew


def test_a_newer_text_comes_with_the_words_that_it_is_of() -> None:
    newer = EnhancementGrew(1, "um one two", "One two")
    assert EnhancementGrew(1, "um one", "One").absorb(newer) == newer
    assert EnhancementGrew(2, "um one", "One").absorb(newer) is None
