"""The ideas that circulate for such engines, each alone in the place of this one where it applies.

    python -m tests.bench ideas

Every line compares the engine with and without one idea, in turns in one process: medians, the
ratio of neighbouring rounds with half the distance of its quartiles, and what share of the whole the
idea saves (`+`) or costs (`-`): of the 32 ms of a block, of stop to text, of a dictation's decoding,
of the start, of a core. An idea counts as faster from 10 % of its own stage, and as worth code of its
own from 1 % of the whole; a verdict in capitals says that the engine should be changed.
"""

from __future__ import annotations

from time import perf_counter

from tests.bench.ideas import (
    audio_path,
    file_blocks,
    level_events,
    locks,
    properties,
    segments,
    text,
    warm_up,
)
from tests.bench.ideas.table import heading, line, reasons

GROUPS = (
    audio_path,
    locks,
    segments,
    text,
    properties,
    warm_up,
    level_events,
    file_blocks,
)


def main() -> None:
    """Print the table as it grows, then the reasons."""
    began = perf_counter()
    print(heading())
    for group in GROUPS:
        for row in group.rows():
            print(line(row), flush=True)
    print(f"\nwhat the engine does, and why ({perf_counter() - began:.0f} s):")
    for group in GROUPS:
        print("\n".join(reasons(group.REASONS)))


if __name__ == "__main__":
    main()
