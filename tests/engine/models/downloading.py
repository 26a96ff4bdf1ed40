"""What the tests of downloads share: a hub with a model, and downloads that are watched."""

from __future__ import annotations

import threading
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from engine.errors import ModelError
from engine.models.download import Download
from engine.models.progress import DownloadState, Progress
from engine.models.staging import LOCKS
from tests.support.hub_server import REPOSITORY, Hub

FOLDER = REPOSITORY.replace("/", "--")


class Watched:
    """A download, everything that it reported, and how it ended."""

    def __init__(
        self, folder: Path, *, stall_s: float = 30.0, pauses_s: tuple[float, ...] = (0.0, 0.0)
    ) -> None:
        self.reports: list[Progress] = []
        self.entered: dict[str, threading.Event] = {}
        self.download = Download(REPOSITORY, self._report, folder, stall_s=stall_s, pauses_s=pauses_s)
        self.path: Path | None = None
        self.error: Exception | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def states(self) -> list[DownloadState]:
        """The states in their order, each once until the next."""
        states: list[DownloadState] = []
        for report in self.reports:
            if states[-1:] != [report.state]:
                states.append(report.state)
        return states

    @property
    def last(self) -> Progress:
        return self.reports[-1]

    def run(self) -> Path | None:
        """In this thread."""
        return self.download.run()

    def start(self) -> None:
        self._thread.start()

    def wait(self) -> None:
        self._thread.join(60)
        assert not self._thread.is_alive(), "the download does not end"

    def is_in(self, state: DownloadState) -> None:
        """Wait for a state."""
        assert self.entered.setdefault(state, threading.Event()).wait(60), self.reports

    def _run(self) -> None:
        try:
            self.path = self.download.run()
        except Exception as error:
            self.error = error

    def _report(self, progress: Progress) -> None:
        self.reports.append(progress)
        self.entered.setdefault(progress.state, threading.Event()).set()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def left(folder: Path) -> list[str]:
    """What lies beside models, but for the locks."""
    return sorted(path.name for path in folder.iterdir() if path.name != LOCKS)


def failure(folder: Path, **options: Any) -> ModelError:
    """How a download fails; the last report says the same, and nothing is left that looks like a model."""
    watched = Watched(folder, **options)
    with pytest.raises(ModelError) as caught:
        watched.run()
    assert watched.last.state == "failed"
    assert watched.last.remark == str(caught.value)
    assert "\n" not in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert not (folder / FOLDER).exists()
    return caught.value


def use(hub: Hub, patch: pytest.MonkeyPatch) -> Hub:
    """Let the environment lead to a hub, and to no proxy."""
    # The first import takes longer than some tests let a server be silent.
    import_module("huggingface_hub.hf_api")
    for name in (
        "HF_HUB_OFFLINE",
        "TRANSFORMERS_OFFLINE",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
    ):
        patch.delenv(name, raising=False)
    patch.setenv("HF_ENDPOINT", hub.url)
    return hub
