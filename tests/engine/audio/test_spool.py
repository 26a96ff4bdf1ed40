"""Recordings on disk: private, complete, and recovered after a crash."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
import subprocess
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from engine.audio.format import Samples
from engine.audio.recovery import recover
from engine.audio.spool import BUFFER_BYTES, Spool
from engine.errors import AudioError

SOUND = np.random.default_rng(1).normal(0, 0.1, 40_000).astype(np.float32)


def sound_of(path: Path) -> Samples:
    with wave.open(str(path)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32)
        samples /= 32768
        return samples


def crash(folder: Path) -> None:
    """Spool `SOUND` in a process that is killed in the middle."""
    code = (
        "import os, signal, sys; from pathlib import Path; import numpy as np\n"
        "from engine.audio.spool import Spool\n"
        "spool = Spool(Path(sys.argv[1]))\n"
        "for part in np.split(np.random.default_rng(1).normal(0, 0.1, 40_000).astype(np.float32), 80):\n"
        "    spool.append(part)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder)], check=False)
    assert done.returncode == -signal.SIGKILL


def test_what_was_appended_is_in_the_wav(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "recordings")
    for part in np.split(SOUND, 40):
        spool.append(part)
    spool.to_wav(tmp_path / "out" / "speech.wav")
    np.testing.assert_allclose(sound_of(tmp_path / "out" / "speech.wav"), SOUND, atol=0.5 / 32768)
    assert (spool.frames, spool.duration_s, spool.trouble) == (40_000, 2.5, None)
    spool.discard()
    spool.discard()
    assert list((tmp_path / "recordings").iterdir()) == []


def test_what_exceeds_full_scale_is_limited(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(np.array([1.5, -1.5, 1.0], np.float32))
    spool.to_wav(tmp_path / "speech.wav")
    assert (sound_of(tmp_path / "speech.wav") * 32768).tolist() == [32767, -32768, 32767]


def test_speech_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    before = os.umask(0)
    try:
        spool = Spool(folder)
        spool.append(SOUND)
        spool.to_wav(folder / "speech.wav")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert len(list(folder.iterdir())) == 3


def test_a_folder_that_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    folder.chmod(0o755)
    Spool(folder).discard()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_sound_reaches_the_disk_every_second(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND[:15_999])
    assert spool.path.stat().st_size == 0
    spool.append(SOUND[:1])
    assert spool.path.stat().st_size == BUFFER_BYTES
    spool.discard()


def test_a_killed_process_leaves_a_recoverable_recording(tmp_path: Path) -> None:
    crash(tmp_path)
    (wav,) = recover(tmp_path)
    assert list(tmp_path.iterdir()) == [wav]
    recovered = sound_of(wav)
    assert len(recovered) >= len(SOUND) - 16_000
    np.testing.assert_allclose(recovered, SOUND[: len(recovered)], atol=0.5 / 32768)
    assert recover(tmp_path) == []


def test_a_living_recording_is_left_alone(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    spool.append(SOUND)
    assert recover(tmp_path) == []
    assert spool.path.exists()
    about = json.loads(spool.description.read_text())
    about["process_birth"] -= 1000
    spool.description.write_text(json.dumps(about))
    assert len(recover(tmp_path)) == 1
    spool.close()


@pytest.mark.parametrize(
    "description", [None, b"", b'{"pid": 1', b"[]", b'{"pid": "x", "process_birth": null}']
)
def test_half_written_files_do_no_harm(tmp_path: Path, description: bytes | None) -> None:
    (tmp_path / "a.pcm").write_bytes(b"\x01\x02\x03")
    if description is not None:
        (tmp_path / "a.json").write_bytes(description)
    (tmp_path / "empty.pcm").write_bytes(b"")
    (tmp_path / "a.wav.part").write_bytes(b"rest")
    assert recover(tmp_path) == [tmp_path / "a.wav"]
    assert len(sound_of(tmp_path / "a.wav")) == 1
    assert list(tmp_path.iterdir()) == [tmp_path / "a.wav"]


def test_no_folder_has_nothing_to_recover(tmp_path: Path) -> None:
    assert recover(tmp_path / "nowhere") == []


def test_a_disk_that_fills_up_loses_nothing(tmp_path: Path) -> None:
    """A limit on the size of files stands for the full disk: the kernel refuses in the middle."""
    spool = Spool(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_001, hard))
    try:
        for part in np.split(SOUND, 80):
            spool.append(part)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert spool.trouble is not None
    assert spool.path.stat().st_size == 50_001
    spool.to_wav(tmp_path / "speech.wav")
    np.testing.assert_allclose(sound_of(tmp_path / "speech.wav"), SOUND, atol=0.5 / 32768)
    spool.discard()


def test_a_wav_that_cannot_be_written_keeps_the_samples(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "recordings")
    spool.append(SOUND)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(AudioError, match=r"speech\.wav") as caught:
        spool.to_wav(tmp_path / "file" / "speech.wav")
    assert f"still at {spool.path}" in caught.value.remedy
    spool.to_wav(tmp_path / "speech.wav")
    assert len(sound_of(tmp_path / "speech.wav")) == len(SOUND)


def test_samples_that_never_reached_the_disk_are_not_said_to_be_there(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    spool = Spool(tmp_path / "file" / "recordings")
    spool.append(SOUND)
    with pytest.raises(AudioError) as caught:
        spool.to_wav(tmp_path / "file" / "speech.wav")
    assert caught.value.remedy.endswith("the samples are still in memory.")
    assert (spool.on_disk_s, spool.duration_s) == (0.0, 2.5)
