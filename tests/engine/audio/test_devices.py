"""Choosing inputs by name, and what is said where there are none."""

import subprocess
import sys
from pathlib import Path

import pytest

from engine.audio.device_choice import InputDevice, choose, distinct, unknown

ROOT = Path(__file__).parents[3]


def device(
    index: int, name: str, hostapi: str = "ALSA", *, rate: int = 48_000, default: bool = False
) -> InputDevice:
    return InputDevice(index, name, hostapi, 2, rate, default)


LAPTOP = [
    device(0, "HDA Intel PCH: ALC257 Analog (hw:0,0)"),
    device(1, "Blue Yeti: USB Audio (hw:1,0)"),
    device(2, "sysdefault"),
    device(3, "samplerate"),
    device(4, "surround51"),
    device(5, "pipewire"),
    device(6, "default", default=True),
]

WINDOWS = [
    device(0, "Microsoft Sound Mapper - Input", "MME"),
    device(1, "Microphone Array (Realtek(R) Au", "MME", default=True),
    device(2, "Microphone Array (Realtek(R) Audio)", "Windows DirectSound"),
    device(3, "Microphone Array (Realtek(R) Audio)", "Windows WASAPI"),
    device(4, "Headset (Jabra)", "Windows WASAPI"),
]


def test_aliases_are_left_out_and_the_default_comes_first() -> None:
    assert [d.name for d in distinct(LAPTOP)] == [
        "default",
        "HDA Intel PCH: ALC257 Analog (hw:0,0)",
        "Blue Yeti: USB Audio (hw:1,0)",
        "pipewire",
    ]


def test_one_device_reached_by_several_ways_is_listed_once() -> None:
    assert [d.index for d in distinct(WINDOWS)] == [1, 4, 0]


@pytest.mark.parametrize(
    ("name", "index"),
    [
        ("", 6),
        ("pipewire", 5),
        ("yeti", 1),
        ("BLUE", 1),
        ("hda intel", 0),
        ("hw:1,0", 1),
        ("samplerate", 3),
        ("def", 6),
    ],
)
def test_a_part_of_a_name_is_enough_and_a_whole_name_goes_first(name: str, index: int) -> None:
    chosen = choose(name, LAPTOP)
    assert chosen is not None
    assert chosen.index == index


def test_nothing_is_chosen_where_nothing_matches() -> None:
    assert choose("snowball", LAPTOP) is None
    assert choose("", []) is None


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    error = unknown("Bleu Yeti", ["Blue Yeti: USB Audio (hw:1,0)", "pipewire"])
    assert '"Bleu Yeti"' in error.what
    assert error.remedy == "Choose one of: Blue Yeti: USB Audio (hw:1,0)."
    error = unknown("zzz", ["one", "two"])
    assert error.remedy == "Choose one of: one, two."


def run(code: str, environment: dict[str, str] | None = None) -> str:
    """Run `code` in a fresh process, for PortAudio can only be met for the first time once."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return done.stdout.strip()


def test_without_portaudio_the_package_is_named() -> None:
    # The way ctypes finds libraries is what a machine without libportaudio2 answers to sounddevice.
    told = run(
        "import ctypes.util\n"
        "ctypes.util.find_library = lambda name: None\n"
        "from engine.audio import devices\n"
        "from engine.errors import AudioError\n"
        "for _ in range(2):\n"
        "    try: devices.list_inputs()\n"
        "    except AudioError as error: print(error)\n"
    ).splitlines()
    assert len(told) == 2
    assert "PortAudio library" in told[0]
    assert "libportaudio2" in told[0]
    assert told[0] == told[1]


def test_without_any_input_the_sample_and_files_are_offered(tmp_path: Path) -> None:
    devices_file = tmp_path / "alsa.conf"
    # ALSA with one device, on a card that does not exist.
    devices_file.write_text("pcm.gone { type hw card 77 }\n")
    told = run(
        "from engine.audio.microphone import Microphone\n"
        "from engine.audio import devices\n"
        "from engine.errors import AudioError\n"
        "try: print(devices.list_inputs()); Microphone('').open(None)\n"
        "except AudioError as error: print(error)\n",
        {"ALSA_CONFIG_PATH": str(devices_file), "PATH": "/usr/bin:/bin:/sbin:/usr/sbin"},
    )
    assert told.startswith("[]\nThis machine has no microphone")
    assert "the sample recording" in told
    assert "--source FILE" in told


def test_importing_the_room_loads_no_portaudio() -> None:
    loaded = run(
        "import sys, engine.audio.devices, engine.audio.microphone, engine.audio.file, engine.audio.codec\n"
        "print([name for name in ('sounddevice', 'av') if name in sys.modules])"
    )
    assert loaded == "[]"
