"""How long to wait for a language model: for its first word, for the next, for the whole answer."""

from __future__ import annotations

import time

from engine.enhance.ollama.faults import Asked
from engine.enhance.ollama.options import OllamaOptions
from engine.errors import EnhancementError


class Patience:
    """The time-outs of one answer. Times are those of `time.monotonic`, which is an event loop's clock."""

    def __init__(self, options: OllamaOptions, asked: Asked) -> None:
        """Begin to wait."""
        self._options, self._asked = options, asked
        self._began = self._heard = time.monotonic()
        self.has_text = False
        self.thought = False
        """Whether the model has thought, or still does."""

    def heard(self, *, thinking: bool) -> None:
        """Note that something came from the server."""
        self._heard = time.monotonic()
        self.thought = self.thought or thinking

    def wrote(self) -> None:
        """Note that a word came."""
        self.has_text = True

    def until(self) -> float:
        """When patience ends, unless something comes.

        A server that says nothing for as long as its first word may take has come to a halt; one that
        thinks says something, but it is words that are waited for.
        """
        since = self._heard if self.has_text else self._began
        return min(since + self._options.first_token_s, self._began + self._options.answer_s)

    def ended(self) -> EnhancementError:
        """The sentences for an answer that took too long."""
        who, first_s, answer_s = self._asked.who, self._options.first_token_s, self._options.answer_s
        if time.monotonic() - self._began >= answer_s:
            return EnhancementError(
                f"{who} was not done within {answer_s:g} s.",
                "Choose a smaller model, or give it longer with ollama.answer_s.",
            )
        if self.has_text:
            return EnhancementError(
                f"{who} fell silent in the middle of its answer for {first_s:g} s.",
                "Enhance again; if it happens again, restart Ollama.",
            )
        if self.thought:
            return EnhancementError(
                f"{who} was still thinking after {first_s:g} s.",
                "Choose a model that does not think, or give it longer with ollama.first_token_s.",
            )
        return EnhancementError(
            f"{who} wrote no word within {first_s:g} s.",
            "It may still be loading: enhance again, choose a smaller model, or raise ollama.first_token_s.",
        )

    def only_thought(self) -> EnhancementError:
        """The sentences for an answer without any text."""
        return EnhancementError(
            f"{self._asked.who} thought until its answer was over, and wrote no word.",
            "Choose a model that does not think.",
        )

    def broke_off(self) -> EnhancementError:
        """The sentences for an answer without an end."""
        return EnhancementError(
            f"{self._asked.who} ended its answer in the middle.",
            "See whether Ollama still runs (ollama ps), and what its log says; then enhance again.",
        )
