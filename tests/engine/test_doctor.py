"""The doctor: real libraries in child processes, and checks that cannot harm each other."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest

from engine import doctor, paths
from engine import probe as probes
from engine.doctor import can_dictate, examine, folders, recordings, run_checks
from engine.doctor_recognition import recognition
from engine.doctor_terminal import terminal
from engine.findings import Finding, Patient
from engine.probe import ProbeError, probe
from engine.settings.load import load
from engine.settings.schema import Settings
from tests.support.model_folders import put_model


def settings(**overrides: object) -> Settings:
    changed = {key.replace("__", "."): value for key, value in overrides.items()}
    return load(paths.shipped("config.toml"), changed, state=Path(os.devnull)).settings


def patient(environ: Mapping[str, str] | None = None, **overrides: object) -> Patient:
    return Patient(settings(**overrides), environ or {})


@pytest.fixture(autouse=True)
def empty_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "HF_HUB_CACHE"):
        monkeypatch.setenv(name, str(tmp_path / name))


def test_everything_is_looked_at() -> None:
    found = examine(settings(), {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PATH": ""})
    topics = {finding.topic for finding in found}
    assert topics >= {
        "utter",
        "PortAudio",
        "PocketSphinx",
        "faster-whisper",
        "enhancer",
        "model",
        "clipboard",
        "tmux",
        "window",
        "terminal",
    }
    assert all(finding.what.endswith((".", ")")) for finding in found)
    assert all(finding.fix for finding in found if finding.status == "missing")


def test_a_check_that_crashes_or_hangs_harms_no_other() -> None:
    release = threading.Event()

    def crashes(patient: Patient) -> list[Finding]:
        raise ZeroDivisionError("by zero")

    def hangs(patient: Patient) -> list[Finding]:
        release.wait()
        return []

    def works(patient: Patient) -> list[Finding]:
        return [Finding("c", "ok", "Fine.")]

    found = run_checks({"a": crashes, "b": hangs, "c": works}, patient(), 0.2)
    release.set()
    assert [finding.topic for finding in found] == ["a", "b", "c"]
    assert "ZeroDivisionError: by zero" in found[0].what
    assert "no answer within 0.2 s" in found[1].what
    assert found[2].status == "ok"


def test_dictation_can_work_without_what_is_optional() -> None:
    assert can_dictate([Finding("a", "ok", "A."), Finding("b", "warning", "B.")])
    assert not can_dictate([Finding("a", "missing", "A.")])


def test_the_recogniser_that_is_set_must_work() -> None:
    automatic = recognition(patient())
    assert can_dictate(automatic)
    assert [finding.topic for finding in automatic if finding.status == "warning"] == ["model"]
    assert "base.en" in automatic[2].what
    demanding = recognition(patient(recognition__recognizer="whisper"))
    assert [finding.topic for finding in demanding if finding.status == "missing"] == ["model"]


def test_a_model_that_is_cut_short_is_told_apart_from_one_that_is_not_there() -> None:
    weights = put_model(paths.models() / "base.en") / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-1])
    (model,) = [finding for finding in recognition(patient()) if finding.topic == "model"]
    assert model.status == "warning"
    assert "base.en is incomplete: model.bin ends" in model.what
    assert "utter models pull base.en" in model.fix


def test_a_probe_that_crashes_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(ProbeError, match=r"It crashed \(exit status 1\)"):
        probe("portaudio")


def test_a_probe_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = tmp_path / "python"
    hangs.write_text("#!/bin/sh\nexec sleep 60\n")
    hangs.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(hangs))
    with pytest.raises(ProbeError, match=r"did not answer within 0\.2 s"):
        probe("portaudio", time_out_s=0.2)


def test_a_probe_tells_its_error(capsys: pytest.CaptureFixture[str]) -> None:
    probes.main("no such probe")
    assert json.loads(capsys.readouterr().out) == {"error": "KeyError: 'no such probe'"}


def test_kept_recordings_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelter = tmp_path / "shelter"
    monkeypatch.setattr(doctor, "all_shelters", lambda: iter((shelter,)))
    assert recordings(patient()) == []
    paths.recordings().mkdir(parents=True)
    (paths.recordings() / "one.wav").write_bytes(bytes(1_500_000))
    (paths.recordings() / "one.json").write_text("{}")
    found = recordings(patient())
    assert "1 kept in" in found[0].what
    assert "1.5 MB" in found[0].what
    shelter.mkdir(parents=True)
    (shelter / "two.wav").write_bytes(b"sound")
    usual, other = recordings(patient())
    assert str(paths.recordings()) in usual.what
    assert str(shelter) in other.what


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [finding.status for finding in folders(patient())] == ["ok"]
    (tmp_path / "plain").write_text("")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "plain"))
    found = folders(patient())
    assert [finding.status for finding in found] == ["warning"]
    assert "until you log out or the machine is shut down" in found[0].what
    assert str(tmp_path / "plain") in found[0].fix
    assert can_dictate(found)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TERM": "xterm-256color"}, "256 colours"),
        ({"TERM": "xterm-kitty", "COLORTERM": "truecolor"}, "16 million colours"),
        ({"TERM": "xterm"}, "16 colours"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "NO_COLOR is set"),
        ({"TERM": "xterm", "SSH_TTY": "/dev/pts/1"}, "over SSH"),
        ({"TERM": "dumb"}, "TERM is dumb"),
        ({"TERM": "screen", "TMUX": "/nowhere,1,0", "PATH": ""}, "tmux is not in PATH"),
        ({"TERM": "screen", "TMUX": "/nowhere,1,0", "PATH": os.environ["PATH"]}, "tmux"),
    ],
)
def test_what_is_said_of_the_terminal(environ: dict[str, str], said: str) -> None:
    assert said in " ".join(finding.what for finding in terminal(patient(environ)))
