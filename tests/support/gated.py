"""A recogniser that can be held up in the middle of a call, for tests of what happens meanwhile."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from typing import Literal, TypeAlias

import pytest

from engine.errors import RecognitionStoppedError
from engine.speech.recognizer import Context, Hypothesis, Transcript
from tests.support.scripted import Said, Scripted, ScriptedUtterance

Call: TypeAlias = Literal["load", "partial", "speculate", "finish"]

PATIENCE_S = 20.0
"""Seconds after which a test that waits has failed."""


class Gated(Scripted):
    """Plays the part of `engine.speech.process.RecognizerProcess`, on the recogniser's thread.

    Attributes:
        kills: Times that it was killed.
    """

    def __init__(
        self, said: Sequence[Said] = (), *, streams: bool = True, fails_at_finish: int | None = None
    ) -> None:
        super().__init__(said, streams=streams, fails_at_finish=fails_at_finish)
        self.kills = 0
        self._dead = False
        self._entered: dict[Call, threading.Event] = {}
        self._gates: dict[Call, threading.Event] = {}

    def install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Have hosts take this one in the place of a process."""
        monkeypatch.setattr("engine.speech.placement._process", lambda _: self)

    def hold(self, call: Call) -> None:
        """Hold up every such call from now on."""
        self._entered[call], self._gates[call] = threading.Event(), threading.Event()

    def release(self, call: Call) -> None:
        """Let the calls that are held up, and all later ones, go on."""
        self._gates[call].set()

    async def reached(self, call: Call) -> None:
        """Wait until a call is held up."""
        assert await asyncio.to_thread(self._entered[call].wait, PATIENCE_S), f"{call} was not called"

    def pass_gate(self, call: Call) -> None:
        """On the recogniser's thread: wait if this call is held up; fail if killed meanwhile."""
        if call in self._gates:
            self._entered[call].set()
            assert self._gates[call].wait(PATIENCE_S), f"{call} was held up for ever"
        if self._dead:
            self.open_now = 0
            raise RecognitionStoppedError("The gated recogniser was ended.")

    def load(self) -> None:
        self._dead = False
        self.pass_gate("load")
        super().load()

    def open(self, context: Context) -> GatedUtterance:
        super().open(context)
        return GatedUtterance(self)

    def kill(self) -> None:
        self.kills += 1
        self._dead = True
        for gate in self._gates.values():
            gate.set()

    @property
    def alive(self) -> bool:
        return not self._dead

    def begin_dictation(self) -> None: ...

    def busy_s(self) -> float:
        return 0.25 * (self.speculations + len(self.taken))


class GatedUtterance(ScriptedUtterance):
    """An utterance of `Gated`."""

    owner: Gated

    def partial(self, *, timed: bool = False) -> Hypothesis:
        self.owner.pass_gate("partial")
        return super().partial(timed=timed)

    def speculate(self) -> Transcript | None:
        self.owner.pass_gate("speculate")
        return super().speculate()

    def finish(self) -> Transcript:
        self.owner.pass_gate("finish")
        return super().finish()
