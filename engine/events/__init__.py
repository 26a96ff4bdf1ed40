"""Everything the engine can report, as frozen dataclasses.

Whoever shows or records things reads only these. An event that comes often says how it absorbs a
newer one of its kind (`absorb`), so that a slow reader meets the newest state and never a backlog.
"""

from engine.audio.sources import LinkState
from engine.events.engine_state import (
    DownloadChanged,
    EnhancerChanged,
    LinkChanged,
    Measured,
    ModelsChanged,
    Notice,
    RecognizerChanged,
    RecognizerStatus,
    SettingChanged,
    SourceChanged,
    StateChanged,
    TargetChanged,
)
from engine.events.event import Event
from engine.events.recording import (
    MAX_COLUMNS,
    DictationCancelled,
    DictationFailed,
    LanguageHeard,
    LevelColumn,
    Levels,
    RecordingStarted,
    RecordingStopped,
    Revised,
    StopReason,
    TranscriptChanged,
)
from engine.events.texts import Delivered, DictationFinished, Enhanced, EnhancementGrew, Reviewed

__all__ = [
    "MAX_COLUMNS",
    "Delivered",
    "DictationCancelled",
    "DictationFailed",
    "DictationFinished",
    "DownloadChanged",
    "Enhanced",
    "EnhancementGrew",
    "EnhancerChanged",
    "Event",
    "LanguageHeard",
    "LevelColumn",
    "Levels",
    "LinkChanged",
    "LinkState",
    "Measured",
    "ModelsChanged",
    "Notice",
    "RecognizerChanged",
    "RecognizerStatus",
    "RecordingStarted",
    "RecordingStopped",
    "Reviewed",
    "Revised",
    "SettingChanged",
    "SourceChanged",
    "StateChanged",
    "StopReason",
    "TargetChanged",
    "TranscriptChanged",
]
