"""The enhancer that asks a language model: Ollama, on this machine or another."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.background import in_thread_if_long
from engine.enhance.enhancer import Delta, Draft, Ending
from engine.enhance.ollama.answer_text import AnswerText
from engine.enhance.ollama.client import ChatRequest, OllamaClient, chat_request, milliseconds, timing_of
from engine.enhance.ollama.edit_cost import Timing
from engine.enhance.ollama.faults import Asked, RefusedError, explained
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.ollama.patience import Patience
from engine.enhance.prompts import Message, delimiters, messages
from engine.enhance.token_limit import A_MESSAGE, estimate, limit
from engine.enhance.writing_mode import WritingMode
from engine.errors import TooLongError

if TYPE_CHECKING:
    import ollama

MOST_BEYOND = 64
"""Pieces beyond the limit of tokens after which a server that ignores the limit is left."""


class Ollama:
    """Edits with a language model; satisfies `engine.enhance.enhancer.Enhancer`."""

    name = "ollama"
    instant = False

    def __init__(
        self,
        options: OllamaOptions,
        vocabulary: Sequence[str] = (),
        *,
        client: OllamaClient | None = None,
        on_timing: Callable[[str, Timing], None] | None = None,
    ) -> None:
        """Ask nothing yet.

        Args:
            options: What the user has set.
            vocabulary: Names and terms of the user, spelled as they are to be written.
            client: The connection to the server, to share it with others; its own if None.
            on_timing: Told the model and what the server reports of each complete answer.
        """
        self.options = options
        self.vocabulary = tuple(vocabulary)
        self._client = client or OllamaClient(self.options.host, self.options.connect_s)
        self._on_timing = on_timing
        self._no_think: set[str] = set()
        """Models that refuse to be told whether to think."""

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        """Edit `draft` in the manner of `mode`, as the model writes. Closing the generator stops the server.

        Raises:
            EnhancementError: The text is too long for the context, or the server failed, in whatever way.
        """
        if not draft.text.strip():
            yield Delta("", Ending())
            return
        # Off the event loop: reading an hour of dictation takes tens of milliseconds.
        prompt, most, around = await in_thread_if_long(draft.text, self._prepared, draft, mode)
        await self._client.ready()
        models = list(dict.fromkeys(one for one in (mode.model, self.options.model) if one))
        for at, model in enumerate(models):
            think = None if model in self._no_think else False
            request = chat_request(self.options, model, prompt, most, think)
            try:
                async with aclosing(self._answer(request, around)) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except RefusedError as error:
                if error.status != 404 or at == len(models) - 1:
                    raise explained(error, self._asked(model)) from error

    async def close(self) -> None:
        """Let go of the connection's means. Safe to call twice."""
        await self._client.close()

    async def _answer(self, request: ChatRequest, around: tuple[str, str]) -> AsyncGenerator[Delta, None]:
        """The text of one answer.

        Raises:
            RefusedError: The server has no such model.
            EnhancementError: Anything else.
        """
        text = AnswerText(*around)
        most = int(request.options["num_predict"]) + MOST_BEYOND
        patience = Patience(self.options, self._asked(request.model))
        count = 0
        async with aclosing(self._parts(request, patience)) as parts:
            async for part in parts:
                piece = text.feed(part.message.content or "")
                patience.heard(thinking=text.thinks or bool(part.message.thinking))
                if part.done:
                    piece += text.rest()
                    yield self._last(request.model, piece, part, patience)
                    return
                count += 1
                if count > most:
                    yield Delta(piece + text.rest(), Ending(request.model, truncated=True, tokens=count))
                    return
                if piece:
                    patience.wrote()
                    yield Delta(piece)
        raise patience.broke_off()

    async def _parts(
        self, request: ChatRequest, patience: Patience
    ) -> AsyncGenerator[ollama.ChatResponse, None]:
        """The pieces of an answer as they come; without `think` if the server does not know that."""
        while True:
            try:
                async with aclosing(self._client.chat(request)) as parts:
                    while True:
                        try:
                            async with asyncio.timeout_at(patience.until()):
                                part = await anext(parts, None)
                        except TimeoutError:
                            raise patience.ended() from None
                        if part is None:
                            return
                        yield part
            except RefusedError as error:
                if error.status == 404:
                    raise
                if request.think is None or not error.refuses_think:
                    raise explained(error, self._asked(request.model)) from error
                self._no_think.add(request.model)
                request = replace(request, think=None)
            except Exception as error:
                raise explained(error, self._asked(request.model)) from error

    def _last(self, model: str, piece: str, part: ollama.ChatResponse, patience: Patience) -> Delta:
        truncated = part.done_reason == "length"
        if not piece and not patience.has_text and patience.thought:
            raise patience.only_thought()
        timing = timing_of(part)
        if self._on_timing is not None:
            self._on_timing(model, timing)
        server_ms = milliseconds(part.total_duration)
        return Delta(piece, Ending(model, truncated, timing.tokens, timing.generation_ms, server_ms))

    def _asked(self, model: str) -> Asked:
        return Asked(self._client.url, model, self.options.connect_s)

    def _prepared(self, draft: Draft, mode: WritingMode) -> tuple[list[Message], int, tuple[str, str]]:
        """The prompt, the limit of tokens and the delimiters; refuses what a server cuts without a word."""
        prompt = messages(draft, mode, self.vocabulary)
        most = limit(draft.text, mode.token_factor)
        needed = sum(estimate(one["content"]) + A_MESSAGE for one in prompt) + most
        if needed > self.options.context:
            raise TooLongError(
                f"The text is too long for the model: it needs about {needed} tokens,"
                f" and ollama.context is {self.options.context}.",
                "Raise ollama.context if the model and the memory allow it, or enhance it in shorter pieces.",
            )
        return prompt, most, delimiters(draft.text)
