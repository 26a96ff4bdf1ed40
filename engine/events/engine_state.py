"""What the engine is doing, what it listens to, what it has loaded, and how fast it is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, Self, TypeAlias

from engine.audio.sources import LinkState, SourceInfo
from engine.enhance.enhancer_status import EnhancerStatus
from engine.events.event import Event
from engine.metrics import Performance
from engine.models.loaded import LoadedModel
from engine.models.progress import Progress
from engine.state import DictationState

RecognizerStatus: TypeAlias = Literal["loading", "ready", "failed", "unloaded"]
"""What a recogniser is doing."""


@dataclass(frozen=True, slots=True)
class StateChanged(Event):
    """The session moved from one state to another."""

    state: DictationState
    previous: DictationState


@dataclass(frozen=True, slots=True)
class SourceChanged(Event):
    """Another source of sound is open, or none is: then `info` is None and `problem` says why."""

    info: SourceInfo | None
    problem: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class LinkChanged(Event):
    """Something is new about the link over which sound comes from another machine.

    Its attributes are those of `engine.audio.sources.Link`.
    """

    state: LinkState
    sender: str = ""
    latency_ms: float | None = None
    lost_s: float = 0.0
    behind_s: float = 0.0

    def absorb(self, newer: Event) -> Self | None:
        """Let a newer figure of the same link take the place of this one."""
        if isinstance(newer, type(self)) and (newer.state, newer.sender) == (self.state, self.sender):
            return newer
        return None


@dataclass(frozen=True, slots=True)
class TargetChanged(Event):
    """The next text goes elsewhere.

    Attributes:
        spec: Where, as users write it.
        name: As people call it.
        problem: Why that cannot work here, in one sentence; empty where it can.
        mode: The writing mode in force, where it has a target of its own; else empty.
    """

    spec: str
    name: str
    problem: str = ""
    mode: str = ""


@dataclass(frozen=True, slots=True)
class RecognizerChanged(Event):
    """A recogniser began to load, is ready, failed or was unloaded.

    Attributes:
        remark: One plain line for the user: limited accuracy, why it failed, what to do.
        load_s: Seconds that loading took; 0 until it is ready.
        memory_bytes: Resident bytes of the loaded model; 0 when unknown.
    """

    name: str
    model: str
    status: RecognizerStatus
    remark: str = ""
    load_s: float = 0.0
    memory_bytes: int = 0


@dataclass(frozen=True, slots=True)
class ModelsChanged(Event):
    """Models were loaded, used or unloaded; the newest use comes first."""

    loaded: tuple[LoadedModel, ...]

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer list take the place of this one."""
        return replace(self, loaded=newer.loaded) if isinstance(newer, ModelsChanged) else None


@dataclass(frozen=True, slots=True)
class DownloadChanged(Event):
    """A download is further than it was, or over."""

    progress: Progress

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer progress of the same model take the place of this one."""
        if isinstance(newer, DownloadChanged) and newer.progress.model == self.progress.model:
            return replace(self, progress=newer.progress)
        return None


@dataclass(frozen=True, slots=True)
class EnhancerChanged(Event):
    """Another enhancer is in force, or something else is known of its server and model."""

    status: EnhancerStatus

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer status take the place of this one."""
        return replace(self, status=newer.status) if isinstance(newer, EnhancerChanged) else None


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """One sentence for the user that belongs to no dictation.

    Attributes:
        topic: What kind of trouble it tells of, such as "silent"; mostly empty.
    """

    severity: Literal["information", "warning", "error"]
    message: str
    remedy: str = ""
    topic: str = ""


@dataclass(frozen=True, slots=True)
class SettingChanged(Event):
    """A setting was changed live, such as ("enhancement.mode", "verbatim")."""

    key: str
    value: str | bool


@dataclass(frozen=True, slots=True)
class Measured(Event):
    """New figures for the performance panel."""

    performance: Performance

    def absorb(self, newer: Event) -> Self | None:
        """Let the newer figures take the place of these."""
        return replace(self, performance=newer.performance) if isinstance(newer, Measured) else None
