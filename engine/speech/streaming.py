"""Recognises a dictation while it is spoken: each phrase once, in order, with live partials.

Runs on the recogniser's thread, over anything that satisfies `Recognizer`. A phrase is committed
when the pause behind it has been heard, so that at stop only the last phrase is still open; and as
soon as that one is quiet it is decoded as if it were over, so that at stop its words are there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from engine.audio.format import FRAME_S, SAMPLE_RATE, Samples
from engine.speech.open_phrase import OpenPhrase, Tally
from engine.speech.phrases import Closed, Opened, PhraseCutter, Spoken, Step
from engine.speech.placing import characters, placed
from engine.speech.recognizer import Context, Recognizer
from engine.speech.spoken_language import expecting
from engine.speech.tactics import Tactics
from engine.speech.whole_dictation import WholeDictation
from engine.speech.words import Words

SPECULATE_AFTER_S = 0.22
"""Quiet, in seconds, after which a phrase is decoded as if it were over: seven frames, and, since Silero
lets go 0.03 s late, a quarter of a second behind the last sound. Gaps between words are shorter."""

QUIET_AT_END_S = 0.09
"""The same once the recording is being stopped: three frames, as in a gap between two words."""

AGREE_FROM_S = 10.0
"""Length of a phrase, in seconds, from which partials are compared to find a place to cut it."""

KEPT = (0.8, 1.25)
"""Least and greatest length of a whole decode, as a share of the characters of the phrases before it: one
that lost or repeats more is not believed."""

SLOW_S = 2.0
"""Seconds that a decode may take for the next phrase to be guessed at: one that is begun cannot be
interrupted, and a speaker who goes on would wait for it."""


class StreamingTranscriber:
    """Feeds one dictation to a recogniser and collects its words.

    Attributes:
        words: What is recognised so far.
        tally: What was tried, and what became of it.
        progress_at: `time.perf_counter()` when a phrase was last begun or committed.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        cutter: PhraseCutter,
        context: Context,
        tactics: Callable[[], Tactics],
        report: Callable[[Words], None],
    ) -> None:
        """Begin a dictation.

        Args:
            recognizer: A loaded recogniser with no open utterance.
            cutter: Finds the phrases.
            context: Language and vocabulary; effort and the text before each phrase are added here, and
                a language that is left open once it is known.
            tactics: Gives the mode in force; asked at the beginning of each phrase.
            report: Told of the words whenever they change.
        """
        self._recognizer = recognizer
        self._cutter = cutter
        self._context = context
        self._tactics = tactics
        self._report = report
        self._phrase: OpenPhrase | None = None
        self._opening = False
        self._whole = WholeDictation()
        language = expecting(context.language)
        self.words = Words(expected=(), language=language, expected_language=language)
        self.tally = Tally()
        self._took_s = 0.0
        self.progress_at = time.perf_counter()

    def push(self, samples: Samples, voice: tuple[float, ...]) -> None:
        """Take the next frames of the recording, and commit the phrases that end in them.

        Args:
            samples: Whole frames, shape [n * FRAME]; not changed afterwards by anybody.
            voice: One probability of speech a frame.

        Raises:
            RecognitionError: The recogniser failed.
        """
        self._whole.keep(samples, self._tactics().redecode_s)
        for step in self._cutter.push(samples, voice):
            self._follow(step)

    def work_ahead(self, *, ending: bool = False) -> None:
        """Do the one most useful decode for which there is enough sound, if there is any.

        To be called when all sound so far was pushed. Once it is quiet, that is the guess about
        the phrase's end, and never a partial: the final decode is near, and must not find one in
        its way.

        Args:
            ending: Whether the recording is being stopped: its tail is probably quiet, and need
                not be waited for.

        Raises:
            RecognitionError: The recogniser failed.
        """
        phrase = self._phrase
        if phrase is None or not phrase.guesses:
            return
        quiet_s = self._cutter.quiet_s
        if quiet_s >= (QUIET_AT_END_S if ending else SPECULATE_AFTER_S):
            if phrase.tactics.speculation and not phrase.asked and self._took_s <= SLOW_S:
                self._speculate(phrase)
        elif not ending and phrase.tactics.partials and (self._recognizer.streams or not quiet_s):
            self._update_partial(phrase)

    def finish(self) -> Words:
        """End the recording: commit the open phrase and return all words.

        Raises:
            RecognitionError: The recogniser failed.
        """
        for step in self._cutter.end():
            self._follow(step)
        words = (self._decoded_whole() or self.words).at_end()
        if words != self.words:
            self._publish(words)
        return self.words

    def discard(self) -> None:
        """Throw the open phrase away; what is committed stays in `words`."""
        if self._phrase is not None:
            self._phrase.discard()
            self._phrase = None

    def _follow(self, step: Step) -> None:
        match step:
            case Opened(start_frame):
                self._open(start_frame * FRAME_S)
            case Spoken(samples, voiced):
                self._feed(samples, voiced=voiced)
            case Closed():
                self._commit()

    def _open(self, start_s: float) -> None:
        self._phrase = self._phrase_at(start_s, self._tactics())
        self._opening = True
        self.progress_at = time.perf_counter()
        self.words = self.words.unknown()

    def _phrase_at(self, start_s: float, tactics: Tactics) -> OpenPhrase:
        previous = " ".join(segment.text for segment in self.words.segments[-3:])
        language = self.words.language.expected
        context = replace(self._context, previous_text=previous, language=language, effort=tactics.effort)
        return OpenPhrase(self._recognizer, context, tactics, self.tally, start_s)

    def _feed(self, samples: Samples, *, voiced: bool) -> None:
        assert self._phrase is not None, "sound of a phrase before its opening"
        self._phrase.feed(samples, voiced=voiced, opening=self._opening)
        self._opening = False
        if voiced:
            self.words = self.words.unknown()

    def _commit(self) -> None:
        assert self._phrase is not None, "end of a phrase before its opening"
        phrase, self._phrase = self._phrase, None
        self._firm(phrase)

    def _firm(self, phrase: OpenPhrase) -> None:
        """Append the words of a phrase that is over."""
        guessed, began = phrase.expected is not None, time.perf_counter()
        transcript = phrase.finish()
        self.progress_at = time.perf_counter()
        if not guessed:
            self._took_s = self.progress_at - began
        self._whole.commit(phrase.start_s, phrase.end_s, self._recognizer.model)
        segments = self.words.segments + placed(transcript, phrase.start_s)
        self._publish(self.words.firm(transcript, segments))

    def _speculate(self, phrase: OpenPhrase) -> None:
        began = time.perf_counter()
        phrase.speculate()
        self._took_s = time.perf_counter() - began
        if phrase.expected is not None:
            self._publish(self.words.guessed(phrase.expected, placed(phrase.expected, phrase.start_s)))

    def _update_partial(self, phrase: OpenPhrase) -> None:
        if not phrase.cadence.due:
            return
        timed = phrase.tactics.agreement and not self._recognizer.streams and phrase.length_s >= AGREE_FROM_S
        hypothesis = phrase.partial(timed=timed)
        if timed:
            gap = phrase.agreement.push(hypothesis.words, phrase.length_s)
            if gap is not None:
                self._cut(phrase, gap)
                return
        if hypothesis.text != self.words.partial and phrase.guesses:
            self._publish(replace(self.words, partial=hypothesis.text))

    def _cut(self, phrase: OpenPhrase, gap: tuple[float, float]) -> None:
        """Commit the head of the open phrase, and go on with its tail as the open one."""
        self._phrase = None
        head, tail = phrase.split(gap)
        first = self._phrase_at(phrase.start_s, phrase.tactics)
        first.feed(head, voiced=True, opening=True)
        self._firm(first)
        start_s = phrase.start_s + len(head) / SAMPLE_RATE
        self._cutter.split(start_s)
        self._phrase = self._phrase_at(start_s, phrase.tactics)
        self._phrase.feed(tail, voiced=True)
        self.words = self.words.unknown()

    def _decoded_whole(self) -> Words | None:
        """A short dictation decoded once more, as one; what lost half of the words is not believed."""
        effort = self._tactics().effort
        context = replace(self._context, language=self.words.language.expected)
        transcript = self._whole.decode(self._recognizer, context, effort, self.tally)
        if transcript is None:
            return None
        segments = placed(transcript, self._whole.start_s)
        least, most = (share * characters(self.words.segments) for share in KEPT)
        if not least <= characters(segments) <= most:
            return None
        return self.words.firm(transcript, segments, revised=True)

    def _publish(self, words: Words) -> None:
        self.words = words
        self._report(words)
