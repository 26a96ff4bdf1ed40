"""How fast the models of each server are, kept between sessions in a small state file.

{"127.0.0.1:11434": {"qwen2.5:3b": {"prompt_per_s": 812.0, "tokens_per_s": 61.5}}}
"""

from __future__ import annotations

import json
import logging
import math
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from typing import Any

from engine.atomic_file import replace_file
from engine.enhance.ollama.edit_cost import Measured, Rates, Timing

MOST_BYTES = 2**20
"""A larger file is not ours."""

MOST_MODELS = 200
"""Of all servers together; the ones that were not used for longest are forgotten."""

Known = dict[tuple[str, str], Rates]
"""Rates by server and model; the last one used comes last."""


class EditRates:
    """The measured rates of all servers. Several utters may share the file: the last one to write wins."""

    def __init__(self, path: Path) -> None:
        """Read nothing yet: the file is read on its own thread, with `load`.

        Args:
            path: The state file; its folder is made when needed.
        """
        self._path = path
        self._lock = threading.Lock()
        self._before: Known = {}
        self._measured: dict[tuple[str, str], Measured] = {}
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="edit rates")
        self._closed = False

    def load(self) -> None:
        """Read what earlier sessions measured; a file that is not there or is damaged is empty. Blocks."""
        known = read_rates(self._path)
        with self._lock:
            self._before = known

    def add(self, server: str, model: str, timing: Timing) -> None:
        """Take one answer into account. Returns at once; the file is written on another thread."""
        with self._lock:
            key = (server, model)
            before = self._before.get(key)
            self._measured.setdefault(key, Measured(before)).add(timing)
        if not self._closed:
            self._writer.submit(self._write)

    def of(self, server: str) -> dict[str, Rates]:
        """The rates of one server's models, by their names."""
        with self._lock:
            known = self._before | self._now()
        return {model: rates for (one, model), rates in known.items() if one == server}

    def close(self) -> None:
        """Wait until all is written, and end the thread. Safe to call twice."""
        self._closed = True
        self._writer.shutdown()

    def _now(self) -> Known:
        return {key: one.rates for key, one in self._measured.items() if one.rates is not None}

    def _write(self) -> None:
        with self._lock:
            now = self._now()
        others = {key: rates for key, rates in read_rates(self._path).items() if key not in now}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            replace_file(self._path, _document(dict(list((others | now).items())[-MOST_MODELS:])))
        except OSError as error:  # measured again in the next session
            logging.getLogger(__name__).warning("%s cannot be written: %s", self._path, error)


def read_rates(path: Path) -> Known:
    """Read the state file; whatever in it is not understood is left out."""
    try:
        with path.open("rb") as file:
            tree = json.loads(file.read(MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    known: Known = {}
    for server, models in _items(tree):
        for model, values in _items(models):
            rates = _rates(values)
            if rates is not None:
                known[server, model] = rates
    return known


def _items(tree: Any) -> list[tuple[str, Any]]:
    return list(tree.items()) if isinstance(tree, dict) else []


def _rates(values: Any) -> Rates | None:
    if not isinstance(values, dict):
        return None
    prompt, written = values.get("prompt_per_s"), values.get("tokens_per_s")
    if not (isinstance(prompt, float | int) and isinstance(written, float | int)):
        return None
    if not (math.isfinite(prompt) and math.isfinite(written) and prompt >= 0 and written > 0):
        return None
    return Rates(float(prompt), float(written))


def _document(known: Mapping[tuple[str, str], Rates]) -> str:
    tree: dict[str, dict[str, Any]] = {}
    for (server, model), rates in known.items():
        tree.setdefault(server, {})[model] = asdict(rates)
    return json.dumps(tree, indent=1)
