"""All models that can be had, with what each takes and knows: the table of names and what is on disk.

Reads folders and headers, and asks for graphics cards: not for the event loop's thread.
"""

from __future__ import annotations

import importlib.util
from dataclasses import replace
from pathlib import Path

from engine import paths
from engine.models import cuda
from engine.models.catalog import MODELS, languages_in_words, named, repository_of
from engine.models.devices import Device
from engine.models.facts import facts_of
from engine.models.graphics import total_bytes
from engine.models.memory import SPHINX_BYTES, model_bytes
from engine.models.on_disk import ModelOnDisk, find, on_disk, size_of
from engine.models.shelf_model import BUILT_IN, ShelfModel
from engine.models.staging import kept_parts
from engine.settings.schema import RecognitionSettings


def known_models(settings: RecognitionSettings) -> list[ShelfModel]:
    """The built-in recogniser, all models of the table, then what else is on disk.

    A folder that the settings name by its path is there too. What is in memory, chosen or being
    fetched is not known here.

    Args:
        settings: Which arithmetic and device the memory is estimated for, and which model is in use.
    """
    device = device_of(settings)
    there = {model.name: model for model in on_disk()}
    kept = kept_parts(paths.models())
    rows = [built_in()]
    rows += [_row(name, there.pop(name, None), settings, device) for name in MODELS]
    rows += [_row(name, model, settings, device) for name, model in there.items()]
    if settings.model not in {row.name for row in rows}:
        rows += _elsewhere(settings, device)
    listed = {repository_of(row.name) for row in rows}
    rows += [_row(name, None, settings, device) for name in kept if name not in listed]
    return [
        row if row.on_disk else replace(row, kept_bytes=kept.get(repository_of(row.name) or "", 0))
        for row in rows
    ]


def built_in() -> ShelfModel:
    """The row of PocketSphinx, whose model comes with its package."""
    found = importlib.util.find_spec("pocketsphinx")
    places = (found.submodule_search_locations or []) if found else []
    path = next((Path(place) / "model" / "en-us" for place in places), None)
    size = size_of(path) if path else 0
    return ShelfModel(BUILT_IN, size, SPHINX_BYTES, languages_in_words(1), "fastest", path)


def device_of(settings: RecognitionSettings) -> Device:
    """Where a model would run, as far as can be told without trying: "auto" takes a card if there is one."""
    works = cuda.known_to_work()
    if works is not None and settings.device != "cpu":
        return "cuda" if works else "cpu"
    if settings.device == "auto":
        return "cuda" if total_bytes() > 0 else "cpu"
    return settings.device


def _row(name: str, there: ModelOnDisk | None, settings: RecognitionSettings, device: Device) -> ShelfModel:
    known = named(name)
    folder = there.path if there else find(name)  # under another of its names
    languages, speed = facts_of(name, folder)
    size = (
        there.bytes if there else size_of(folder) if folder else known.megabytes * 1_000_000 if known else 0
    )
    return ShelfModel(
        name,
        size,
        model_bytes(name, settings.compute_type, device),
        languages_in_words(languages),
        speed,
        folder,
        removable=there.own if there else folder is not None and folder.parent == paths.models(),
    )


def _elsewhere(settings: RecognitionSettings, device: Device) -> list[ShelfModel]:
    folder = find(settings.model)
    if folder is None:
        return []
    found = ModelOnDisk(settings.model, folder, size_of(folder), own=False)
    return [_row(settings.model, found, settings, device)]
