"""Has one text edited: streams the answer, holds it to the guard, and always comes back with a text.

Whatever an enhancer does, the user has their words: where it fails the stand-in edits, where its answer
is not the speaker's text any more the words stay as they were spoken, and where it is stopped what came
so far is kept if it is useful.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from typing import TypeAlias

from engine.background import in_thread_if_long
from engine.enhance.diff import word_diff
from engine.enhance.edited import Edited, Job, in_one_line
from engine.enhance.enhancer import Draft, Ending, Enhancer
from engine.enhance.writing_mode import WritingMode
from engine.errors import EnhancementError
from engine.metrics import StageClock
from engine.speech.cleanup import readable

log = logging.getLogger(__name__)

PLAIN_TEXT_USED = "The text is used as it was recognised."

Grow: TypeAlias = Callable[[str, float | None], None]
"""Told of the text so far, and how long its first words took in milliseconds."""


def unseen(_text: str, _first_ms: float | None) -> None:
    """A text that nobody watches growing."""


class Editor:
    """Edits texts, several at a time if it must; any of them can be stopped."""

    def __init__(self) -> None:
        self._streaming: list[asyncio.Task[None]] = []
        self._closed = False

    def stop(self) -> bool:
        """Stop the edit that began last, keeping what is useful of it. False if none runs."""
        return any(not streaming.done() and streaming.cancel() for streaming in reversed(self._streaming))

    def close(self) -> bool:
        """Stop all edits, and ask no model any more: what is still to be edited is left to the stand-in.

        Returns:
            Whether there was something to stop.
        """
        self._closed = True
        running = [streaming for streaming in self._streaming if not streaming.done()]
        for streaming in running:
            streaming.cancel()
        return bool(running)

    async def edit(self, job: Job, grow: Grow = unseen, clock: StageClock | None = None) -> Edited:
        """Edit one text. Cancelling ends the request to a server as well.

        Args:
            job: The text, and who edits it.
            grow: Told of the answer as it comes, on the event loop.
            clock: Told how long cleanup and enhancement took.
        """
        clock = clock or StageClock()
        began = time.perf_counter()
        with clock.stage("cleanup"):
            plain = await in_thread_if_long(job.draft.text, readable, job.draft)
        if job.enhancer is None:
            return await _edited(job, plain, plain, began)
        if self._closed and not job.enhancer.instant:
            job = replace(job, enhancer=job.stand_in, model="")
        with clock.stage("enhancement"):
            if job.enhancer is None or job.enhancer.instant:
                return await self._by_rules(job, plain, began, grow)
            return await self._by_model(job, job.enhancer, plain, began, grow)

    async def _by_rules(
        self,
        job: Job,
        plain: str,
        began: float,
        grow: Grow = unseen,
        *,
        trouble: str = "",
        stopped: bool = False,
    ) -> Edited:
        """The text of an enhancer whose answer needs no guard."""
        enhancer = job.enhancer or job.stand_in
        answer = await self._answer(job, enhancer, job.draft, began, grow)
        text, remark = answer.text, job.remark
        if answer.error is not None:
            log.error("%s", enhancer.name, exc_info=answer.error)
            trouble = f"{enhancer.name} failed: {_open(str(answer.error))}"
            remark = f"{trouble}. {PLAIN_TEXT_USED}"
        elif not text.strip():
            remark = f"{remark} The enhancer answered nothing. {PLAIN_TEXT_USED}".strip()
        used = text if text.strip() and answer.error is None else plain
        return await _edited(job, plain, used, began, answer, remark=remark, trouble=trouble, stopped=stopped)

    async def _by_model(self, job: Job, enhancer: Enhancer, plain: str, began: float, grow: Grow) -> Edited:
        """The answer of a language model, as far as it can be used."""
        # It is given sentences: the pauses that they come from would be lost on it.
        answer = await self._answer(job, enhancer, Draft(plain, language=job.draft.language), began, grow)
        if answer.stopped:
            return await self._stopped(job, plain, answer, began)
        if answer.error is not None:
            log.info("%s: %s", enhancer.name, answer.error)
            what = answer.error.what if isinstance(answer.error, EnhancementError) else ""
            trouble = _open(what) or f"{enhancer.name} failed: {_open(str(answer.error))}"
            return await self._stand_in(job, plain, began, trouble)
        text, reason = await in_thread_if_long(job.draft.text + answer.text, _judged, job, answer)
        if not reason:
            return await _edited(job, plain, text, began, answer, remark=job.remark)
        trouble = f"Refused: {_lower(_open(reason))}"
        remark = f"{trouble}. {PLAIN_TEXT_USED}"
        return await _edited(job, plain, plain, began, answer, remark=remark, trouble=trouble, accepted=False)

    async def _stopped(self, job: Job, plain: str, answer: _Answer, began: float) -> Edited:
        """What had come of a stopped answer, where that is useful, and the rest as the stand-in edits it."""
        instead = await self._stand_in(job, plain, began, "Stopped", stopped=True)
        kept = await in_thread_if_long(instead.text + answer.text, _kept, job, instead.text, answer)
        if kept is None:
            return instead
        remark = "Stopped; the sentences that had come are kept."
        return await _edited(job, plain, kept, began, answer, remark=remark, trouble="Stopped", stopped=True)

    async def _stand_in(
        self, job: Job, plain: str, began: float, trouble: str, *, stopped: bool = False
    ) -> Edited:
        """The text of the stand-in, and one sentence why it had to step in."""
        remark = f"{trouble}; {job.stand_in.name} edited the text."
        instead = replace(job, enhancer=job.stand_in, model="", remark=remark)
        return await self._by_rules(instead, plain, began, trouble=trouble, stopped=stopped)

    async def _answer(self, job: Job, enhancer: Enhancer, draft: Draft, began: float, grow: Grow) -> _Answer:
        answer = _Answer(began, grow)
        streaming = asyncio.create_task(answer.stream(enhancer, draft, job.mode))
        if not enhancer.instant:  # else there is nothing to stop in it
            self._streaming.append(streaming)
        try:
            await asyncio.wait({streaming})
        finally:
            if streaming in self._streaming:
                self._streaming.remove(streaming)
            if not streaming.done():
                streaming.cancel()
                await asyncio.wait({streaming})
        answer.stopped = streaming.cancelled()
        if not answer.stopped and (error := streaming.exception()) is not None:
            if not isinstance(error, EnhancementError):
                log.error("enhancement", exc_info=error)
            answer.error = error
        return answer


class _Answer:
    """What an enhancer has answered so far."""

    def __init__(self, began: float, grow: Grow) -> None:
        self.text = ""
        self.ending = Ending()
        self.first_ms: float | None = None
        self.stopped = False
        self.error: BaseException | None = None
        self._began = began
        self._grow = grow

    async def stream(self, enhancer: Enhancer, draft: Draft, mode: WritingMode) -> None:
        async with aclosing(enhancer.enhance(draft, mode)) as deltas:
            async for delta in deltas:
                self.ending = delta.ending or self.ending
                if not delta.text:
                    continue
                self.text += delta.text
                if self.first_ms is None and self.text.strip():
                    self.first_ms = (time.perf_counter() - self._began) * 1e3
                self._grow(self.text, self.first_ms)


def _judged(job: Job, answer: _Answer) -> tuple[str, str]:
    """The answer in the user's own forms, and why it cannot be used; empty where it can."""
    # The guard's patterns take 50 ms to make, and are made only where a model edits.
    from engine.enhance.guard.judge import judge
    from engine.enhance.guard.wrapping import cleaned

    raw, mode = job.draft.text, job.mode
    text = cleaned(answer.text, raw)
    verdict = judge(raw, text, mode, language=job.draft.language, truncated=answer.ending.truncated)
    return job.own(text), verdict.reason


