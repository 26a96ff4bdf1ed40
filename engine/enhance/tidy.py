"""The enhancer that needs no model and no server: rules for English dictation.

It takes out what people say while they think and what they take back, and writes numbers, addresses,
lists and punctuation as they are written. It removes nothing that could carry meaning, adds no word,
and doing it twice is doing it once. It edits English only; other languages are made readable.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from types import MappingProxyType

from engine.enhance.enhancer import Delta, Draft
from engine.enhance.rules import email_layout
from engine.enhance.rules.addresses import addresses
from engine.enhance.rules.corrections import corrections
from engine.enhance.rules.figures import figures
from engine.enhance.rules.fluency import fluent
from engine.enhance.rules.layouts import bullets, commit_message, sentences
from engine.enhance.rules.lists import lists, without_last_stop
from engine.enhance.rules.own_words import OwnWords
from engine.enhance.rules.replacements import Replacements
from engine.enhance.rules.spelled_letters import spelled_letters
from engine.enhance.rules.spoken_punctuation import spoken_punctuation
from engine.enhance.rules.switches import ALL, Rules
from engine.enhance.writing_mode import Layout, WritingMode
from engine.speech.cleanup import compose
from engine.speech.tokens import Token, tokens

_ROUNDS = 6
"""How often the text may be edited again. Taking words out can bring others together that only then
read as a stutter. One round finds nothing to do in nearly all speech."""

_LAYOUTS: Mapping[Layout, Callable[[str], str]] = {
    "prose": str,
    "bullets": bullets,
    "email": email_layout.without_last_stop,
    "commit": commit_message,
}
"""How a text is set out once its words are edited."""

_NO_REPLACEMENTS = Replacements({})
_NO_TERMS = OwnWords(())


class Tidy:
    """Edits by rules; satisfies `engine.enhance.enhancer.Enhancer`."""

    name = "tidy"
    instant = True

    def __init__(
        self,
        rules: Rules = ALL,
        replacements: Mapping[str, str] = MappingProxyType({}),
        vocabulary: Sequence[str] = (),
    ) -> None:
        """Prepare; nothing of it changes later.

        Args:
            rules: The rules that apply.
            replacements: What the user says → what is written instead.
            vocabulary: The user's own terms, as the user spells them.
        """
        self._rules = rules
        self._replacements = Replacements(replacements)
        self._terms = OwnWords(vocabulary if rules.vocabulary else ())

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        """Edit `draft` in the manner of `mode`, a sentence at a time. Closing the generator cancels.

        The work is done on another thread: an hour of dictation takes longer than an event loop
        may stall.
        """
        text = await asyncio.to_thread(tidy, draft, mode, self._rules, self._replacements, self._terms)
        for sentence in sentences(text):
            yield Delta(sentence)
            await asyncio.sleep(0)


def tidy(
    draft: Draft,
    mode: WritingMode,
    rules: Rules = ALL,
    replacements: Replacements = _NO_REPLACEMENTS,
    terms: OwnWords = _NO_TERMS,
) -> str:
    """The edited text of `draft`.

    In a mode without rules, in one that translates, and where the language is not English, the words
    are only made readable. The user's replacements and terms apply everywhere.

    Args:
        draft: Recognised words with their pauses.
        mode: The writing mode.
        rules: The rules that apply.
        replacements: The user's replacements.
        terms: The user's own terms.
    """
    english = draft.language == "en"
    words = tokens(draft, english)
    replaces = replacements.apply_to(draft.text)
    if replaces:
        words = replacements.hidden(words)
    if english and mode.rules and mode.fidelity != "translated":
        text = _settled(words, rules, mode.layout)
    else:
        text = compose(words, english)
    return terms.restored(replacements.shown(text) if replaces else text)


def _settled(words: list[Token], rules: Rules, layout: Layout) -> str:
    """The text that the rules make of words, and would leave as it is."""
    text = _edited(words, rules, layout)
    for _ in range(_ROUNDS):
        again = _edited(tokens(Draft(text)), rules, layout)
        if again == text:
            break
        text = again
    return text


def _edited(words: list[Token], rules: Rules, layout: Layout) -> str:
    """What one round of the rules makes of words."""
    if rules.addresses:
        words = addresses(words)
    if rules.corrections:
        words = corrections(words)
    words = fluent(words, rules)
    if rules.punctuation:
        words = spoken_punctuation(words)
    if rules.lists:
        words = lists(words)
    words = figures(words, rules)
    if rules.letters:
        words = spelled_letters(words)
    if layout == "email":
        words = email_layout.email(words)
    return _LAYOUTS[layout](without_last_stop(compose(words)))
