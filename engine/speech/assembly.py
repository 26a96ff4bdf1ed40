"""Puts together what turns the frames of one dictation into words, live or from a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.settings.schema import PerformanceSettings, Settings, VoiceSettings
from engine.speech.effort import Effort
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context, Recognizer
from engine.speech.streaming import StreamingTranscriber
from engine.speech.tactics import Tactics
from engine.speech.words import Words

LONGEST_TERM = 3
"""Words that a term may have to be expected by a recogniser; its prompt has little room."""


def make_endpointer(voice: VoiceSettings) -> Endpointer:
    """A fresh endpointer with the thresholds of the settings."""
    return Endpointer(voice.threshold, voice.release, voice.pause_s)


def make_cutter(voice: VoiceSettings) -> PhraseCutter:
    """A fresh phrase cutter with the thresholds of the settings."""
    return PhraseCutter(make_endpointer(voice), voice.padding_s)


def make_context(settings: Settings, *, speaker: str = "") -> Context:
    """What every phrase of a dictation is recognised with.

    Args:
        settings: Language, the user's words, and the performance mode in force.
        speaker: Who speaks (`Context.speaker`).
    """
    recognition = settings.recognition
    effort = effort_of(settings.performance)
    vocabulary = (*recognition.vocabulary, *_short(settings.replacements.values()))
    return Context("", recognition.language, vocabulary, speaker, effort, recognition.translate)


def _short(written: Iterable[str]) -> Iterator[str]:
    """The written forms of the user's replacements that are names or terms, not whole snippets."""
    return (text for text in written if text and len(text.split()) <= LONGEST_TERM and text.isprintable())


def effort_of(mode: PerformanceSettings) -> Effort:
    """What a performance mode asks of a recogniser."""
    return Effort(mode.beam_size, tuple(mode.temperatures), mode.encoder_context, mode.partial_context)


def tactics_of(mode: PerformanceSettings) -> Tactics:
    """How a performance mode works on phrases."""
    return Tactics(
        effort_of(mode),
        mode.partials,
        mode.partial_every_s,
        mode.speculation,
        mode.agreement,
        mode.redecode_s,
    )


def make_transcriber(
    recognizer: Recognizer,
    settings: Callable[[], Settings],
    report: Callable[[Words], None],
    *,
    speaker: str = "",
) -> StreamingTranscriber:
    """Begin a dictation.

    Args:
        recognizer: A loaded recogniser with no open utterance.
        settings: Gives the settings in force; language, vocabulary and voice thresholds are those
            of now, the performance mode may change from phrase to phrase.
        report: Told of the words whenever they change.
        speaker: Who speaks (`Context.speaker`).
    """
    now = settings()
    return StreamingTranscriber(
        recognizer,
        make_cutter(now.voice),
        make_context(now, speaker=speaker),
        lambda: tactics_of(settings().performance),
        report,
    )
