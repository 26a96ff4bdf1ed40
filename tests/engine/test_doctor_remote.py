"""What the doctor finds at the socket for sound of other machines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from engine.audio.remote import RemoteSource
from engine.doctor import sound
from engine.doctor_remote import remote_microphone
from engine.findings import Patient
from tests.support.scripted_sender import KeptSound
from tests.support.shipped_settings import shipped_settings


def patient() -> Patient:
    return Patient(shipped_settings(), os.environ)


def test_an_utter_that_waits_for_sound_is_found(home: Path) -> None:
    (nobody,) = remote_microphone(patient())
    assert nobody.status == "ok"
    assert "No utter waits" in nobody.what
    assert "utter mic --to" in nobody.fix
    source = RemoteSource()
    source.open(KeptSound())
    try:
        (found,) = remote_microphone(patient())
        assert "microphone.sock" in found.what
        assert found.status == "ok"
    finally:
        source.close()


def test_a_folder_whose_name_is_too_long_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.runtime_folder.candidates", lambda: ["/run/" + "x" * 120])
    (found,) = remote_microphone(patient())
    assert (found.status, "too long for a socket" in found.what) == ("warning", True)


@pytest.mark.parametrize(
    ("environ", "device", "status"),
    [({}, "", "missing"), ({"SSH_TTY": "/dev/pts/3"}, "", "warning"), ({}, "remote", "warning")],
)
def test_whoever_speaks_elsewhere_needs_no_microphone_here(
    monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], device: str, status: str
) -> None:
    answers = {"portaudio": {"version": "PortAudio V19"}, "inputs": {"names": [], "default": ""}}
    monkeypatch.setattr("engine.doctor.probe", answers.__getitem__)
    settings = shipped_settings()
    audio = settings.audio.model_copy(update={"device": device})
    found = sound(Patient(settings.model_copy(update={"audio": audio}), environ))
    assert [finding.status for finding in found] == ["ok", status]
    assert ("utter mic" in found[-1].fix) == (status == "warning")
