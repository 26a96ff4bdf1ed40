"""Knows how far the server of language models is, and has the model loaded before it is needed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from dataclasses import replace
from itertools import chain, repeat
from typing import Any

from engine import paths
from engine.enhance.enhancer import Delta, Draft, Enhancer
from engine.enhance.enhancer_status import EnhancerState, EnhancerStatus
from engine.enhance.ollama.edit_rates import EditRates
from engine.enhance.ollama.model_server import same_model
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.served_model import InMemory, ServedModel
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError, TooLongError
from engine.server_link import ServerLink, reach
from engine.settings.schema import Settings

log = logging.getLogger(__name__)

RETRY_S = (5.0, 15.0, 30.0, 60.0)
"""Seconds between the tries to reach a server that was not there; the last of them for ever."""


class ServerWatch:
    """The server that the settings name. Lives on the event loop; nothing is imported before it is needed.

    Attributes:
        status: What is known of it.
        enhancer: Edits with it, and learns from each edit how it is.
    """

    def __init__(self, settings: Callable[[], Settings], changed: Callable[[], None]) -> None:
        """Ask nothing yet.

        Args:
            settings: Gives the settings in force.
            changed: Told whenever `status` is another.
        """
        self._settings = settings
        self._changed = changed
        self._rates = EditRates(paths.edit_rates())
        self._rates_known = False
        self._link: ServerLink | None = None
        self._links: list[ServerLink] = []
        self._working: set[asyncio.Task[None]] = set()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False
        self.status = EnhancerStatus("ollama", state="asking")
        self.enhancer: Enhancer = _Watched(self)

    def model_for(self, mode: WritingMode) -> str:
        """The model that is asked in a mode: the one that it prefers, unless the server does not have it."""
        chosen = self._settings().ollama.model
        known = self._link.models if self._link is not None else None
        if not mode.model or (known is not None and not any(same_model(one, mode.model) for one in known)):
            return chosen
        return mode.model

    def begin(self) -> None:
        """Find out anew how the server is, and have it load the model. Returns at once."""
        if self._looking is not None:
            self._looking.cancel()
        if not self._closed:
            self._set(EnhancerStatus("ollama", state="asking"))
            self._looking = self._spawn(self._look())

    def refresh(self) -> None:
        """Have the model loaded again, should the server have let go of it. Returns at once."""
        busy = self._looking is not None and not self._looking.done()
        if not busy and not self._closed:
            self._looking = self._spawn(self._look())

    async def probe(self) -> None:
        """Find out whether anything listens where the server should be, and no more."""
        try:
            link = self.link()
            await reach(link.client.url, link.ollama.options.connect_s)
        except EnhancementError as error:
            self._set(_without(error))
        else:
            self._set(EnhancerStatus("ollama", state="unloaded"))

    async def models(self) -> tuple[ServedModel, ...]:
        """What the server has.

        Raises:
            EnhancementError: It cannot be asked; says why and what to do.
        """
        await self._know_rates()
        return await self.link().server.models()

    def link(self) -> ServerLink:
        """The connection to the server that the settings name now.

        Raises:
            EnhancementError: Its address is none.
        """
        settings = self._settings()
        options = OllamaOptions(**settings.ollama.model_dump())
        vocabulary = tuple(settings.recognition.vocabulary)
        link = self._link
        if link is None or (link.ollama.options, link.ollama.vocabulary) != (options, vocabulary):
            link = self._link = ServerLink(options, vocabulary, self._rates)
            self._links.append(link)
        return link

    def went_well(self, link: ServerLink) -> None:
        """Hear that an edit was made; one over a link that is not the present one says nothing of it."""
        if not self._closed and link is self._link and self.status.state != "missing":
            self._spawn(self._ask_memory(self.status.load_s))

    async def close(self) -> None:
        """End everything. Safe to call twice."""
        self._closed = True
        working = tuple(self._working)
        for task in working:
            task.cancel()
        await asyncio.gather(*working, return_exceptions=True)
        for link in self._links:  # not when another is chosen: an edit may still run
            await link.client.close()
        await asyncio.to_thread(self._rates.close)

    async def _look(self) -> None:
        """Try to reach the server until it is there, then have it load the model."""
        for pause_s in chain(RETRY_S, repeat(RETRY_S[-1])):
            if await self._load():
                return
            await asyncio.sleep(pause_s)

    async def _load(self) -> bool:
        """Have the model loaded; whether there is nothing to try again."""
        try:
            link = self.link()
            await reach(link.client.url, link.ollama.options.connect_s)
            await self._know_rates()
            mode = self._settings().writing_mode
            served = await link.server.models()
            link.models = frozenset(one.name for one in served)
            model = self.model_for(mode)
            found = next((one for one in served if same_model(one.name, model)), None)
            if found is None:
                what = f"Ollama at {link.server.host} has no model {model}."
                remedy = f"Run: ollama pull {model}, or choose another one."
                self._set(EnhancerStatus("ollama", state="missing", problem=what, remedy=remedy))
                return False
            if found.loaded is not None and link.warm == (model, mode.name):
                self._set_memory(found.loaded, self.status.load_s)
                return True
            if found.loaded is None:
                self._set(EnhancerStatus("ollama", state="loading"))
            preloaded = await link.server.preload(replace(mode, model=model), link.ollama.vocabulary)
            link.warm = (model, mode.name)
        except EnhancementError as error:
            log.info("%s", error)
            self._set(_without(error))
            return False
        except Exception as error:  # a server is the world outside; whatever it is, the rules edit
            log.exception("the server of language models")
            self._set(_without(EnhancementError(f"Ollama cannot be used ({type(error).__name__}: {error}).")))
            return False
        await self._ask_memory(preloaded.load_s)
        return True

    async def _ask_memory(self, load_s: float | None) -> None:
        """Find out what of the model is in the server's memory."""
        link = self.link()
        try:
            there = await link.server.loaded(self.model_for(self._settings().writing_mode))
        except EnhancementError as error:
            log.info("%s", error)
            return
        self._set_memory(there, load_s)

    def _set_memory(self, there: InMemory | None, load_s: float | None) -> None:
        share = there.gpu_share if there is not None else None
        state: EnhancerState = "ready" if there is not None else "unloaded"
        self._set(EnhancerStatus("ollama", state=state, gpu_share=share, load_s=load_s))

    def _set(self, status: EnhancerStatus) -> None:
        """Make `status` the one that is known, with the names and the times that go with it."""
        settings = self._settings()
        model = self.model_for(settings.writing_mode)
        status = replace(status, model=model)
        try:
            server = self.link().server
            rates, cost = server.rates(model), server.cost(model)
            status = replace(
                status,
                host=server.host,
                tokens_per_s=rates.tokens_per_s if rates else None,
                edit_s=cost.seconds if cost and cost.measured else None,
            )
        except EnhancementError as error:  # no address, no server
            status = replace(status, problem=error.what, remedy=error.remedy)
        if status != self.status:
            self.status = status
            self._changed()

    async def _know_rates(self) -> None:
        if not self._rates_known:
            self._rates_known = True
            await asyncio.to_thread(self._rates.load)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._working.add(task)
        task.add_done_callback(self._working.discard)
        return task


class _Watched:
    """The enhancer of a watched server: with each edit it becomes known whether the server is well."""

    name = Ollama.name
    instant = Ollama.instant

    def __init__(self, watch: ServerWatch) -> None:
        self._watch = watch

    async def enhance(self, draft: Draft, mode: WritingMode) -> AsyncGenerator[Delta, None]:
        link = self._watch.link()
        asked = replace(mode, model=self._watch.model_for(mode))
        try:
            async with aclosing(link.ollama.enhance(draft, asked)) as deltas:
                async for delta in deltas:
                    yield delta
        except TooLongError:
            raise  # that is no fault of the server
        except EnhancementError:
            self._watch.begin()
            raise
        self._watch.went_well(link)


def _without(error: EnhancementError) -> EnhancerStatus:
    return EnhancerStatus("ollama", state="unreachable", problem=error.what, remedy=error.remedy)
