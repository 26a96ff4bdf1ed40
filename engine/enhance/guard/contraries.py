"""Whether an answer says the contrary of a word of the text; pure."""

from __future__ import annotations

from engine.enhance.guard.text import Text
from engine.speech.vocabulary import vocabulary

_CONTRARIES = tuple(
    (vocabulary(one), vocabulary(other))
    for one, other in (
        ("well good great", "badly bad poorly"),
        ("fast faster quick", "slow slower slowly"),
        ("cheap cheaper", "expensive"),
        ("must shall required", "may might optional can could"),
        ("easy", "hard difficult"),
        ("show shows shown", "hide hides hidden"),
        ("true", "false"),
        ("safe", "dangerous unsafe"),
        ("light", "dark"),
        ("urgent", "unimportant"),
        ("increase increases raise bump", "decrease decreases lower reduce"),
        ("add adds", "remove removes delete deletes drop drops"),
        ("success succeeded worked works", "failed fails"),
    )
)


def contrary(raw: Text, answer: Text) -> str:
    """A word of the answer whose contrary the text has, and the answer no longer; empty for none.

    Known of English only, and not where something is denied: "not bad" is "good".
    """
    if raw.language != "en":
        return ""
    spoken, written = ({word.key for word in text.words} for text in (raw, answer))
    for pair in _CONTRARIES:
        for one, other in (pair, pair[::-1]):
            new = written & other - spoken
            if new and not spoken.isdisjoint(one) and written.isdisjoint(one) and spoken.isdisjoint(other):
                return "" if _is_denied(raw, one) or _is_denied(answer, other) else min(new)
    return ""


_NEAR = 3
"""Words behind a denial that it surely speaks of."""


def _is_denied(text: Text, keys: frozenset[str]) -> bool:
    words = text.words
    return any(
        word.key in keys and any(other.kind == "denial" for other in words[max(index - _NEAR, 0) : index])
        for index, word in enumerate(words)
    )
