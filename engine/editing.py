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
from engine.enhance.enhancer import Ending, Enhancer
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

    def stop(self) -> bool:
        """Stop the edit that began last, keeping what is useful of it. False if none runs."""
        return any(not streaming.done() and streaming.cancel() for streaming in reversed(self._streaming))

    def stop_all(self) -> bool:
        """Stop all edits. False if none runs."""
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
        with clock.stage("enhancement"):
            return await self._enhanced(job, job.enhancer, plain, began, grow)

    async def _enhanced(self, job: Job, enhancer: Enhancer, plain: str, began: float, grow: Grow) -> Edited:
        answer = await self._answer(job, enhancer, began, grow)
        if answer.error is not None:
            log.warning("%s: %s", enhancer.name, answer.error)
            return await self._stand_in(job, enhancer, plain, answer.error, began)
        if not answer.stopped and enhancer.instant:
            text, remark = answer.text, job.remark
            if not text.strip():
                text, remark = plain, f"{remark} The enhancer answered nothing. {PLAIN_TEXT_USED}".strip()
            return await _edited(job, plain, text, began, answer, remark=remark)
        kept, remark = await in_thread_if_long(job.draft.text + answer.text, _usable, job, plain, answer)
        text, accepted = (plain, False) if kept is None else (kept, True)
        return await _edited(job, plain, text, began, answer, remark=remark, accepted=accepted)

    async def _answer(self, job: Job, enhancer: Enhancer, began: float, grow: Grow) -> _Answer:
        answer = _Answer(began, grow)
        streaming = asyncio.create_task(answer.stream(job, enhancer))
        self._streaming.append(streaming)
        try:
            await asyncio.wait({streaming})
        finally:
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

    async def _stand_in(
        self, job: Job, failed: Enhancer, plain: str, error: BaseException, began: float
    ) -> Edited:
        """The text of the stand-in, and one sentence why it had to step in."""
        what = error.what if isinstance(error, EnhancementError) else f"{failed.name} failed: {error}"
        if failed.name == job.stand_in.name:
            return await _edited(job, plain, plain, began, remark=f"{_open(what)}. {PLAIN_TEXT_USED}")
        instead = replace(
            job, enhancer=job.stand_in, remark=f"{_open(what)}; {job.stand_in.name} edited the text."
        )
        return await self._enhanced(instead, job.stand_in, plain, began, unseen)


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

    async def stream(self, job: Job, enhancer: Enhancer) -> None:
        async with aclosing(enhancer.enhance(job.draft, job.mode)) as deltas:
            async for delta in deltas:
                self.ending = delta.ending or self.ending
                if not delta.text:
                    continue
                self.text += delta.text
                if self.first_ms is None and self.text.strip():
                    self.first_ms = (time.perf_counter() - self._began) * 1e3
                self._grow(self.text, self.first_ms)


def _usable(job: Job, plain: str, answer: _Answer) -> tuple[str | None, str]:
    """The part of an answer that can be used, and a remark; None where nothing can."""
    # The guard's patterns take 50 ms to make, and are made only where a model edits.
    from engine.enhance.guard.judge import judge
    from engine.enhance.guard.partial_answer import completed
    from engine.enhance.guard.wrapping import cleaned

    raw, mode = job.draft.text, job.mode
    if answer.stopped:
        kept = completed(plain, answer.text, mode, language=job.draft.language)
        what = PLAIN_TEXT_USED if kept is None else "What had come is kept, the rest is as recognised."
        return kept and job.own(kept), f"Stopped. {what}"
    text = cleaned(answer.text, raw)
    verdict = judge(raw, text, mode, language=job.draft.language, truncated=answer.ending.truncated)
    if verdict.accepted:
        return job.own(text), job.remark
    return None, f"Refused: {_lower(verdict.reason)} {PLAIN_TEXT_USED}"


async def _edited(
    job: Job,
    plain: str,
    text: str,
    began: float,
    answer: _Answer | None = None,
    *,
    remark: str = "",
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
        job.model,
        job.mode.name,
        accepted,
        remark,
        answer.first_ms if answer else None,
        (time.perf_counter() - began) * 1e3,
        answer.ending.server_ms if answer else 0.0,
    )


def _open(sentence: str) -> str:
    """A sentence without its full stop, to be gone on with."""
    return sentence.rstrip(" .")


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
