"""Fetches a Whisper model: with progress, from where the last try ended, checked, and whole or not at all."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

from engine import paths
from engine.errors import ModelError
from engine.models import catalog, hub
from engine.models.aside import CancelledError, StalledError, WorkError, aside
from engine.models.download_meter import DownloadMeter
from engine.models.hub_cache import hub_folder, snapshots
from engine.models.hub_errors import OTHER_MODEL, network_error, silent
from engine.models.line import Line, open_line
from engine.models.on_disk import flaw
from engine.models.part_file import PartFile
from engine.models.progress import Progress
from engine.models.staging import Staging, disk_error
from engine.models.transfer import drop, receive
from engine.models.tries import PAUSES_S, Tries

STALL_S = 30.0
"""Seconds that a server may be silent: longer than a slow one takes to answer, shorter than patience."""


class Download:
    """One download. `run` blocks and may be called on any thread, once; `cancel` from any other."""

    def __init__(
        self,
        model: str,
        report: Callable[[Progress], None],
        folder: Path | None = None,
        *,
        stall_s: float = STALL_S,
        pauses_s: Sequence[float] = PAUSES_S,
    ) -> None:
        """Touch nothing yet.

        Args:
            model: A name of the catalogue such as "base.en", or a repository "OWNER/NAME" of the hub.
            report: Gets the progress on the thread of `run`; the last one of a run `is_over`.
            folder: Where models lie; None for `engine.paths.models()`.
            stall_s: Seconds that a server may be silent.
            pauses_s: Pauses between tries that bring nothing; there is one try more than pauses.
        """
        self.model = model
        self._folder = folder if folder is not None else paths.models()
        self._stall_s = stall_s
        self._cancelled = threading.Event()
        self._meter = DownloadMeter(model, report, stall_s=stall_s)
        self._tries = Tries(self._meter, self._cancelled, pauses_s)

    @property
    def kept_bytes(self) -> int:
        """Bytes that lie on disk for another try."""
        return Staging(self._folder, self.model).kept_bytes()

    def cancel(self) -> None:
        """End the download within a moment, whatever it does; what has come stays for another try."""
        self._cancelled.set()

    def run(self) -> Path | None:
        """Fetch the model.

        Returns:
            Its folder, at once if it is there already; None when it was cancelled.

        Raises:
            ModelError: It could not be fetched; the last progress says the same.
        """
        try:
            return self._run()
        except CancelledError:
            self._meter.state("cancelled")
            return None
        except ModelError as error:
            self._meter.state("failed", str(error))
            raise
        except OSError as error:
            explained = disk_error(error, self.model, self._folder)
            self._meter.state("failed", str(explained))
            raise explained from error
        except Exception as error:
            # Unforeseen; whoever shows the progress must not wait for an end that never comes.
            self._meter.state(
                "failed", f"{self.model} could not be fetched ({type(error).__name__}: {error})."
            )
            raise

    def _run(self) -> Path:
        repository, staging = _repository(self.model), Staging(self._folder, self.model)
        if (there := self._found(repository)) is not None:
            return self._there_already(there)
        if hub.is_offline():
            raise hub.offline(self.model)
        self._meter.state("asking")
        with staging.alone():
            if (there := self._found(repository)) is not None:
                return self._there_already(there)
            address, line = hub.endpoint(), open_line(self._stall_s, self._cancelled)
            remote = self._tries.insist(lambda: self._ask(repository, address), unreachable=False)
            staging.check_place(remote)
            parts = staging.open(remote)
            self._meter.total_bytes = remote.size
            self._meter.done_bytes = self._tries.furthest = sum(part.there() for part in parts)
            staging.check_space(remote.size - self._meter.done_bytes)
            for part in parts:
                self._fetch(line, _url(remote, part, address), part, repository)
            self._meter.state("checking")
            self._tries.look()
            if wrong := flaw(staging.folder):
                staging.discard()
                wrong = wrong.replace(f"{staging.folder}{os.sep}", "")
                raise ModelError(f"{repository} {wrong}.", OTHER_MODEL)
            path = staging.publish(remote)
        self._meter.state("done")
        return path

    def _found(self, repository: str) -> Path | None:
        """The model as it lies here already: under one of its names, or in the hub's own cache."""
        same = (name for name, row in catalog.MODELS.items() if row.repository == repository)
        own = (self._folder / hub.folder_name(name) for name in (self.model, *same, repository))
        places = (*own, *snapshots(hub_folder(repository)))
        return next((place for place in places if not flaw(place)), None)

    def _there_already(self, path: Path) -> Path:
        size = sum(file.stat().st_size for file in path.iterdir() if file.is_file())
        self._meter.total_bytes = self._meter.done_bytes = size
        self._meter.state("done", f"{self.model} is there already.")
        return path

    def _ask(self, repository: str, address: str) -> hub.RemoteModel:
        host = hub.host_of(address)

        def answers() -> Iterator[hub.RemoteModel]:
            return hub.ask(repository, address, self._stall_s)

        try:
            with closing(aside(answers, self._cancelled, self._stall_s, self._meter.tick)) as asked:
                return next(asked)
        except StalledError:
            raise silent(host) from None
        except WorkError as failure:
            known = isinstance(failure.error, ModelError)
            raise failure.error if known else network_error(failure.error, host) from failure

    def _fetch(self, line: Line, url: str, part: PartFile, repository: str) -> None:
        """Bring one file here, whole and checked; a corrupt one is fetched once more."""
        if part.is_finished:
            return None
        try:
            self._take_up(part)
            for _ in range(2):
                kept_to_size = self._tries.insist(lambda: self._receive(line, url, part, repository))
                if kept_to_size and part.is_intact:
                    self._meter.state("checking")
                    return part.finish()
                drop(part, self._meter)
        finally:
            part.close()
        raise ModelError(
            f"{part.file.name} of {repository} came corrupt from {hub.host_of(url)}, twice:"
            " its bytes are not those that the hub's size and checksum tell of.",
            "It was thrown away. Try again later, or from another mirror (HF_ENDPOINT).",
        )

    def _take_up(self, part: PartFile) -> None:
        before = part.there()
        if before:
            self._meter.state("checking")
        part.reopen(self._tries.look)
        self._meter.done_bytes += part.size - before

    def _receive(self, line: Line, url: str, part: PartFile, repository: str) -> bool:
        if part.is_whole:
            return True
        try:
            return receive(line, url, part, repository, self._meter)
        finally:
            part.close()


def _repository(model: str) -> str:
    """Where a model lies on the hub.

    Raises:
        ModelError: It is neither a known name nor a repository.
    """
    hub.folder_name(model)
    if model in catalog.MODELS:
        return catalog.MODELS[model].repository
    if "/" in model:
        return model
    near = catalog.nearest(model)
    raise ModelError(
        f'No model is called "{model}".',
        f'Did you mean "{near}"?'
        if near
        else f"Names are: {', '.join(catalog.MODELS)}; or OWNER/NAME on the hub.",
    )


def _url(remote: hub.RemoteModel, part: PartFile, address: str) -> str:
    from huggingface_hub import hf_hub_url

    return hf_hub_url(remote.repository, part.file.name, revision=remote.commit, endpoint=address)
