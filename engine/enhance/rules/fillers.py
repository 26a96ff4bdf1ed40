"""Words that fill a pause and say nothing; pure."""

from __future__ import annotations

from engine.speech.vocabulary import vocabulary

HESITATIONS = vocabulary("um umm ummm uh uhh uhm erm er hm hmm hmmm")
"""Sounds of thinking. "mm" is missing (millimetres), and so is "uh-huh" (a yes)."""

PARENTHESES: dict[tuple[str, ...], frozenset[str]] = {
    ("you", "know"): vocabulary("what that how who where why when if it him her them which"),
    ("i", "mean"): vocabulary("it that what this you by"),
    ("like",): frozenset(),
}
"""Phrases that are filler when set off on both sides → words after which they never are: "you know"
before "what" is a sentence of its own."""
