"""An utterance that a process recognises: each call becomes a frame."""

from __future__ import annotations

from typing import Protocol

from engine.audio.format import Samples
from engine.errors import RecognitionError
from engine.speech import wire
from engine.speech.child import AGAIN, Child
from engine.speech.recognizer import Hypothesis, Transcript
from engine.speech.wire import Header


class Owner(Protocol):
    """Whose utterance it is: `engine.speech.process.RecognizerProcess`."""

    def ask(self, child: Child, request: Header) -> Header:
        """Send a request and block until its answer is there."""

    def is_open(self, utterance: RemoteUtterance) -> bool:
        """Whether `utterance` is the one that is being recognised."""

    def forget(self, utterance: RemoteUtterance) -> bool:
        """Let go of an utterance that ends; whether it was the open one."""


class RemoteUtterance:
    """The open utterance of a `RecognizerProcess`."""

    def __init__(self, owner: Owner, child: Child) -> None:
        """Only the owner's `open` makes one."""
        self._owner = owner
        self._child = child

    def feed(self, samples: Samples) -> None:
        """Hand on mono float32 at 16 kHz, shape [n], which nobody changes afterwards.

        Never raises: what goes wrong is told by the next `partial` or `finish`.
        """
        if self._owner.is_open(self):
            self._child.tell({"do": "feed"}, samples)

    def partial(self, *, timed: bool = False) -> Hypothesis:
        """What the sound fed so far seems to contain; waits until the decoder has reached its end.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.is_open(self):
            raise _over()
        return wire.hypothesis_from_json(self._ask({"do": "partial", "timed": timed})["hypothesis"])

    def speculate(self) -> Transcript | None:
        """The words as if the utterance ended here; None where the recogniser cannot tell.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.is_open(self):
            raise _over()
        answer = self._ask({"do": "speculate"})["transcript"]
        return None if answer is None else wire.transcript_from_json(answer)

    def accept(self) -> None:
        """End the utterance with the words of the last `speculate`."""
        if self._owner.forget(self):
            self._child.drop_samples()
            self._child.tell({"do": "accept"})

    def finish(self) -> Transcript:
        """End the utterance and give its words.

        Raises:
            RecognitionError: The utterance is over, the recogniser failed, or its process ended.
        """
        if not self._owner.forget(self):
            raise _over()
        return wire.transcript_from_json(self._ask({"do": "finish"})["transcript"])

    def discard(self) -> None:
        """Throw the utterance away, and the samples that still wait to be sent."""
        if self._owner.forget(self):
            self._child.drop_samples()
            self._child.tell({"do": "discard"})

    def _ask(self, request: Header) -> Header:
        return self._owner.ask(self._child, request)


def _over() -> RecognitionError:
    return RecognitionError("The utterance is over, and nothing more can be asked of it.", AGAIN)
