"""Another process that tells of models it has loaded, as a workstation does beside this one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict

from engine.models.loaded import LoadedModel

SCRIPT = """
import json, sys
from engine.models.loaded import LoadedModel
from engine.models.loaded_file import LoadedFile
print(LoadedFile().write([LoadedModel(**one) for one in json.loads(sys.argv[1])]), flush=True)
sys.stdin.read()
"""


@contextmanager
def other_utter(*models: LoadedModel) -> Iterator[subprocess.Popen[str]]:
    """The process, once it has told of `models`; it lives until the block ends or it is killed."""
    told = json.dumps([asdict(model) for model in models])
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, told], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "True\n"
        yield process
        process.kill()
