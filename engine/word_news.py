"""What is told of a dictation's words while it is recognised."""

from __future__ import annotations

from collections.abc import Callable

from engine.dictation import Dictation
from engine.events import Event, Notice, Revised, TranscriptChanged


def tell_words(dictation: Dictation, publish: Callable[[Event], None]) -> bool:
    """Tell what has changed in a dictation's words, or why there are none.

    Returns:
        Whether there are words to go on with.
    """
    recognition = dictation.recognition
    if recognition.held_up is not None:
        what, recognition.held_up = recognition.held_up.what, None
        remedy = "The recording goes on; its sound waits for a model that works."
        publish(Notice("warning", what, remedy, "model"))
        return False
    if recognition.error is not None:
        if dictation.stopped_at is None:
            remedy = "The recording goes on, and its audio will be kept."
            publish(Notice("warning", recognition.error.what, remedy))
        return False
    for event in dictation.news():
        publish(event)
    if recognition.words.revised and recognition.revision is not None:
        revision = recognition.revision
        publish(Revised(dictation.id, revision.before, revision.after, revision.changes))
    else:
        publish(TranscriptChanged(dictation.id, recognition.committed, recognition.words.partial))
    return True
