"""Decodes clips at once, as a tool does that begins when the speaker has stopped."""

from __future__ import annotations

import time
from types import TracebackType
from typing import Self

from engine import paths
from engine.audio.format import Samples
from engine.background import in_background
from engine.settings.schema import Settings
from engine.speech.assembly import make_context
from engine.speech.process import RecognizerProcess
from engine.speech.selection import choose


class PlainBench:
    """The session's recogniser in another process of its own; use it as an async context manager."""

    def __init__(self, settings: Settings) -> None:
        """Prepare; nothing is loaded yet.

        Args:
            settings: The settings; they name one recogniser.
        """
        choice = choose(settings.recognition)
        self._context = make_context(settings)
        self._recognizer = RecognizerProcess(choice.name, choice.options, log=paths.log_file())

    async def __aenter__(self) -> Self:
        """Load the recogniser.

        Raises:
            RecognitionError: It cannot be loaded.
        """
        try:
            await in_background(self._recognizer.load, "plain recogniser")
        except BaseException:
            self._recognizer.kill()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the process, whatever it is doing."""
        self._recognizer.kill()
        if error is None:
            self._recognizer.unload()

    async def decode(self, samples: Samples) -> tuple[float, str]:
        """Recognise a clip: mono float32 at 16 kHz, shape [n].

        Returns:
            Milliseconds from the first sample handed over to the words, and the words.

        Raises:
            RecognitionError: The recogniser failed.
        """
        return await in_background(lambda: self._decode(samples), "plain recogniser")

    def _decode(self, samples: Samples) -> tuple[float, str]:
        began = time.perf_counter()
        utterance = self._recognizer.open(self._context)
        utterance.feed(samples)
        text = utterance.finish().text
        return (time.perf_counter() - began) * 1e3, text
