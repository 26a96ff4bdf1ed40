"""Texts that try to get something run or hidden: those of the corpus, and many put together from it."""

from __future__ import annotations

import random
import tomllib
from pathlib import Path

SURROGATES = ("\ud83d", "\ude00\ud83d", "\udc1b")
"""Halves of pairs, which no file in UTF-8 can hold."""

_CORPUS = Path(__file__).with_name("hostile_texts.toml")


def corpus() -> dict[str, list[str]]:
    """The parts of attacks, by what they are; each is an attack by itself."""
    groups = tomllib.loads(_CORPUS.read_text(encoding="utf-8"))
    kinds = {f"{group} {kind}": texts for group, of_kind in groups.items() for kind, texts in of_kind.items()}
    return kinds | {"surrogates": list(SURROGATES)}


def hostile_texts(count: int, mark: str = "MARK", seed: int = 20) -> list[str]:
    """Make texts that run `touch` on `mark` in a shell that obeys them.

    First all of the corpus, alone and behind a command; then such as a person might be led to speak, with
    ways out of a paste before the command and ways to have it run behind it.

    Args:
        count: How many.
        mark: The file.
        seed: Of the random choices; the same seed makes the same texts.
    """
    kinds = corpus()
    parts = [part for kind in kinds.values() for part in kind]
    ends = [part for kind, texts in kinds.items() if kind.startswith("ends ") for part in texts]
    words = kinds["shell words"]
    chance = random.Random(seed)
    texts = [f"{end}touch MARK{end}" for end in ends] + [f"{end}touch MARK\r" for end in ends]
    texts += parts + [f"touch MARK{part}" for part in parts]
    while len(texts) < count:
        before = "".join(chance.choices(parts + ends * 2, k=chance.randint(0, 3)))
        command = chance.choice(["touch MARK", " touch MARK ", chance.choice(words)])
        behind = "".join(chance.choices(ends * 2 + parts, k=chance.randint(1, 3)))
        texts.append(chance.choice(["", "please add ", "Grüße "]) + before + command + behind)
    return [text.replace("MARK", mark) for text in texts[:count]]
