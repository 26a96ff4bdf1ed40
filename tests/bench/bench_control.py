"""How long a key that calls `utter ctl` takes, against an interpreter that does nothing.

A daemon answers at its socket; `utter ctl status` and `python -c pass` run in pairs, as whole processes, the
console script included, and each pair gives a ratio. Run: `python -m tests.bench.bench_control`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PAIRS = 60
MOST = 3.0
"""What `utter ctl` may take, in bare interpreters."""

BARE = [sys.executable, "-c", "pass"]
CTL = [str(Path(sys.executable).with_name("utter")), "ctl", "status"]
SAMPLE = "engine/audio/sample.flac"


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Run a command to its end, which must be a good one, and measure it."""
    began = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def measure(environment: dict[str, str], pairs: int = PAIRS) -> tuple[float, float, float, float]:
    """Median seconds of both, and the median and the 95th percentile of the ratios."""
    bare, ctl = [], []
    for index in range(pairs + 1):
        one, other = seconds(BARE, environment), seconds(CTL, environment)
        if index:  # the first pair finds nothing in the cache of files
            bare.append(one)
            ctl.append(other)
    ratios = [b / a for a, b in zip(bare, ctl, strict=True)]
    return (
        statistics.median(bare),
        statistics.median(ctl),
        statistics.median(ratios),
        statistics.quantiles(ratios, n=20)[-1],
    )


def main() -> int:
    """Measure beside a running daemon, and print both times and their ratio."""
    with tempfile.TemporaryDirectory() as home:
        runtime = Path(home) / "runtime"
        runtime.mkdir(mode=0o700)
        folders = {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "STATE", "DATA", "CACHE")}
        environment = {**os.environ, **folders, "HOME": home, "XDG_RUNTIME_DIR": str(runtime)}
        daemon = [
            sys.executable,
            "-m",
            "tui.cli",
            "daemon",
            "--source",
            SAMPLE,
            "--recognizer",
            "pocketsphinx",
        ]
        with subprocess.Popen(daemon, env=environment, stderr=subprocess.PIPE, text=True) as engine:
            assert engine.stderr is not None
            engine.stderr.readline()
            time.sleep(2)  # it loads its recogniser
            bare, ctl, ratio, worst = measure(environment)
            engine.terminate()
    print(
        f"utter ctl status: bare interpreter {bare * 1e3:.1f} ms, ctl {ctl * 1e3:.1f} ms, "
        f"ratio p50 {ratio:.2f} (p95 {worst:.2f}), at most {MOST:g}"
    )
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
