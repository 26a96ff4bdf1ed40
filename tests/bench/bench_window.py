"""What delivery into the focused window costs, against copying and pressing the key by hand, in one run.

    python -m tests.bench window

A real X server, an xterm and a text field. "outcome" is until a target says that the program has fetched
the text, "shown" until the program has it for its own; "bare" is xclip and xdotool, one after the
other, until the text is shown. All medians of several texts; a clipboard that held a text before.
"""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter

from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.deliver.window import FocusedWindow
from tests.support.display import x_server
from tests.support.x_windows import ShownWindow, environment, text_field, wait_until, xterm

LENGTHS = (500, 10_000)
"""Characters."""

REPEATS = 9


def bare(text: str, window: ShownWindow, selection: str, key: str) -> None:
    """Copy and press the key, as a script would."""
    command = ["xclip", "-i", "-selection", selection]
    subprocess.run(command, input=text.encode(), env=window.environ, check=True, stdout=subprocess.DEVNULL)
    window.xdotool("key", key)


async def measure(window: ShownWindow, length: int, selection: str, key: str) -> tuple[float, float, float]:
    """Milliseconds until the outcome, until the text is shown, and of the bare way."""
    target = FocusedWindow("", Surroundings(environ=window.environ))
    await target.prepare()
    times: list[tuple[float, float, float]] = []
    for at in range(REPEATS):
        text = f"{at} ".ljust(length, "x")
        size = len(window.text())
        began = perf_counter()
        outcome = await target.deliver(text)
        answered = perf_counter()
        assert outcome.status is Delivery.DELIVERED, outcome
        await asyncio.to_thread(_shown, window, size + length)
        shown = perf_counter()
        await asyncio.sleep(0.3)  # the clipboard is given back
        before = perf_counter()
        await asyncio.to_thread(bare, text, window, selection, key)
        await asyncio.to_thread(_shown, window, size + 2 * length)
        times.append((answered - began, shown - began, perf_counter() - before))
    await target.close()
    outcomes, showns, bares = zip(*times, strict=True)
    return median(outcomes) * 1000, median(showns) * 1000, median(bares) * 1000


def _shown(window: ShownWindow, size: int) -> None:
    wait_until(lambda: len(window.text()) >= size)


def main() -> None:
    """Print the table."""
    print(f"{'':<24}{'outcome':>12}{'shown':>12}{'bare':>12}{'ratio':>8}")
    with x_server() as display, tempfile.TemporaryDirectory() as folder:
        environ = environment(display)
        for name, show, selection, key in (
            ("xterm", xterm, "primary", "shift+Insert"),
            ("text field", text_field, "clipboard", "ctrl+v"),
        ):
            place = Path(folder) / name.partition(" ")[0]
            place.mkdir()
            with show(environ, place) as window:
                window.focus()
                for length in LENGTHS:
                    outcome, shown, by_hand = asyncio.run(measure(window, length, selection, key))
                    print(
                        f"{f'{name}, {length:,}':<24}{outcome:>9.1f} ms{shown:>9.1f} ms{by_hand:>9.1f} ms"
                        f"{shown / by_hand:>8.2f}"
                    )


if __name__ == "__main__":
    main()
