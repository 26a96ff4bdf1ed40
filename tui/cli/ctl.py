"""`utter ctl`: command the utter that runs, from a key binding, a script or a status bar.

A key is pressed and something happens: this module and what it imports are the standard library alone, and of
that the least. So it has no parser of the usual kind, and says what is wrong in its own words.
"""

from __future__ import annotations

import os
import sys

from tui.cli import control_client

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from socket import socket

CODES = {"done": 0, "nothing": 1, "failed": 2}
"""Exit code by what came of a command."""

FAILED, INTERRUPTED, BROKEN_PIPE = 2, 130, 141
"""Exit codes: as above; 128 and the number of a signal, as `tui.cli.main` has them."""

COMMANDS = {
    "start": "begin a dictation; while one is being recorded, go on",
    "stop": "end the recording; where there is none, do nothing",
    "toggle": "start, or stop",
    "cancel": "give up the dictation, or stop enhancing; the sound is kept",
    "status": "what utter is doing",
    "mode": "take another writing mode: mode NAME",
    "paste-last": "deliver the last text once more",
    "subscribe": "print what happens, a JSON object a line; --levels adds levels of sound",
}

HELP = """\
usage: utter ctl COMMAND [--json]

Command the utter that runs, with or without a screen.

{}

--json prints the answer as one line of JSON, status with everything in it.
start and stop are for a key that is held: each may come many times.

exit codes: 0 done, 1 nothing to do, 2 failed or no utter is running

examples:
  utter ctl toggle
  utter ctl status --json | jq -r .status.state
  utter ctl mode email
  utter ctl subscribe | jq -r 'select(.event == "finished").text'"""

NOBODY = "No utter is running here; start `utter` or `utter daemon`."

SILENT = "The utter that runs has not answered in {:.0f} s; it may be stopped or very busy."

NO_SOCKETS = "On Windows an utter that runs cannot be commanded: there are no such sockets. Use its own keys."


class PrintingError(Exception):
    """Standard output does not take what is printed; says why."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments, where it was not reached by the short way."""
    parser.add_argument("words", nargs="...", metavar="COMMAND", help=", ".join(COMMANDS))


def run(args: argparse.Namespace) -> int:
    """Do what the arguments say."""
    return command(args.words)


def command(words: list[str]) -> int:
    """Have the running engine do something.

    Args:
        words: What stands behind `utter ctl`.

    Returns:
        0 where it is as was asked, 1 where there was nothing to do, 2 where it failed; 130 after Ctrl-C and
        141 where nobody reads what is printed.
    """
    try:
        if not words or words[0] in ("-h", "--help", "help"):
            _print(HELP.format("\n".join(f"  {name:<12}{what}" for name, what in COMMANDS.items())))
            return 0 if words else FAILED
        request = _request(words)
        return _ask(request, as_json="--json" in words) if request else FAILED
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        return BROKEN_PIPE
    except PrintingError as error:
        _say(f"The answer cannot be printed: {error}.")
        return FAILED


def _request(words: list[str]) -> dict[str, object] | None:
    """What the words ask for; None, and a line on standard error, where they make no sense."""
    name, *rest = words
    if name not in COMMANDS:
        _mistaken(name, COMMANDS, "command")
        return None
    options = ["--json", *["--levels"] * (name == "subscribe")]
    values = [word for word in rest if not word.startswith("-")]
    for word in rest:
        if word not in options and word not in values:
            _mistaken(word, options, "option")
            return None
    if len(values) != (name == "mode"):
        usage = "utter ctl mode NAME" if name == "mode" else f"utter ctl {name}"
        _say(f"{'One name' if name == 'mode' else 'Nothing'} stands behind {name}: `{usage}`.")
        return None
    request: dict[str, object] = {"command": name}
    if values:
        request["name"] = values[0]
    if "--levels" in rest:
        request["levels"] = True
    return request


def _ask(request: dict[str, object], *, as_json: bool) -> int:
    """Send a request and print the answer; the exit code."""
    import json

    from engine.remote import moment

    try:
        sock = control_client.connected()
    except TimeoutError:
        return _silent()
    if sock is None:
        _say(NOBODY if hasattr(os, "getuid") else NO_SOCKETS)
        return FAILED
    with sock:
        try:
            moments = {"at": moment.began(), "until": moment.now() + control_client.TIMEOUT_S}
            sock.sendall(json.dumps(request | moments).encode() + b"\n")
            answer, rest = control_client.line(sock)
            reply = json.loads(answer)
            code, said = CODES[reply["result"]], str(reply["said"])
        except TimeoutError:
            return _silent()
        except (OSError, ValueError, KeyError, TypeError):
            _say("The utter that runs ended, or answered what makes no sense: it may be of another version.")
            return FAILED
        if code == FAILED and not as_json:
            _say(said)
        elif request["command"] == "subscribe" and code == 0:
            return _follow(sock, rest)
        else:
            _print(answer.decode() if as_json else said)
    return code


def _silent() -> int:
    _say(SILENT.format(control_client.TIMEOUT_S))
    return FAILED


def _follow(sock: socket, seen: bytes) -> int:
    """Print lines as they come, each at once, until the engine has ended."""
    sock.settimeout(None)
    last = b""
    while True:
        *lines, seen = seen.split(b"\n")
        for line in lines:
            last = line
            _write(line + b"\n")
        try:
            more = sock.recv(65536)
        except OSError:
            more = b""
        if not more:
            break
        seen += more
    if last == b'{"event": "closed"}':
        return 0
    _say("The utter that ran has ended unexpectedly.")
    return FAILED


def _print(text: str) -> None:
    """Print a text, with a sign for what the terminal's encoding lacks, and nothing a terminal could obey."""
    safe = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in text)
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    _write(f"{safe}\n".encode(encoding, "replace"))


def _write(data: bytes) -> None:
    """Write to standard output at once.

    Raises:
        PrintingError: It cannot be written; a key binding may have closed it.
    """
    try:
        while data:
            data = data[os.write(1, data) :]
    except BrokenPipeError:
        raise
    except OSError as error:
        raise PrintingError(error.strerror) from error


def _say(message: str) -> None:
    """Print one line for the user on standard error."""
    safe = "".join(sign if sign.isprintable() else " " for sign in message)
    if sys.stderr is not None:
        print(f"utter: {safe}", file=sys.stderr, flush=True)


def _mistaken(word: str, known: list[str] | dict[str, str], what: str) -> None:
    import difflib

    near = difflib.get_close_matches(word, known, n=1)
    meant = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    _say(f'There is no {what} "{word}" of `utter ctl`. {meant}')
