"""Which ways into windows this desktop has, and which of them works."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from engine import registry
from engine.deliver.inject.window_backend import WindowBackend

_SYSTEMS = {"darwin": ("macos",), "win32": ("windows",)}
_UNIX = ("xdotool", "wtype", "dotool", "ydotool")


class WindowWays:
    """The backends that may fit, each made when it is first looked at."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Look at nothing yet."""
        self._environ = environ
        self._made: dict[str, WindowBackend] = {}

    def first(self) -> WindowBackend | None:
        """The first way that works here."""
        made = (self._make(name) for name in registry.WINDOW_BACKENDS if name in _possible())
        return next((one for one in made if one.why_not() is None), None)

    def why_none(self) -> str:
        """Say why no window can be reached, as the ways that fit this desktop have it."""
        names = fitting(self._environ)
        if not names:
            return "There is no desktop here (neither DISPLAY nor WAYLAND_DISPLAY is set)."
        reasons = [self._make(name).why_not() for name in names]
        return " ".join(dict.fromkeys(reason for reason in reasons if reason))

    def _make(self, name: str) -> WindowBackend:
        if name not in self._made:
            self._made[name] = registry.build_window_backend(name, self._environ)
        return self._made[name]


def _possible() -> tuple[str, ...]:
    """The ways that this system may have."""
    return _SYSTEMS.get(sys.platform, _UNIX)


def fitting(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Those that people would look for on this desktop."""
    if sys.platform in _SYSTEMS:
        return _SYSTEMS[sys.platform]
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        return _UNIX[1:]
    return _UNIX[:1] if environ.get("DISPLAY") else ()
