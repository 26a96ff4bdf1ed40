"""What a text is to become: a writing mode, with what each kind of enhancer needs to know of it; pure.

The modes are tables `[modes.NAME]` of config.toml, where users change them and add their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Fidelity: TypeAlias = Literal["exact", "close", "rewritten", "translated"]
"""How far the words of an edited text may be from those of the speaker: the same words in another
spelling; the same without what speech has too much of; the same content in other sentences; the same
content in another language."""

Layout: TypeAlias = Literal["prose", "bullets", "email", "commit"]
"""How the rule-based enhancer sets a text out: sentences; a bullet each; greeting, paragraphs and
closing; a subject line and a body."""


@dataclass(frozen=True, slots=True)
class WritingMode:
    """One writing mode.

    Attributes:
        name: Its name, as in `[modes.NAME]`.
        instruction: What a language model is told to do, in one or two sentences.
        example_spoken: A dictation, for the model to see the manner in.
        example_written: What becomes of it.
        token_factor: Tokens of the answer for a token of the dictation, at most.
        model: The model that suits it best; empty for the one that `[ollama]` names.
        fidelity: How far the answer may be from the words; the guard holds it to that.
        rules: Whether the rules of the rule-based enhancer apply; without them no word is changed.
        layout: How the rule-based enhancer sets the text out.
        by_phrase: Whether phrases can be edited one by one, while the next is spoken.
        optional: Whether a text that is good as it is need not be edited by a model.
        join_lines: Whether the text is delivered in one line.
    """

    name: str
    instruction: str
    example_spoken: str = ""
    example_written: str = ""
    token_factor: float = 1.3
    model: str = ""
    fidelity: Fidelity = "close"
    rules: bool = True
    layout: Layout = "prose"
    by_phrase: bool = False
    optional: bool = False
    join_lines: bool = False
