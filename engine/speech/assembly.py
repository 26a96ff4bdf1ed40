"""Puts together what turns the frames of one dictation into words, live or from a file."""

from __future__ import annotations

from collections.abc import Callable

from engine.settings.schema import RecognitionSettings, VoiceSettings
from engine.speech.endpoint import Endpointer
from engine.speech.phrases import PhraseCutter
from engine.speech.recognizer import Context, Recognizer
from engine.speech.streaming import StreamingTranscriber, Words


def make_endpointer(voice: VoiceSettings) -> Endpointer:
    """A fresh endpointer with the thresholds of the settings."""
    return Endpointer(voice.threshold, voice.release, voice.pause_s)


def make_transcriber(
    recognizer: Recognizer,
    recognition: RecognitionSettings,
    voice: VoiceSettings,
    report: Callable[[Words], None],
    *,
    speaker: str = "",
) -> StreamingTranscriber:
    """Begin a dictation.

    Args:
        recognizer: A loaded recogniser with no open utterance.
        recognition: Its language and vocabulary.
        voice: How speech is cut into phrases.
        report: Told of the words whenever they change.
        speaker: Who speaks (`Context.speaker`).
    """
    context = Context(
        language=recognition.language, vocabulary=tuple(recognition.vocabulary), speaker=speaker
    )
    cutter = PhraseCutter(make_endpointer(voice), voice.padding_s)
    return StreamingTranscriber(recognizer, cutter, context, report)
