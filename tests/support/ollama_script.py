"""What a language model server of the tests has, and what goes wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

Trouble = Literal["stall", "cut", "reset", "end", "error", "garbage", "list", "no message", "endless", "line"]
Kind = Literal[Trouble, "mute", "status", "page", "redirect"]

Messages: TypeAlias = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Served:
    """One model that the server has.

    Attributes:
        name: With its tag, as servers list them.
        parameters: As they write it.
        quantisation: As they write it.
        size: Bytes of its file.
        thinks: Whether it can think; others refuse to be told to.
        knows_think: Whether the server knows the parameter `think` for it at all.
    """

    name: str
    parameters: str = "3.1B"
    quantisation: str = "Q4_K_M"
    size: int = 1_929_912_432
    thinks: bool = False
    knows_think: bool = True


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong with requests.

    Attributes:
        kind: "mute" accepts and says nothing; "stall" sends `after` tokens, then nothing until it is
            released; "cut" closes the connection there, "reset" with a reset, "end" as if that were all;
            "error" sends an object with `text` there; "status" answers `status` and the error `text`;
            "garbage" sends `text` in place of JSON there, "list" JSON of another kind, "no message" an
            object without one; "page" is somebody's web page; "endless" never stops, whatever its limit;
            "line" sends one line that never ends; "redirect" sends on to `text`.
        after: Tokens.
        path: The requests that it happens to.
        times: For how many requests; None for all.
        status: Of a refusal.
        text: See `kind`.
    """

    kind: Kind
    after: int = 0
    path: str = "/api/chat"
    times: int | None = 1
    status: int = 500
    text: str = "no"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came. Names of headers are in small letters."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: Mapping[str, Any]

    @property
    def options(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.body.get("options") or {}
        return found


def dictated(messages: Messages) -> str:
    """What stands between the delimiters of the last message: the answer of a model that changes nothing."""
    last = str(messages[-1]["content"]) if messages else ""
    found = re.search(r"<(dictation[0-9]*)>\n?(.*?)\n?</\1>", last, re.DOTALL)
    return found[2] if found else last


def tokens(text: str) -> list[str]:
    """Cut a text into pieces of a word or less, about 1.3 a word in English; joined they are the text."""
    return re.findall(r"\s*\S{1,7}|\s+$", text)


def seconds_of(keep_alive: object) -> float:
    """A `keep_alive` in seconds; negative for as long as the server runs.

    Args:
        keep_alive: Seconds, or Go's notation of a duration such as "30m"; None for the server's own.
    """
    if keep_alive is None:
        return 300.0
    text = str(keep_alive)
    if re.fullmatch(r"-?[0-9.]+", text):
        return float(text)
    units = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
    total = sum(float(number) * units[unit] for number, unit in re.findall(r"([0-9.]+)(ms|s|m|h)", text))
    return -1.0 if text.startswith("-") else total


def as_listed(model: Served) -> dict[str, Any]:
    """A model as `/api/tags` has it."""
    details = {
        **{"parent_model": "", "format": "gguf", "family": "qwen2", "families": ["qwen2"]},
        **{"parameter_size": model.parameters, "quantization_level": model.quantisation},
    }
    about = {"name": model.name, "model": model.name, "size": model.size, "details": details}
    return {**about, "modified_at": "2026-01-01T00:00:00Z", "digest": "0" * 64}
