"""Texts in panes of a real tmux server: every byte, every shape, and what is said where it cannot work."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from engine.deliver.inject.tmux import TmuxPane, offers
from engine.deliver.inject.tmux_panes import parse
from engine.deliver.inject.tmux_paste import SHIFT_ENTER, _pasting, paste
from engine.deliver.inject.tmux_server import server_for
from engine.deliver.shape import Shape, Shapes
from engine.deliver.surroundings import Surroundings
from engine.deliver.target import Delivery
from engine.errors import DeliveryError
from tests.support.panes import Panes, read_until, tmux_panes, until

JOIN, KEEP = Shape("join"), Shape("keep")


@pytest.fixture(scope="module")
def panes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Panes]:
    with tmux_panes(tmp_path_factory.mktemp("tmux")) as opened:
        yield opened


@pytest.mark.parametrize(
    ("shape", "text", "expected"),
    [
        (JOIN, "Grüße,\n\tzweite  Zeile\n", "Grüße, zweite  Zeile"),
        (Shape("join", "space"), "one\ntwo", "one two "),
        (Shape("join", "newline"), "one", "one "),
        (Shape("join", enter=True), "make test", "make test\r"),
        (KEEP, "one\n\n\ttwo", "one\r\r\ttwo"),
        (Shape("keep", "newline"), "one", "one\r"),
        (Shape("keep", "newline", enter=True), "one", "one\r\r"),
        (Shape("shift-enter"), "one\n\ntwo", f"one{SHIFT_ENTER * 2}two"),
        (Shape("shift-enter", "newline"), "\none", f"{SHIFT_ENTER}one{SHIFT_ENTER}"),
        (Shape("shift-enter", "space", enter=True), "one\ntwo", f"one{SHIFT_ENTER}two \r"),
        (
            KEEP,
            "-t; \\; $(id) `id` 'a' \"b\" #{pane_id} %1 ~ ;",
            "-t; \\; $(id) `id` 'a' \"b\" #{pane_id} %1 ~ ;",
        ),
        (KEEP, "stop\x1b[201~\x03\x15\x9b now", "stop now"),
        (KEEP, "é" * 50_000, "é" * 50_000),
    ],
)
def test_what_reaches_the_program(panes: Panes, shape: Shape, text: str, expected: str) -> None:
    pane, file = panes.raw()
    outcome = panes.paste(pane, text, shape)
    assert (outcome.status, outcome.target, outcome.detail) == (Delivery.DELIVERED, f"tmux {pane} (cat)", "")
    assert read_until(file, expected.encode()).decode() == expected
    panes.run("kill-pane", "-t", pane)


def test_brackets_are_put_around_texts_alone(panes: Panes) -> None:
    file = panes.folder / "bracketed"
    pane = panes.start(f"stty raw -echo; printf '\\033[?2004h'; exec cat > {file}")
    until(file.exists)
    expected = f"\x1b[200~one\x1b[201~{SHIFT_ENTER}\x1b[200~two\x1b[201~\r".encode()
    panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    assert read_until(file, expected) == expected


def test_the_users_own_buffers_stay_as_they_are(panes: Panes) -> None:
    panes.run("set-buffer", "-b", "mine", "what I copied")
    pane, file = panes.raw()
    panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    read_until(file, f"one{SHIFT_ENTER}two\r".encode())
    assert panes.paste("%999", "nowhere").status is Delivery.FAILED
    assert panes.run("list-buffers", "-F", "#{buffer_name} #{buffer_sample}") == "mine what I copied\n"


def test_a_pane_that_vanishes_meanwhile_leaves_no_buffer_behind(panes: Panes) -> None:
    server = server_for(panes.environ)
    lost = replace(parse("pane %1 $0 @1 1 1 1 0 1 0 0 0 0 /dev/null 3.3a 7 9 work:1.0 sh")[0], id="%998")
    with pytest.raises(DeliveryError, match="can't find pane: %998"):
        asyncio.run(paste(server, panes.environ, lost, ["one", "two"], enter=False))
    assert "utter" not in panes.run("list-buffers")


def test_a_pane_in_copy_mode_gets_text_and_keys_and_stays_there(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("copy-mode", "-t", pane)
    outcome = panes.paste(pane, "one\ntwo", Shape("shift-enter", enter=True))
    assert outcome.status is Delivery.DELIVERED
    assert (
        outcome.detail
        == f"tmux itself uses {pane} now (copy mode or the like): press q there to see the text."
    )
    expected = f"one{SHIFT_ENTER}two\r".encode()
    assert read_until(file, expected) == expected
    assert panes.run("display-message", "-p", "-t", pane, "#{pane_mode}") == "copy-mode\n"


def test_enter_is_pressed_in_no_other_pane(panes: Panes) -> None:
    pane, file = panes.raw()
    other = panes.folder / "synchronised"
    panes.start(f"stty raw -echo; exec cat > {other}", pane)
    until(other.exists)
    panes.run("set-window-option", "-t", pane, "synchronize-panes", "on")
    panes.paste(pane, "make", Shape(enter=True))
    assert read_until(file, b"make\r") == b"make\r"
    assert other.read_bytes() == b""


def test_a_dead_pane_is_refused_and_the_server_lives(panes: Panes) -> None:
    pane = panes.start("sleep 1000")
    panes.run("set-window-option", "-t", pane, "remain-on-exit", "on")
    panes.run("send-keys", "-t", pane, "C-c")
    until(lambda: panes.run("display-message", "-p", "-t", pane, "#{pane_dead}") == "1\n")
    outcome = panes.paste(pane, "words")
    assert outcome.status is Delivery.FAILED
    assert f"Pane {pane} takes no input" in outcome.detail
    # It may die between the look and the paste: a paste would then end the server, with all its panes.
    panes.run("set-buffer", "-b", "late", "words")
    assert panes.run(*_pasting(pane, "late", "-p")) == "refused\n"
    assert "late" not in panes.run("list-buffers")
    panes.run("kill-pane", "-t", pane)


def test_a_pane_whose_input_is_off_is_refused(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("select-pane", "-d", "-t", pane)
    outcome = panes.paste(pane, "lost")
    assert (outcome.status, outcome.target) == (Delivery.FAILED, f"tmux {pane} (cat)")
    assert "takes no input" in outcome.detail
    panes.run("select-pane", "-e", "-t", pane)
    panes.paste(pane, "kept")
    assert read_until(file, b"kept") == b"kept"


def test_a_line_that_the_terminal_would_cut_off_is_refused(panes: Panes) -> None:
    file = panes.folder / "lines"
    pane = panes.start(f"exec cat > {file}")
    until(file.exists)
    outcome = panes.paste(pane, "ä" * 2048)
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == (
        f"cat in {pane} takes 4,095 bytes a line, and the text has a line of 4,096: nothing was pasted;"
        " choose another target."
    )
    fits = "ä" * 2047 + "x"
    assert panes.paste(pane, f"{fits}\n{fits}", Shape("keep", "newline")).status is Delivery.DELIVERED
    assert read_until(file, f"{fits}\n{fits}\n".encode()).decode() == f"{fits}\n{fits}\n"


def test_lines_that_utter_left_open_count(panes: Panes) -> None:
    file = panes.folder / "line"
    pane = panes.start(f"exec cat > {file}")
    until(file.exists)
    assert panes.paste(pane, "a" * 3000).status is Delivery.DELIVERED
    outcome = panes.paste(pane, "b" * 1096)
    assert outcome.status is Delivery.FAILED
    assert outcome.detail == (
        f"cat in {pane} takes 4,095 bytes a line, and 3,000 wait on it already: nothing was pasted."
        " Press enter there, which is seen within 8 s, or choose another target."
    )
    assert panes.paste(pane, "c" * 1095, Shape("join", enter=True)).status is Delivery.DELIVERED
    assert panes.paste(pane, "d" * 4095, Shape("join", enter=True)).status is Delivery.DELIVERED
    expected = f"{'a' * 3000}{'c' * 1095}\n{'d' * 4095}\n"
    assert read_until(file, expected.encode()).decode() == expected


def test_a_server_that_was_started_anew_has_other_panes(tmp_path: Path) -> None:
    with tmux_panes(tmp_path) as first:
        pane = first.start("exec cat")
        chosen = first.target(pane)
        assert asyncio.run(chosen.deliver("one")).status is Delivery.DELIVERED
    until(lambda: server_for(first.environ).why_not(first.environ))
    with tmux_panes(tmp_path) as second:
        assert second.start("exec cat") == pane
        outcome = asyncio.run(chosen.deliver("two"))
        said = f"tmux was started anew, and {pane} is another pane there; choose the pane again."
        assert (outcome.status, outcome.detail) == (Delivery.FAILED, said)
        assert chosen.can_deliver() == said
        assert second.paste(pane, "three").status is Delivery.DELIVERED


def test_an_enter_that_fails_takes_nothing_from_a_text_that_is_there(panes: Panes) -> None:
    pane, file = panes.raw()
    server = server_for(panes.environ)
    ask = server.ask

    async def off_before_enter(*commands: str, text: bytes = b"", environ: dict[str, str]) -> str:
        if "set-buffer" in commands:
            at = commands.index("set-buffer")
            commands = (*commands[:at], "select-pane", "-d", "-t", pane, ";", *commands[at:])
        return await ask(*commands, text=text, environ=environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "ask", off_before_enter)
        outcome = asyncio.run(panes.target(pane, Shape("join", enter=True)).deliver("words"))
    assert outcome.status is Delivery.DELIVERED
    assert outcome.detail.startswith(f"Enter was not pressed: Pane {pane} takes no input")
    assert read_until(file, b"words") == b"words"


def test_where_we_run_ourselves_no_text_goes(panes: Panes) -> None:
    own = panes.environ["TMUX_PANE"]
    place = panes.run("display-message", "-p", "-t", own, "#{session_name}:#{window_index}.#{pane_index}")
    assert (
        panes.target(own).can_deliver()
        == f"{own} is the pane in which utter itself runs; choose another one."
    )
    for what in (own, place.strip()):
        outcome = panes.paste(what, "words")
        assert outcome.status is Delivery.FAILED
        assert outcome.detail == f"{what} is the pane in which utter itself runs; choose another one."


def test_any_target_of_tmux_is_understood_and_named(panes: Panes) -> None:
    pane, file = panes.raw()
    panes.run("rename-window", "-t", pane, "editor")
    target = panes.target("work:editor")
    assert target.name == "tmux work:editor"
    assert asyncio.run(target.deliver("hi")).target == f"tmux {pane} (cat)"
    assert target.name == "tmux work:editor (cat)"
    assert read_until(file, b"hi") == b"hi"
    for nowhere in ("work:nowhere", "work:editor.7", "nowhere;", ";", "nowhere", "%12345"):
        outcome = panes.paste(nowhere, "hi")
        assert outcome.status is Delivery.FAILED
        assert outcome.detail == f"There is no pane {nowhere} in tmux, or no longer; choose another one."


def test_the_last_pane_follows_the_user(panes: Panes) -> None:
    one, _ = panes.raw()
    two, file = panes.raw()
    target = panes.target("last", TMUX_PANE=one)
    panes.run("select-window", "-t", two)
    panes.run("select-window", "-t", one)
    asyncio.run(target.prepare())
    assert target.name == f"last tmux pane, {two} (cat)"
    assert asyncio.run(target.deliver("hi")).target == f"tmux {two} (cat)"
    assert read_until(file, b"hi") == b"hi"
    elsewhere = panes.target("last", TMUX_PANE="", TMUX="")
    assert elsewhere.can_deliver() is not None  # no server of this name, though the other one runs


def test_outside_of_tmux_the_users_default_server_is_found(panes: Panes, tmp_path: Path) -> None:
    folder = tmp_path / f"tmux-{os.getuid()}"
    folder.mkdir(mode=0o700)
    (folder / "default").symlink_to(panes.socket)
    pane, file = panes.raw()
    panes.run("select-window", "-t", pane)
    outside = {"PATH": os.environ["PATH"], "TMUX_TMPDIR": str(tmp_path)}
    outcome = asyncio.run(
        TmuxPane("last", Surroundings(outside)).deliver("from a service, ohne Gebietsschema ä")
    )
    assert (outcome.status, outcome.target) == (Delivery.DELIVERED, f"tmux {pane} (cat)")
    expected = "from a service, ohne Gebietsschema ä".encode()
    assert read_until(file, expected) == expected


def test_a_pane_known_to_be_gone_is_told_without_asking(panes: Panes) -> None:
    pane, _ = panes.raw()
    target = panes.target(pane)
    asyncio.run(target.prepare())
    assert (target.name, target.can_deliver()) == (f"tmux {pane} (cat)", None)
    panes.run("kill-pane", "-t", pane)
    asyncio.run(target.prepare())
    assert target.name == f"tmux {pane}"
    assert target.can_deliver() == f"There is no pane {pane} in tmux, or no longer; choose another one."


def test_a_text_that_arrives_in_part_is_told_so(panes: Panes) -> None:
    pane, file = panes.raw()
    server = server_for(panes.environ)
    ask, calls = server.ask, 0

    async def until_the_pane_is_gone(*commands: str, text: bytes = b"", environ: dict[str, str]) -> str:
        nonlocal calls
        calls += "load-buffer" in commands
        if calls == 2 and "load-buffer" in commands:
            read_until(file, b"one")
            panes.run("kill-pane", "-t", pane)
        return await ask(*commands, text=text, environ=environ)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(server, "ask", until_the_pane_is_gone)
        outcome = panes.paste(pane, "one\ntwo", Shape("shift-enter"))
    assert outcome.status is Delivery.FAILED
    assert "can't find pane" in outcome.detail
    assert outcome.detail.endswith(f"The first 1 of 2 lines are in {pane}.")


def test_all_panes_are_offered_but_our_own(panes: Panes) -> None:
    pane, _ = panes.raw()
    panes.run("rename-window", "-t", pane, "notes")
    panes.run("select-pane", "-t", pane, "-T", "a title; #1 [b]red")
    panes.run("select-window", "-t", pane)
    listed = asyncio.run(offers(panes.environ))
    assert (listed[0].spec, listed[0].detail, listed[0].reason) == ("tmux:last", f"now {pane} (cat)", None)
    mine = next(offer for offer in listed if offer.spec == f"tmux:{pane}")
    assert (mine.name, mine.detail, mine.active) == (f"tmux {pane}", "cat · a title; #1 [b]red", True)
    assert mine.place.startswith("work:")
    assert mine.place.endswith(".0 notes")
    specs = [offer.spec for offer in listed]
    assert f"tmux:{panes.environ['TMUX_PANE']}" not in specs
    assert len(set(specs)) == len(specs)
    assert [offer.spec for offer in listed if offer.active] == [f"tmux:{pane}"]
    assert panes.target(pane).name == f"tmux {pane} (cat)"  # what one has seen another one knows


def test_a_window_in_two_sessions_is_offered_once(panes: Panes) -> None:
    pane, _ = panes.raw()
    panes.run("new-session", "-d", "-s", "second", "sleep 1000")
    panes.run("link-window", "-s", pane, "-t", "second:")
    listed = [offer.spec for offer in asyncio.run(offers(panes.environ))]
    assert listed.count(f"tmux:{pane}") == 1
    panes.run("kill-session", "-t", "second")


def test_without_tmux_or_its_server_it_says_so(panes: Panes, tmp_path: Path) -> None:
    nothing = {"PATH": str(tmp_path)}
    missing = "tmux is not installed; install it, or choose another target."
    assert TmuxPane("%1", Surroundings(nothing)).can_deliver() == missing
    stale = tmp_path / "stale"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(stale))
    environ = panes.environ | {"TMUX": f"{stale},1,0"}
    stopped = f"No tmux server is running: nothing listens on {stale}; start tmux first."
    target = TmuxPane("%1", Surroundings(environ))
    assert target.can_deliver() == stopped
    assert asyncio.run(target.deliver("words")).detail == stopped
    assert asyncio.run(offers(environ)) == []
    assert asyncio.run(offers(nothing)) == []


@pytest.mark.parametrize(
    ("version", "options"),
    [("3.3a", "-r"), ("3.7", "-r -S"), ("next-3.8", "-r -S"), ("4.0", "-r -S"), ("openbsd-7.6", "-r")],
)
def test_keys_are_sent_as_they_are_where_tmux_cleans_pastes(
    panes: Panes, tmp_path: Path, version: str, options: str
) -> None:
    """Against a recording: tmux 3.7 turns ESC in pastes into signs unless it is told not to."""
    facts = f"pane %5 $0 @1 1 1 1 0 1 0 0 0 0 /dev/null {version} 7 9 work:1.0 sh"
    tmux = tmp_path / "tmux"
    tmux.write_text(
        "#!/bin/sh\n"
        f'case "$*" in *list-panes*) echo "{facts}" ;;\n'
        f'*) cat >> {tmp_path}/text; printf "%s\\n" "$*" >> {tmp_path}/commands ;; esac\n'
    )
    tmux.chmod(0o755)
    environ = panes.environ | {"PATH": f"{tmp_path}:/usr/bin:/bin"}
    target = TmuxPane("%5", Surroundings(environ, Shapes(Shape("shift-enter"))))
    assert asyncio.run(target.deliver("one\ntwo")).status is Delivery.DELIVERED
    assert (tmp_path / "text").read_text() == "onetwo"
    first, second = (tmp_path / "commands").read_text().split("-u -S")[1:]
    assert "paste-buffer -p -d -b utter-" in first
    assert f"paste-buffer {options} -d -b utter-" in second


def test_a_program_that_hangs_is_no_reason_to_hang(panes: Panes) -> None:
    pane, file = panes.raw()
    reader = int(panes.run("display-message", "-p", "-t", pane, "#{pane_pid}"))
    subprocess.run(["kill", "-STOP", str(reader)], check=True)
    text = "x" * 300_000
    assert panes.paste(pane, text).status is Delivery.DELIVERED  # tmux keeps it until it is read
    subprocess.run(["kill", "-CONT", str(reader)], check=True)
    assert read_until(file, text.encode()) == text.encode()
