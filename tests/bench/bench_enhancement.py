"""From the final raw text to the first and the last word of a language model, and what of that is ours.

    python -m tests.bench.bench_enhancement [--edits N] [--rates TOKENS,...]

A server in a process of its own speaks Ollama's protocol, without delay (0) or at so many tokens a second.
It edits dictations of 40 words. "editor" is the way of `utter enhance` with the client at hand: cleanup,
prompt, request, stream, guard, diff. "session" is a dictation in a whole session, in a mode that is edited
as a whole: from the final raw text to the delivered one. What the server reports as its own time is taken
off: "ours" is the rest. "client" is the bare client of Ollama with the same request and nothing around it,
in turn with the editor; the ratio is that of the medians. "cpu" is what this process computed, which says
more on a busy machine. Without delay the server is done before the client has read half of its answer.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING

import pytest

from engine.editing import Editor
from engine.enhance.edited import Job
from engine.enhance.enhancer import Draft
from engine.enhance.ollama.ollama import Ollama
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.prompts import messages
from engine.enhance.tidy import Tidy
from engine.enhance.token_limit import limit
from engine.events import Enhanced, EnhancerChanged, Measured
from tests.support.enhanced_session import Desk, at_desk
from tests.support.modes import shipped_modes
from tests.support.ollama_script import Messages, dictated
from tests.support.ollama_server import MODEL, running_ollama

if TYPE_CHECKING:
    import ollama

SAID = (
    "um the quarterly report is due on friday and we will send it to john smith because he wants the copies "
    "by monday so please remember to call the office in the morning and ask bob for the numbers"
)
WORDS = SAID.split()
MODE = shipped_modes()["message"]
"""A mode without phrases: nothing is edited in advance."""

SESSION_SHARE = 5
"""One dictation for so many edits."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit: milliseconds to the first and to the last word, of the server, and of our processor."""

    first: float
    last: float
    server: float
    cpu: float = 0.0
    """Not known of a session, which does more than this."""

    @property
    def ours(self) -> float:
        """What is left of the whole without the server's time."""
        return self.last - self.server


def dictation(number: int) -> str:
    """Forty words, in another order each time: no server has it in a cache."""
    at = number % len(WORDS)
    return " ".join(WORDS[at:] + WORDS[:at])


def edit_of(asked: Messages) -> str:
    """The answer of a model that edits: no "um", a capital, a full stop."""
    words = [word for word in dictated(asked).split() if word != "um"]
    return " ".join(words).capitalize() + "."


def serve(rate: float) -> None:
    """Be the server until standard input ends."""
    with running_ollama() as server:
        server.tokens_per_s = rate
        server.answer = edit_of
        print(server.host, flush=True)
        sys.stdin.read()


@contextmanager
def served(rate: float) -> Iterator[str]:
    """The host of a server in another process."""
    command = [sys.executable, "-m", "tests.bench.bench_enhancement", "--serve", str(rate)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        yield server.stdout.readline().strip()
        server.communicate()


async def by_client(client: ollama.AsyncClient, text: str) -> Edit:
    """The same request with nothing but the client."""
    cpu, began = process_time(), perf_counter()
    first = 0.0
    options = {"num_ctx": 4096, "num_predict": limit(text, MODE.token_factor)}
    stream = await client.chat(MODEL, messages(Draft(text), MODE), stream=True, think=False, options=options)
    async for part in stream:
        if not first and part.message.content:
            first = (perf_counter() - began) * 1e3
    last = (perf_counter() - began) * 1e3
    return Edit(first, last, (part.total_duration or 0) / 1e6, (process_time() - cpu) * 1e3)


async def by_editor(editor: Editor, enhancer: Ollama, text: str) -> Edit:
    """An edit with all that belongs to it."""
    cpu = process_time()
    edited = await editor.edit(Job(Draft(text), MODE, enhancer, Tidy(), MODEL))
    assert (edited.enhancer, edited.remark) == ("ollama", ""), edited
    spent = (process_time() - cpu) * 1e3
    return Edit(edited.first_ms or 0.0, edited.total_ms, edited.server_ms, spent)


async def edits(host: str, count: int) -> tuple[list[Edit], list[Edit]]:
    """Edit texts one after another, in turn with the bare client; what both took."""
    import ollama

    enhancer, editor = Ollama(OllamaOptions(host=host)), Editor()
    client = ollama.AsyncClient(f"http://{host}")
    ours, plain = [], []
    for number in range(-1, count):  # the first one loads the model, and imports what is needed
        one = await by_editor(editor, enhancer, dictation(number))
        other = await by_client(client, dictation(number))
        if number >= 0:
            ours.append(one)
            plain.append(other)
    await enhancer.close()
    await client.close()
    return ours, plain


async def dictations(host: str, count: int) -> list[Edit]:
    """Dictate texts into a session, one after another."""
    overrides = {
        "ollama__host": host,
        "enhancement__enhancer": "ollama",
        "enhancement__mode": MODE.name,
    }
    with pytest.MonkeyPatch.context() as patch:
        async with at_desk(patch, **overrides) as desk:
            await desk.driver.wait_until(EnhancerChanged, lambda event: event.status.state == "ready")
            return [await _dictated(desk, number) for number in range(count)]


async def _dictated(desk: Desk, number: int) -> Edit:
    enhanced: Enhanced = await desk.dictate(dictation(number), until=Enhanced)
    assert (enhanced.enhancer, enhanced.remark) == ("ollama", ""), enhanced
    measured = await desk.driver.wait_until(
        Measured, lambda event: event.performance.dictations == number + 1
    )
    stages = measured.performance.stages_ms
    last = sum(stages.get(stage, 0.0) for stage in ("cleanup", "enhancement", "delivery"))
    text = desk.session._texts.get(number + 1)
    assert text is not None
    return Edit(enhanced.first_ms or 0.0, last, text.edited.server_ms)


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[max(0, round(len(values) * 0.95) - 1)]


def shown(rate: float, name: str, edits: Sequence[Edit], plain: Sequence[Edit]) -> str:
    """One line of the table."""
    pace = f"{rate:g}/s" if rate else "no delay"
    first, last, ours = ([getattr(one, key) for one in edits] for key in ("first", "last", "ours"))
    figures = "".join(f"{median(one):8.1f}{_p95(one):8.1f}" for one in (first, last, ours))
    server, cpu = median(one.server for one in edits), median(one.cpu for one in edits)
    computed = f"{cpu:.1f}" if cpu else "-"
    ratio = median(last) / median(one.last for one in plain)
    return f"{pace:<9}{name:<8}{len(edits):5d}{figures}{server:9.1f}{computed:>7}{ratio:7.2f}"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--edits", type=int, default=100)
    parser.add_argument("--rates", default="0,50", help="tokens a second; 0 is no delay")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve is not None:
        serve(asked.serve)
        return
    print(f"milliseconds for {len(WORDS)} words, p50 and p95; the ratio is to the bare client")
    print("pace     way    edits   first     p95    last     p95    ours     p95   server    cpu  ratio")
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {f"XDG_{kind}_HOME": str(Path(home, kind)) for kind in ("DATA", "STATE", "CONFIG")}
        for rate in map(float, asked.rates.split(",")):
            with served(rate) as host:
                ours, plain = asyncio.run(edits(host, asked.edits))
                session = asyncio.run(dictations(host, max(1, asked.edits // SESSION_SHARE)))
            for name, row in (("editor", ours), ("session", session), ("client", plain)):
                print(shown(rate, name, row, plain), flush=True)


if __name__ == "__main__":
    main()
