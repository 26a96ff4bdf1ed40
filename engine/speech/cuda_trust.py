"""Whether a recogniser may use CUDA, after how it did so far; pure."""

from __future__ import annotations

FAILURES = 2
"""Failures in a row after which CUDA is not tried any more: each costs a load and a wait."""


class CudaTrust:
    """Takes CUDA away for the rest of a dictation in which it failed; for good the second time.

    Failures are in a row when there was no whole dictation on CUDA between them.
    """

    def __init__(self) -> None:
        """Trust it."""
        self._failures = 0
        self._why = ""
        self._worked = False
        self.lost = False
        """Whether the CPU is to be used now."""

    @property
    def remark(self) -> str:
        """One sentence that says what happened and where it runs now; empty while CUDA is trusted."""
        if not self.lost:
            return ""
        if self._failures < FAILURES:
            return f"Whisper runs on the CPU for now, because CUDA failed: {self._why}"
        return f"Whisper stays on the CPU, because CUDA failed twice in a row: {self._why}"

    def failed(self, why: str) -> None:
        """Turn to the CPU, because of `why`, a sentence. One failure may be told several times."""
        if not self.lost:
            self.lost, self._why = True, why
            self._failures += 1

    def worked(self) -> None:
        """Note that something was recognised on CUDA."""
        self._worked = True

    def begin_dictation(self) -> None:
        """Forgive the first failure; forget it after a dictation on CUDA without one."""
        if self._worked and not self.lost:
            self._failures = 0
        self._worked = False
        self.lost = self._failures >= FAILURES
