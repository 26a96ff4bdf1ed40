"""What the doctor says of a server of language models: the real client against a server of the tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import paths
from engine.doctor import can_dictate
from engine.doctor_enhancement import enhancement
from engine.enhance.ollama.edit_cost import Timing
from engine.enhance.ollama.edit_rates import EditRates
from engine.findings import Finding, Patient
from engine.settings.load import load
from tests.support.ollama_script import Served
from tests.support.ollama_server import MODEL, Loaded, OllamaServer, free_port, full_backlog, running_ollama


def found(config: Path | None = None, **overrides: object) -> list[Finding]:
    changed = {key.replace("__", "."): value for key, value in overrides.items()}
    own = config or paths.shipped("config.toml")
    settings = load(own, changed, state=Path(os.devnull)).settings
    findings = enhancement(Patient(settings, {}))
    assert can_dictate(findings)
    assert all(finding.what.endswith(".") for finding in findings)
    return findings


@pytest.fixture
def server() -> Iterator[OllamaServer]:
    with running_ollama(Served(MODEL), Served("large:8b", "8.0B")) as running:
        yield running


def measured(server: OllamaServer, model: str) -> None:
    """Let an earlier session have measured a model: 20 tokens a second, 200 read."""
    rates = EditRates(paths.edit_rates())
    rates.add(server.host, model, Timing(200, 1000.0, 100, 5000.0))
    rates.close()


def test_the_server_is_described_with_its_version_and_models(server: OllamaServer) -> None:
    about, model = found(ollama__host=server.host)
    assert about.what.startswith(
        f"Ollama 0.12.0 at {server.host}: large:8b, {MODEL}. The server's address is from"
    )
    assert model.what == (
        f"{MODEL} (3.1B, Q4_K_M, 1.9 GB): it is loaded when it is needed;"
        " how fast it is shows with the first edit."
    )
    assert {about.status, model.status} == {"ok"}
    assert server.loads == []


@pytest.mark.parametrize(
    ("share", "where"),
    [(1.0, ", 100% of it on the GPU"), (0.25, ", 25% of it on the GPU"), (0.0, " on the CPU")],
)
def test_where_it_runs_is_told(server: OllamaServer, share: float, where: str) -> None:
    server.gpu_share = share
    server.loaded[MODEL] = Loaded(4096, None)
    assert f": it is in memory{where}; " in found(ollama__host=server.host)[1].what


def test_what_an_edit_costs_is_told_where_it_was_measured(server: OllamaServer) -> None:
    measured(server, MODEL)
    assert "; 20 tokens a second, 100 words take about 7.2 s." in found(ollama__host=server.host)[1].what
    other = found(ollama__host=server.host, ollama__model="large:8b")[1].what
    assert "100 words take about 18.5 s, to judge by another model." in other


def test_a_model_that_is_not_there_is_fetched_with_a_command(server: OllamaServer) -> None:
    missing = found(ollama__host=server.host, ollama__model="llama3:8b")[1]
    assert missing.status == "warning"
    assert missing.what == "Ollama has no model llama3:8b; tidy edits instead."
    assert "`ollama pull llama3:8b`" in missing.fix


def test_a_model_that_a_mode_prefers_is_looked_for_as_well(server: OllamaServer, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[modes.email]\nmodel = "mistral:7b"\n[modes.notes]\nmodel = "large:8b"\n')
    findings = found(own, ollama__host=server.host)
    assert [finding.status for finding in findings] == ["ok", "ok", "warning", "ok"]
    assert findings[2].what == (
        f"Ollama has no model mistral:7b, which modes.email prefers; {MODEL} is asked instead."
    )


def test_a_server_without_models_says_so(server: OllamaServer) -> None:
    server.models.clear()
    about, model = found(ollama__host=server.host)
    assert "it has no models yet." in about.what
    assert model.status == "warning"


def test_without_a_server_nothing_is_wrong_unless_one_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    nobody = f"127.0.0.1:{free_port()}"
    monkeypatch.setenv("OLLAMA_HOST", nobody)
    (optional,) = found()
    assert optional.status == "ok"
    assert optional.what.startswith("tidy edits by rules. ")
    assert nobody in optional.what
    assert "optional" in optional.fix
    for asked in ({"enhancement__enhancer": "ollama"}, {"ollama__host": nobody}):
        (missed,) = found(**asked)
        assert missed.status == "warning"
        assert nobody in missed.what
        assert "ollama serve" in missed.fix


def test_what_names_the_server_is_told(server: OllamaServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OLLAMA_HOST", server.host)
    assert found()[0].what.endswith(f"{MODEL}. The server's address is from OLLAMA_HOST.")
    monkeypatch.setenv("OLLAMA_HOST", "://bad")
    (bad,) = found()
    assert bad.what == 'OLLAMA_HOST holds "://bad", which is no address of a server. tidy edits instead.'
    assert (bad.status, bad.fix) == ("warning", "Write it as 127.0.0.1:11434 or http://gpu-box:11434.")
    both = found(ollama__host=server.host)[0].what
    assert both.endswith("The server's address is from ollama.host; OLLAMA_HOST is set too, and not used.")


def test_a_host_that_does_not_answer_is_given_up() -> None:
    with full_backlog() as host:
        (finding,) = found(ollama__host=host, ollama__connect_s=0.1)
    assert finding.status == "warning"
    assert "no answer" in finding.what


def test_somebody_else_at_the_address_is_told_apart(server: OllamaServer) -> None:
    server.fail("page", path="/api/tags")
    (finding,) = found(ollama__host=server.host)
    assert finding.status == "warning"
    assert "does not speak as Ollama does" in finding.what


def test_a_server_that_says_nothing_is_not_waited_for(
    server: OllamaServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.doctor_enhancement.MOST_S", 0.2)
    server.fail("mute", path="/api/tags", times=None)
    (finding,) = found(ollama__host=server.host)
    assert "did not answer within 0.2 s" in finding.what


@pytest.mark.parametrize(
    ("overrides", "said"),
    [
        ({"enhancement__enhancer": "tidy"}, "no language model is asked"),
        ({"enhancement__enabled": False}, "enhancement.enabled is false"),
    ],
)
def test_nobody_is_asked_where_none_is_wanted(overrides: dict[str, object], said: str) -> None:
    (finding,) = found(**overrides)
    assert finding.status == "ok"
    assert said in finding.what
