"""The states of a dictation session and the moves between them; pure.

`arming` lies between the key and the first real frame of sound, so that nobody is shown
"recording" before sound is kept. Enhancement and delivery of a finished dictation run beside the
next recording and never hold a state.
"""

from __future__ import annotations

from enum import StrEnum


class DictationState(StrEnum):
    """What the session is doing, as the header shows it."""

    STARTING = "starting"
    """The audio source is being opened."""

    READY = "ready"
    """Armed: the pre-roll is kept and a recording can begin at once."""

    ARMING = "arming"
    """Recording was asked for; the first real frame has not arrived yet."""

    RECORDING = "recording"
    """Sound is being kept."""

    FINISHING = "finishing"
    """The last words are being recognised."""

    FAILED = "failed"
    """A step failed; the message says which. Dismissing it, or recording again, leads on."""


_S = DictationState

TRANSITIONS: dict[DictationState, frozenset[DictationState]] = {
    _S.STARTING: frozenset({_S.READY, _S.FAILED}),
    _S.READY: frozenset({_S.ARMING, _S.STARTING, _S.FAILED}),
    _S.ARMING: frozenset({_S.RECORDING, _S.FINISHING, _S.READY, _S.FAILED}),
    _S.RECORDING: frozenset({_S.FINISHING, _S.READY, _S.FAILED}),
    _S.FINISHING: frozenset({_S.READY, _S.ARMING, _S.FAILED}),
    _S.FAILED: frozenset({_S.READY, _S.ARMING, _S.STARTING}),
}
"""From each state, the states that may follow it."""


class IllegalTransitionError(RuntimeError):
    """A move that the table does not allow: a defect of the engine, never of the user."""


def follow(current: DictationState, following: DictationState) -> DictationState:
    """Check a move and return where it leads.

    Raises:
        IllegalTransitionError: The table has no such move.
    """
    if following not in TRANSITIONS[current]:
        raise IllegalTransitionError(f"{current} cannot be followed by {following}")
    return following
