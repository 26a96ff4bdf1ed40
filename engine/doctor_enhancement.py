"""What `utter doctor` says of the enhancer: the server of language models, its model, and what that costs."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterable
from dataclasses import replace

from engine import paths
from engine.enhance.ollama.client import OllamaClient
from engine.enhance.ollama.edit_rates import EditRates
from engine.enhance.ollama.host import HOST_VARIABLE, address
from engine.enhance.ollama.model_server import ModelServer, same_model
from engine.enhance.ollama.options import OllamaOptions
from engine.enhance.served_model import EDIT_WORDS, ServedModel
from engine.errors import EnhancementError
from engine.findings import Finding, Patient
from engine.server_link import reach
from engine.settings.schema import Settings

MOST_S = 20.0
"""How long a server may take to answer all questions; below the time limit of a check."""

MOST_NAMES = 12
"""Names of models in a sentence; servers have dozens."""

TOPIC = "enhancer"


def enhancement(patient: Patient) -> list[Finding]:
    """Who edits texts. Nothing here is "missing": without a server tidy edits."""
    settings = patient.settings
    if not settings.enhancement.enabled:
        return [Finding(TOPIC, "ok", "Texts are not edited: enhancement.enabled is false.")]
    if settings.enhancement.enhancer == "tidy":
        return [Finding(TOPIC, "ok", "tidy edits by rules; no language model is asked.")]
    try:
        address(settings.ollama.host)
    except EnhancementError as error:  # who names a server means one
        return [Finding(TOPIC, "warning", f"{error.what} tidy edits instead.", error.remedy)]
    try:
        about, *models = asyncio.run(_server(settings))
    except EnhancementError as error:
        about, models = _without(settings, error), []
    return [replace(about, what=f"{about.what} {_origin(settings.ollama.host)}".rstrip()), *models]


def _origin(host: str) -> str:
    """What gave the server's address; a variable that is set long ago is easily forgotten."""
    there = bool(os.environ.get(HOST_VARIABLE, "").strip())
    if not host.strip():
        return f"The server's address is from {HOST_VARIABLE}." if there else ""
    unused = f"; {HOST_VARIABLE} is set too, and not used" if there else ""
    return f"The server's address is from ollama.host{unused}."


async def _server(settings: Settings) -> list[Finding]:
    """The server, with what it has.

    Raises:
        EnhancementError: It cannot be asked.
    """
    options = OllamaOptions(**settings.ollama.model_dump())
    client = OllamaClient(options.host, options.connect_s)
    rates = EditRates(paths.edit_rates())
    server = ModelServer(options, client, rates)
    try:
        async with asyncio.timeout(MOST_S):
            await reach(client.url, options.connect_s)
            await asyncio.to_thread(rates.load)
            there = await server.models()
            version = await server.version()
    except TimeoutError:
        raise EnhancementError(
            f"Ollama did not answer within {MOST_S:g} s.",
            "See whether it is well (ollama ps), or restart it.",
        ) from None
    finally:
        await client.close()
        rates.close()
    name = f"Ollama {version}".strip()
    found = Finding(TOPIC, "ok", f"{name} at {server.host}: {_listed(there)}.")
    return [found, *_models(settings, server, there)]


def _models(settings: Settings, server: ModelServer, there: tuple[ServedModel, ...]) -> list[Finding]:
    """The model in force, and those that writing modes prefer."""
    chosen = settings.ollama.model
    modes = {name: mode.model for name, mode in settings.modes.items() if mode.model}
    findings = []
    for name in dict.fromkeys((chosen, *modes.values())):
        model = next((one for one in there if same_model(one.name, name)), None)
        if model is not None:
            findings.append(Finding("language model", "ok", _described(model, server)))
            continue
        wanted = "" if name == chosen else f", which modes.{_first(modes, name)} prefers"
        then = "tidy edits" if name == chosen else f"{chosen} is asked"
        what = f"Ollama has no model {name}{wanted}; {then} instead."
        fix = f"Fetch it with `ollama pull {name}`, or choose one that is there."
        findings.append(Finding("language model", "warning", what, fix))
    return findings


def _described(model: ServedModel, server: ModelServer) -> str:
    """A model: its size, whether it is in memory and in which, and how fast it is."""
    about = [one for one in (model.parameters, model.quantisation) if one]
    about.append(f"{model.size / 1e9:.1f} GB")
    memory = "it is loaded when it is needed"
    if model.loaded is not None:
        share = model.loaded.gpu_share
        where = "" if share is None else " on the CPU" if share == 0 else f", {share:.0%} of it on the GPU"
        memory = f"it is in memory{where}"
    return f"{model.name} ({', '.join(about)}): {memory}; {_speed(model, server)}."


def _speed(model: ServedModel, server: ModelServer) -> str:
    rates = server.rates(model.name)
    if model.edit_s is None:
        return "how fast it is shows with the first edit"
    seconds = f"{EDIT_WORDS} words take about {model.edit_s:.1f} s"
    if not model.measured or rates is None:
        return f"{seconds}, to judge by another model"
    return f"{rates.tokens_per_s:.0f} tokens a second, {seconds}"


def _listed(models: Iterable[ServedModel]) -> str:
    names = [model.name for model in models]
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    return f"{', '.join(names[:MOST_NAMES])}{more}" if names else "it has no models yet"


def _first(modes: dict[str, str], model: str) -> str:
    return next(name for name, preferred in modes.items() if preferred == model)


def _without(settings: Settings, error: EnhancementError) -> Finding:
    """No server: a fault only where one was asked for."""
    if settings.enhancement.enhancer == "ollama" or settings.ollama.host:
        return Finding(TOPIC, "warning", f"{error.what} tidy edits instead.", error.remedy)
    what = f"tidy edits by rules. {error.what}"
    fix = (
        "A language model is optional: install Ollama, and fetch one with"
        f" `ollama pull {settings.ollama.model}`."
    )
    return Finding(TOPIC, "ok", what, fix)
