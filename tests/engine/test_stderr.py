"""What C code prints goes to the log, to a limit; what Python prints goes where it went before."""

import subprocess
import sys
from pathlib import Path

from engine.log import LOG_LIMIT


def run(code: str, log: Path) -> subprocess.CompletedProcess[str]:
    head = (
        "import ctypes, os, sys, time, threading; from pathlib import Path\n"
        "from engine.stderr import part_native_stderr\n"
        "part_native_stderr(Path(sys.argv[1]))\n"
        "def logged(what):\n"
        "    log = Path(sys.argv[1])\n"
        "    while not log.exists() or what not in log.read_text(): time.sleep(0.01)\n"
    )
    root = Path(__file__).parents[2]
    return subprocess.run(
        [sys.executable, "-c", head + code, str(log)],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=root,
        check=False,
    )


def test_c_prints_into_the_log_and_python_onto_the_terminal(tmp_path: Path) -> None:
    log = tmp_path / "state" / "utter.log"
    done = run(
        "os.write(2, b'from C\\n'); logged('from C')\n"
        "print('a', file=sys.stderr); print('b', file=sys.__stderr__)\n"
        "raise SystemExit('c')",
        log,
    )
    assert done.stderr == "a\nb\nc\n"
    assert log.read_text() == "from C\n"


def test_children_inherit_it(tmp_path: Path) -> None:
    log = tmp_path / "utter.log"
    done = run("os.system('echo child >&2'); logged('child')", log)
    assert done.stderr == ""
    assert log.read_text() == "child\n"


def test_a_line_without_end_fills_neither_the_disk_nor_holds_up_the_exit(tmp_path: Path) -> None:
    log = tmp_path / "utter.log"
    done = run(
        "libc = ctypes.CDLL(None)\n"
        "stream = ctypes.c_void_p.in_dll(libc, 'stderr')\n"
        "def spam():\n"
        "    while True: libc.fputs(b'x' * 5000 + b'\\n', stream)\n"
        "threading.Thread(target=spam, daemon=True).start()\n"
        "time.sleep(1)",
        log,
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert 0 < log.stat().st_size < 2 * LOG_LIMIT


def test_a_log_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    done = run("os.write(2, b'lost\\n'); print('kept', file=sys.stderr)", tmp_path)
    assert done.stderr == "kept\n"
    assert done.returncode == 0


def test_a_log_that_has_grown_is_put_aside(tmp_path: Path) -> None:
    log = tmp_path / "utter.log"
    log.write_bytes(b"x" * (LOG_LIMIT + 1))
    run("os.write(2, b'new\\n'); logged('new')", log)
    assert log.read_text() == "new\n"
    assert (tmp_path / "utter.log.old").stat().st_size == LOG_LIMIT + 1
