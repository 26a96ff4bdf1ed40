"""Where files live: configuration, data, state, cache, and what ships with the program."""

from __future__ import annotations

from pathlib import Path

import platformdirs

APP = "utter"


def config_file() -> Path:
    """The user's own configuration file; it need not exist and is never written."""
    return platformdirs.user_config_path(APP) / "config.toml"


def state_file() -> Path:
    """What the user changed live, written by the program."""
    return platformdirs.user_state_path(APP) / "state.toml"


def edit_rates() -> Path:
    """How fast language models have been found to edit; measured anew when it is lost."""
    return platformdirs.user_state_path(APP) / "edit-rates.json"


def user_themes() -> Path:
    """The user's own themes, one TOML file each; the folder need not exist."""
    return platformdirs.user_config_path(APP) / "themes"


def recordings() -> Path:
    """Audio of dictations that were cancelled, failed or not yet recognised."""
    return platformdirs.user_data_path(APP) / "recordings"


def models() -> Path:
    """Recognition models that the user put here, one folder each, named as the model."""
    return platformdirs.user_data_path(APP) / "models"


def loaded() -> Path:
    """What running programs say of the models that they have in memory, one file each."""
    return platformdirs.user_state_path(APP) / "loaded"


def log_file() -> Path:
    """The log of the program and its worker processes."""
    return platformdirs.user_log_path(APP) / "utter.log"


def shipped(name: str) -> Path:
    """A file or folder that ships with utter, such as "config.toml" or "themes".

    In a wheel these lie in `engine/shipped`; in a checkout, at its top level.
    """
    package = Path(__file__).resolve().parent
    packaged = package / "shipped" / name
    return packaged if packaged.exists() else package.parent / name
