"""Has the windows of a file recognised; what fails is done again once, by a recogniser loaded anew.

On a card that failed, the recogniser is on the CPU then (`engine.speech.process`). The words that are
there already are kept, and so is the language that was found out at them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from engine.audio.format import Samples
from engine.errors import RecognitionError, RecognitionStoppedError
from engine.metrics import StageClock
from engine.speech.recognizer import Context, Transcript
from engine.speech.spans import SpanRecognizer, Window
from engine.speech.spoken_language import expecting


class WindowRecognition:
    """The way of windows of sound to their words. Blocking."""

    def __init__(self, recognizer: SpanRecognizer, clock: StageClock, tell: Callable[[str], None]) -> None:
        """Prepare.

        Args:
            recognizer: Loaded, with no open utterance.
            clock: Adds up the time of the stages "recognition" and, where it is loaded anew, "load".
            tell: Told why it was loaded anew.
        """
        self._recognizer = recognizer
        self._clock = clock
        self._tell = tell

    def recognize(
        self, windows: Sequence[Window], recording: Samples, context: Context, cancelled: Callable[[], bool]
    ) -> Iterator[Transcript]:
        """Recognise windows in order.

        Args:
            windows: Where they lie, each of at most the recogniser's `window_s`.
            recording: What they lie in, mono float32 at 16 kHz, shape [n].
            context: What to recognise the first of them with.
            cancelled: Asked now and then; when it is true, nothing more comes.

        Yields:
            The words of each window, with seconds from its start.

        Raises:
            RecognitionError: The recogniser failed twice at the same window, cannot be loaded anew,
                or was ended on purpose.
        """
        language, remark = expecting(context.language), self._recognizer.remark
        done, failed_at = 0, -1
        while True:
            known = replace(context, language=language.expected)
            sounds = (window.samples(recording) for window in windows[done:])
            found = self._recognizer.recognize(sounds, known, cancelled)
            try:
                while (transcript := self._next(found)) is not None:
                    language = language.after(transcript)
                    done += 1
                    yield transcript
                return
            except RecognitionStoppedError:
                raise
            except RecognitionError as error:
                if failed_at == done:
                    raise
                failed_at = done
                with self._clock.stage("load"):
                    self._recognizer.load()
                new = self._recognizer.remark
                self._tell(new if new != remark else f"{error.what} What failed is done again.")

    def _next(self, found: Iterator[Transcript]) -> Transcript | None:
        with self._clock.stage("recognition"):
            return next(found, None)
