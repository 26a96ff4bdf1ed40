"""Bytes a second to the terminal, at full and at low bandwidth.

    python -m tests.bench terminal_link

The real workstation runs in a pseudo-terminal over a session that hears speech without end, in real time.
What it writes is counted while it listens, and while it records.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from tests.support.link_bytes import bytes_a_second
from tests.support.voices import Voices

SIZES = ((80, 24), (160, 48))


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        speech = Voices(Path(folder)).talk(Path(folder) / "speech.wav")
        print("size     ready, full   low  ratio   recording, full   low  ratio   (bytes a second)")
        for columns, rows in SIZES:
            full, low = (
                bytes_a_second(speech, columns, rows, over_ssh=over_ssh, seconds=10)
                for over_ssh in (False, True)
            )
            print(
                f"{columns}×{rows}  {_pair(full.ready, low.ready)}   {_pair(full.recording, low.recording)}"
            )


def _pair(full: float, low: float) -> str:
    return f"{full:11.0f} {low:5.0f} {full / low:6.1f}"


if __name__ == "__main__":
    main()
