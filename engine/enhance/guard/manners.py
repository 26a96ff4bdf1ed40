"""What models say beside the text they were asked for: patterns of answers that are no edit; pure.

A pattern counts only where the speaker did not say its words: who dictates "here is the text" gets it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import islice
from operator import eq

from engine.enhance.guard.patterns import (
    ANSWER,
    CODE_LINE,
    COMMENTARY,
    FENCE,
    LEAK,
    PLACEHOLDER,
    PREAMBLE,
    REFUSAL,
    REPLIES,
    SPOKEN_CODE,
    THINKING,
)
from engine.enhance.guard.text import Text, read
from engine.enhance.prompts import RULES
from engine.enhance.writing_mode import WritingMode


def manner(raw: Text, answer: Text, mode: WritingMode) -> str:
    """Say in which manner an answer is something else than the text, edited; empty where in none.

    Args:
        raw: What was spoken.
        answer: What the model wrote.
        mode: The manner it was to write in; a letter may be more polite than another text.
    """
    spoken = " ".join(word.stem for word in raw.words)
    known = frozenset(word.stem for word in raw.words)
    for one in (THINKING, LEAK, PREAMBLE, REFUSAL, PLACEHOLDER, ANSWER, COMMENTARY):
        for match in one.found(answer.source):
            if (
                one is COMMENTARY
                and mode.layout == "email"
                and re.match("let me|feel free", match.group(), re.I)
            ):
                continue
            translated = mode.fidelity == "translated" and one in (ANSWER, REFUSAL)
            if translated and _was_translated(match.group(), raw):
                continue
            if not _was_said(match.group(), spoken, known, raw):
                return one.reason
    if FENCE.search(answer.source) and not FENCE.search(raw.source):
        return "The answer puts the text in a code block."
    if _speaks_first(raw, answer):
        return REPLIES
    if _is_code(raw, answer):
        return "The answer is code instead of the words that were spoken."
    return _repeated_orders(raw, answer, mode)


_SAYS = (
    ("thanks?", "merci|dank|gracias|grazie|obrigad|ありがと|谢谢|спасибо|tack"),
    ("sorry", "leid|désolé|siento|perdón|entschuldig|excus|scus|ごめん|すみません|извин|抱歉|对不起|pardon"),
    ("understand", "versteh|compren|comprend|entiend|capisc|わか|понима"),
    ("understood", "verstanden|compris|entendido|承知|понятно"),
    ("agree", "einverstanden|stimme|accord|acuerdo|賛成|соглас"),
    ("suggest|recommend|advise", "vorschlag|schlage|empfehl|propos|recomm|conseill|recom|sugier|aconsej"),
    ("happy|glad|love", "froh|gern|freu|content|heureu|ravi|alegr|feliz|encant|gustar|嬉|рад"),
    (
        "yes|yeah|sure|certainly|course|definitely",
        r"\bja\b|\boui\b|\bsí\b|claro|natürlich|sicher|bien sûr|はい|да\b|是",
    ),
    ("no|problem|worries", r"\bnein\b|\bkein|\bnon\b|\bno\b|problem|いいえ|нет|不"),
    ("okay|ok|alright|got", r"\bok|\bgut\b|accord|vale|bueno|bien|alles klar|好"),
    ("can|cannot|unable|not", "nicht|kein|pas|no puedo|ません|ない|не |non |não|不能"),
    ("please|could", "bitte|s'il|por favor|ください|пожалуйста|请|könn|pourr|podr"),
)
"""Words of a manner → what in another language says the same."""


def _was_translated(match: str, raw: Text) -> bool:
    """Whether the speaker said in another language what a pattern found in a translation."""
    return any(
        re.search(rf"\b(?:{english})\b", match, re.I) and re.search(foreign, raw.source, re.I)
        for english, foreign in _SAYS
    )


def _was_said(match: str, spoken: str, known: frozenset[str], raw: Text) -> bool:
    """Whether the speaker used the words of a pattern: in a row, or all that carry meaning."""
    if match.strip() in raw.source:
        return True
    words = read(match, raw.language).words
    if not words:
        return False
    if " ".join(word.stem for word in words) in spoken:
        return True
    heavy = [word.stem for word in words if word.kind not in ("function", "number")]
    return bool(heavy) and len(known) > len(heavy) and known.issuperset(heavy)


_SPEAKER = frozenset(
    ["i", "we", "my", "me", "our", "us", "let", "let's", "ich", "wir", "mein", "je", "j", "nous", "mon", "yo"]
)


def _speaks_first(raw: Text, answer: Text) -> bool:
    """Whether the answer begins with "I" although the speaker never spoke of themselves."""
    if raw.language != "en" or not answer.words or answer.words[0].key != "i":
        return False
    # "Can't make it" lacks its "I".
    opening = [word.key for word in raw.words if word.kind != "filler"][:2]
    elided = bool(opening) and [word.key for word in answer.words[1:3]] == opening
    return not elided and all(word.key not in _SPEAKER for word in raw.words)


def _is_code(raw: Text, answer: Text) -> bool:
    if not CODE_LINE.search(answer.source) or CODE_LINE.search(raw.source):
        return False
    return not SPOKEN_CODE.search(raw.source)


_OWN_WORDS = 2
"""Words of content that a text has in common with an example from which it may be about the same."""

_ECHO = 6
"""Words in a row that an answer shares with its orders by no chance."""


def _repeated_orders(raw: Text, answer: Text, mode: WritingMode) -> str:
    """Whether the answer quotes the instruction or the rules, or the example instead of the text.

    Whoever speaks of what the example speaks of may well say the same.
    """
    said = _phrases([word.key for word in raw.words])
    written = _phrases([word.key for word in answer.words]) - said
    example = read(mode.example_spoken, raw.language)
    told = [mode.instruction, RULES]
    if len(_matters(example) & _matters(raw)) < _OWN_WORDS:
        told += [mode.example_spoken, mode.example_written]
    if any(not written.isdisjoint(_orders(text)) for text in told):
        return LEAK.reason
    return ""


def _matters(text: Text) -> set[str]:
    """Stems of the words that say what a text is about."""
    return {word.stem for word in text.words if word.kind in ("content", "number")}


@lru_cache(maxsize=256)
def _orders(text: str) -> frozenset[tuple[str, ...]]:
    return frozenset(_phrases([word.key for word in read(text, "en").words]))


def _phrases(keys: Sequence[str]) -> set[tuple[str, ...]]:
    return {tuple(keys[start : start + _ECHO]) for start in range(len(keys) - _ECHO + 1)}


_LONGEST_TURN = 12
_MOST_WORDS = 4
_MOST_PHRASES = 3


def loops(raw: Text, answer: Text) -> bool:
    """Whether the answer says the same over and over, and the speaker did not."""
    return _turns([word.key for word in answer.words]) > _turns([word.key for word in raw.words])


def _turns(keys: Sequence[str]) -> float:
    """How often the worst loop of a text turns, by how often one may; 1 where that is not exceeded."""
    worst = 1.0
    for size in range(1, _LONGEST_TURN + 1):
        most = _MOST_WORDS if size == 1 else _MOST_PHRASES
        # No run is longer than all its words together, which are quickly counted.
        if (sum(map(eq, keys, islice(keys, size, None))) // size + 1) / (most - 0.5) <= worst:
            continue
        same = longest = 0
        for here, there in zip(keys, keys[size:], strict=False):
            if here != there:
                same = 0
                continue
            same += 1
            if same > longest:
                longest = same
        worst = max(worst, (longest // size + 1) / (most - 0.5))
    return worst
