"""What the screen costs while a language model answers with 100 tokens a second.

    python -m tests.bench streaming_panel

The real workstation runs in a pseudo-terminal of 160×48; an answer streams into it for 10 s, compared
with the words it is of as it comes. A frame is the time for which it holds the event loop: taking
the text, comparing, wrapping, drawing. "nothing" is the same screen without an answer.
"""

from __future__ import annotations

import json
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import numpy as np

from tests.support.pty_screen import PtyScreen

SECONDS = 10.0
DEADLINE_S = 60.0
COLUMNS, ROWS = 160, 48
CASES = (("nothing", 0), ("edit", 0), ("edit", 2000), ("anew", 0), ("anew", 2000))


def measured(manner: str, words: int) -> tuple[float, np.ndarray, float]:
    """Share of one core, milliseconds of each frame, and frames a second."""
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "cost.json"
        command = [sys.executable, "-m", "tests.support.streaming_child"]
        command += [manner, str(words), str(SECONDS), str(file)]
        environment = {"HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home}
        with PtyScreen(command, environment, COLUMNS, ROWS) as screen:
            with suppress(OSError):  # says on Linux that the program has ended
                screen.watch(DEADLINE_S)
            cost = json.loads(file.read_text())
    frames = np.array(cost["frames"] or [0.0])
    return cost["share"], frames, len(cost["frames"]) / cost["took_s"]


def main() -> None:
    """Measure each case and print."""
    print(f"{SECONDS:.0f} s each, {COLUMNS}×{ROWS}; per cent of one core; frames in ms")
    print("answer   words before  share   frames/s   p50   p95  worst")
    for manner, words in CASES:
        share, frames, rate = measured(manner, words)
        p50, p95 = np.percentile(frames, (50, 95))
        print(
            f"{manner:8} {words:12} {share:6.1%}  {rate:8.1f}  {p50:4.1f}  {p95:4.1f}  {frames.max():5.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
