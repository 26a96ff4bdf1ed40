"""What an edit by a language model costs, as a time; pure arithmetic on measured rates."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from engine.enhance.served_model import EDIT_WORDS

TOKENS_A_WORD = 1.3
"""Of English prose, in the vocabularies of today's models."""

FEWEST_TOKENS = 8
"""Fewer say nothing of a rate."""

KEPT = 8
"""Measurements that a rate is made of."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What a server reports of one answer.

    Attributes:
        prompt_tokens: Tokens of the prompt.
        prompt_ms: What reading them took.
        tokens: Tokens of the answer.
        generation_ms: What writing them took.
        load_ms: What loading the model took before.
    """

    prompt_tokens: int = 0
    prompt_ms: float = 0.0
    tokens: int = 0
    generation_ms: float = 0.0
    load_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Rates:
    """How fast one model is on one server.

    Attributes:
        prompt_per_s: Tokens that it reads in a second; 0 if unknown.
        tokens_per_s: Tokens that it writes in a second.
    """

    prompt_per_s: float
    tokens_per_s: float


class Measured:
    """The rates of one model, from its last answers."""

    def __init__(self, before: Rates | None = None) -> None:
        """Begin with the rates of an earlier session, which the first measurement replaces."""
        self._before = before
        self._prompt: deque[float] = deque(maxlen=KEPT)
        self._written: deque[float] = deque(maxlen=KEPT)

    def add(self, timing: Timing) -> None:
        """Take one answer into account, unless it was too short to say anything."""
        if timing.prompt_tokens >= FEWEST_TOKENS and timing.prompt_ms > 0:
            self._prompt.append(timing.prompt_tokens / timing.prompt_ms * 1000)
        if timing.tokens >= FEWEST_TOKENS and timing.generation_ms > 0:
            self._written.append(timing.tokens / timing.generation_ms * 1000)

    @property
    def rates(self) -> Rates | None:
        """What is known; None before anything was measured.

        Servers that keep the beginning of a prompt report all its tokens and the time of the rest alone.
        So the slowest of the last prompts is the nearest to what reading takes.
        """
        before = self._before
        written = median(self._written) if self._written else before.tokens_per_s if before else 0.0
        prompt = min(self._prompt) if self._prompt else before.prompt_per_s if before else 0.0
        return Rates(prompt, written) if written > 0 else None


def seconds_for(words: int, rates: Rates, token_factor: float = 1.0) -> float:
    """Seconds that the edit of a dictation takes with a loaded model.

    The instruction and the examples are not counted: a server that was warmed up has them in its cache.

    Args:
        words: Of the dictation.
        rates: Of the model on its server.
        token_factor: Tokens of the answer for a token of the dictation.
    """
    tokens = words * TOKENS_A_WORD
    reading = tokens / rates.prompt_per_s if rates.prompt_per_s > 0 else 0.0
    return reading + tokens * token_factor / rates.tokens_per_s


def parameters(size: str) -> float | None:
    """The number of parameters in the notation of servers: "3.1B", "135.6M", "8x7B"; else None."""
    found = re.fullmatch(r"\s*(?:(\d+)x)?(\d+(?:\.\d+)?)\s*([KMBT])?\s*", size, re.IGNORECASE)
    if not found:
        return None
    scale = {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}[(found[3] or "B").upper()]
    return float(found[2]) * int(found[1] or 1) * scale or None


def estimated(size: str, measured: Iterable[tuple[str, Rates]]) -> Rates | None:
    """Guess the rates of a model from those of another one on the same server.

    Each token takes a pass over all parameters, so that the time grows in proportion to them.

    Args:
        size: Parameters of the model, as the server writes them.
        measured: Parameters and rates of the models that were measured there.

    Returns:
        Rates scaled from the model nearest in size; None if nothing can be said.
    """
    wanted = parameters(size)
    known = [(count, rates) for one, rates in measured if (count := parameters(one)) is not None]
    if wanted is None or not known:
        return None
    count, rates = min(known, key=lambda one: max(one[0], wanted) / min(one[0], wanted))
    return Rates(rates.prompt_per_s * count / wanted, rates.tokens_per_s * count / wanted)


@dataclass(frozen=True, slots=True)
class Cost:
    """What an edit costs.

    Attributes:
        seconds: Of the edit.
        measured: Whether the model's own rates were measured; else it is a guess from another model's.
    """

    seconds: float
    measured: bool


def cost(
    model: str,
    sizes: Mapping[str, str],
    measured: Mapping[str, Rates],
    words: int = EDIT_WORDS,
    token_factor: float = 1.0,
) -> Cost | None:
    """What an edit by one of a server's models costs; None if nothing can be said.

    Args:
        model: The model.
        sizes: Parameters of every model on the server.
        measured: Rates of those that were measured.
        words: Of the dictation.
        token_factor: Tokens of the answer for a token of the dictation.
    """
    if model in measured:
        return Cost(seconds_for(words, measured[model], token_factor), True)
    guess = estimated(sizes.get(model, ""), [(sizes.get(name, ""), one) for name, one in measured.items()])
    return None if guess is None else Cost(seconds_for(words, guess, token_factor), False)
