"""The settings in force, with what the user changes while the program runs."""

from __future__ import annotations

from collections.abc import Callable

from engine.events import Event, SettingChanged
from engine.settings.schema import Settings


class Preferences:
    """Holds the settings and tells who wants to know of every live change.

    Attributes:
        settings: The settings in force; an immutable value that is replaced at each change.
        lasting: What the next run begins with: the same, but for changes that were not to last.
    """

    def __init__(
        self,
        settings: Settings,
        publish: Callable[[Event], None],
        remember: Callable[[str, str | bool], None] | None,
        lasting: Settings | None = None,
    ) -> None:
        """Begin with the settings as they were loaded.

        Args:
            settings: All layers, overlaid.
            publish: Told of each change, as an event.
            remember: Told of each change, to keep it for the next run; None forgets it. Returns
                at once.
            lasting: What the next run begins with, where that differs.
        """
        self.settings = settings
        self.lasting = lasting or settings
        self._publish = publish
        self._remember = remember

    def change(self, key: str, value: str | bool) -> None:
        """Set one setting for now and for the next run; nothing happens if it is set so.

        Args:
            key: Dotted, such as "audio.device".
            value: Of the setting's type.
        """
        if _value(self.settings, key) != value:
            self.keep(key, value)

    def keep(self, key: str, value: str | bool) -> None:
        """The same, and remembered even if it is set so: for this run alone, perhaps, until now."""
        self.try_out(key, value)
        self.lasting = _changed(self.lasting, key, value)
        if self._remember is not None:
            self._remember(key, value)

    def try_out(self, key: str, value: str | bool) -> None:
        """Set one setting for this run alone."""
        if _value(self.settings, key) != value:
            self.settings = _changed(self.settings, key, value)
            self._publish(SettingChanged(key, value))


def _value(settings: Settings, key: str) -> object:
    section, _, name = key.partition(".")
    return getattr(getattr(settings, section), name)


def _changed(settings: Settings, key: str, value: str | bool) -> Settings:
    section, _, name = key.partition(".")
    table = getattr(settings, section).model_copy(update={name: value})
    return settings.model_copy(update={section: table})
