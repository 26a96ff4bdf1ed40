"""`utter models pull`: fetch a model."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.models.download import Download

FAILED = 1
"""Exit code when a model could not be fetched."""


def pull(name: str) -> int:
    """Fetch a model, with its progress on standard error, and print its folder.

    Args:
        name: A name of the catalogue such as "base.en", or a repository "OWNER/NAME" of the hub.

    Returns:
        The exit code: 0 when the model is there, 1 after a failure that is explained in one line, 130
        after Ctrl-C.
    """
    from engine.errors import ModelError
    from engine.models.download import Download
    from engine.models.progress import Progress
    from tui.cli.download_line import DownloadLine
    from tui.cli.entry import INTERRUPTED
    from tui.cli.options import print_path, say, unforeseen

    reports: list[Progress] = []
    with DownloadLine() as line:

        def report(progress: Progress) -> None:
            reports[:] = [progress]
            line.show(progress)

        download = Download(name, report)
        try:
            with _interruptible(download):
                path = download.run()
            problem = ""
        except ModelError as error:
            path, problem = None, str(error)
        except Exception as error:  # the edge of the program: what is unforeseen is told, and logged in full
            path, problem = None, f"{name} could not be fetched. {unforeseen(error)}"
    if problem:
        say(problem)
        return FAILED
    if path is None:
        say(_stopped(download))
        return INTERRUPTED
    if reports and reports[-1].remark:
        say(reports[-1].remark)
    print_path(path)
    return 0


def _stopped(download: Download) -> str:
    from engine.models.amounts import amount

    kept = download.kept_bytes
    if not kept:
        return f"The download of {download.model} was stopped before anything came."
    return (
        f"The download of {download.model} was stopped. {amount(kept)} of it are kept:"
        f" `utter models pull {download.model}` goes on from there."
    )


@contextmanager
def _interruptible(download: Download) -> Iterator[None]:
    """Let the first Ctrl-C cancel the download in good order, and a second one end the program."""

    def cancel(number: int, frame: FrameType | None) -> None:
        download.cancel()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.getsignal(signal.SIGINT)
    if before is signal.SIG_IGN:  # a script's background job: Ctrl-C is meant for somebody else
        yield
        return
    signal.signal(signal.SIGINT, cancel)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
