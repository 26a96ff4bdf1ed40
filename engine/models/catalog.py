"""Which Whisper models have a name: what they weigh, what they know, how fast they are.

Where the columns come from:

- Names and repositories: faster-whisper, `utils._MODELS`. Sizes on disk: the files of these
  repositories, most of them of weights in half precision, two bytes a parameter.
- Parameters, width, layers: openai/whisper, README; Whisper's paper (Radford et al. 2022), table 1;
  the model cards of distil-whisper.
- Speed: the relative speeds in the README of openai/whisper (tiny 10, base 7, small 4, medium 2,
  large 1, turbo 8) and of the cards of distil-whisper (5.6 to 6.8), all of them on a graphics card.
  Turbo and the distilled models have a small decoder behind the encoder of a large one, which a short
  dictation pays for in full; so none of them is in the first class.
- Languages: openai/whisper, `tokenizer.py`: 99, and Cantonese with large-v3. The distilled models
  were trained on English alone, those without ".en" as well (their cards).
- Translation: turbo was trained without it (README of openai/whisper); nor were the distilled ones
  and those for English, which have nothing to translate from.
"""

from __future__ import annotations

import difflib
import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from engine import paths
from engine.models.amounts import amount
from engine.models.shelf_model import BUILT_IN

Speed: TypeAlias = Literal["fastest", "fast", "middling", "slow"]
"""How fast a model decodes, compared with the others on the same machine."""

OLD_LANGUAGES, NEW_LANGUAGES = 99, 100


@dataclass(frozen=True, slots=True)
class Model:
    """A model that has a name.

    Attributes:
        name: As users write it, such as "base.en".
        repository: Where it lies on the Hugging Face hub.
        megabytes: What it takes on disk, in millions of bytes, approximately.
        parameters: Its weights, in millions.
        width: Of its encoder.
        decoder_layers: Layers of its decoder.
        languages: How many it knows; 1 is English.
        translates: Whether it can write English for what is said in another language.
    """

    name: str
    repository: str
    megabytes: int
    parameters: int
    width: int
    decoder_layers: int
    languages: int = OLD_LANGUAGES
    translates: bool = False

    @property
    def english_only(self) -> bool:
        """Whether it knows no other language."""
        return self.languages == 1

    @property
    def speed(self) -> Speed:
        """How fast it decodes, compared with the others."""
        return speed_of(self.width, self.decoder_layers)


_OWN = "Systran/faster-whisper-"
_DISTIL = "Systran/faster-distil-whisper-"
_TURBO = "mobiuslabsgmbh/faster-whisper-large-v3-turbo"

MODELS: dict[str, Model] = {
    model.name: model
    for model in (
        Model("tiny.en", f"{_OWN}tiny.en", 78, 39, 384, 4, 1),
        Model("tiny", f"{_OWN}tiny", 78, 39, 384, 4, translates=True),
        Model("base.en", f"{_OWN}base.en", 148, 74, 512, 6, 1),
        Model("base", f"{_OWN}base", 148, 74, 512, 6, translates=True),
        Model("small.en", f"{_OWN}small.en", 486, 244, 768, 12, 1),
        Model("small", f"{_OWN}small", 486, 244, 768, 12, translates=True),
        Model("medium.en", f"{_OWN}medium.en", 1531, 769, 1024, 24, 1),
        Model("medium", f"{_OWN}medium", 1531, 769, 1024, 24, translates=True),
        Model("large-v1", f"{_OWN}large-v1", 3090, 1550, 1280, 32, translates=True),
        Model("large-v2", f"{_OWN}large-v2", 3090, 1550, 1280, 32, translates=True),
        Model("large-v3", f"{_OWN}large-v3", 3091, 1550, 1280, 32, NEW_LANGUAGES, translates=True),
        Model("large", f"{_OWN}large-v3", 3091, 1550, 1280, 32, NEW_LANGUAGES, translates=True),
        Model("distil-small.en", f"{_DISTIL}small.en", 336, 166, 768, 4, 1),
        Model("distil-medium.en", f"{_DISTIL}medium.en", 793, 394, 1024, 2, 1),
        Model("distil-large-v2", f"{_DISTIL}large-v2", 1516, 756, 1280, 2, 1),
        Model("distil-large-v3", f"{_DISTIL}large-v3", 1516, 756, 1280, 2, 1),
        Model("distil-large-v3.5", "distil-whisper/distil-large-v3.5-ct2", 1516, 756, 1280, 2, 1),
        Model("large-v3-turbo", _TURBO, 1622, 809, 1280, 4, NEW_LANGUAGES),
        Model("turbo", _TURBO, 1622, 809, 1280, 4, NEW_LANGUAGES),
    )
}
"""By name, all models that faster-whisper knows; some have two names."""


def named(model: str) -> Model | None:
    """The row of a model by its name, or by its repository on the hub; None when it has none."""
    return MODELS.get(model) or next((row for row in MODELS.values() if row.repository == model), None)


def repository_of(model: str) -> str | None:
    """The hub's repository of a model; None for a path, and for a name that is not in the table.

    Args:
        model: A name, a repository "OWNER/NAME", or a path: one that has a part too many or too few,
            or whose first part is a folder here.
    """
    if model in MODELS:
        return MODELS[model].repository
    owner, slash, name = model.partition("/")
    is_path = not slash or not owner or not name or "/" in name or owner[0] in ".~" or Path(owner).is_dir()
    return None if is_path else model


def meant(text: str) -> str:
    """The model that somebody means who may have pasted the address of its page on a hub.

    Args:
        text: Such as "base.en", or "https://HUB/OWNER/NAME/tree/main": on every hub a repository is the
            first two parts of the path.
    """
    address = re.fullmatch(r"https?://[^/]+/([^/?#]+/[^/?#]+)(?:[/?#].*)?", text.strip())
    return address[1] if address else text


def how_to_get(model: str) -> str:
    """How to bring `model` onto this machine: one or two plain sentences, the command included."""
    if repository_of(model) is not None:
        known = named(model)
        size = f" (about {amount(known.megabytes * 1e6)})" if known else ""
        return f"Run: utter models pull {model}{size}."
    near = nearest(model)
    hint = f'Did you mean "{near}"? ' if near else ""
    if "/" not in model:
        return f"{hint}Names are: {', '.join(MODELS)}; or put the model's folder in {paths.models()}."
    files = "model.bin, config.json, tokenizer.json, vocabulary.json"
    return f"{hint}The folder of a converted model holds {files}."


def unknown(model: str) -> str:
    """What to tell of a name that no model can have, in one or two sentences; empty where one can.

    Nothing is said of a repository, which may be on the hub, nor of whether the model is complete.
    Reads folders' names.
    """
    if model in MODELS or model == BUILT_IN or repository_of(model) is not None:
        return ""
    with suppress(OSError, RuntimeError, ValueError):  # a name can be anything
        if (paths.models() / model).is_dir() or Path(model).expanduser().is_dir():
            return ""
    near = nearest(model)
    hint = f'Did you mean "{near}"?' if near else "`utter models list` shows which there are."
    return f'No model is called "{model}", and no folder. {hint}'


def nearest(model: str) -> str | None:
    """The name in `MODELS` that was most likely meant; None when nothing is close."""
    name = Path(model).name.lower()
    return next(iter(difflib.get_close_matches(name, MODELS, n=1, cutoff=0.6)), None)


def is_english_only(model: str) -> bool:
    """Whether `model` is known by its name or its folder's name to speak nothing but English."""
    known = named(model)
    return known.english_only if known else Path(model).name.endswith(".en")


def languages_in_words(languages: int) -> str:
    """A number of languages as people read it: "English" for 1, empty for an unknown number, 0."""
    if not languages:
        return ""
    return "English" if languages == 1 else f"{languages} languages"


def speed_of(width: int, decoder_layers: int) -> Speed:
    """The class of a model by its size.

    Args:
        width: Of its encoder.
        decoder_layers: Layers of its decoder: turbo has 4 and the distilled models 2 to 4, where the
            others of their width have 12 and more.
    """
    if width <= 512:
        return "fastest"
    if width <= 768 or (width <= 1024 and decoder_layers <= 4):
        return "fast"
    return "middling" if width <= 1024 or decoder_layers <= 4 else "slow"
