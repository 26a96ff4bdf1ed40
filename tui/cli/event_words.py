"""What happens, in one sentence for standard error: for commands that show nothing else of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.events import Event


def in_words(event: Event) -> str:
    """Say an event that a user should know of; empty for any other, and for how texts are delivered."""
    from engine import events
    from engine.models.languages import described

    match event:
        case events.SourceChanged(info=None, problem=problem, remedy=remedy) if problem:
            return f"{problem} {remedy}".rstrip()
        case events.DictationFailed(problem=problem, remedy=remedy):
            return f"{problem} {remedy}".rstrip()
        case events.DictationCancelled(audio=audio):
            return f"Cancelled; the audio is kept: {audio}" if audio else "Cancelled."
        case events.RecognizerChanged(status="loading", remark=remark):
            return remark
        case events.LanguageHeard(language=language, probability=probability):
            return f"The language is {described(language, probability)}."
        case events.Enhanced(remark=remark):
            return remark
        case events.Notice(message=message, remedy=remedy):
            return f"{message} {remedy}".rstrip()
    return ""
