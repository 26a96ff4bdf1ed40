"""What the first paint must not pay for."""

import subprocess
import sys

HEAVY = (
    "numpy",
    "engine.session",
    "engine.registry",
    "faster_whisper",
    "ctranslate2",
    "onnxruntime",
    "av",
    "ollama",
    "sounddevice",
    "pocketsphinx",
    "psutil",
)


def test_the_app_is_imported_without_the_engine_and_without_numpy():
    program = f"import sys, tui.app; print(*[name for name in {HEAVY!r} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []
