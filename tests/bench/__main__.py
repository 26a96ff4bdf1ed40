"""Runs every bench of this folder, one after another, each in an interpreter of its own.

    python -m tests.bench [NAME...]

A name is a part of a bench's file name. Each bench prints ratios that were taken within one run.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the benches that match, all without names; the exit code is the worst of theirs."""
    benches = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [bench for bench in benches if not names or any(name in bench for name in names)]
    if not chosen:
        print(f"no bench matches; there are: {', '.join(benches)}", file=sys.stderr)
        return 2
    worst = 0
    for bench in chosen:
        print(f"\n== {bench}", flush=True)
        worst = max(
            worst, subprocess.run([sys.executable, "-m", f"tests.bench.{bench}"], check=False).returncode
        )
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
