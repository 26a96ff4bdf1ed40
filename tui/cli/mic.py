"""`utter mic`: sends this machine's microphone to the utter on another one, over ssh."""

from __future__ import annotations

import argparse
import asyncio
import os
import shlex
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.remote.link import OpenLink
    from engine.remote.sender import Sender
    from engine.settings.schema import Settings
    from tui.cli.sending_line import SendingLine

ENDED = 128
"""Added to the number of the signal that ended it: the exit code, as shells have it."""

REDRAW_S = 0.2
"""Seconds between two looks at how it goes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's arguments."""
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", metavar="HOST", help="host as ssh knows it, or unix:PATH on this machine")
    where.add_argument(
        "--relay", action="store_true", help="what --to starts over there: pass sound on to the utter there"
    )
    parser.add_argument("--raw", action="store_true", help="send plain samples, 32 kB a second, not Opus")
    parser.add_argument("--device", metavar="NAME", help="microphone, by its name or a part of it")
    parser.add_argument("--ssh", metavar="COMMAND", default="ssh", help='such as "ssh -p 2222"')
    parser.add_argument(
        "--remote-command",
        metavar="COMMAND",
        default="utter",
        help="what runs utter over there, where its shell does not find it",
    )


def run(args: argparse.Namespace) -> int:
    """Send until Ctrl-C, SIGTERM or the end of the terminal; as the relay, until either side ends.

    Returns:
        0 of the relay; of a sender that was ended by a signal, 128 and its number.

    Raises:
        EngineError: It cannot be begun; what is lost later is waited for.
    """
    if args.relay:
        from engine.remote.relay import main

        return main()
    from engine import paths
    from engine.settings.load import load
    from engine.stderr import part_native_stderr
    from tui.cli.options import say
    from tui.cli.sending_line import SendingLine

    line = SendingLine(args.to, ssh_may_ask=_ssh_may_ask())
    open_link = _way(args, line.tell)
    loaded = load(args.config, {} if args.device is None else {"audio.device": args.device})
    part_native_stderr(paths.log_file())
    for warning in loaded.warnings:
        say(warning)
    return asyncio.run(_send_until_ended(open_link, loaded.settings, line, raw=args.raw))


def _ssh_may_ask() -> bool:
    """Whether there is a terminal on which somebody can type a password."""
    return sys.stdin is not None and sys.stdin.isatty()


def _way(args: argparse.Namespace, tell: Callable[[str], None]) -> OpenLink:
    """What makes links to the receiver that the command line names.

    Raises:
        RemoteError: It names no host, or no program as ssh.
    """
    from engine.errors import RemoteError
    from engine.remote.link import SOCKET, open_socket
    from engine.remote.ssh_link import check_host, open_ssh

    if args.to == SOCKET:
        raise RemoteError(f"--to {SOCKET} names no socket.", "Write its path behind it: unix:/tmp/sound")
    if args.to.startswith(SOCKET):
        return partial(open_socket, os.path.expanduser(args.to.removeprefix(SOCKET)))
    try:
        ssh = shlex.split(args.ssh)
    except ValueError as error:
        raise RemoteError(f"--ssh {args.ssh!r} cannot be read: {error}.", "Close its quotes.") from None
    if not ssh:
        raise RemoteError("--ssh names no program.", 'Write for example: --ssh "ssh -p 2222"')
    if not args.remote_command.strip():
        what = "--remote-command names no program."
        raise RemoteError(what, "Leave it out, or write: --remote-command utter")
    host = check_host(args.to)
    return partial(open_ssh, ssh, host, args.remote_command, ask=_ssh_may_ask(), tell=tell)


async def _send_until_ended(open_link: OpenLink, settings: Settings, line: SendingLine, *, raw: bool) -> int:
    """Send until a signal asks for the end, and take leave of the receiver; Ctrl-C is asyncio's."""
    sending = asyncio.create_task(_send(open_link, settings, line, raw=raw))
    asked: list[int] = []

    def end(number: int) -> None:
        asked.append(number)
        if len(asked) == 1:  # SIGHUP comes from the shell and from the system
            sending.cancel()

    with _handled(end):
        try:
            await sending
        except (asyncio.CancelledError, OSError):  # after SIGHUP nothing can be written to the terminal
            if not asked:
                raise
    return ENDED + asked[0] if asked else 0


@contextmanager
def _handled(end: Callable[[int], None]) -> Iterator[None]:
    """Let SIGTERM and SIGHUP, where nobody has had them ignored, call `end` with their numbers."""
    loop = asyncio.get_running_loop()
    names = () if sys.platform == "win32" else ("SIGTERM", "SIGHUP")
    numbers = [signal.Signals[name] for name in names]
    taken = [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]
    for number in taken:
        loop.add_signal_handler(number, end, number)
    try:
        yield
    finally:
        for number in taken:
            loop.remove_signal_handler(number)


async def _send(open_link: OpenLink, settings: Settings, line: SendingLine, *, raw: bool) -> None:
    from engine.registry import build_source
    from engine.remote.sender import Sender
    from engine.source_spec import REMOTE

    # Settings that are the same on both machines may name the microphone that is here.
    device = settings.audio.device if settings.audio.device != REMOTE else ""
    sender = Sender(
        open_link,
        partial(build_source, "microphone", device),
        codec="pcm" if raw else "opus",
        preroll_s=settings.audio.preroll_s,
        machine=socket.gethostname(),
        tell=line.tell,
    )
    with line:
        showing = asyncio.create_task(_show(sender, line))
        try:
            await sender.run()
        finally:
            showing.cancel()


async def _show(sender: Sender, line: SendingLine) -> None:
    while True:
        line.show(sender.status)
        await asyncio.sleep(REDRAW_S)
