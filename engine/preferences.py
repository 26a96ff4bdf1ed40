"""The settings in force, with what the user changes while the program runs."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Event, SettingChanged
from engine.settings.schema import Settings


class Preferences:
    """Holds the settings and tells who wants to know of every live change.

    Attributes:
        settings: The settings in force; an immutable value that is replaced at each change.
    """

    def __init__(
        self,
        settings: Settings,
        publish: Callable[[Event], None],
        remember: Callable[[str, str | bool], None] | None,
    ) -> None:
        """Begin with the settings as they were loaded.

        Args:
            settings: All layers, overlaid.
            publish: Told of each change, as an event.
            remember: Told of each change, to keep it for the next run; None forgets it. Returns
                at once.
        """
        self.settings = settings
        self._publish = publish
        self._remember = remember

    def change(self, key: str, value: str | bool) -> None:
        """Set one setting, by dotted key such as "audio.device"; nothing happens if it is set so."""
        section, _, name = key.partition(".")
        table = getattr(self.settings, section)
        if getattr(table, name) == value:
            return
        changed = table.model_copy(update={name: value})
        self.settings = self.settings.model_copy(update={section: changed})
        self._publish(SettingChanged(key, value))
        if self._remember is not None:
            self._remember(key, value)
