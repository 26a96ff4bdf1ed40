"""What a language model server has and how fast it is, and loading a model before it is needed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from engine.enhance.enhancer import Draft
from engine.enhance.ollama.client import OllamaClient, chat_request, timing_of
from engine.enhance.ollama.edit_cost import Cost, Rates, Timing, cost
from engine.enhance.ollama.edit_rates import EditRates
from engine.enhance.ollama.faults import Asked, RefusedError, explained, safe
from engine.enhance.ollama.host import shown
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.prompts import messages
from engine.enhance.served_model import EDIT_WORDS, InMemory, ServedModel
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError

if TYPE_CHECKING:
    import ollama

ANSWER_S = 5.0
"""Seconds for a question that no model has to answer; a server that loads a model may be busy."""

LOADING_S = 300.0
"""Seconds that loading a model may take: tens of GB from a slow disk."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Preloaded:
    """A model that is ready.

    Attributes:
        model: Its name.
        load_s: Seconds that the server says loading took; next to nothing if it was in memory already.
    """

    model: str
    load_s: float


class ModelServer:
    """One server, as the user has set it. Every question raises `EnhancementError` when it fails."""

    def __init__(self, options: OllamaOptions, client: OllamaClient, rates: EditRates) -> None:
        """Ask nothing yet.

        Args:
            options: What the user has set.
            client: The connection to the server.
            rates: Where measured rates are kept.
        """
        self.options = options
        self._client, self._rates = client, rates
        self._sizes: dict[str, str] = {}

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return shown(self._client.url)

    async def models(self) -> tuple[ServedModel, ...]:
        """What the server has, by name; with what of it is in memory."""
        listed, running = await self._within(self._listed)
        there = {str(one.name or one.model): _in_memory(one) for one in running.models}
        found = [
            ServedModel(
                safe(one.model),
                safe((one.details and one.details.parameter_size) or ""),
                safe((one.details and one.details.quantization_level) or ""),
                int(one.size or 0),
                there.get(one.model),
            )
            for one in listed.models
            if one.model
        ]
        self._sizes |= {one.name: one.parameters for one in found}
        return tuple(self._with_cost(one) for one in sorted(found, key=lambda one: one.name))

    async def loaded(self, model: str) -> InMemory | None:
        """What of a model is in memory; None if nothing is."""
        running = await self._within(self._client.running)
        found = [one for one in running.models if same_model(str(one.name or one.model), model)]
        return _in_memory(found[0]) if found else None

    async def version(self) -> str:
        """The server's version; empty if it does not say."""
        return safe(await self._within(self._client.version))

    async def chosen(self, mode: WritingMode) -> str:
        """The model that edits in a mode: the one that it prefers if the server has it."""
        if not mode.model or same_model(mode.model, self.options.model):
            return self.options.model
        there = any(same_model(one.name, mode.model) for one in await self.models())
        return mode.model if there else self.options.model

    async def preload(
        self, mode: WritingMode, vocabulary: Sequence[str] = (), language: str = "en"
    ) -> Preloaded:
        """Let the server load the model of `mode`, and read all that stands before a dictation.

        The request is one as an edit makes it, with an answer of one token: the same context, so that the
        first edit does not load the model anew, and the same beginning, which servers keep in a cache.
        """
        model = await self.chosen(mode)
        prompt = messages(Draft("hello", language=language), mode, vocabulary)
        think: bool | None = False
        while True:
            request = chat_request(self.options, model, prompt, 1, think)
            try:
                async with asyncio.timeout(LOADING_S), aclosing(self._client.chat(request)) as parts:
                    last = [part async for part in parts][-1]
                if not last.done:
                    raise ValueError("an answer without an end")
                break
            except TimeoutError:
                raise EnhancementError(
                    f"{safe(model)} at {self.host} was not loaded within {LOADING_S:g} s.",
                    "Choose a smaller model in ollama.model, or see what the log of Ollama says.",
                ) from None
            except Exception as error:
                if think is False and isinstance(error, RefusedError) and error.refuses_think:
                    think = None
                    continue
                raise explained(error, Asked(self._client.url, model, self.options.connect_s)) from error
        timing = timing_of(last)
        self.note(model, timing)
        return Preloaded(model, timing.load_ms / 1000)

    def note(self, model: str, timing: Timing) -> None:
        """Take what the server reported of one answer into account: for `Ollama`'s `on_timing`."""
        self._rates.add(self.host, model, timing)

    def rates(self, model: str) -> Rates | None:
        """How fast a model was found to be on this server; None if it was never measured."""
        return self._rates.of(self.host).get(model)

    def cost(self, model: str, words: int = EDIT_WORDS, token_factor: float = 1.0) -> Cost | None:
        """What an edit of `words` words costs; a guess for a model that was not measured, None without any.

        A guess needs the models' sizes, which `models` brings.
        """
        return cost(model, self._sizes, self._rates.of(self.host), words, token_factor)

    def _with_cost(self, model: ServedModel) -> ServedModel:
        known = self.cost(model.name)
        return model if known is None else replace(model, edit_s=known.seconds, measured=known.measured)

    async def _listed(self) -> tuple[ollama.ListResponse, ollama.ProcessResponse]:
        return await self._client.models(), await self._client.running()

    async def _within(self, question: Callable[[], Awaitable[_T]]) -> _T:
        """Ask something that takes no model."""
        asked = Asked(self._client.url, "", self.options.connect_s)
        try:
            await self._client.ready()
            async with asyncio.timeout(self.options.connect_s + ANSWER_S):
                return await question()
        except TimeoutError:
            raise EnhancementError(
                f"{asked.where} did not answer within {self.options.connect_s + ANSWER_S:g} s.",
                "See whether it still answers (ollama ps), or restart it.",
            ) from None
        except Exception as error:
            raise explained(error, asked) from error


def _in_memory(model: ollama.ProcessResponse.Model) -> InMemory:
    size, on_card = int(model.size or 0), model.size_vram
    share = None if on_card is None or size <= 0 else min(1.0, max(0.0, int(on_card) / size))
    return InMemory(share, size, model.context_length, model.expires_at)


def same_model(one: str, other: str) -> bool:
    """Whether two names are of one model: servers take a name without a tag for its latest."""
    return _tagged(one) == _tagged(other)


def _tagged(name: str) -> str:
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"
