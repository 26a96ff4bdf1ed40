"""Engine events as lines of JSON, for scripts and editors: `utter ctl subscribe` and `utter record --json`.

One event is one object on one line of ASCII: nothing in it reaches a terminal unescaped. "event" names it,
and a name, once published, keeps its meaning; readers skip names and fields that they do not know. Where
"dictation" stands it is the number of the dictation, from 1 on in each run; a delivery of number 0 is of a
text that a key copied, and "again" says that the text of this dictation went out before. Texts are free of
everything that a terminal could obey. Figures of performance, models in memory and downloads are not told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from engine import events
from engine.deliver.sanitize import for_terminal
from engine.state import DictationState

Fields: TypeAlias = dict[str, object]
"""What an object holds beside its name."""

NAMES: dict[str, str] = {
    "state": "what it does: starting, ready, arming, recording, finishing or failed; before that: previous",
    "started": "sound of a dictation is being kept, with seconds of pre-roll",
    "stopped": "its recording ended; why: key, silence, ended, lost",
    "transcript": "its words so far: committed is firm, partial may still change",
    "language": "the language that was heard, and how sure that is",
    "revised": "the whole dictation was decoded again, and its words are others now",
    "enhancing": "the enhanced text so far",
    "enhanced": "raw and enhanced text, who enhanced it, in which mode; remark says why it is not as asked",
    "text": "what stands for a dictation now, after each decision on it; waits until it is accepted",
    "finished": "its final text; empty where no words were heard",
    "delivered": "where the text went: delivered, sent (not confirmed) or failed; kept: where it is then; "
    "again: not for the first time",
    "cancelled": "it was cancelled; audio says where its sound is kept",
    "failed": "it failed; what happened, what to do, where its sound is kept, its words so far",
    "notice": "one sentence for the user, and what to do",
    "source": "another source of sound is open; none where problem says why",
    "link": "the link to another machine's microphone: waiting, connected, broken",
    "target": "the next text goes elsewhere; problem says why that cannot work",
    "recognizer": "a recogniser is loading, ready, failed or unloaded",
    "setting": "a setting was changed, such as enhancement.mode",
    "levels": "peak, rms and voice of each 32 ms of sound; only where asked for",
    "dropped": "the reader was too slow: so many lines before this one are lost",
    "closed": "the engine has ended; the last line",
}
"""The name of each object → what it says."""

LEVELS = "levels"
"""The name of those that come thirty times a second, and only to who asks for them."""

REPLACED = frozenset({"transcript", "enhancing", "levels", "link"})
"""Names of those of which only the newest counts: a slow reader is given that one alone."""


def event_object(event: events.Event) -> Fields | None:
    """Say an event as an object for JSON; None for one that is not told."""
    row = _ROWS.get(type(event))
    if row is None:
        return None
    name, fields = row
    return {"event": name, **{key: _clean(value) for key, value in fields(event).items()}}


def state_object(state: DictationState) -> Fields:
    """Say the state as it is, as an object for who comes later: nothing has changed."""
    return {"event": "state", "state": str(state), "previous": str(state)}


def line(fields: Mapping[str, object]) -> str:
    """One line of ASCII without its end."""
    return json.dumps(fields)


def _clean(value: object) -> object:
    """A value without anything that a terminal could obey; paths as the texts they are."""
    match value:
        case Path():
            return str(value)
        case str():
            return for_terminal(value)
        case float():
            return round(value, 4)
        case list() | tuple():
            return [_clean(one) for one in value]
    return value


def _same(*names: str) -> Callable[[Any], Fields]:
    """Fields that are called as those of the event."""
    return lambda event: {name: getattr(event, name) for name in names}


def _source(event: events.SourceChanged) -> Fields:
    info = event.info
    known = {"name": info.name, "kind": info.kind, "detail": info.detail} if info else {"name": None}
    return {**known, "problem": event.problem, "remedy": event.remedy}


def _delivered(event: events.Delivered) -> Fields:
    outcome = event.outcome
    return {
        "dictation": event.dictation,
        "status": str(outcome.status),
        "target": outcome.target,
        "detail": outcome.detail,
        "kept": outcome.kept,
        "again": event.again,
    }


def _levels(event: events.Levels) -> Fields:
    columns = event.columns
    return {
        "peak": [column.peak for column in columns],
        "rms": [column.rms for column in columns],
        "voice": [column.voice for column in columns],
        "speaking": event.speaking,
    }


def _state(event: events.StateChanged) -> Fields:
    return {"state": str(event.state), "previous": str(event.previous)}


_ENHANCED = ("dictation", "raw", "text", "enhancer", "model", "mode", "remark", "total_ms")
_FAILED = ("dictation", "step", "problem", "remedy", "audio", "text")
_LINK = ("state", "sender", "latency_ms", "lost_s", "behind_s")
_REVIEWED = ("dictation", "raw", "text", "mode", "waits", "shown")

_ROWS: dict[type[events.Event], tuple[str, Callable[[Any], Fields]]] = {
    events.StateChanged: ("state", _state),
    events.RecordingStarted: ("started", _same("dictation", "preroll_s")),
    events.RecordingStopped: ("stopped", _same("dictation", "duration_s", "reason")),
    events.TranscriptChanged: ("transcript", _same("dictation", "committed", "partial")),
    events.LanguageHeard: ("language", _same("dictation", "language", "probability")),
    events.Revised: ("revised", _same("dictation", "before", "after")),
    events.EnhancementGrew: ("enhancing", _same("dictation", "raw", "text")),
    events.Enhanced: ("enhanced", _same(*_ENHANCED)),
    events.Reviewed: ("text", _same(*_REVIEWED)),
    events.DictationFinished: ("finished", _same("dictation", "raw", "text")),
    events.Delivered: ("delivered", _delivered),
    events.DictationCancelled: ("cancelled", _same("dictation", "audio")),
    events.DictationFailed: ("failed", _same(*_FAILED)),
    events.Notice: ("notice", _same("severity", "message", "remedy", "topic")),
    events.SourceChanged: ("source", _source),
    events.LinkChanged: ("link", _same(*_LINK)),
    events.TargetChanged: ("target", _same("spec", "name", "problem")),
    events.RecognizerChanged: ("recognizer", _same("name", "model", "status", "remark")),
    events.SettingChanged: ("setting", _same("key", "value")),
    events.Levels: (LEVELS, _levels),
}
