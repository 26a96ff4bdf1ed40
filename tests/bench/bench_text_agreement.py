"""What working by phrases costs in words: phrase by phrase against the whole dictation at once.

    python -m tests.bench.bench_text_agreement [MINUTES]

Fails when the phrases have more than 2 % more errors than the whole, against the words that were
spoken.
"""

from __future__ import annotations

import sys
import tempfile
from collections import defaultdict
from pathlib import Path

from engine.speech.process import RecognizerProcess
from tests.bench.bench_sphinx_accuracy import HELD_OUT, TUNED, VOICES
from tests.support.seam_agreement import Compared, compare, dictations
from tests.support.voices import SENTENCES, Voices

WORSE = 1.02
"""Errors by phrases over errors at once, above which the run fails."""

EACH_S = 60.0


def main(minutes: float) -> int:
    """Print a line for each voice and for all; the exit code says whether the bar was met."""
    sums: dict[str, list[Compared]] = defaultdict(list)
    recognizer = RecognizerProcess("pocketsphinx", {})
    recognizer.load()
    with tempfile.TemporaryDirectory() as folder:
        sentences = (*HELD_OUT, *TUNED, *SENTENCES)
        spoken = dictations(Voices(Path(folder)), sentences, VOICES, minutes * 60, EACH_S)
        for number, dictated in enumerate(spoken):
            compared = compare(recognizer, dictated, number)
            sums[dictated.voice].append(compared)
            sums["all"].append(compared)
    recognizer.unload()
    print("voice   words  phrases  errors by phrases  at once   ratio  differing from each other")
    for voice in (*VOICES, "all"):
        words = sum(one.words for one in sums[voice]) or 1
        phrases = sum(one.phrases for one in sums[voice])
        whole = sum(one.whole for one in sums[voice])
        between = sum(one.between for one in sums[voice])
        count = sum(one.count for one in sums[voice])
        print(
            f"{voice:<6} {words:6d} {count:8d} {phrases / words:18.1%} {whole / words:8.1%}"
            f" {phrases / max(1, whole):7.2f} {between / words:12.1%}"
        )
    return int(phrases > whole * WORSE)


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]) if sys.argv[1:] else 10.0))
