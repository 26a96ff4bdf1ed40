"""Whether a model's answer is still the speaker's text; pure.

Models answer a dictation, obey it, comment on it, or lose and invent words. What is judged here and
does not pass is never delivered: the text as recognised is, and the panel says why.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.enhance.guard.addresses import new_address
from engine.enhance.guard.amounts import changed_day, changed_number
from engine.enhance.guard.comparison import compare
from engine.enhance.guard.content import changed_content
from engine.enhance.guard.denials import changed_denial
from engine.enhance.guard.manners import loops, manner
from engine.enhance.guard.names import disordered, exchanged, lost_name, new_name
from engine.enhance.guard.patterns import REPLIES
from engine.enhance.guard.persons import changes_person, changes_sex
from engine.enhance.guard.respelling import respelled_name
from engine.enhance.guard.shares import share_of_content, share_of_pairs
from engine.enhance.guard.text import Text, read
from engine.enhance.guard.translation import changed_translation, target_language
from engine.enhance.guard.words import UNLIKE, changed_spelling, changed_words
from engine.enhance.guard.wrapping import wrapped
from engine.enhance.writing_mode import WritingMode
from engine.speech.openings import is_question

_FAR = 0.5
"""Share of the content words under which an answer has nothing to do with the text."""

_LONG = 400
"""Words from which a text is looked at for scrambled order before all else."""

_SCRAMBLED = 0.15
"""Share of neighbouring words under which a text is in no order of the speaker's."""

_LONGER = 3
"""How many times as long as the text no edit is, beyond a greeting and a closing."""

_GREETING = 40
"""Words that a greeting, a closing and a few more words may have."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Attributes:
        accepted: Whether the answer may be delivered.
        reason: Why not, in one sentence for the user; empty where it may.
    """

    accepted: bool
    reason: str = ""


_ACCEPTED = Verdict(True)


def judge(
    raw: str, answer: str, mode: WritingMode, *, language: str = "en", truncated: bool = False
) -> Verdict:
    """Whether `answer` is `raw`, edited in the manner of `mode`. Takes time in proportion to their length.

    The text itself always passes. Nothing is mended here: `guard.wrapping.cleaned` does that before.

    Args:
        raw: The text as recognised.
        answer: What the model wrote, all of it.
        mode: The writing mode; its `fidelity` says how far the answer may be from the words.
        language: ISO 639-1 code of the text's language. Of a language that is not known only shares
            of words are compared.
        truncated: Whether the answer ended at its limit of tokens.
    """
    reason = _reason(raw, answer, mode, language, truncated)
    return Verdict(False, reason) if reason else _ACCEPTED


def _reason(raw: str, answer: str, mode: WritingMode, language: str, truncated: bool) -> str:
    if not answer.strip():
        return "The answer is empty."
    if truncated:
        return "The answer was cut off at its limit of tokens."
    if answer.strip() == raw.strip():
        translates = mode.fidelity == "translated" and target_language(mode) not in ("", language)
        return "It is not translated." if translates else ""
    spoken = read(raw, language)
    written = read(answer, language, {word.key for word in spoken.words})
    wrapper = "" if mode.name == "comment" and answer.strip().startswith('"""') else wrapped(answer, raw)
    if wrapper:
        return wrapper
    same = [word.key for word in spoken.words] == [word.key for word in written.words]
    if same and mode.fidelity != "translated":
        return ""
    if len(written.words) > _LONGER * len(spoken.words) + _GREETING:
        return "The answer is much longer than what was spoken."
    bad = manner(spoken, written, mode)
    if bad:
        return bad
    if loops(spoken, written):
        return "The answer repeats itself."
    address = new_address(spoken, written)
    if address:
        return f"It has the address {address[:60]}, which was not spoken."
    if mode.fidelity == "translated":
        return changed_translation(spoken, answer, mode)
    return _changed(spoken, written, mode)


def _changed(raw: Text, answer: Text, mode: WritingMode) -> str:
    """Why the answer is not the speaker's text any more; empty where it is."""
    if not raw.words:
        return UNLIKE if answer.words else ""
    rewritten = mode.fidelity == "rewritten"
    if share_of_content(raw, answer) < (_FAR / 2 if rewritten else _FAR):
        return REPLIES if is_question([word.key for word in raw.words]) else UNLIKE
    # Aligning long texts that have nothing but words in common would take seconds.
    if len(raw.words) > _LONG and share_of_pairs(raw, answer) < _SCRAMBLED:
        return UNLIKE if rewritten else "It puts the words in another order."
    difference = compare(raw, answer, exact=mode.fidelity == "exact")
    corrected = difference.corrected
    shortens = mode.layout == "commit"
    reason = (
        changed_number(raw, answer, corrected, may_drop=shortens, strict=not rewritten)
        or changed_day(raw, answer, corrected, may_drop=shortens)
        or changed_denial(raw, answer, corrected, rewritten=rewritten, may_drop=shortens)
    )
    if reason:
        return reason
    name = new_name(raw, answer, difference.added) or respelled_name(raw, answer, close=not rewritten)
    if name:
        return f"It has the name “{name}”, which was not spoken."
    name = "" if shortens else lost_name(raw, answer, corrected)
    if name:
        return f"It leaves out the name “{name}”."
    if not rewritten and len(difference.moved) > len(raw.words) // 10:
        return "It puts the words in another order."
    if difference.crossed or exchanged(raw, answer) or (not rewritten and disordered(raw, answer)):
        return "It exchanges two words for each other."
    if changes_sex(raw, answer) or (not rewritten and changes_person(raw, answer, corrected)):
        return "It speaks of another person."
    if not rewritten and _answers(raw, answer):
        return REPLIES
    if mode.fidelity == "exact":
        return changed_spelling(raw, answer, difference)
    if rewritten:
        return changed_content(raw, answer, difference, mode)
    return changed_words(raw, answer, difference)


def _answers(raw: Text, answer: Text) -> bool:
    """Whether a question has become a statement."""
    opening = [word.key for word in raw.words]
    if raw.language != "en" or "?" in answer.source or not is_question(opening):
        return False
    return [word.key for word in answer.words[:2]] != opening[:2]
