"""What can be told of a running engine at any time: noted from its events."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from engine import events
from engine.deliver.sanitize import for_terminal
from engine.remote.engine_claim import Holder
from engine.state import DictationState

if TYPE_CHECKING:
    from engine.session import DictationSession

_S = DictationState

_DOING = {
    _S.STARTING: "The source of sound is being opened.",
    _S.READY: "Ready to record.",
    _S.ARMING: "Recording begins with the first sound.",
    _S.RECORDING: "Recording.",
    _S.FINISHING: "The last words are being recognised.",
}


class StatusBoard:
    """The newest of each thing that a session reports.

    Attributes:
        text: The text of the newest dictation as it stands; empty before the first.
        outcome: What became of the newest delivery; None before the first.
    """

    def __init__(self, session: DictationSession, holder: Holder) -> None:
        """Know nothing yet but whose session it is."""
        self.text = ""
        self.outcome: events.Delivered | None = None
        self._session = session
        self._holder = holder
        self._source: events.SourceChanged | None = None
        self._link: events.LinkChanged | None = None
        self._recognizer: events.RecognizerChanged | None = None
        self._problem = ""
        self._missing = ""
        self._recording_since = 0.0
        self._newest = 0

    def note(self, event: events.Event) -> None:
        """Take what is new from an event."""
        match event:
            case events.SourceChanged(info=info):
                self._source = event
                if info is not None and info.kind != "network":
                    self._link = None
            case events.LinkChanged():
                self._link = event
            case events.RecognizerChanged():
                self._recognizer = event
            case events.RecordingStarted():
                self._recording_since = time.monotonic()
                self._missing = ""
            case events.Notice(topic="missing", message=message):
                self._missing = message
            case events.DictationFailed(problem=problem, remedy=remedy):
                self._problem = f"{problem} {remedy}".strip()
            case events.Reviewed(dictation=dictation, text=text) if dictation >= self._newest:
                self._newest, self.text = dictation, text
            case events.Delivered():
                self.outcome = event

    @property
    def is_cut_off(self) -> bool:
        """Whether sound is to come from elsewhere, and nobody there is connected."""
        return self._link is not None and self._link.state != "connected"

    def fields(self) -> dict[str, object]:
        """Everything, for JSON."""
        session, settings = self._session, self._session.settings
        source = self._source.info if self._source else None
        recognizer = self._recognizer
        link = self._link
        return {
            "state": str(session.state),
            "recording_s": round(self._recording_s(), 2),
            "problem": self._trouble(),
            "mode": settings.enhancement.mode,
            "enhancement": settings.enhancement.enabled,
            "target": {"spec": session.targets.spec, "name": session.targets.name},
            "source": {"name": source.name, "kind": source.kind} if source else None,
            "link": {"state": link.state, "sender": link.sender, "lost_s": link.lost_s} if link else None,
            "missing": for_terminal(self._missing),
            "recognizer": {"name": recognizer.name, "model": recognizer.model, "status": recognizer.status}
            if recognizer
            else None,
            "text": for_terminal(self.text),
            "delivered": str(self.outcome.outcome.status) if self.outcome else None,
            "undelivered": [str(kept.file) for kept in session.texts.undelivered if kept.file],
            "pid": self._holder.pid,
            "kind": self._holder.kind,
            "since": self._holder.since,
            "terminal": self._holder.terminal,
        }

    def sentences(self) -> str:
        """The same in plain words, a line each."""
        session = self._session
        settings = session.settings
        source = self._source.info if self._source else None
        recognizer = self._recognizer
        lines = [self._doing(), f"Mode {settings.enhancement.mode}; texts go to: {session.targets.name}."]
        if source is not None:
            heard = f"Sound comes from: {source.name}."
            if self._link is not None:
                heard += f" Its link is {_described(self._link)}."
            lines.append(heard)
        if recognizer is not None:
            name = f"{recognizer.name} {recognizer.model}".strip()
            lines.append(f"Words are recognised by: {name} ({recognizer.status}).")
        if self._missing:
            lines.append(f"The newest dictation: {self._missing}")
        if undelivered := session.texts.undelivered:
            count, newest = len(undelivered), undelivered[-1]
            lines.append(f"Not delivered: {count} text{'s'[: count > 1]}. The newest {newest}")
        lines.append(f"This is the {self._holder.kind}: {self._holder}.")
        return for_terminal("\n".join(lines))

    def _doing(self) -> str:
        state = self._session.state
        if state is _S.RECORDING:
            return f"Recording for {self._recording_s():.0f} s."
        if state is _S.FAILED:
            return f"It failed: {self._trouble() or 'see the message on its screen.'}"
        return _DOING[state]

    def _recording_s(self) -> float:
        return time.monotonic() - self._recording_since if self._session.state is _S.RECORDING else 0.0

    def _trouble(self) -> str:
        """Why the session is in the failed state; empty in any other."""
        if self._session.state is not _S.FAILED:
            return ""
        lost = self._source
        if lost is not None and lost.info is None and lost.problem:
            return for_terminal(f"{lost.problem} {lost.remedy}".strip())
        return for_terminal(self._problem)


def _described(link: events.LinkChanged) -> str:
    """How a link is, who is at its other end, and what was lost on it."""
    lost = f"{link.lost_s:.0f} s lost" if link.lost_s >= 1 else ""
    return ", ".join(part for part in (link.state, link.sender, lost) if part)
