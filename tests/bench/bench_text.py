"""What an hour of dictation costs the text rooms, and whether the cost grows with the length alone.

Run with `python -m tests.bench.bench_text`. Prints milliseconds of processor time for 1,000 and for
10,000 words and the ratio of the two: 10 is linear. The odd rows are texts made to be slow.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import process_time

from engine.enhance.diff import word_diff
from engine.enhance.enhancer import Draft, Pause
from engine.enhance.rules.own_words import OwnWords
from engine.enhance.rules.replacements import Replacements
from engine.enhance.tidy import tidy
from engine.speech.cleanup import readable
from engine.speech.live_text import LiveText
from engine.speech.recognizer import Segment
from tests.support.modes import CLEAN

SAID = (
    "the report is due on friday and um we will send it to john smith because i i want twenty three copies "
    "by monday you know so please remember to call the office at five thirty p m and ask for the "
    "quarterly numbers"
)
WORDS = SAID.split()
PROSE = (
    "so i looked at the logs again and um it seems that the service restarts every night because the "
    "backup job takes all of the memory i think we should move the job to another machine or at least "
    "give it a limit and then watch what happens for a week or so can you ask anna whether the new server "
    "is ready and tell her that we would like to have it before the end of june the other thing is the "
    "report you know the one for the board they want twenty three pages and charts and i have no idea who "
    "will write it "
)
"""Speech as people dictate it."""
COMMANDS = (
    "send it to john dot smith at example dot com comma no wait to mary at example dot org full stop see "
    "config dot toml and slash etc slash hosts question mark the c i and capital s m i t h period we meet "
    "on monday no make that tuesday at half past nine open paren maybe close paren new line it costs five "
    "dollars i mean six first we test second we ship third we rest "
)
"""Speech in which every other word is meant for a rule."""
RULES = Path(__file__).parents[1] / "engine" / "enhance" / "rules"
EXAMPLES = [
    re.sub(r"\|[\d.]+\|", " ", said)
    for name in sorted(RULES.glob("corpus_*.toml"))
    for table in tomllib.loads(name.read_text("utf-8")).values()
    for said, _ in table["pairs"]
]
CORPORA = " ".join(random.Random(1).sample(EXAMPLES, len(EXAMPLES)))
"""All that the corpora of tidy's rules say, mixed: examples of every rule, one behind the other."""
REPEATS = 5
REPLACEMENTS = Replacements({"the office": "HQ", "my address": "jane@example.org", "you know": ""})
TERMS = OwnWords(("Textual", "pytest", "GitHub", "Visual Studio Code"))


def speech(words: int) -> Draft:
    """Random speech with a pause before every tenth word or so."""
    chance = random.Random(words)
    text, pauses = "", []
    for _ in range(words):
        if text:
            text += " "
            if chance.random() < 0.1:
                pauses.append(Pause(len(text), chance.choice((0.3, 0.7, 1.5))))
        text += chance.choice(WORDS)
    return Draft(text, tuple(pauses))


def ordered(said: str, words: int) -> Draft:
    """The words of a text in their order, over and over, with a pause before every tenth or so."""
    chance = random.Random(words)
    spoken = said.split()
    text, pauses = "", []
    for at in range(words):
        if text:
            text += " "
            if chance.random() < 0.1:
                pauses.append(Pause(len(text), chance.choice((0.3, 0.7, 1.5))))
        text += spoken[at % len(spoken)]
    return Draft(text, tuple(pauses))


def unlike(words: int) -> tuple[str, str]:
    """Two texts of the same few words in different order: the worst case of a diff."""
    chance = random.Random(words)
    one, other = (" ".join(chance.choices(WORDS, k=words)) for _ in range(2))
    return one, other


def milliseconds(work: Callable[[], object]) -> float:
    """The quickest of a few runs."""
    times = []
    for _ in range(REPEATS):
        begun = process_time()
        work()
        times.append(process_time() - begun)
    return min(times) * 1000


def whole(draft: Draft) -> None:
    """All that happens to a finished dictation's text."""
    readable(draft)
    word_diff(draft.text, tidy(draft, CLEAN))


def clean(text: str) -> str:
    """Tidied text without known pauses."""
    return tidy(Draft(text), CLEAN)


def own(draft: Draft, replacements: Replacements, terms: OwnWords) -> str:
    """Tidied text with the user's replacements and terms."""
    return tidy(draft, CLEAN, replacements=replacements, terms=terms)


def live(segments: list[Segment]) -> None:
    """What a dictation's text costs while it is spoken: it is shown after each phrase."""
    text = LiveText()
    for segment in segments:
        text.add([segment], "en")


def said(words: int) -> list[Segment]:
    """Random speech in phrases of ten words with pauses between them."""
    chance = random.Random(words)
    return [
        Segment(" ".join(chance.choices(WORDS, k=10)), at * 4.0, at * 4.0 + 3.2) for at in range(words // 10)
    ]


ROWS: dict[str, Callable[[int], Callable[[], object]]] = {
    "cleanup": lambda n: partial(readable, speech(n)),
    "cleanup, live": lambda n: partial(live, said(n)),
    "tidy, prose": lambda n: partial(tidy, ordered(PROSE, n), CLEAN),
    "tidy": lambda n: partial(tidy, speech(n), CLEAN),
    "tidy, own words": lambda n: partial(own, speech(n), REPLACEMENTS, TERMS),
    "tidy, commands": lambda n: partial(tidy, ordered(COMMANDS, n), CLEAN),
    "tidy, corpora": lambda n: partial(tidy, ordered(CORPORA, n), CLEAN),
    "diff": lambda n: partial(word_diff, speech(n).text, readable(speech(n))),
    "all three": lambda n: partial(whole, speech(n)),
    "odd: unlike texts": lambda n: partial(word_diff, *unlike(n)),
    "odd: one stutter": lambda n: partial(clean, "the " * n),
    "odd: one number": lambda n: partial(clean, "twenty three and " * (n // 3)),
    "odd: one no": lambda n: partial(clean, "monday no " * (n // 2)),
    "odd: one dot": lambda n: partial(clean, "dot " * n),
    "odd: one letter": lambda n: partial(clean, "b " * n),
    "odd: one quote": lambda n: partial(clean, "quote " * n),
    "odd: one period": lambda n: partial(clean, "It is over, period. " * (n // 4)),
    "odd: one long word": lambda n: partial(clean, "a!," * (n * 2)),
}


def main() -> None:
    """Print the table."""
    print(f"{'':<20}{'1,000 words':>14}{'10,000 words':>14}{'ratio':>8}")
    for name, prepare in ROWS.items():
        few, many = (milliseconds(prepare(words)) for words in (1_000, 10_000))
        print(f"{name:<20}{few:>11.1f} ms{many:>11.1f} ms{many / few:>8.1f}")


if __name__ == "__main__":
    main()