def _kept(job: Job, text: str, answer: _Answer) -> str | None:
    """The whole sentences of a stopped answer, with the rest of `text` behind them; None without any."""
    from engine.enhance.guard.partial_answer import completed

    kept = completed(text, answer.text, job.mode, language=job.draft.language)
    return None if kept is None else job.own(kept)


async def _edited(
    job: Job,
    plain: str,
    text: str,
    began: float,
    answer: _Answer | None = None,
    *,
    remark: str = "",
    trouble: str = "",
    stopped: bool = False,
    accepted: bool = True,
) -> Edited:
    """The result, with what changed. The diff of a long text is too long for the loop."""
    name = job.enhancer.name if job.enhancer else "off"
    if job.mode.join_lines and name != "off":
        text = in_one_line(text)
    changes = await in_thread_if_long(job.draft.text + text, word_diff, job.draft.text, text)
    return Edited(
        text,
        plain,
        changes,
        name,
        (answer.ending.model if answer else "") or job.model,
        job.mode.name,
        accepted,
        remark,
        trouble,
        stopped,
        answer.first_ms if answer else None,
        (time.perf_counter() - began) * 1e3,
        answer.ending.server_ms if answer else 0.0,
    )


def _open(sentence: str) -> str:
    """A sentence without its full stop, to be gone on with."""
    return sentence.rstrip(" .")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
