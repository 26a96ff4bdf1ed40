"""The text so far, written out as a whole: what growing it phrase by phrase is held against."""

from __future__ import annotations

from itertools import zip_longest

from engine.enhance.enhancer import Draft
from engine.speech.cleanup import Composer
from engine.speech.tokens import tokens


def readable_live(draft: Draft) -> str:
    """The English words of `draft` as sentences, without the mark behind the last word."""
    composer = Composer(english=True)
    words = tokens(draft, True)
    for token, following in zip_longest(words, words[1:]):
        composer.add(token, following)
    return composer.take()
